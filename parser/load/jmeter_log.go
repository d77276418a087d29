package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// JMeter's own log and its console output, for the lines of the summariser (versions seen: 2.13, 5.x):
//
//	2026/11/23 00:29:55 INFO  - jmeter.reporters.Summariser: summary +    415 in     6s =   71.8/s Avg:   121 Min:     5 Max:   405 Err:     0 (0.00%) Active: 0 Started: 8 Finished: 8
//	2019-03-05 10:20:30,123 INFO o.a.j.r.Summariser: summary =   4532 in 00:01:10 =   64.5/s Avg: ...
//
// "+" is what came since the last line, "=" the total so far: only "+" counts. Decimals follow the locale of the
// JVM. The console has no stamps; there the totals' duration is the clock, and "Starting the test @ ... (ms)" its
// anchor. Source: Summariser.java, SummariserRunningSample.java.
func jmeterLog() parser.Format {
	return parser.Format{Name: "jmeter-log", Title: "JMeter's log or console with summary lines", Live: true, Sniff: sniffJMeterLog, Parse: parseJMeterLog}
}

func sniffJMeterLog(h parser.Head) parser.Score {
	marks := 0
	for _, line := range h.Lines(2000) {
		if _, ok := readSummary(line); ok {
			return 90
		}
		if jmeterMark(line) {
			marks++
		}
	}
	if marks > 0 {
		return parser.Score(min(60+marks, 80))
	}
	return 0
}

// jmeterMark tells that a line is of JMeter's log or console.
func jmeterMark(line []byte) bool {
	marks := []string{"Creating summariser <", "Starting the test @", "Starting standalone test @"}
	if _, n := scan.ISO(line); n > 0 || bytes.HasPrefix(line, []byte("INFO ")) {
		marks = []string{" jmeter.", " o.a.j.", "[jmeter."}
	}
	for _, mark := range marks {
		if i := bytes.Index(line, []byte(mark)); i >= 0 && i < 60 {
			return true
		}
	}
	return false
}

// summary is one line of the summariser.
type summary struct {
	delta         bool
	n, failed     float64
	length        time.Duration
	rate          float64 // negative when not told
	avg           float64 // milliseconds
	active        float64 // negative when not told
	started, over float64
}

// jmeterLogReader reads one log.
type jmeterLogReader struct {
	l       *parser.Lines
	sink    record.Sink
	g       *gauges
	clock   time.Duration // on the console: since the first sample
	asked   bool          // somebody asked for the end
	failing bool          // JMeter stopped because of an error
	starved bool          // its own memory ran out
	thinned bool          // it stopped threads after errors
	at      record.Stamp
}

func parseJMeterLog(l *parser.Lines, sink record.Sink) error {
	r := &jmeterLogReader{l: l, sink: sink, g: &gauges{l: l, sink: sink, tool: "jmeter"}}
	for l.Next() {
		line := l.Bytes()
		if st, n := scan.ISO(line); n > 0 {
			r.at = st
			l.Seen(st)
		} else if s, ok := readSummary(line); ok {
			r.onConsole(s)
			continue
		}
		if s, ok := readSummary(line); ok {
			r.emit(r.at, s)
			continue
		}
		r.notice(line)
	}
	return nil
}

// onConsole puts a summary line without stamp on the clock of its totals.
func (r *jmeterLogReader) onConsole(s summary) {
	if !s.delta {
		r.clock = s.length
		return
	}
	r.clock += s.length
	r.emit(sinceStart(r.clock, time.Second), s)
}

func (r *jmeterLogReader) emit(at record.Stamp, s summary) {
	if !s.delta || s.length < time.Second { // the last interval of a run can be a tenth of a second: no rate is told by that
		return
	}
	r.g.length = s.length
	rate, share := s.perSecond(), 0.0
	if s.n > 0 {
		share = min(s.failed/s.n, 1)
		r.g.put(record.Latency, at, s.avg/1000)
	}
	r.g.put(record.Throughput, at, rate*(1-share))
	r.g.put(record.Errors, at, rate*share)
	if s.active >= 0 {
		r.g.put(record.Users, at, s.active)
	}
}

// perSecond gives the count over the time. The time is rounded, to whole seconds by later versions, and the rate beside it
// to a tenth: what the one leaves open the other bounds.
func (s *summary) perSecond() float64 {
	rate := s.n / s.length.Seconds()
	if s.rate < 0 {
		return rate
	}
	return min(max(rate, s.rate-.05), s.rate+.05)
}

// notice looks for what the log tells of JMeter's own end.
func (r *jmeterLogReader) notice(line []byte) {
	has := func(mark string) bool { return bytes.Contains(line, []byte(mark)) }
	switch {
	case has("Starting the test @"), has("Starting standalone test @"):
		if st, ok := inBrackets(line); ok {
			startAnchor(r.l, r.sink, st.Wall, time.Second, "JMeter's \"Starting the test\" line tells the instant in milliseconds")
		}
	case has("java.lang.OutOfMemoryError") && !r.starved:
		r.starved = true
		stopped(r.l, r.sink, r.at, "jmeter", endMemory, "JMeter itself ran out of memory: the load it makes cannot be trusted from here on")
	case has("JMeterThread") && (has("stopping thread") || has("Stopping Thread")) && !r.thinned:
		r.thinned = true
		stopped(r.l, r.sink, r.at, "jmeter", endError, "JMeter stopped threads after errors of a sampler: from here on it makes less load")
	case has("Command: Shutdown received"), has("Command: StopTestNow received"), has("Stopping Test"), has("Shutting Test"):
		r.asked = true
	case has("Stop Test detected by thread"), has("Stop Test Now detected by thread"), has("Shutdown Test detected by thread"), has("Start Next Thread Loop detected") && has("stop"):
		r.failing = true
	case has("Notifying test listeners of end of test"), has("... end of run") && r.at.IsZero():
		r.end()
	}
}

func (r *jmeterLogReader) end() {
	at := r.at
	if at.IsZero() {
		at = sinceStart(r.clock, time.Second)
	}
	switch {
	case r.failing:
		stopped(r.l, r.sink, at, "jmeter", endError, "JMeter ended the test because a sampler asked for it after an error")
	case r.asked:
		stopped(r.l, r.sink, at, "jmeter", endStopped, "JMeter was told to stop")
	default:
		stopped(r.l, r.sink, at, "jmeter", endPlanned, "JMeter's test came to its end")
	}
	r.asked, r.failing, r.clock = false, false, 0
}

// inBrackets reads the "(1795393725324)" at the end of a line.
func inBrackets(line []byte) (record.Stamp, bool) {
	open, shut := bytes.LastIndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 0 || shut < open {
		return record.Stamp{}, false
	}
	return scan.Epoch(line[open+1 : shut])
}

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
// "+" is what came since the last line, "=" the total so far: only "+" counts. A run that is shorter than an interval has its
// total alone; of totals that somebody picked out their differences count. Each Generate Summary Results of a plan writes lines
// under its own name, and what several count may be the same samples: each is a series. Decimals follow the locale of the
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
	name          string // of the summariser
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
	by      map[string]*summariser
	order   []*summariser
	clock   time.Duration // on the console: since the first sample
	asked   bool          // somebody asked for the end
	failing bool          // JMeter stopped because of an error
	starved bool          // its own memory ran out
	thinned bool          // it stopped threads after errors
	at      record.Stamp
}

// summariser is what the lines of one name have told.
type summariser struct {
	g      *gauges
	clock  time.Duration // as the reader's
	deltas bool          // it tells what came since the last line
	totals []total       // until it does
}

// total is a "=" line.
type total struct {
	summary
	at   record.Stamp // zero on the console
	line int
}

const (
	maxSummarisers = 32      // of more the lines are taken for the first one's
	maxTotalLines  = 1 << 16 // a line in half a minute for three weeks
)

// of gives the summariser of a name. The first one's series have no label: there is seldom another.
func (r *jmeterLogReader) of(name string) *summariser {
	if x := r.by[name]; x != nil {
		return x
	}
	if len(r.order) == maxSummarisers {
		return r.order[0]
	}
	x := &summariser{g: &gauges{l: r.l, sink: r.sink, tool: "jmeter"}}
	if len(r.order) > 0 {
		x.g.labels = []record.Attr{{Key: "summariser", Value: r.l.Text([]byte(name))}}
	}
	r.by[name], r.order = x, append(r.order, x)
	return x
}

func parseJMeterLog(l *parser.Lines, sink record.Sink) error {
	r := &jmeterLogReader{l: l, sink: sink, by: map[string]*summariser{}}
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
			r.of(s.name).take(r.at, s)
			continue
		}
		r.notice(line)
	}
	for _, x := range r.order {
		x.differences(sink)
	}
	return nil
}

// onConsole puts a summary line without stamp on the clock of its totals.
func (r *jmeterLogReader) onConsole(s summary) {
	x := r.of(s.name)
	if s.delta {
		x.clock += s.length
	} else {
		x.clock = s.length
	}
	r.clock = max(r.clock, x.clock)
	x.take(sinceStart(x.clock, time.Second), s)
}

func (x *summariser) take(at record.Stamp, s summary) {
	g := x.g
	if !s.delta && !x.deltas && len(x.totals) < maxTotalLines {
		x.totals = append(x.totals, total{summary: s, at: at, line: g.l.Number()})
	}
	if !s.delta {
		return
	}
	x.deltas, x.totals = true, nil
	if s.length < time.Second { // the last interval of a run can be a tenth of a second: no rate is told by that
		return
	}
	g.length = s.length
	rate, share := s.perSecond(), 0.0
	if s.n > 0 {
		share = min(s.failed/s.n, 1)
		g.put(record.Latency, at, s.avg/1000)
	}
	g.put(record.Throughput, at, rate*(1-share))
	g.put(record.Errors, at, rate*share)
	if s.active >= 0 {
		g.put(record.Users, at, s.active)
	}
}

// differences hands over what came between the totals of a summariser that told nothing else, or its one total.
func (x *summariser) differences(sink record.Sink) {
	if len(x.totals) == 1 {
		t := x.totals[0]
		sink.Load(&record.Load{From: record.Origin{File: x.g.l.Path, Line: t.line}, Tool: "jmeter", Samples: int64(t.n), Failed: int64(max(min(t.failed, t.n), 0)),
			Totals: record.Totals{Lasted: t.length}})
		return
	}
	var last summary
	for _, t := range x.totals {
		if t.n < last.n || t.failed < last.failed || t.length < last.length { // another run
			last = summary{}
		}
		if took := t.length - last.length; took >= time.Second {
			n, failed := t.n-last.n, min(t.failed-last.failed, t.n-last.n)
			x.g.length = took
			x.g.putLine(record.Throughput, t.at, (n-failed)/took.Seconds(), t.line)
			x.g.putLine(record.Errors, t.at, failed/took.Seconds(), t.line)
		}
		last = t.summary
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
	for _, x := range r.order {
		x.clock = 0
	}
}

// inBrackets reads the "(1795393725324)" at the end of a line.
func inBrackets(line []byte) (record.Stamp, bool) {
	open, shut := bytes.LastIndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 0 || shut < open {
		return record.Stamp{}, false
	}
	return scan.Epoch(line[open+1 : shut])
}

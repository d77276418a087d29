package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Artillery's report (run --output; 2.x, and 1.x with other keys), counted in periods of 10 s that are named by their
// beginning in milliseconds:
//
//	{"aggregate":{...},"intermediate":[{"counters":{"http.requests":128,"http.codes.200":96,"errors.ECONNREFUSED":32,
//	 "vusers.failed":32},"period":"1795394260000","summaries":{"http.response_time":{"mean":13.6,"p95":22}}},...]}
//
// A period in which nothing happened, as when all users wait for an answer, is left out: it stands between two others at nought.
// 1.x reports by a timer, empty periods too and the last one at the test's end, and names each by the moment of its report:
//
//	{"timestamp":"2018-03-12T15:39:49.223Z","requestsCompleted":9,"latency":{"median":88.6},"errors":{},"codes":{"200":3,"201":6}}
//
// Sources: artillery packages/core/lib/ssms.js; 1.x core/lib/stats2.js (report).
func artillery() parser.Format {
	return parser.Format{Name: "artillery", Title: "Artillery's report (run --output)", Sniff: func(h parser.Head) parser.Score {
		head := bytes.TrimSpace(h.Data)
		if bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head[:min(len(head), 40)], []byte(`"aggregate"`)) {
			return 90
		}
		return 0
	}, Parse: parseArtillery}
}

// artilleryPeriod is one element of "intermediate", of either version.
type artilleryPeriod struct {
	Period         json.RawMessage
	Counters       map[string]float64
	Summaries      map[string]struct{ Mean, Median float64 }
	FirstCounterAt int64
	LastCounterAt  int64

	Timestamp         string // 1.x
	RequestsCompleted float64
	Codes             map[string]float64
	Errors            map[string]float64
	Latency           struct{ Median float64 }
}

const (
	artilleryStep  = 10 * time.Second
	longestSilence = 10 * time.Minute // between two periods: a client waits 10 s for an answer, unless told otherwise
)

func parseArtillery(l *parser.Lines, sink record.Sink) error {
	periods, err := artilleryPeriods(l)
	if len(periods) == 0 && err != nil {
		return fmt.Errorf("no intermediate results: %w", err)
	}
	if err != nil {
		sink.Problem(record.Problem{From: record.Origin{File: l.Path}, Msg: fmt.Sprintf("the report ends too early or is damaged (%v): %d periods are read", err, len(periods))})
	}
	g := &gauges{l: l, sink: sink, tool: "artillery", step: artilleryStep}
	var last time.Time
	for i, p := range periods {
		if end, ok := p.reported(); ok {
			from := end.Add(-artilleryStep)
			if !last.IsZero() && end.After(last) && end.Sub(last) <= longestSilence {
				from = last
			}
			last = end
			g.period(p, from, end)
			continue
		}
		if begin, ok := p.begin(); ok {
			if !last.IsZero() && begin.Sub(last) <= longestSilence {
				for at := last.Add(artilleryStep); at.Before(begin); at = at.Add(artilleryStep) {
					g.rates(record.At(at.Add(artilleryStep), time.Millisecond), 0, 0, artilleryStep)
				}
			}
			last = begin
		}
		g.artillery(p, i == 0, i == len(periods)-1)
	}
	return nil
}

// artilleryPeriods walks to "intermediate" and reads its elements one by one, as far as they are whole.
func artilleryPeriods(l *parser.Lines) ([]artilleryPeriod, error) {
	d := json.NewDecoder(l.Rest())
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		if key != "intermediate" {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := d.Token(); err != nil {
			return nil, err
		}
		var periods []artilleryPeriod
		for d.More() {
			var p artilleryPeriod
			if err := d.Decode(&p); err != nil {
				return periods, err
			}
			periods = append(periods, p)
		}
		_, err = d.Token()
		return periods, err
	}
	return nil, nil
}

func (g *gauges) artillery(p artilleryPeriod, first, last bool) {
	begin, ok := p.begin()
	if !ok {
		g.l.Problem("no time where a period's belongs")
		return
	}
	// The first and the last period are not full: only the stretch between their first and last event counts.
	from, to := begin, begin.Add(artilleryStep)
	if at := time.UnixMilli(p.FirstCounterAt); first && at.After(from) && at.Before(to) {
		from = at
	}
	if at := time.UnixMilli(p.LastCounterAt); last && at.After(from) && at.Before(to) {
		to = at // the events of its second are counted: it is over with the next one
	}
	g.period(p, from, to)
}

// period hands over what one counted from one moment to another.
func (g *gauges) period(p artilleryPeriod, from, to time.Time) {
	good, failed := p.outcome()
	at := record.At(to, time.Millisecond)
	if length := to.Sub(from); length >= time.Second {
		g.rates(at, good+failed, failed, length)
	}
	latency := p.Latency.Median
	for _, name := range []string{"http.response_time", "websocket.response_time", "engine.http.response_time"} {
		if s, ok := p.Summaries[name]; ok && latency == 0 {
			latency = s.Mean
		}
	}
	if good > 0 && latency > 0 {
		g.put(record.Latency, at, latency/1000)
	}
}

// reported gives when 1.x reported a period, at its end.
func (p *artilleryPeriod) reported() (time.Time, bool) {
	st, n := scan.ISO([]byte(p.Timestamp))
	return st.Wall, n > 0
}

func (p *artilleryPeriod) begin() (time.Time, bool) {
	st, ok := scan.Epoch(bytes.Trim(p.Period, `"`))
	return st.Wall, ok
}

// outcome counts answers by their codes and what had no answer by its error.
func (p *artilleryPeriod) outcome() (good, failed float64) {
	add := func(code string, n float64) {
		if strings.HasPrefix(code, "2") || strings.HasPrefix(code, "3") {
			good += n
		} else {
			failed += n
		}
	}
	for key, n := range p.Counters {
		if code, ok := strings.CutPrefix(strings.TrimPrefix(key, "engine."), "http.codes."); ok {
			add(code, n)
		} else if strings.HasPrefix(key, "errors.") {
			failed += n
		}
	}
	for code, n := range p.Codes {
		add(code, n)
	}
	for _, n := range p.Errors {
		failed += n
	}
	return good, failed
}

package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// What tools print or save at their end: numbers of requests and failures without any course of time, as a Load
// without buckets. They confirm what a series says; alone they tell no onset.

const maxTotals = 16 << 20 // a longer file is no summary

// totalsJSON are the summaries in JSON:
//
//	k6         --summary-export: {"metrics":{"http_reqs":{"count":2700},"http_req_failed":{"passes":300,"fails":2400}}} - passes are the FAILED ones
//	           handleSummary(): the same below "values"; --new-machine-readable-summary: "results":{"metrics":[{"name","values":{"matches","total"}}]}
//	JMeter     statistics.json: {"Total":{"sampleCount":255,"errorCount":3,...}}
//	vegeta     report -type json: {"requests":1400,"success":0.91,"earliest":"...","status_codes":{...}}
//	oha        --output-format json: {"summary":{...},"statusCodeDistribution":{...},"errorDistribution":{...}}
func totalsJSON() parser.Format {
	return parser.Format{Name: "load-summary", Title: "summary in JSON of k6, JMeter's dashboard, vegeta or oha (totals)", Sniff: func(h parser.Head) parser.Score {
		for _, marks := range [][]string{
			{`"metrics"`, `"http_req`}, {`"results"`, `"k6_version"`}, {`"sampleCount"`, `"errorCount"`},
			{`"latencies"`, `"earliest"`, `"requests"`}, {`"summary"`, `"statusCodeDistribution"`},
			{`"metrics"`, `"iterations"`, `"vus`},
		} {
			all := bytes.HasPrefix(bytes.TrimSpace(h.Data), []byte("{"))
			for _, mark := range marks {
				all = all && bytes.Contains(h.Data, []byte(mark))
			}
			if all {
				return 70
			}
		}
		return 0
	}, Parse: parseTotalsJSON}
}

// summaryFile has the keys of all kinds of summaries.
type summaryFile struct {
	Metrics                map[string]k6Metric
	Results                struct{ Metrics []k6Metric }
	State                  struct{ TestRunDurationMs float64 } // k6, handleSummary
	Config                 struct{ Duration float64 }          // k6, machine-readable: seconds
	Total                  *dashboardTotal
	Requests               *int64
	Success                float64
	Duration, Wait         float64                 // vegeta, nanoseconds: of the attack, and for its last answer
	Latencies              map[string]float64      // vegeta, nanoseconds
	Summary                struct{ Total float64 } // oha, seconds
	LatencyPercentiles     map[string]float64      // oha, seconds
	StatusCodeDistribution map[string]int64
	ErrorDistribution      map[string]int64
}

// dashboardTotal is the sum in JMeter's statistics.json; times are milliseconds. Its percentiles are the 90th, 95th and 99th
// unless aggregate_rpt_pct1 to 3 of jmeter.properties name others, which the file does not tell.
type dashboardTotal struct {
	SampleCount, ErrorCount                             int64
	MedianResTime, Pct2ResTime, Pct3ResTime, Throughput float64
}

// k6Metric is a metric's figures, flat, below values, or both.
type k6Metric struct {
	Name   string
	Count  *float64
	Passes *float64
	Rate   float64
	Med    float64
	P95    float64 `json:"p(95)"`
	P99    float64 `json:"p(99)"`
	Values k6Values
}

// k6Values has the keys of both kinds of summaries; times are milliseconds.
type k6Values struct {
	Count, Passes, Matches *float64
	Rate, Med, P95, P99    float64
	Paren95                float64 `json:"p(95)"`
	Paren99                float64 `json:"p(99)"`
}

func parseTotalsJSON(l *parser.Lines, sink record.Sink) error {
	data, err := io.ReadAll(io.LimitReader(l.Rest(), maxTotals))
	if err != nil {
		return err
	}
	l.Passed(bytes.Count(data, []byte{'\n'}))
	var f summaryFile
	err = json.Unmarshal(data, &f)
	if other := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &other) { // a key of another kind than is known hides no counts
		return fmt.Errorf("the summary is no whole JSON object: %w", err)
	}
	load := &record.Load{From: record.Origin{File: l.Path}, Planned: true}
	switch {
	case f.Total != nil:
		load.Tool, load.Samples, load.Failed = "jmeter", f.Total.SampleCount, f.Total.ErrorCount
		load.Totals = marks(f.Total.MedianResTime, f.Total.Pct2ResTime, f.Total.Pct3ResTime, time.Millisecond)
		load.Totals.Lasted = spanOf(float64(load.Samples)/f.Total.Throughput, time.Second)
	case f.Requests != nil:
		n := *f.Requests
		load.Tool, load.Samples, load.Failed = "vegeta", n, n-int64(f.Success*float64(n)+.5)
		load.Totals = marks(f.Latencies["50th"], f.Latencies["95th"], f.Latencies["99th"], time.Nanosecond)
		load.Totals.Lasted = spanOf(f.Duration+f.Wait, time.Nanosecond)
	case f.StatusCodeDistribution != nil:
		load.Tool = "oha"
		f.oha(load)
		load.Totals = marks(f.LatencyPercentiles["p50"], f.LatencyPercentiles["p95"], f.LatencyPercentiles["p99"], time.Second)
		load.Totals.Lasted = spanOf(f.Summary.Total, time.Second)
	default:
		load.Tool = "k6"
		f.k6(load)
	}
	switch {
	case load.Failed < 0 || load.Failed > load.Samples:
		return fmt.Errorf("the summary contradicts itself: %d failed of %d requests", load.Failed, load.Samples)
	case load.Samples > 0:
		sink.Load(load)
	case err != nil:
		return fmt.Errorf("the summary is not as its tool writes it: %w", err)
	}
	return nil
}

func (f *summaryFile) k6(load *record.Load) {
	for _, m := range f.Results.Metrics {
		if f.Metrics == nil {
			f.Metrics = map[string]k6Metric{}
		}
		f.Metrics[m.Name] = m
	}
	requests, failed, judged := f.Metrics["http_reqs"], f.Metrics["http_req_failed"], false // before 0.31 nothing tells
	if n, ok := told(requests.Count, requests.Values.Count); ok {
		load.Samples = n
		load.Failed, judged = told(failed.Passes, failed.Values.Passes, failed.Values.Matches)
	} else if n, ok := told(f.Metrics["iterations"].Count, f.Metrics["iterations"].Values.Count); ok {
		load.Samples = n
	}
	took, ok := f.Metrics["http_req_duration{expected_response:true}"]
	if !ok {
		took = f.Metrics["http_req_duration"]
	}
	v := took.Values
	load.Totals = marks(max(took.Med, v.Med), max(took.P95, v.P95, v.Paren95), max(took.P99, v.P99, v.Paren99), time.Millisecond)
	load.Totals.Unjudged = !judged
	switch {
	case f.State.TestRunDurationMs > 0:
		load.Totals.Lasted = spanOf(f.State.TestRunDurationMs, time.Millisecond)
	case f.Config.Duration > 0:
		load.Totals.Lasted = spanOf(f.Config.Duration, time.Second)
	default:
		load.Totals.Lasted = spanOf(float64(load.Samples)/max(requests.Rate, requests.Values.Rate), time.Second)
	}
}

func told(values ...*float64) (int64, bool) {
	for _, v := range values {
		if v != nil {
			return int64(*v), true
		}
	}
	return 0, false
}

func (f *summaryFile) oha(load *record.Load) {
	for code, n := range f.StatusCodeDistribution {
		load.Samples += n
		if len(code) != 3 || code[0] != '2' && code[0] != '3' {
			load.Failed += n
		}
	}
	for what, n := range f.ErrorDistribution {
		if what == "aborted due to deadline" { // in flight when the time was up that it was told
			continue
		}
		load.Samples += n
		load.Failed += n
	}
}

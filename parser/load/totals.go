package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

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
	Total                  *struct{ SampleCount, ErrorCount int64 }
	Requests               *int64
	Success                float64
	StatusCodeDistribution map[string]int64
	ErrorDistribution      map[string]int64
}

// k6Metric is a metric's figures, flat, below values, or both.
type k6Metric struct {
	Name   string
	Count  *float64
	Passes *float64
	Values struct{ Count, Passes, Matches *float64 }
}

func parseTotalsJSON(l *parser.Lines, sink record.Sink) error {
	data, err := io.ReadAll(io.LimitReader(l.Rest(), maxTotals))
	if err != nil {
		return err
	}
	l.Passed(bytes.Count(data, []byte{'\n'}))
	var f summaryFile
	if err := json.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("the summary is no whole JSON object: %w", err)
	}
	load := &record.Load{From: record.Origin{File: l.Path}, Planned: true}
	switch {
	case f.Total != nil:
		load.Tool, load.Samples, load.Failed = "jmeter", f.Total.SampleCount, f.Total.ErrorCount
	case f.Requests != nil:
		n := *f.Requests
		load.Tool, load.Samples, load.Failed = "vegeta", n, n-int64(f.Success*float64(n)+.5)
	case f.StatusCodeDistribution != nil:
		load.Tool = "oha"
		f.oha(load)
	default:
		load.Tool = "k6"
		f.k6(load)
	}
	switch {
	case load.Failed < 0 || load.Failed > load.Samples:
		return fmt.Errorf("the summary contradicts itself: %d failed of %d requests", load.Failed, load.Samples)
	case load.Samples > 0:
		sink.Load(load)
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
	requests, failed := f.Metrics["http_reqs"], f.Metrics["http_req_failed"]
	if n, ok := told(requests.Count, requests.Values.Count); ok {
		load.Samples = n
		load.Failed, _ = told(failed.Passes, failed.Values.Passes, failed.Values.Matches)
	} else if n, ok := told(f.Metrics["iterations"].Count, f.Metrics["iterations"].Values.Count); ok {
		load.Samples = n
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

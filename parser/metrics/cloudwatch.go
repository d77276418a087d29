package metrics

// What `aws cloudwatch get-metric-statistics` and `get-metric-data` print:
//
//	{"Label": "mem_available", "Datapoints": [{"Timestamp": "2026-11-23T00:28:00+00:00", "Average": 23047376896.0, "Unit": "Bytes"}]}
//	{"MetricDataResults": [{"Id": "m1", "Label": "hv03 mem_available", "Timestamps": ["2026-11-23T00:28:00+00:00"], "Values": [23047376896.0], "StatusCode": "Complete"}]}
//
// Specification: AWS API reference, GetMetricStatistics, GetMetricData, Datapoint. A point's time is the beginning of its
// period. The first form is in no order, the second latest first. Of several statistics the average counts; no unit is in
// the second form. Names of the agent's metrics are Telegraf's.

import (
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var cloudWatch = parser.Format{
	Name: "cloudwatch-json", Title: "Amazon CloudWatch: aws cloudwatch get-metric-statistics and get-metric-data",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "MetricDataResults") || sniffKeys(h, "Datapoints", "Label") || sniffKeys(h, "Datapoints", "Timestamp", "Unit") {
			return 86
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).cloudWatch)
	},
}

// cloudWatchUnits are the names of units (Datapoint.Unit) of amounts and shares. The agent's kilobytes are the kernel's.
var cloudWatchUnits = map[string]cellUnit{
	"Bytes": {1, record.Bytes}, "Kilobytes": {1 << 10, record.Bytes}, "Megabytes": {1 << 20, record.Bytes}, "Gigabytes": {1 << 30, record.Bytes},
	"Percent": {0.01, record.Share}, "Seconds": {1, record.Seconds}, "Milliseconds": {1e-3, record.Seconds}, "Microseconds": {1e-6, record.Seconds},
	"Bytes/Second": {1, record.ByteRate}, "Count/Second": {1, record.PerSecond},
}

// cloudWatchResult is one series of either form.
type cloudWatchResult struct {
	label  string
	unit   string
	times  []record.Stamp
	values []storePoint // without their times
}

// cloudWatch reads an answer, or one series of it.
func (r *storeAnswer) cloudWatch() bool {
	var result cloudWatchResult
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "MetricDataResults":
			return r.json.list(r.cloudWatch)
		case "Label":
			return r.json.words(&result.label)
		case "Datapoints":
			return r.json.list(func() bool { return r.datapoint(&result) })
		case "Timestamps":
			return r.json.list(func() bool {
				t, _, ok := r.json.scalar()
				if at, timed := storeTime(t); ok && timed && len(result.times) < maxStored {
					result.times = append(result.times, at)
				}
				return ok
			})
		case "Values":
			return r.json.list(func() bool {
				t, _, ok := r.json.scalar()
				if v, valued := scan.Float(t); ok && valued && len(result.values) < maxStored {
					result.values = append(result.values, storePoint{line: r.json.line, value: v})
				}
				return ok
			})
		}
		return r.json.skip()
	})
	for i, p := range result.values[:min(len(result.values), len(result.times))] {
		p.at = result.times[i]
		r.keepPoint(p)
	}
	r.emit(func() (*record.Series, float64) { return r.cloudWatchSeries(&result) })
	return ok
}

// datapoint reads one of the first form.
func (r *storeAnswer) datapoint(result *cloudWatchResult) bool {
	return r.measured("Timestamp", []string{"Average", "Maximum", "Minimum", "Sum"}, func(key []byte) bool {
		if string(key) == "Unit" {
			return r.json.words(&result.unit)
		}
		return r.json.skip()
	})
}

// cloudWatchSeries gives a result's series; a label may hold more than the metric's name.
func (r *storeAnswer) cloudWatchSeries(result *cloudWatchResult) (*record.Series, float64) {
	name, labels := result.label, []record.Attr(nil)
	for _, word := range strings.Fields(result.label) {
		if knownNames[word].unit != "" && word != result.label {
			name = word
			labels = []record.Attr{{Key: "host", Value: strings.Join(strings.Fields(strings.Replace(result.label, word, "", 1)), " ")}}
			break
		}
	}
	return r.measuredSeries(name, labels, cloudWatchUnits[result.unit])
}

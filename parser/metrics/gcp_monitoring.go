package metrics

// Answers of Google Cloud Monitoring's projects.timeSeries.list:
//
//	{"timeSeries": [{"metric": {"labels": {"state": "used"}, "type": "agent.googleapis.com/memory/bytes_used"}, "resource":
//	{"type": "gce_instance", "labels": {"instance_id": "4711"}}, "metricKind": "GAUGE", "valueType": "DOUBLE", "points":
//	[{"interval": {"startTime": "...", "endTime": "2026-11-23T00:28:00Z"}, "value": {"doubleValue": 6000000000}}]}]}
//
// Specification: Cloud Monitoring API v3, TimeSeries. Points are latest first; a value counts at the end of its interval.
// int64Value is a text. Distributions are passed over.

import (
	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var gcpMonitoring = parser.Format{
	Name: "gcp-monitoring-json", Title: "Google Cloud Monitoring: answers of projects.timeSeries.list",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "timeSeries", "metricKind") || sniffKeys(h, "points", "interval", "endTime", "metricKind") {
			return 86
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error { return parseStore(lines, sink, (*storeAnswer).gcp) },
}

// gcp reads an answer, or one series of it.
func (r *storeAnswer) gcp() bool {
	name, kind := "", ""
	var labels []record.Attr
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "timeSeries":
			return r.json.list(r.gcp)
		case "metric", "resource":
			metric := string(key) == "metric"
			return r.json.object(func(key []byte) bool {
				switch {
				case string(key) == "labels":
					return r.attributes(&labels)
				case string(key) == "type" && metric:
					return r.json.words(&name)
				}
				return r.json.skip()
			})
		case "metricKind":
			return r.json.words(&kind)
		case "points":
			return r.json.list(r.gcpPoint)
		}
		return r.json.skip()
	})
	if name == "" {
		r.drop()
	}
	r.emit(func() (*record.Series, float64) {
		s, scale := r.storedSeries(name, labels, &column{most: r.most}, true)
		s.Counter = s.Counter || kind == "CUMULATIVE"
		return s, scale
	})
	return ok
}

// gcpPoint reads one point.
func (r *storeAnswer) gcpPoint() bool {
	var at record.Stamp
	value, valued := 0.0, false
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "interval":
			return r.json.object(func(key []byte) bool {
				if string(key) != "endTime" {
					return r.json.skip()
				}
				t, _, ok := r.json.scalar()
				at, _ = storeTime(t)
				return ok
			})
		case "value":
			return r.json.object(func(key []byte) bool {
				if string(key) != "doubleValue" && string(key) != "int64Value" {
					if string(key) == "distributionValue" && !r.distributions {
						r.distributions, r.found = true, true
						r.problem(r.json.line, "values that are distributions are passed over: ask for a percentile or a count of them")
					}
					return r.json.skip()
				}
				t, _, ok := r.json.scalar()
				value, valued = scan.Float(t)
				return ok
			})
		}
		return r.json.skip()
	})
	if ok && valued && !at.IsZero() {
		r.keep(at, value)
	}
	return ok
}

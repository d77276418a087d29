package metrics

// Answers of OpenTSDB's /api/query, and of what answers in its stead (VictoriaMetrics, Bosun):
//
//	[{"metric":"proc.meminfo.memavailable","tags":{"host":"hv03"},"aggregateTags":[],"dps":{"1795393715":23047376896,"1795393730":23040376832}}]
//
// or, with arrays=true, "dps":[[1795393715,23047376896]]. Specification: opentsdb.net/docs, "/api/query" (2.0 to 2.4). Times
// are seconds, or milliseconds with msResolution; their size tells.

import (
	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var openTSDB = parser.Format{
	Name: "opentsdb-json", Title: "OpenTSDB: answers of /api/query",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "metric", "dps") {
			return 84
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).openTSDB)
	},
}

// openTSDB reads one series.
func (r *storeAnswer) openTSDB() bool {
	metric := ""
	var tags []record.Attr
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "metric":
			return r.json.words(&metric)
		case "tags":
			return r.attributes(&tags)
		case "dps":
			if r.json.peek() == '[' {
				return r.pairs(false)
			}
			return r.timedValues()
		}
		return r.json.skip()
	})
	if metric == "" {
		r.drop()
	}
	r.emit(func() (*record.Series, float64) { return r.pathSeries(metric, tags, false, &column{most: r.most}) })
	return ok
}

// timedValues reads {"time": value, ...}.
func (r *storeAnswer) timedValues() bool {
	return r.json.object(func(key []byte) bool {
		at, timed := scan.Epoch(key)
		if c := r.json.peek(); c == '{' || c == '[' {
			return r.json.skip()
		}
		t, _, ok := r.json.scalar()
		if v, valued := scan.Float(t); ok && timed && valued {
			r.keep(at, v)
		}
		return ok
	})
}

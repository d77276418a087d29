package metrics

// Answers of Datadog's /api/v1/query:
//
//	{"status":"ok","res_type":"time_series","series":[{"metric":"system.mem.usable","scope":"host:hv03","tag_set":["host:hv03"],
//	"pointlist":[[1795393715000.0,23047376896.0]],"unit":[{"family":"bytes","scale_factor":1.0,"name":"byte"},null]}]}
//
// Specification: docs.datadoghq.com/api/latest/metrics, "Query timeseries points". Times are milliseconds. The unit's
// scale_factor leads to the base unit of its family.

import (
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var datadogJSON = parser.Format{
	Name: "datadog-json", Title: "Datadog: answers of /api/v1/query",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "series", "pointlist") {
			return 86
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).datadog)
	},
}

// datadog reads the envelope.
func (r *storeAnswer) datadog() bool {
	return r.json.object(func(key []byte) bool {
		switch string(key) {
		case "series":
			return r.json.list(r.datadogSeries)
		case "error":
			return r.serverError()
		}
		return r.json.skip()
	})
}

// serverError reads the text of what the server says instead of data; an empty one is none.
func (r *storeAnswer) serverError() bool {
	said := ""
	ok := r.json.words(&said)
	if said != "" {
		r.found = true
		r.problem(r.json.line, "the server answered with an error instead of data: %s", said)
	}
	return ok
}

func (r *storeAnswer) datadogSeries() bool {
	metric, scope := "", ""
	var unit cellUnit
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "metric":
			return r.json.words(&metric)
		case "scope":
			return r.json.words(&scope)
		case "pointlist":
			return r.pairs(false)
		case "unit":
			n := 0
			return r.json.list(func() bool {
				if n++; n == 1 && r.json.peek() == '{' {
					return r.datadogUnit(&unit)
				} else if r.json.peek() == '{' { // what it is divided by
					unit = cellUnit{}
				}
				return r.json.skip()
			})
		}
		return r.json.skip()
	})
	if metric == "" {
		r.drop()
	}
	r.emit(func() (*record.Series, float64) {
		var labels []record.Attr
		for _, tag := range strings.Split(scope, ",") {
			if k, v, ok := strings.Cut(tag, ":"); ok {
				labels = append(labels, record.Attr{Key: k, Value: v})
			}
		}
		s, scale := r.pathSeries(metric, labels, false, &column{most: r.most, stated: unit})
		if unit.scale != 0 {
			s.Unit, scale = unit.unit, unit.scale
		}
		return s, scale
	})
	return ok
}

// datadogUnit reads {"family":"bytes","scale_factor":1024.0,"name":"kibibyte"}. The base of the family "time" is the second.
func (r *storeAnswer) datadogUnit(unit *cellUnit) bool {
	family, scale := "", 0.0
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "family":
			return r.json.words(&family)
		case "scale_factor":
			t, _, ok := r.json.scalar()
			scale, _ = scan.Float(t)
			return ok
		}
		return r.json.skip()
	})
	switch {
	case family == "bytes" && scale > 0:
		*unit = cellUnit{scale, record.Bytes}
	case family == "time" && scale > 0:
		*unit = cellUnit{scale, record.Seconds}
	}
	return ok
}

package metrics

// Metrics as Telegraf's data format json writes them, one a line or several in "metrics":
//
//	{"fields":{"available":23047376896,"used_percent":8.8},"name":"mem","tags":{"host":"hv03"},"timestamp":1795393715}
//
// Specification: docs.influxdata.com/telegraf, "JSON output format". The time is in seconds unless json_timestamp_units says
// otherwise; its size tells.

import (
	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var telegrafJSON = parser.Format{
	Name: "telegraf-json", Title: "Telegraf: metrics in its data format json",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "fields", "name", "tags", "timestamp") {
			return 82
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).telegraf)
	},
}

// telegraf reads one metric, or what holds several.
func (r *storeAnswer) telegraf() bool {
	type field struct {
		name  string
		line  int
		value float64
	}
	name := ""
	var fields []field
	var tags []record.Attr
	var at record.Stamp
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "metrics":
			return r.json.list(r.telegraf)
		case "name":
			return r.json.words(&name)
		case "tags":
			return r.attributes(&tags)
		case "timestamp":
			t, _, ok := r.json.scalar()
			at, _ = storeTime(t)
			return ok
		case "fields":
			return r.json.object(func(key []byte) bool {
				f := field{name: unescaped(key), line: r.json.line}
				if c := r.json.peek(); c == '{' || c == '[' || c == '"' {
					return r.json.skip()
				}
				t, _, ok := r.json.scalar()
				value, valued := scan.Float(t)
				if f.value = value; ok && valued && len(fields) < maxColumns {
					fields = append(fields, f)
				}
				return ok
			})
		}
		return r.json.skip()
	})
	if !ok || at.IsZero() {
		return ok
	}
	key := append([]byte(name), 0)
	for _, l := range tags {
		key = append(append(append(append(key, l.Key...), '='), l.Value...), 0)
	}
	begin := len(key)
	for _, f := range fields {
		key = append(key[:begin], f.name...)
		s := r.fieldSeries(key, name, f.name, append([]record.Attr(nil), tags...), r.scales)
		r.found = true
		r.sample(at, f.line, s, f.value*r.scales[s])
	}
	return true
}

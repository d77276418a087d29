package metrics

// Answers of Netdata's /api/v1/data and /api/v2/data, format=json, alone or with what options=jsonwrap puts around them:
//
//	{"labels":["time","free","used","cached","buffers"],"data":[[1795393715,20511.8,8032.1,3000.5,200.25],[1795393714,...]]}
//	{"api":1,"id":"system.ram","name":"system.ram","view_update_every":1,...,"result":{"labels":["time","free"],"data":[...]}}
//
// Specification: learn.netdata.cloud, "JSON formatter" and "Query formatting". Rows are latest first unless option flip is
// given, those of csv as well; times are seconds, or milliseconds with option ms. In v2 each cell is [value, anomaly rate, annotations]. No unit is
// in the answer: the chart tells it, by its id, or by its dimensions when they are those of one chart only.

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var netdataJSON = parser.Format{
	Name: "netdata-json", Title: "Netdata: answers of /api/v1/data, format=json",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "labels", "data", "time") && sniffLabels(h.Data) {
			return 84
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).netdata)
	},
}

var netdataCSV = parser.Format{
	Name: "netdata-csv", Title: "Netdata: answers of /api/v1/data, format=csv and tsv, of the chart system.ram",
	Sniff: func(h parser.Head) parser.Score {
		t := table{delimiter: delimiterOf(h.Line())}
		if ls := h.Lines(2); len(ls) == 2 && slices.Equal(texts(t.cut(ls[0])), ramLabels) {
			for _, cell := range t.cut(ls[1])[1:] {
				if v, ok := scan.Float(cell); ok && v < mostMiB {
					return 84
				}
			}
		}
		return 0
	},
	Parse: parseNetdataCSV,
}

// ramLabels are the time and the dimensions of system.ram in the order that Netdata has them.
var ramLabels = []string{"time", "free", "used", "cached", "buffers"}

// mostMiB is 4 TiB in MiB: what is more is no MiB, but a script's bytes or KiB.
const mostMiB = 1 << 22

// parseNetdataCSV reads a table as others are, knowing its unit. Times are local unless option seconds or ms is given.
func parseNetdataCSV(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	defer t.end()
	for header := t.preamble(); header != nil; {
		t.delimiter = delimiterOf(header)
		if !t.begin(texts(t.cut(header))) {
			return errNoTime
		}
		for i := range t.columns {
			t.columns[i].stated = cellUnit{1 << 20, record.Bytes}
			t.columns[i].bytes++
		}
		header = t.read()
	}
	return nil
}

// netdataCharts are the charts of memory (proc.plugin, cgroups.plugin), in MiB.
var netdataCharts = map[string]map[string]record.Quantity{
	"system.ram":    {"free": record.HostFree, "used": record.HostUsed, "cached": record.HostCached, "buffers": ""},
	"mem.available": {"avail": record.HostAvailable},
	"mem.swap":      {"free": record.HostSwapFree, "used": record.HostSwapUsed},
	"system.swap":   {"free": record.HostSwapFree, "used": record.HostSwapUsed}, // its name before 1.36
	"mem_usage":     {"ram": record.MemoryUsed, "swap": ""},                     // of cgroup_NAME
}

// netdata reads an answer, or the one within its wrapping.
func (r *storeAnswer) netdata() bool {
	chart := ""
	var read func() bool
	read = func() bool {
		var series []*record.Series
		var labels []string
		return r.json.object(func(key []byte) bool {
			switch string(key) {
			case "id":
				return r.json.words(&chart)
			case "result":
				return read()
			case "labels":
				ok := r.json.list(func() bool {
					label := ""
					if len(labels) < maxColumns {
						labels = append(labels, label)
						return r.json.words(&labels[len(labels)-1])
					}
					return r.json.skip()
				})
				series = r.netdataSeries(chart, labels)
				return ok
			case "data":
				return r.json.list(func() bool {
					if r.json.peek() == '{' {
						return r.netdataObject(labels, series)
					}
					return r.netdataRow(series)
				})
			}
			return r.json.skip()
		})
	}
	return read()
}

// netdataSeries gives the series of the columns, nil for the time's.
func (r *storeAnswer) netdataSeries(chart string, labels []string) []*record.Series {
	if len(labels) == 0 || labels[0] != "time" {
		return nil
	}
	subject := ""
	if of, name, ok := strings.Cut(chart, "."); ok && strings.HasPrefix(of, "cgroup_") {
		subject, chart = strings.TrimPrefix(of, "cgroup_"), name
	} else if chart == "" && slices.Equal(labels, ramLabels) {
		chart = "system.ram"
	} else if chart == "" && slices.Equal(labels, []string{"time", "avail"}) {
		chart = "mem.available"
	}
	quantities := netdataCharts[chart]
	series := []*record.Series{nil}
	for _, l := range labels[1:] {
		made := &record.Series{Name: strings.TrimPrefix(chart+"."+l, "."), Subject: subject, From: record.Origin{File: r.lines.Path, Line: r.json.line}}
		if q, known := quantities[l]; known {
			made.Quantity, made.Unit = q, record.Bytes
		}
		if subject != "" {
			made.Labels = []record.Attr{{Key: "cgroup", Value: subject}}
		}
		series = append(series, r.get([]byte(made.String()), func() *record.Series { return made }))
	}
	return series
}

// netdataRow reads [time, value, ...]; null is no value.
func (r *storeAnswer) netdataRow(series []*record.Series) bool {
	var at record.Stamp
	timed, n := false, -1
	return r.json.list(func() bool {
		n++
		value, valued := 0.0, false
		cell := func() bool {
			if c := r.json.peek(); valued || c == '[' || c == '{' {
				return r.json.skip()
			}
			t, _, ok := r.json.scalar()
			if n == 0 {
				at, timed = scan.Epoch(t)
			} else {
				value, valued = scan.Float(t)
			}
			return ok
		}
		if r.json.peek() == '[' { // v2
			first := true
			if ok := r.json.list(func() bool {
				if !first {
					return r.json.skip()
				}
				first = false
				return cell()
			}); !ok {
				return false
			}
		} else if !cell() {
			return false
		}
		if timed && valued && n < len(series) {
			r.netdataValue(at, series[n], value)
		}
		return true
	})
}

// netdataObject reads a row of option objectrows: {"time":1795393715,"free":20511.8}.
func (r *storeAnswer) netdataObject(labels []string, series []*record.Series) bool {
	var at record.Stamp
	timed := false
	return r.json.object(func(key []byte) bool {
		n := slices.Index(labels, unescaped(key))
		if c := r.json.peek(); c == '[' || c == '{' {
			return r.json.skip()
		}
		t, _, ok := r.json.scalar()
		value, valued := scan.Float(t)
		switch {
		case !ok:
		case n == 0:
			at, timed = scan.Epoch(t)
		case n > 0 && n < len(series) && timed && valued:
			r.netdataValue(at, series[n], value)
		}
		return ok
	})
}

// netdataValue passes a value on, of a chart of memory in MiB.
func (r *storeAnswer) netdataValue(at record.Stamp, s *record.Series, value float64) {
	r.found = true
	if s != nil && s.Unit == record.Bytes {
		value *= 1 << 20
	}
	r.sample(at, r.json.line, s, value)
}

// sniffLabels tells a list of labels that begins with the time.
func sniffLabels(data []byte) bool {
	i := bytes.Index(data, []byte(`"labels"`))
	return i >= 0 && has(bytes.TrimLeft(data[i+len(`"labels"`):], " \t\r\n:["), `"time"`)
}

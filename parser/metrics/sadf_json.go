package metrics

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// sadfStamp joins the date and time attributes of -j and -x.
func sadfStamp(date, clock, zone []byte, utc bool) (record.Stamp, bool) {
	var joined [64]byte
	b := append(append(append(joined[:0], date...), ' '), clock...)
	at, n := scan.ISO(b)
	if n == 0 {
		return at, false
	}
	if utc || string(zone) == "UTC" || string(zone) == "GMT" {
		at.Lacks = 0
	}
	return at, true
}

// sadf -j, see sadf.go for the lines and the source.
var sadfJ = parser.Format{
	Name: "sadf-j", Title: "sysstat: sadf -j",
	Sniff: func(h parser.Head) parser.Score {
		if data := bytes.TrimLeft(h.Data, " \t\r\n"); has(data, "{\"sysstat\"") || has(data, "{") && bytes.Contains(data[:min(len(data), 200)], []byte(`"sysstat"`)) {
			return 95
		}
		return 0
	},
	Parse: parseSadfJ,
}

type sadfJSON struct {
	*curves
	json  *jsonScan
	host  string
	clock summerTime
	at    record.Stamp
	timed bool
	group string // the object that the value at hand stands in
	row   memoryRow
}

func parseSadfJ(lines *parser.Lines, sink record.Sink) error {
	r := &sadfJSON{curves: newCurves(lines, sink), json: newJSON(lines.Stream())}
	for r.json.seek('{') {
		if !r.value(nil, 0) {
			if r.json.peek() == 0 {
				r.problem(r.json.line, "the file is cut off here: what stands before is read")
				break
			}
			r.json.at++
		}
	}
	r.row.flush(r.curves)
	r.saySpecial()
	return nil
}

// value reads any value under the key; numbers of the known groups become samples. Lists of devices are passed over.
func (r *sadfJSON) value(key []byte, depth int) bool {
	j := r.json
	switch c := j.peek(); {
	case depth > 40:
		return j.skip()
	case c == '{' && string(key) == "timestamp":
		return r.timestamp()
	case c == '{':
		j.at++
		for group := string(key); ; {
			k, ok := j.key()
			if !ok {
				return j.at > 0 && j.buf[j.at-1] == '}'
			}
			r.group = group
			if !r.value(bytes.Clone(k), depth+1) {
				return false
			}
		}
	case c == '[':
		return r.list(key, depth)
	}
	t, quoted, ok := j.scalar()
	if !ok {
		return false
	}
	if quoted {
		if string(key) == "nodename" {
			r.host, r.clock = unescaped(t), summerTime{}
		}
		return true
	}
	v, isNumber := scan.Float(t)
	if !isNumber || !r.timed {
		return true
	}
	name := string(key)
	if pressure := sysstatPressure(r.group, name); pressure != "" {
		name = pressure
	}
	r.row.value(r.curves, name, r.host, r.at, j.line, t, v)
	return true
}

// list reads the lists that lead to the samples and passes over the others.
func (r *sadfJSON) list(key []byte, depth int) bool {
	if k := string(key); k != "hosts" && k != "statistics" {
		return r.json.skip()
	}
	r.json.at++
	for r.json.item() {
		r.timed = false
		if !r.value(nil, depth+1) {
			return false
		}
	}
	r.timed = false
	return r.json.at > 0 && r.json.buf[r.json.at-1] == ']'
}

func (r *sadfJSON) timestamp() bool {
	j := r.json
	j.at++
	var date, clock, zone []byte
	utc := false
	for {
		k, ok := j.key()
		if !ok {
			break
		}
		name := string(k)
		t, _, ok := j.scalar()
		if !ok {
			return false
		}
		switch name {
		case "date":
			date = bytes.Clone(t)
		case "time":
			clock = bytes.Clone(t)
		case "tz":
			zone = bytes.Clone(t)
		case "utc":
			utc = string(t) == "1"
		}
	}
	if r.at, r.timed = sadfStamp(date, clock, zone, utc); !r.timed {
		r.problem(j.line, "the timestamp is not readable: its samples are left out")
		return true
	}
	r.at = r.inStep(&r.clock, r.at, j.line)
	return true
}

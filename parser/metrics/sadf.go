package metrics

// What sadf writes for machines: -d (and -dh), -p, -j, -x.
//
//	# hostname;interval;timestamp;kbmemfree;kbavail;kbmemused;%memused;...
//	vm;1;2026-11-23 00:28:28 UTC;21419308;22824180;1498272;6.07;...
//
//	vm	1	2026-11-23 00:28:28 UTC	-	kbmemfree	21419308
//
//	"timestamp": {"date": "2026-11-23", "time": "00:28:28", "utc": 1, "interval": 1}, "memory": {"memfree": 21419308, ...}
//
//	<timestamp date="2026-11-23" time="00:28:28" utc="1" interval="1"> ... <memfree>21419308</memfree>
//
// Source: sadf(1), rndr_stats.c, json_stats.c, xml_stats.c. Seen: 11.6.5 to 12.7. With -T or -t the times are local and
// no zone is written; with -U they are epoch seconds. A new # header begins each activity.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var sadfD = parser.Format{
	Name: "sadf-d", Title: "sysstat: sadf -d (and -dh, -U, -T)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(5) {
			if has(l, "# hostname;interval;timestamp") {
				return 95
			}
		}
		return 0
	},
	Parse: parseSadfD,
}

var sadfP = parser.Format{
	Name: "sadf-p", Title: "sysstat: sadf -p",
	Sniff: func(h parser.Head) parser.Score {
		var cells [][]byte
		for _, l := range h.Lines(5) {
			cells = split(cells, l, '\t')
			if len(cells) != 6 {
				continue
			}
			if _, ok := sadfTime(cells[2]); ok && isValue(cells[5]) {
				return 85
			}
		}
		return 0
	},
	Parse: parseSadfP,
}

// sadfTime reads the third column.
func sadfTime(b []byte) (record.Stamp, bool) {
	c, ok := readTime(b)
	return c.at, ok && !c.bare && !c.open
}

type sadfReader struct {
	*curves
	names   []string
	columns []sysstatColumn
	host    string
	keyed   bool
	old     *oldMemory
	cells   [][]byte
	saidOld bool
	bad     int
}

func parseSadfD(lines *parser.Lines, sink record.Sink) error {
	r := &sadfReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		l := lines.Bytes()
		switch {
		case has(l, "# hostname;interval;timestamp;"):
			r.header(l[len("# hostname;interval;timestamp;"):])
		case len(l) == 0 || l[0] == '#':
		default:
			r.row(l)
		}
	}
	r.saySpecial()
	return nil
}

// header takes the names up to the first list of devices, which -h marks with [...].
func (r *sadfReader) header(l []byte) {
	if i := bytes.Index(l, []byte("[...]")); i >= 0 {
		l = l[:i]
	}
	r.names = texts(split(nil, l, ';'))
	r.host, r.columns = "", nil
}

// section makes the columns for a host.
func (r *sadfReader) section(host string) {
	r.host = host
	r.keyed = sectionKeys[r.names[0]]
	r.columns = make([]sysstatColumn, len(r.names))
	old, cacheCounts := findOldMemory(r.names)
	for i, name := range r.names {
		if r.keyed && (r.names[0] != "CPU" || i == 0) {
			continue
		}
		r.columns[i] = r.sysstatSeries(name, host, cacheCounts)
	}
	r.old = nil
	if cacheCounts {
		old.series(r.curves, host)
		r.old = &old
		if !r.saidOld {
			r.saidOld = true
			r.problem(r.lines.Number(), oldMemoryNote)
		}
	}
}

func (r *sadfReader) row(l []byte) {
	r.cells = split(r.cells, l, ';')
	if r.names == nil || len(r.cells) < 4 || has(r.cells[3], "LINUX-RESTART") || has(r.cells[3], "COM ") {
		return
	}
	at, ok := sadfTime(r.cells[2])
	if !ok {
		if r.bad++; r.bad <= 20 && !r.lines.Torn() {
			r.problem(r.lines.Number(), "the row is left out: its third field is no time")
		}
		return
	}
	if r.columns == nil || string(r.cells[0]) != r.host {
		r.section(r.lines.Text(r.cells[0]))
	}
	values := r.cells[3:]
	if r.keyed && string(values[0]) != "-1" && string(values[0]) != "all" {
		return
	}
	last := min(len(values), len(r.columns))
	if r.lines.Torn() && len(values) <= len(r.columns) {
		last = min(last, len(values)-1)
	}
	for i := 0; i < last; i++ {
		if c := r.columns[i]; c.series != nil {
			if v, ok := scan.Float(values[i]); ok {
				widen(c.series, digitStep(values[i])*c.scale)
				r.sample(at, r.lines.Number(), c.series, v*c.scale)
			}
		}
	}
	if r.old != nil && last == len(r.columns) {
		r.old.emit(r.curves, at, r.lines.Number(), func(i int) (float64, bool) { return scan.Float(values[i]) })
	}
}

// parseSadfP reads one value a row: host, interval, time, device, name, value.
func parseSadfP(lines *parser.Lines, sink record.Sink) error {
	r := &sadfReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		r.cells = split(r.cells, lines.Bytes(), '\t')
		if len(r.cells) < 6 {
			continue // LINUX-RESTART, a torn end
		}
		device := r.cells[3]
		if len(device) != 1 && string(device) != "all" || lines.Torn() {
			continue
		}
		at, ok := sadfTime(r.cells[2])
		v, isNumber := scan.Float(r.cells[5])
		if !ok || !isNumber {
			if r.bad++; r.bad <= 20 {
				r.problem(lines.Number(), "the row is left out: a time in the third and a number in the sixth field were expected")
			}
			continue
		}
		r.host = string(r.cells[0])
		c := r.sysstatSeries(string(r.cells[4]), r.host, false)
		if c.series != nil {
			widen(c.series, digitStep(r.cells[5])*c.scale)
			r.sample(at, lines.Number(), c.series, v*c.scale)
		}
	}
	r.saySpecial()
	return nil
}

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
	at    record.Stamp
	timed bool
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
		for {
			k, ok := j.key()
			if !ok {
				return j.at > 0 && j.buf[j.at-1] == '}'
			}
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
			r.host = unescaped(t)
		}
		return true
	}
	v, isNumber := scan.Float(t)
	if !isNumber || !r.timed {
		return true
	}
	if c := r.sysstatSeries(string(key), r.host, false); c.series != nil {
		widen(c.series, digitStep(t)*c.scale)
		r.sample(r.at, j.line, c.series, v*c.scale)
	}
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
	}
	return true
}

var sadfX = parser.Format{
	Name: "sadf-x", Title: "sysstat: sadf -x (XML)",
	Sniff: func(h parser.Head) parser.Score {
		if bytes.Contains(h.Data[:min(len(h.Data), 600)], []byte("<sysstat")) {
			return 95
		}
		return 0
	},
	Parse: parseSadfX,
}

// parseSadfX reads line by line, since sadf writes one element a line. Elements with attributes that stand for a
// device are passed over.
func parseSadfX(lines *parser.Lines, sink record.Sink) error {
	c := newCurves(lines, sink)
	host := ""
	var at record.Stamp
	timed := false
	for lines.Next() {
		l := trim(lines.Bytes())
		switch {
		case has(l, "<host "):
			host = lines.Text(attribute(l, "nodename"))
		case has(l, "<timestamp "):
			at, timed = sadfStamp(attribute(l, "date"), attribute(l, "time"), attribute(l, "tz"), string(attribute(l, "utc")) == "1")
			if !timed {
				c.problem(lines.Number(), "the timestamp is not readable: its samples are left out")
			}
		case has(l, "</timestamp>"):
			timed = false
		case timed && len(l) > 3 && l[0] == '<':
			c.xmlElement(l, host, at)
		}
	}
	c.saySpecial()
	return nil
}

// xmlElement reads <memfree>21419308</memfree>, and elements whose values are attributes: <swap-pages pswpin="0.00" .../>.
func (c *curves) xmlElement(l []byte, host string, at record.Stamp) {
	shut := bytes.IndexByte(l, '>')
	if shut > 0 && bytes.IndexByte(l[:shut], ' ') < 0 {
		end := bytes.Index(l, []byte("</"))
		if end < shut {
			return
		}
		c.xmlValue(l[1:shut], l[shut+1:end], host, at)
		return
	}
	name, rest := word(l)
	if string(name) != "<paging" && string(name) != "<swap-pages" && !has(name, "<psi-mem") {
		return
	}
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 || eq+1 >= len(rest) || rest[eq+1] != '"' {
			return
		}
		end := bytes.IndexByte(rest[eq+2:], '"')
		if end < 0 {
			return
		}
		c.xmlValue(trim(rest[:eq]), rest[eq+2:eq+2+end], host, at)
		rest = rest[eq+3+end:]
	}
}

func (c *curves) xmlValue(name, value []byte, host string, at record.Stamp) {
	v, ok := scan.Float(value)
	if _, known := sysstatAliases[string(name)]; !ok || !known {
		return
	}
	if col := c.sysstatSeries(string(name), host, false); col.series != nil {
		widen(col.series, digitStep(value)*col.scale)
		c.sample(at, c.lines.Number(), col.series, v*col.scale)
	}
}

// attribute gives the value of an XML attribute on the line; nil when it is not there.
func attribute(l []byte, name string) []byte {
	i := bytes.Index(l, []byte(" "+name+`="`))
	if i < 0 {
		return nil
	}
	b := l[i+len(name)+3:]
	if j := bytes.IndexByte(b, '"'); j >= 0 {
		return b[:j]
	}
	return nil
}

// sarBinary is sysstat's own file, which changes with every major version: it is recognized so that the user learns
// how to convert it.
var sarBinary = parser.Format{
	Name: "sysstat-binary", Title: "sysstat: saNN data files (recognized; convert with sadf)",
	Sniff: func(h parser.Head) parser.Score {
		if bytes.HasPrefix(h.Magic, []byte{0x96, 0xd5}) || bytes.HasPrefix(h.Magic, []byte{0xd5, 0x96}) { // either byte order
			return 100
		}
		return 0
	},
	Raw: true,
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		c := newCurves(lines, sink)
		c.problem(0, "is sysstat's binary data file, whose layout changes with each version: run `sadf -d -U %s -- -r -S -B -W > %s.csv` on a machine with the same sysstat and give that file", lines.Path, lines.Path)
		return nil
	},
}

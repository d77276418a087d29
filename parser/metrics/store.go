package metrics

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// storeAnswer reads what a metric store answers in JSON, one answer or several in a file. A series' points are kept until
// its object ends: its name and its unit may stand behind them.
type storeAnswer struct {
	*table
	json   *jsonScan
	points []storePoint
	most   float64 // biggest value of points
	found  bool    // a value, or what the server says instead
	scales map[*record.Series]float64

	distributions bool // were seen, and told
}

type storePoint struct {
	at    record.Stamp
	line  int
	value float64
}

// maxStored bounds what is kept of one series.
const maxStored = 1 << 20

// parseStore lets object read each object that stands by itself. After damage reading goes on at the next one.
func parseStore(lines *parser.Lines, sink record.Sink, object func(*storeAnswer) bool) error {
	r := &storeAnswer{table: newTable(lines, sink), json: newJSON(lines.Stream()), scales: map[*record.Series]float64{}}
	for r.json.seek('{') {
		if object(r) {
			continue
		}
		if r.json.peek() == 0 {
			r.problem(r.json.line, "the file is cut off here: what stands before is read")
			break
		}
		if r.bad++; r.bad <= 20 {
			r.problem(r.json.line, "damaged JSON: reading goes on at the next object")
		}
	}
	if !r.found {
		r.problem(0, "the answer holds no values: nothing was measured under that name in that time, or the name is misspelt")
	}
	r.saySpecial()
	return nil
}

// keep adds a point to those of the series that is being read.
func (r *storeAnswer) keep(at record.Stamp, value float64) {
	r.keepPoint(storePoint{at, r.json.line, value})
}

func (r *storeAnswer) keepPoint(p storePoint) {
	r.found = true
	switch {
	case len(r.points) < maxStored:
		r.points = append(r.points, p)
		r.most = max(r.most, p.value)
	case len(r.points) == maxStored:
		r.points = append(r.points, storePoint{})
		r.problem(r.json.line, "more than %d values in one series: the rest is left out", maxStored)
	}
}

// pairs reads [[time, value], ...], or with the value first; null is no value.
func (r *storeAnswer) pairs(valueFirst bool) bool {
	return r.json.list(func() bool {
		var cells [2]float64
		var at record.Stamp
		n, timed, valued := 0, false, false
		ok := r.json.list(func() bool {
			if c := r.json.peek(); c == '[' || c == '{' || n > 1 {
				n++
				return r.json.skip()
			}
			t, _, ok := r.json.scalar()
			if isTime := (n == 1) == valueFirst; ok && isTime {
				at, timed = storeTime(t)
			} else if ok {
				cells[0], valued = scan.Float(t)
			}
			n++
			return ok
		})
		if ok && timed && valued {
			r.keep(at, cells[0])
		}
		return ok
	})
}

// measured reads a point as an object of a time and of statistics, of which the first in the list counts that is there;
// other reads the rest.
func (r *storeAnswer) measured(timeKey string, statistics []string, other func(key []byte) bool) bool {
	best, value := len(statistics), 0.0
	var at record.Stamp
	ok := r.json.object(func(key []byte) bool {
		rank, isTime := slices.Index(statistics, string(key)), string(key) == timeKey
		if rank < 0 && !isTime {
			return other(key)
		}
		if c := r.json.peek(); c == '{' || c == '[' {
			return r.json.skip()
		}
		t, _, ok := r.json.scalar()
		if stamp, timed := storeTime(t); isTime && timed {
			at = stamp
		} else if v, valued := scan.Float(t); ok && rank >= 0 && valued && rank < best {
			best, value = rank, v
		}
		return ok
	})
	if ok && best < len(statistics) && !at.IsZero() {
		r.keep(at, value)
	}
	return ok
}

// measuredSeries gives the series of a metric that the store names with its unit, which has the last word: a share is of
// the whole machine, whatever its name says.
func (r *storeAnswer) measuredSeries(name string, labels []record.Attr, unit cellUnit) (*record.Series, float64) {
	s, scale := r.storedSeries(name, labels, &column{most: r.most, stated: unit}, false)
	if unit.scale != 0 {
		s.Unit, scale = unit.unit, unit.scale
	}
	if s.Unit == record.Share {
		s.Quantity = ""
	}
	if who := subject(ofAnything, s.Labels); who != "" || s.Quantity == "" { // then the name names nobody
		s.Subject = who
	}
	return s, scale
}

// attributes reads an object of texts.
func (r *storeAnswer) attributes(into *[]record.Attr) bool {
	return r.json.object(func(key []byte) bool {
		l := record.Attr{Key: unescaped(key)}
		ok := r.json.words(&l.Value)
		if l.Value != "" && len(*into) < maxColumns {
			*into = append(*into, l)
		}
		return ok
	})
}

// drop forgets the points of the series before.
func (r *storeAnswer) drop() { r.points, r.most = r.points[:0], 0 }

// emit passes the points on as samples of the series that build gives with its scale; several series of one name and
// the same labels go on.
func (r *storeAnswer) emit(build func() (*record.Series, float64)) {
	defer r.drop()
	if len(r.points) == 0 {
		return
	}
	made, scale := build()
	made.From = record.Origin{File: r.lines.Path, Line: r.points[0].line}
	s := r.get([]byte(made.String()), func() *record.Series { return made })
	for _, p := range r.points[:min(len(r.points), maxStored)] {
		r.sample(p.at, p.line, s, p.value*scale)
	}
}

// storeTime reads a time as stores write it: with its zone, or seconds or milliseconds since 1970, maybe as a float.
func storeTime(t []byte) (record.Stamp, bool) {
	if at, n := scan.ISO(t); n > 0 && n == len(t) {
		return at, true
	}
	if at, ok := promTime(t); ok {
		return at, true
	}
	f, ok := scan.Float(t)
	if !ok || f != math.Trunc(f) || !(f < 1e18) {
		return record.Stamp{}, false
	}
	return scan.EpochNumber(int64(f))
}

// pathSeries gives the series of a dotted path, as Graphite, OpenTSDB and Datadog name metrics, by what its last nodes say:
// what collectd's write_graphite, Telegraf, Diamond or tcollector measured. hosted tells that the node before them is the
// host; a path that is not known keeps its name and gets no meaning but what its words say.
func (t *table) pathSeries(path string, labels []record.Attr, hosted bool, c *column) (*record.Series, float64) {
	nodes := strings.Split(path, ".")
	n := len(nodes)
	if n < 2 || strings.ContainsAny(path, "( ") {
		return t.storedSeries(path, labels, c, false)
	}
	leaf, parent := nodes[n-1], nodes[n-2]
	if n > 2 && hosted {
		labels = append(labels, record.Attr{Key: "host", Value: nodes[n-3]})
	}
	if name := parent + "_" + leaf; knownNames[name].unit != "" {
		return describe(name, labels)
	}
	plugin, _, _ := strings.Cut(parent, "-")
	kind, part, typed := strings.Cut(leaf, "-")
	if typed && (plugin == kind && (kind == "memory" || kind == "swap") || plugin == "virt" && kind == "memory") {
		host := ""
		if n > 2 && hosted {
			host, labels = nodes[n-3], labels[:len(labels)-1]
		}
		name, found := collectdLabels(host, parent, kind, part, "value")
		return describe(name, append(labels, found...))
	}
	if fixed, ok := fixedNames[squeezed(leaf)]; ok && (parent == "memory" || parent == "meminfo") && fixed.unit == record.Bytes {
		s, scale := describe(path, labels)
		s.Quantity, s.Unit = fixed.quantity, fixed.unit
		return s, scale
	}
	if n > 2 && hosted {
		labels = labels[:len(labels)-1] // the node may be anything
	}
	s, scale := t.storedSeries(path, labels, c, false)
	if s.Quantity == "" { // then the path names nobody
		s.Subject = subject(ofAnything, labels)
	}
	return s, scale
}

// sniffKeys tells a JSON text that begins as one may and has all the keys in its beginning.
func sniffKeys(h parser.Head, keys ...string) bool {
	data := bytes.TrimLeft(h.Data, " \t\r\n")
	if !has(data, "{") && !has(data, "[") {
		return false
	}
	for _, k := range keys {
		if !bytes.Contains(data, []byte(`"`+k+`"`)) {
			return false
		}
	}
	return true
}

// stepped is the time of the n-th value of a series that begins at start, in seconds since 1970, one each step seconds.
func stepped(start, step int64, n int) record.Stamp {
	return record.AtUnix((start+step*int64(n))*1e9, time.Second)
}

package reports

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// chartData gives what the page's script draws, as JSON. Strings pass jsonWriter.quote, which leaves no "<" in them:
// nothing can end the element that they stand in.
func (c composer) chartData(d drawing) []byte {
	j := &jsonWriter{zone: d.face.zone, oneLine: true}
	_, offset := time.UnixMilli(d.from).In(d.face.zone).Zone()
	j.WriteString(`{"zone":{"offset":` + strconv.Itoa(offset/60) + `,"label":`)
	j.quote(d.face.label)
	j.WriteString(`,"year":` + strconv.FormatBool(d.face.year) + `},"view":`)
	j.integers([]int64{d.from, d.to})
	if c.worst != nil && !c.worst.At.IsZero() {
		j.WriteString(`,"worst":` + strconv.FormatInt(c.worst.At.UnixMilli(), 10))
	}
	j.WriteString(`,"groups":[`)
	for i, group := range groupedEvery(d.every) {
		if i > 0 {
			j.WriteByte(',')
		}
		c.chartGroup(j, group)
	}
	j.WriteString(`],"bands":[`)
	for i, b := range d.bands {
		if i > 0 {
			j.WriteByte(',')
		}
		j.integers([]int64{b.from, b.to})
	}
	j.WriteString(`],"marks":[`)
	for i, m := range d.moments {
		if i > 0 {
			j.WriteByte(',')
		}
		j.WriteString(`{"t":` + strconv.FormatInt(m.at, 10))
		for _, x := range [][2]string{{"text", m.text}, {"line", m.excerpt}, {"source", m.source}, {"tone", toneName(m.tone)}} {
			if x[1] != "" {
				j.WriteString(`,"` + x[0] + `":`)
				j.quote(x[1])
			}
		}
		j.WriteByte('}')
	}
	j.WriteString(`],"words":`)
	c.chartWords(j)
	j.WriteByte('}')
	return j.Bytes()
}

// groupedEvery gives the curves of the interactive charts, no more of them than a browser can bear.
func groupedEvery(every []panel) [][]panel {
	const most = 400
	return grouped(every[:min(len(every), most)])
}

// chartGroup writes the curves that share one chart.
func (c composer) chartGroup(j *jsonWriter, group []panel) {
	s := sheetOf(group)
	j.WriteString(`{"title":`)
	j.quote(groupTitle(c.voice, group))
	unit, scale := group[0].unit, 1.0
	if unit == record.Bytes {
		scale = 1 << 20
	}
	j.WriteString(`,"unit":`)
	j.quote(string(unit))
	j.WriteString(`,"scale":` + strconv.FormatFloat(scale, 'f', -1, 64) + `,"height":` + px(heightOf(group)))
	if s.pieces > 0 {
		j.WriteString(`,"note":`)
		step := time.Duration((s.t[len(s.t)-1]-s.t[0])/int64(s.pieces)) * time.Millisecond
		j.quote(c.sayf("thinned for drawing: of every %v each curve keeps its lowest and its highest value", verdict.Span(step)))
	}
	j.WriteString(`,"t":`)
	steps := make([]int64, len(s.t))
	for i, t := range s.t {
		steps[i] = t
		if i > 0 {
			steps[i] -= s.t[i-1]
		}
	}
	j.integers(steps)
	j.WriteString(`,"series":[`)
	for i, p := range group {
		if i > 0 {
			j.WriteByte(',')
		}
		j.WriteString(`{"name":`)
		j.quote(p.label)
		j.WriteString(`,"look":"` + lookOf(p, i) + `","hold":` + strconv.FormatInt(longGap(p), 10) + `,"v":`)
		j.values(s.v[i], scale)
		j.WriteByte('}')
	}
	j.WriteString(`]}`)
}

func (j *jsonWriter) integers(all []int64) {
	j.WriteByte('[')
	var b []byte
	for i, n := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	j.Write(append(b, ']'))
}

// values writes numbers with five digits that count, 0 for a time at which only other curves have a sample, as a
// string, and null where the curve is interrupted.
func (j *jsonWriter) values(all []float64, scale float64) {
	b := make([]byte, 0, 7*len(all)+2)
	b = append(b, '[')
	for i, v := range all {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case isHole(v):
			b = append(b, '"', '"')
		case math.IsNaN(v):
			b = append(b, "null"...)
		default:
			b = appendShort(b, v/scale)
		}
	}
	j.Write(append(b, ']'))
}

// appendShort writes a number with five significant digits and without needless ones.
func appendShort(b []byte, v float64) []byte {
	if v == 0 || math.Abs(v) >= 1e15 {
		return strconv.AppendFloat(b, v, 'g', 5, 64)
	}
	digits := 4 - int(math.Floor(math.Log10(math.Abs(v))))
	if digits > 12 {
		return append(b, '0')
	}
	p := math.Pow(10, float64(digits))
	return strconv.AppendFloat(b, math.Round(v*p)/p, 'f', -1, 64)
}

// suffix gives what stands behind a number: "/s", " ms", " %".
func (v voice) suffix(x float64, u record.Unit) string {
	said := v.quantity(x, u)
	return said[strings.LastIndexAny(said, "0123456789")+1:]
}

// chartWords gives what the page's script says.
func (c composer) chartWords(j *jsonWriter) {
	all := map[string]string{
		"local": c.word("local time"), "reset": c.word("Whole run"), "incident": c.word("Incident"), "in": c.word("Zoom in"), "out": c.word("Zoom out"),
		"all": c.word("All on"), "none": c.word("All off"), "help": c.word("Drag to zoom, double click for the whole run; arrow keys move the pointer, + and - zoom, Esc goes back."),
		"chart": c.word("Charts on one time axis"), "show": c.word("show in the chart"), "copy": c.word("Copy"), "copied": c.word("Copied"),
		"nothing": c.word("nothing reported"), "marks": c.word("What happened"), "curves": c.word("Curves"), "time": c.word("time"),
		"perSecond": c.suffix(1, record.PerSecond), "ms": c.suffix(.001, record.Seconds), "s": c.suffix(1, record.Seconds), "share": c.suffix(1, record.Share),
	}
	b, err := json.Marshal(all)
	if err != nil { // strings always marshal
		b = []byte("{}")
	}
	j.Write(b)
}

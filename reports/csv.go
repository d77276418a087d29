package reports

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// csvCurves gives the curves of a report for a spreadsheet: one row for each step of time, one column a curve.
var csvCurves = Reporter{
	Name: "csv", Title: "the curves on one time axis, for spreadsheets", Endings: []string{".csv"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		b := bufio.NewWriter(w)
		if r == nil {
			r = &verdict.Report{}
		}
		writeCurves(b, r)
		return b.Flush()
	},
}

// maxSteps is how many rows a sheet of curves has at most.
const maxSteps = 5000

// writeCurves writes base units (bytes, 1/s, seconds) and times with their offset. Where a step has several values
// it shows the one that a chart would: the median, or an extreme that stands out.
func writeCurves(w *bufio.Writer, r *verdict.Report) {
	zone := facing(r.Clock).zone
	var curves []*verdict.Curve
	from, to, step := int64(math.MaxInt64), int64(math.MinInt64), int64(math.MaxInt64)
	for i := range r.Curves {
		k := &r.Curves[i]
		if len(k.T) == 0 || len(k.T) != len(k.V) {
			continue
		}
		curves = append(curves, k)
		from, to = min(from, k.T[0]), max(to, k.T[len(k.T)-1])
		if s := usualStep(k.T); s > 0 {
			step = min(step, s)
		}
	}
	w.WriteString("time")
	for _, k := range curves {
		w.WriteString("," + inCSV(columnName(k)))
	}
	w.WriteByte('\n')
	if len(curves) == 0 {
		return
	}
	step = sheetStep(to-from, step)
	from = from / step * step
	n := int((to-from)/step) + 1
	columns := make([][]float64, len(curves))
	for i, k := range curves {
		columns[i] = bins(k.T, k.V, from, from+int64(n)*step, n, 0)
	}
	var line []byte
	for row := range n {
		line = time.UnixMilli(from+int64(row)*step).In(zone).AppendFormat(line[:0], time.RFC3339)
		for i := range curves {
			line = append(line, ',')
			if v := columns[i][row]; !math.IsNaN(v) {
				line = appendFigures(line, v, curves[i].Unit)
			}
		}
		w.Write(append(line, '\n'))
	}
}

// sheetStep gives a round step in milliseconds, no finer than the finest curve and with maxSteps rows at most.
func sheetStep(span, finest int64) int64 {
	const second = 1000
	for _, s := range []int64{1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 6 * 3600, 24 * 3600} {
		if s*second*maxSteps > span && (s*second >= finest || finest == math.MaxInt64) {
			return s * second
		}
	}
	return (span/maxSteps/(24*3600*second) + 1) * 24 * 3600 * second
}

// columnName gives "rss vm-k8s-worker-1 (bytes)".
func columnName(k *verdict.Curve) string {
	name := clean(k.Name, maxName)
	if k.Subject != "" {
		name += " " + clean(k.Subject, maxName)
	}
	if name == "" {
		name = clean(k.Role, maxName)
	}
	if k.Unit != record.NoUnit {
		name += " (" + clean(string(k.Unit), maxName) + ")"
	}
	return name
}

// appendFigures writes a value with the digits that matter: whole bytes, six significant ones of all others.
func appendFigures(b []byte, v float64, u record.Unit) []byte {
	if (u == record.Bytes || math.Abs(v) >= 1e6) && math.Abs(v) < 1<<62 {
		return strconv.AppendInt(b, int64(math.Round(v)), 10)
	}
	return strconv.AppendFloat(b, v, 'g', 6, 64)
}

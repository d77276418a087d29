package metrics

// What dstat, dool and pcp-dstat write with --output:
//
//	"dool 1.3.4 CSV output"
//	"Host:","vm",,,,"User:","root"
//	"Cmdline:","dool -tcm --output dool-t.csv 1 3",,,,"Date:","23 Nov 2026 00:27:06 UTC"
//	"system","total cpu usage",,,,,"memory usage",,,
//	"time","usr","sys","idl","wai","stl","used","free","cach","avai"
//	Nov-23 00:27:06,29.531,8.435,61.018,0.534,0.481,1163632640,22442143744,1143832576,23894056960
//
// Source: dstat 0.8 and dool 1.3 (showcsv, DstatPlugin). Seen: dool 1.3.4, dstat 0.8.0. Times are "23-11 00:28:19" or
// "Nov-23 00:27:06" without a year, which only the Date cell has, or epoch seconds (-T). Memory is in bytes. Rates of the
// first row are means since boot. dstat of Debian 12 and Ubuntu 22 dies on Python 3.8 and later behind the header.

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var dstatCSV = parser.Format{
	Name: "dstat", Title: "dstat, dool, pcp-dstat --output",
	Sniff: func(h parser.Head) parser.Score {
		l := h.Line()
		if bytes.HasSuffix(bytes.Trim(l, `",`), []byte("CSV output")) && (has(l, `"D`) || has(l, `"d`) || has(l, `"pcp`)) {
			return 95
		}
		return 0
	},
	Parse: parseDstat,
}

type dstatReader struct {
	*table
	host    string
	started record.Stamp // the Date cell
	groups  []string
	names   []string
	series  []*record.Series
	scales  []float64
	when    int
	rows    int
	year    int
	month   time.Month
}

func parseDstat(lines *parser.Lines, sink record.Sink) error {
	r := &dstatReader{table: newTable(lines, sink), when: -1}
	r.delimiter = ','
	total := 0
	for lines.Next() {
		cells := r.cut(lines.Bytes())
		first := string(cells[0])
		switch {
		case first == "Host:" && len(cells) > 1:
			r.host = lines.Text(cells[1])
		case first == "Cmdline:":
			r.date(cells)
		case strings.HasSuffix(first, "CSV output") || first == "Author:" || len(cells) < 2:
		case r.groups == nil || bytes.IndexByte(lines.Bytes(), '"') == 0 && !isDigit(first) && r.names != nil && scan.Month([]byte(first)) == 0:
			r.groups, r.names = carried(texts(cells)), nil
		case r.names == nil:
			r.header(texts(cells))
		default:
			r.row(cells)
			total++
		}
	}
	if total == 0 {
		r.problem(0, "the file has a header and no rows: dstat died while it started (known of dstat 0.8 on Python 3.8 and later), or was killed before it wrote its buffer; dool is its successor")
	}
	return nil
}

func isDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// date reads "23 Nov 2026 00:27:06 UTC".
func (r *dstatReader) date(cells [][]byte) {
	for i, c := range cells {
		if string(c) == "Date:" && i+1 < len(cells) {
			if at, ok := dateOutput(append([]byte("x "), cells[i+1]...)); ok {
				r.started, r.year, r.month = at, at.Wall.Year(), at.Wall.Month()
			}
		}
	}
}

// carried repeats a group's name over the empty cells behind it.
func carried(cells []string) []string {
	last := ""
	for i, c := range cells {
		if c != "" {
			last = c
		}
		cells[i] = last
	}
	return cells
}

// dstatColumn is what a column of a group measures.
func dstatColumn(group, name string) (record.Quantity, record.Unit, float64) {
	switch {
	case strings.HasSuffix(group, "memory usage"): // "virtual memory" is rates of faults and pages
		return map[string]record.Quantity{"total": record.HostTotal, "shmem": record.HostShmem, "used": record.HostUsed, "free": record.HostFree, "cach": record.HostCached, "cache": record.HostCached, "avai": record.HostAvailable, "avail": record.HostAvailable}[name], record.Bytes, 1
	case group == "swap":
		return map[string]record.Quantity{"used": record.HostSwapUsed, "free": record.HostSwapFree}[name], record.Bytes, 1
	case group == "paging":
		return map[string]record.Quantity{"in": record.SwapIn, "out": record.SwapOut}[name], record.ByteRate, 1
	case strings.Contains(group, "cpu"):
		return "", record.Share, 0.01
	case strings.HasPrefix(group, "dsk") || strings.HasPrefix(group, "net"):
		return "", record.ByteRate, 1
	}
	return "", record.NoUnit, 1
}

func (r *dstatReader) header(names []string) {
	r.names, r.rows, r.clock = names, 0, summerTime{}
	r.series, r.scales = make([]*record.Series, len(names)), make([]float64, len(names))
	r.when = -1
	for i, name := range names {
		if name == "time" || name == "epoch" || name == "date/time" {
			r.when = i
			continue
		}
		group := ""
		if i < len(r.groups) {
			group = r.groups[i]
		}
		q, unit, scale := dstatColumn(group, name)
		full := strings.TrimSpace(group + " " + name)
		r.scales[i] = scale
		r.series[i] = r.get([]byte(full), func() *record.Series {
			return &record.Series{Name: full, Quantity: q, Unit: unit, Subject: r.host}
		})
	}
}

func (r *dstatReader) row(cells [][]byte) {
	r.rows++
	at := unplaced(r.rows - 1)
	if r.when >= 0 {
		if r.when >= len(cells) {
			return
		}
		var ok bool
		if at, ok = r.stamp(cells[r.when]); !ok {
			r.badRow(r.lines.Number(), cells)
			return
		}
		at = r.inStep(&r.clock, at, r.lines.Number())
	} else if r.rows == 1 {
		r.sayUnplaced("dstat without -t or -T", "add -T")
	}
	last := min(len(cells), len(r.series))
	if r.lines.Torn() && len(cells) <= len(r.series) {
		last = min(last, len(cells)-1)
	}
	for i := 0; i < last; i++ {
		s := r.series[i]
		if s == nil || r.rows == 1 && (s.Unit == record.ByteRate || s.Unit == record.Share) {
			continue
		}
		if v, ok := scan.Float(cells[i]); ok {
			r.sample(at, r.lines.Number(), s, v*r.scales[i])
		}
	}
}

// stamp reads "Nov-23 00:27:06", "23-11 00:28:19" or epoch seconds, in the zone of the Date cell. From December to
// January the year goes on.
func (r *dstatReader) stamp(b []byte) (record.Stamp, bool) {
	if at, ok := scan.Epoch(b); ok && len(b) >= 9 {
		return at, true
	}
	i := bytes.IndexByte(b, ' ')
	dash := bytes.IndexByte(b, '-')
	if i < 3 || dash < 1 || dash > i {
		return record.Stamp{}, false
	}
	tod, prec, n := scan.Clock(b[i+1:])
	month, second := scan.Month(b), b[dash+1:i]
	day, length := scan.Digits(second)
	if month == 0 { // day first, then the month's number
		month = time.Month(day)
		day, _ = scan.Digits(b[:dash])
	}
	if n == 0 || length != len(second) || month < 1 || month > 12 || day < 1 || day > 31 {
		return record.Stamp{}, false
	}
	at := record.Stamp{Prec: prec, Lacks: r.started.Lacks}
	if r.year == 0 {
		at.Lacks = record.LacksYear | record.LacksZone
	} else if month < r.month && r.month-month > 6 {
		r.year++
	}
	if r.year != 0 {
		r.month = month
	}
	at.Wall = time.Date(r.year, month, int(day), 0, 0, 0, 0, time.UTC).Add(tod)
	return at, true
}

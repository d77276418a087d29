package metrics

// What sadf -r writes: the counters as the kernel told them, and memory in KiB.
//
//	# uptime_cs; 719255; ust_time; 1555593609; extra_next; 0; record_type; 1; HH:MM:SS; 13:20:09
//	13:20:19 UTC; kbmemfree; 1437740; kbavail; 4389516; kbttlmem; 8144960; kbbuffers; 260172;
//	13:20:19 UTC; pgpgin/s; 3645960; 3746658; pgpgout/s; 81290; 82563;
//
// Comments come with -O debug only; they alone tell the day. Rows of counters carry the value before and the value now
// behind each name and are left out. Source: raw_stats.c, sadf.c (12.x).

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var sadfR = parser.Format{
	Name: "sadf-r", Title: "sysstat: sadf -r (raw)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(200) {
			if has(l, "# uptime_cs; ") {
				return 95
			}
			if at, rest := rawTime(l); len(at) > 0 && has(rest, "kbmemfree; ") && bytes.HasSuffix(l, []byte{';'}) {
				return 90
			}
		}
		return 0
	},
	Parse: parseSadfR,
}

// rawTime takes the time off the beginning of a row.
func rawTime(l []byte) (at, rest []byte) {
	at, rest, ok := bytes.Cut(l, []byte("; "))
	if !ok || len(at) < len("13:20:19") || len(at) > 32 {
		return nil, nil
	}
	return at, rest
}

func parseSadfR(lines *parser.Lines, sink record.Sink) error {
	r := &sadfReader{curves: newCurves(lines, sink)}
	var day daytime
	var told record.Stamp // by the comment before the row
	for lines.Next() {
		l := lines.Bytes()
		if has(l, "# uptime_cs; ") {
			told = rawInstant(l)
			continue
		}
		at, rest := rawTime(l)
		if !has(rest, "kb") {
			continue
		}
		if lines.Torn() {
			break
		}
		st := told
		if st.IsZero() {
			c, ok := readTime(at)
			if clock, found := bytes.CutSuffix(at, []byte(" UTC")); !ok && found {
				c, ok = readTime(clock)
				day.zoned = true
			}
			if !ok || c.open {
				r.problem(lines.Number(), "the row is left out: it does not begin with a time")
				continue
			}
			if st = c.at; c.bare {
				st = day.stamp(c.tod, c.at.Prec)
			}
		}
		r.raw(st, rest)
	}
	r.saySpecial()
	return nil
}

// rawInstant reads the epoch time of a comment.
func rawInstant(l []byte) record.Stamp {
	_, rest, _ := bytes.Cut(l, []byte("ust_time; "))
	sec, _, _ := bytes.Cut(rest, []byte{';'})
	st, ok := scan.Epoch(sec)
	if !ok {
		return record.Stamp{}
	}
	return st
}

// raw reads pairs of a name and a value.
func (r *sadfReader) raw(at record.Stamp, l []byte) {
	r.cells = split(r.cells, l, ';')
	for i := 0; i+1 < len(r.cells); i += 2 {
		name, value := trim(r.cells[i]), trim(r.cells[i+1])
		v, ok := scan.Float(value)
		if _, known := sysstatNames[string(name)]; !known || !ok {
			continue
		}
		if c := r.sysstatSeries(string(name), "", false); c.series != nil {
			r.sample(at, r.lines.Number(), c.series, v*c.scale)
		}
	}
}

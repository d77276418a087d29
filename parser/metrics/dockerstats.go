package metrics

// docker stats (podman stats, nerdctl stats), in a loop or streamed:
//
//	CONTAINER ID   NAME                CPU %     MEM USAGE / LIMIT     MEM %     NET I/O          BLOCK I/O   PIDS
//	b7de80246e82   gracious_curran     0.29%     463.8MiB / 5.892GiB   7.69%     866B / 0B        0B / 0B     33
//
// podman's first heading is ID. With --format json docker has an object a line for each row, podman a list of them with a
// member a line:
//
//	{"ID":"b7de80246e82","MemUsage":"463.8MiB / 5.892GiB","Name":"gracious_curran", ...}
//
//	  "name": "gracious_curran",
//	  "mem_usage": "463.8MB / 5.892GB",
//
// Source: docker's cli/command/container/formatter_stats.go; podman-stats(1) and cmd/podman/containers/stats.go. docker's
// usage is without the page cache, in powers of 1024; podman's units are those of 1000. It writes no times. A stream carries
// terminal codes. A limit that is the machine's whole memory is shown as a limit all the same.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var dockerStats = parser.Format{
	Name: "docker-stats", Title: "docker stats in a loop (times from date lines between)",
	Sniff: func(h parser.Head) parser.Score {
		var o statsObject
		found := false
		bare, dates, other := 0, 0, 0
		for _, l := range h.Lines(16) { // podman's usage is some lines below the date
			_, isDate := isTime(trim(withoutCodes(l)))
			_, l, behind := timeBefore(trim(withoutCodes(l)))
			if l = trim(l); isStatsHeader(l) {
				return 90
			}
			if isDate || behind {
				dates++
			}
			switch {
			case isDate:
			case isBareStats(l):
				bare++
			case len(l) > 0:
				other++
			}
			if isStatsJSON(l) {
				o.read(l, func(_, usage []byte) { found = found || bytes.Contains(usage, []byte(" / ")) })
			}
		}
		switch {
		case found:
			return 90
		case bare > 1 && dates > 0 && other == 0:
			return 80
		}
		return 0
	},
	Parse: parseDockerStats,
}

// isStatsHeader tells the headings, of a table of chosen columns too: --format "table {{.Name}}\t{{.MemUsage}}".
func isStatsHeader(l []byte) bool {
	return (has(l, "CONTAINER") || has(l, "ID ") || has(l, "NAME ")) && bytes.Contains(l, []byte("MEM USAGE / LIMIT"))
}

// isBareStats tells a row of chosen columns without headings: --format "{{.Name}}: {{.MemUsage}}".
func isBareStats(l []byte) bool {
	before, limit, ok := bytes.Cut(l, []byte(" / "))
	if !ok || !bytes.HasSuffix(before, []byte{'B'}) {
		return false
	}
	name, usage := word(before)
	for w, rest := word(usage); len(w) > 0; w, rest = word(rest) {
		usage = w
	}
	limit, _ = word(limit)
	_, _, ok1 := scan.Size(usage)
	_, _, ok2 := scan.Size(limit)
	return ok1 && ok2 && len(usage) < len(before) && loopHeading(name) != "" && bytes.HasSuffix(limit, []byte{'B'})
}

// withoutCodes drops the escape sequences of a terminal.
func withoutCodes(l []byte) []byte {
	if bytes.IndexByte(l, 0x1b) < 0 {
		return l
	}
	out := make([]byte, 0, len(l))
	for i := 0; i < len(l); i++ {
		if l[i] != 0x1b {
			out = append(out, l[i])
			continue
		}
		if i++; i < len(l) && l[i] == '[' {
			for i++; i < len(l) && (l[i] < '@' || l[i] > '~'); i++ {
			}
		}
	}
	return out
}

type dockerStatsReader struct {
	*curves
	now     record.Stamp
	clock   summerTime
	block   int
	untimed bool
	object  statsObject
	first   []byte // name of the first object: it comes again in each block
}

func parseDockerStats(lines *parser.Lines, sink record.Sink) error {
	r := &dockerStatsReader{curves: newCurves(lines, sink), block: -1}
	for lines.Next() {
		l := trim(withoutCodes(lines.Bytes()))
		if at, ok := isTime(l); ok {
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		if at, rest, ok := timeBefore(l); ok {
			r.now, l = r.inStep(&r.clock, at, lines.Number()), trim(rest)
		}
		switch slash := bytes.Index(l, []byte(" / ")); {
		case has(l, "CONTAINER") || isStatsHeader(l):
			r.block++
		case lines.Torn():
		case isStatsJSON(l):
			r.object.read(l, r.whole)
		case slash >= 0:
			r.container(l, slash, r.stamp())
		}
	}
	if r.untimed && r.block > 0 {
		r.sayUnplaced("docker stats", "run it as `while sleep 5; do date; docker stats --no-stream; done`")
	}
	return nil
}

// whole passes an object on.
func (r *dockerStatsReader) whole(name, usage []byte) {
	if r.first == nil {
		r.first = bytes.Clone(name)
	}
	if bytes.Equal(name, r.first) {
		r.block++
	}
	if used, limit, ok := bytes.Cut(usage, []byte(" / ")); ok {
		r.usage(r.lines.Text(name), used, limit, r.stamp())
	}
}

// stamp gives the time of the block.
func (r *dockerStatsReader) stamp() record.Stamp {
	if r.now.IsZero() {
		r.untimed = true
		return unplaced(max(r.block, 0))
	}
	return r.now
}

// container reads one row around "usage / limit". The name is the second of the columns before it, or the first of chosen
// ones without an id: then usage follows it, or %CPU.
func (c *curves) container(l []byte, slash int, at record.Stamp) {
	before := fields(nil, l[:slash])
	limitText, _ := word(l[slash+3:])
	if len(before) < 2 {
		return
	}
	name := before[1]
	if len(before) == 2 || bytes.HasSuffix(name, []byte{'%'}) || string(name) == "--" {
		name = trimByte(before[0], ':') // {{.Name}}: {{.MemUsage}}
	}
	c.usage(c.lines.Text(name), before[len(before)-1], limitText, at)
}

// usage passes on what a container uses and may use.
func (c *curves) usage(name string, usageText, limitText []byte, at record.Stamp) {
	usage, quantum, ok := scan.Size(usageText)
	if !ok { // "--" of a container that ended
		return
	}
	emit := func(what string, q record.Quantity, v, quantum float64) {
		s := c.get([]byte(what+"\x00"+name), func() *record.Series {
			return &record.Series{Name: what, Quantity: q, Unit: record.Bytes, Subject: name, Labels: []record.Attr{{Key: "name", Value: name}}}
		})
		widen(s, quantum)
		c.sample(at, c.lines.Number(), s, v)
	}
	emit("MEM USAGE", record.MemoryUsed, usage, quantum)
	if limit, quantum, ok := scan.Size(limitText); ok && limit > 0 {
		emit("LIMIT", record.Limit, limit, quantum)
	}
}

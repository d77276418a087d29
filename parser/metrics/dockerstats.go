package metrics

// docker stats (podman stats, nerdctl stats), in a loop or streamed:
//
//	CONTAINER ID   NAME                CPU %     MEM USAGE / LIMIT     MEM %     NET I/O          BLOCK I/O   PIDS
//	b7de80246e82   gracious_curran     0.29%     463.8MiB / 5.892GiB   7.69%     866B / 0B        0B / 0B     33
//
// podman's first heading is ID; docker stats --format json has an object for each row:
//
//	{"ID":"b7de80246e82","MemUsage":"463.8MiB / 5.892GiB","Name":"gracious_curran", ...}
//
// Source: docker's cli/command/container/formatter_stats.go, podman-stats(1). docker's usage is without the page cache, in
// powers of 1024; podman's units are those of 1000. It writes no times. A stream carries terminal codes. A limit that is the machine's whole memory is shown as a limit all the same.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var dockerStats = parser.Format{
	Name: "docker-stats", Title: "docker stats in a loop (times from date lines between)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(10) {
			if l = trim(withoutCodes(l)); isStatsHeader(l) || statsText(l, "MemUsage") != nil && statsText(l, "Name") != nil {
				return 90
			}
		}
		return 0
	},
	Parse: parseDockerStats,
}

func isStatsHeader(l []byte) bool {
	return (has(l, "CONTAINER") || has(l, "ID ")) && bytes.Contains(l, []byte("MEM USAGE / LIMIT"))
}

// statsText gives a text of the object that a line holds; nil when it has none of that name. Names of containers and
// sizes need no escapes.
func statsText(l []byte, key string) []byte {
	if !has(l, "{") {
		return nil
	}
	i := bytes.Index(l, []byte(`"`+key+`"`))
	if i < 0 {
		return nil
	}
	rest := trim(l[i+len(key)+2:])
	if !has(rest, ":") {
		return nil
	}
	rest = trim(rest[1:])
	if !has(rest, `"`) {
		return nil
	}
	if end := bytes.IndexByte(rest[1:], '"'); end >= 0 {
		return rest[1 : 1+end]
	}
	return nil
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

func parseDockerStats(lines *parser.Lines, sink record.Sink) error {
	c := newCurves(lines, sink)
	var now record.Stamp
	block, untimed := -1, false
	var firstName []byte // of the objects: it comes again in each block
	for lines.Next() {
		l := trim(withoutCodes(lines.Bytes()))
		if at, ok := isTime(l); ok {
			now = at
			continue
		}
		if has(l, "CONTAINER") || isStatsHeader(l) {
			block++
			continue
		}
		row, name := l, []byte(nil)
		if has(l, "{") {
			row, name = statsText(l, "MemUsage"), statsText(l, "Name")
			if firstName == nil {
				firstName = bytes.Clone(name)
			}
			if bytes.Equal(name, firstName) {
				block++
			}
		}
		slash := bytes.Index(row, []byte(" / "))
		if slash < 0 || lines.Torn() {
			continue
		}
		at := now
		if at.IsZero() {
			at, untimed = unplaced(max(block, 0)), true
		}
		if name != nil {
			c.usage(lines.Text(name), row[:slash], row[slash+3:], at)
		} else {
			c.container(row, slash, at)
		}
	}
	if untimed && block > 0 {
		c.sayUnplaced("docker stats", "run it as `while sleep 5; do date; docker stats --no-stream; done`")
	}
	return nil
}

// container reads one row around "usage / limit".
func (c *curves) container(l []byte, slash int, at record.Stamp) {
	before := fields(nil, l[:slash])
	limitText, _ := word(l[slash+3:])
	if len(before) < 3 {
		return
	}
	name := c.lines.Text(before[1])
	if len(before) == 3 { // a custom format without the id
		name = c.lines.Text(before[0])
	}
	c.usage(name, before[len(before)-1], limitText, at)
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

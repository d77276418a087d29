package facts

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// top reads the batch output of procps top 3.2 to 4.0, of a host or of a guest; sizes without a letter are KiB:
//
//	top - 00:40:12 up  3:35,  1 user,  load average: 5.86, 5.41, 4.77
//	KiB Mem : 16266300 total,   213244 free, 11840212 used,  4212844 buff/cache
//	  PID USER      PR  NI    VIRT    RES    SHR S  %CPU %MEM     TIME+ COMMAND
//	 5427 polkitd   20   0   12.9g   7.0g  12344 S 262.5 45.0  97:41.18 mysqld
var top = listing{
	name: "top", title: "top -b: processes of a host or a guest",
	commands: []string{"top"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("top - ")) && bytes.Contains(line, []byte(" up "))
	},
	open: func(s *sheet) rows { return &topRows{sheet: s} },
}

type topRows struct {
	*sheet
	names []string
	pid   int
	res   int
	mem   int
	table []process
}

func (r *topRows) row(line []byte) {
	switch {
	case top.begins(line):
		r.end()
		r.names = nil
		r.at = timeOfDay(line[len("top - "):])
		name := r.host
		if name == "" {
			name = fileAbout(r.lines.Path, "top")
		}
		r.fact("", record.FactTopHost, name)
	case r.names == nil && bytes.Contains(line, []byte("PID")) && bytes.Contains(line, []byte("COMMAND")):
		r.names = strings.Fields(string(line))
		r.pid, r.res, r.mem = slices.Index(r.names, "PID"), slices.Index(r.names, "RES"), slices.Index(r.names, "%MEM")
	case r.names == nil:
		r.summary(line)
	default:
		r.process(line)
	}
}

func (r *topRows) end() {
	r.tell(r.table)
	r.table = nil
}

// summary reads "KiB Mem : 16266300 total, ..." and, of procps before 3.3, "Mem:  16266300k total, ...".
func (r *topRows) summary(line []byte) {
	head, rest, ok := bytes.Cut(line, []byte{':'})
	words := strings.Fields(string(head))
	if !ok || len(words) == 0 || words[len(words)-1] != "Mem" {
		return
	}
	number := bytes.Fields(rest)
	if len(number) == 0 {
		return
	}
	unit := "KiB"
	if len(words) == 2 {
		unit = words[0]
	}
	digits := bytes.TrimRight(number[0], "kM")
	digits = bytes.ReplaceAll(digits, []byte{','}, []byte{'.'})
	if size, _, ok := scan.Size(append(append([]byte{}, digits...), unit...)); ok && size > 0 {
		r.fact("", record.FactTopRAM, strconv.FormatFloat(size, 'f', 0, 64))
	}
}

func (r *topRows) process(line []byte) {
	fields, rest := leading(line, len(r.names)-1)
	if r.pid < 0 || fields == nil || r.pid >= len(fields) || !isDigits(fields[r.pid]) || len(r.table) >= 1<<20 {
		return
	}
	p := process{pid: string(fields[r.pid]), args: r.text(rest), rss: -1, share: -1, from: r.lines.Origin()}
	p.comm = commOf(p.args)
	if r.res >= 0 && r.res < len(fields) {
		if size, ok := topSize(fields[r.res]); ok {
			p.rss = size
		}
	}
	if r.mem >= 0 && r.mem < len(fields) {
		if f, ok := scan.Float(bytes.ReplaceAll(fields[r.mem], []byte{','}, []byte{'.'})); ok {
			p.share = f / 100
		}
	}
	r.table = append(r.table, p)
}

// leading gives the first n fields of a row and what stands behind them; nil when there are fewer.
func leading(line []byte, n int) (fields [][]byte, rest []byte) {
	for len(fields) < n {
		line = bytes.TrimLeft(line, " \t")
		end := bytes.IndexAny(line, " \t")
		if end < 0 {
			return nil, nil
		}
		fields = append(fields, line[:end])
		line = line[end:]
	}
	rest = bytes.TrimSpace(line)
	if len(rest) == 0 {
		return nil, nil
	}
	return fields, rest
}

// commOf gives the program's name of a command line: "mysqld" for "/usr/sbin/mysqld --basedir=/usr".
func commOf(args string) string {
	if strings.HasPrefix(args, "[") {
		return strings.Trim(args, "[]")
	}
	word, _, _ := strings.Cut(args, " ")
	return word[strings.LastIndexByte(word, '/')+1:]
}

// topSize reads "12344" (KiB), "512.5m", "7.0g", "1,2g" (other locales).
func topSize(b []byte) (int64, bool) {
	if isDigits(b) {
		n, ok := scan.KernelSize(append(append([]byte{}, b...), 'k'))
		return n, ok
	}
	size, _, ok := scan.Size(bytes.ReplaceAll(b, []byte{','}, []byte{'.'}))
	return int64(size), ok && size >= 0 && size < 1<<62
}

// timeOfDay reads "00:40:12 up ..." as a stamp without a date; the zero stamp when it is none.
func timeOfDay(b []byte) record.Stamp {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return record.Stamp{}
	}
	h, hl := scan.Digits(b[:2])
	m, ml := scan.Digits(b[3:5])
	s, sl := scan.Digits(b[6:8])
	if hl != 2 || ml != 2 || sl != 2 || h > 23 || m > 59 || s > 60 {
		return record.Stamp{}
	}
	wall := time.Date(0, 1, 1, int(h), int(m), int(s), 0, time.UTC)
	return record.Stamp{Wall: wall, Prec: time.Second, Lacks: record.LacksDate | record.LacksYear | record.LacksZone}
}

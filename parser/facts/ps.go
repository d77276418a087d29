package facts

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// ps reads `ps aux`, `ps -ef` and `ps -eo pid,rss,args` of procps (RSS in KiB); what the columns are its header tells:
//
//	USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
//	qemu      7569  262 25.6 18283204 16804564 ?   Sl   Feb19 912:41 /usr/libexec/qemu-kvm -name guest=vm-k8s-worker-1,debug-threads=on …
var ps = listing{
	name: "ps", title: "ps: processes, and VMs by their command lines",
	commands: []string{"ps"},
	begins: func(line []byte) bool {
		if len(line) > 300 || !bytes.Contains(line, []byte("PID")) {
			return false
		}
		words := strings.Fields(string(line))
		return len(words) > 1 && slices.Contains(words, "PID") && isWord(words[len(words)-1], "|COMMAND|CMD|ARGS|") &&
			!slices.Contains(words, "RES") && (slices.Contains(words, "RSS") || slices.Contains(words, "PPID") || slices.Contains(words, "TTY"))
	},
	open: func(s *sheet) rows {
		r := &psRows{sheet: s}
		switch words := strings.Fields(s.command); { // "ps aux | grep qemu" cuts the header off
		case len(words) < 2:
		case strings.HasPrefix(strings.TrimPrefix(words[1], "-"), "au"):
			r.header("USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND")
		case words[1] == "-ef":
			r.header("UID PID PPID C STIME TTY TIME CMD")
		}
		return r
	},
}

type psRows struct {
	*sheet
	names         []string
	pid, rss, mem int
	table         []process
}

func (r *psRows) row(line []byte) {
	if ps.begins(line) {
		r.end()
		r.header(string(line))
		name := r.host
		if name == "" {
			name = fileAbout(r.lines.Path, "ps")
		}
		r.fact("", record.FactTopHost, name)
		return
	}
	fields, rest := leading(line, len(r.names)-1)
	if r.names == nil || fields == nil || !isDigits(fields[r.pid]) || len(r.table) >= 1<<20 {
		return
	}
	p := process{pid: string(fields[r.pid]), args: r.long(rest), rss: -1, share: -1, from: r.lines.Origin()}
	p.comm = commOf(p.args)
	if r.rss >= 0 {
		if n, ok := scan.Int(fields[r.rss]); ok && n >= 0 && n < 1<<52 {
			p.rss = n << 10
		}
	}
	if r.mem >= 0 {
		if f, ok := scan.Float(bytes.ReplaceAll(fields[r.mem], []byte{','}, []byte{'.'})); ok {
			p.share = f / 100
		}
	}
	r.table = append(r.table, p)
}

func (r *psRows) header(line string) {
	r.names = strings.Fields(line)
	r.pid, r.rss, r.mem = slices.Index(r.names, "PID"), slices.Index(r.names, "RSS"), slices.Index(r.names, "%MEM")
}

func (r *psRows) end() {
	r.tell(r.table)
	r.table = nil
}

// long is text for a command line, of which QEMU's are longer than any other value.
func (s *sheet) long(b []byte) string {
	const most = 64 << 10
	if len(b) > most {
		b = b[:most]
	}
	return strings.ToValidUTF8(s.lines.Text(bytes.TrimSpace(b)), "?")
}

package facts

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// sysctl reads `sysctl -a` and sysctl.conf; of the thousand settings it keeps those about memory and panics:
//
//	vm.overcommit_memory = 1
//	vm.lowmem_reserve_ratio = 256	256	32
var sysctl = listing{
	name: "sysctl", title: "sysctl: kernel settings",
	commands: []string{"sysctl", "/sbin/sysctl", "/usr/sbin/sysctl", "cat /proc/sys/"},
	begins: func(line []byte) bool {
		name, _ := setting(line)
		return name != "" || bytes.HasPrefix(line, []byte("sysctl: reading key "))
	},
	fits: func(lines [][]byte) bool {
		for _, l := range lines {
			name, _ := setting(l)
			if name == "" && !bytes.HasPrefix(l, []byte("#")) && !bytes.HasPrefix(l, []byte("sysctl: ")) {
				return false
			}
		}
		return true
	},
	open: func(s *sheet) rows { return sysctlRows{s} },
}

// setting takes "vm.swappiness = 60" apart; name is "" when the line is none.
func setting(line []byte) (name, value string) {
	if len(line) < 6 || !bytes.HasPrefix(line, []byte("vm.")) && !bytes.HasPrefix(line, []byte("kernel.")) && !bytes.HasPrefix(line, []byte("fs.")) &&
		!bytes.HasPrefix(line, []byte("net.")) && !bytes.HasPrefix(line, []byte("abi.")) && !bytes.HasPrefix(line, []byte("debug.")) &&
		!bytes.HasPrefix(line, []byte("dev.")) && !bytes.HasPrefix(line, []byte("user.")) && !bytes.HasPrefix(line, []byte("crypto.")) {
		return "", ""
	}
	key, val, ok := bytes.Cut(line, []byte{'='})
	key = bytes.TrimSpace(key)
	if !ok || bytes.ContainsAny(key, " \t\"{") {
		return "", ""
	}
	return string(key), strings.Join(strings.Fields(string(val)), " ")
}

type sysctlRows struct{ *sheet }

func (r sysctlRows) row(line []byte) {
	if file, ok := strings.CutPrefix(r.command, "cat /proc/sys/"); ok && !strings.Contains(file, " ") {
		line = []byte(strings.ReplaceAll(file, "/", ".") + " = " + string(line))
	}
	name, value := setting(line)
	if strings.HasPrefix(name, "vm.") || strings.HasPrefix(name, "kernel.panic") || strings.HasPrefix(name, "kernel.hung") || name == "kernel.sysrq" {
		r.fact(r.host, record.FactSysctl+name, r.text([]byte(value)))
	}
	if name == "kernel.hostname" {
		r.fact(r.host, record.FactHostName, value)
	}
	if name == "kernel.osrelease" {
		r.fact(r.host, record.FactKernel, value)
	}
}

func (r sysctlRows) end() {}

package facts

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// cgroup reads files of cgroups dumped one after the other, each behind its path, as `head -n 99 .../memory.*` and small
// scripts write them (v1 and v2):
//
//	==> /sys/fs/cgroup/machine.slice/memory.max <==
//	17179869184
//	## /sys/fs/cgroup/machine.slice/memory.events
//	oom_kill 1
var cgroup = listing{
	name: "cgroup", title: "limits and use of cgroups: memory.max, memory.current, memory.limit_in_bytes",
	commands: []string{"head /sys/fs/cgroup", "cat /sys/fs/cgroup/", "tail /sys/fs/cgroup"},
	begins: func(line []byte) bool {
		dir, _ := cgroupFile(line)
		return dir != ""
	},
	open: func(s *sheet) rows {
		r := &cgroupRows{sheet: s}
		r.dir, r.file = cgroupFile([]byte(strings.TrimPrefix(s.command, "cat ")))
		return r
	},
}

// cgroupFile reads a line that names a file of a cgroup; dir is the cgroup's path as the kernel's log has it.
func cgroupFile(line []byte) (dir, file string) {
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("==> ")), []byte(" <=="))
	line = bytes.TrimPrefix(line, []byte("## "))
	line = bytes.TrimSuffix(line, []byte(":"))
	rest, ok := bytes.CutPrefix(line, []byte("/sys/fs/cgroup/"))
	if !ok || len(line) > 4096 || bytes.ContainsAny(line, "\t=") {
		return "", ""
	}
	if v1, ok := bytes.CutPrefix(rest, []byte("memory/")); ok {
		rest = v1
	}
	i := bytes.LastIndexByte(rest, '/')
	file = string(rest[i+1:])
	if !strings.HasPrefix(file, "memory.") {
		return "", ""
	}
	return "/" + string(rest[:max(i, 0)]), file
}

type cgroupRows struct {
	*sheet
	dir, file string
}

func (r *cgroupRows) row(line []byte) {
	if dir, file := cgroupFile(line); dir != "" {
		r.dir, r.file = strings.ToValidUTF8(dir, "?"), file
		return
	}
	key := map[string]string{
		"memory.max": record.FactCgroupLimit, "memory.limit_in_bytes": record.FactCgroupLimit,
		"memory.current": record.FactCgroupUsage, "memory.usage_in_bytes": record.FactCgroupUsage,
		"memory.peak": record.FactCgroupPeak, "memory.max_usage_in_bytes": record.FactCgroupPeak,
	}[r.file]
	line = bytes.TrimSpace(line)
	switch {
	case r.dir == "":
	case key != "" && isDigits(line):
		if !unlimited(line) {
			r.fact(r.dir, key, string(line))
		}
	case r.file == "memory.events" || r.file == "memory.oom_control":
		if n, ok := bytes.CutPrefix(line, []byte("oom_kill ")); ok && isDigits(n) {
			r.fact(r.dir, record.FactCgroupKills, string(n))
		}
	}
}

func (r *cgroupRows) end() {}

// unlimited tells v1's word for no limit: the largest number of whole pages, 9223372036854771712 with 4 KiB pages.
func unlimited(digits []byte) bool {
	return len(digits) > 19 || len(digits) == 19 && string(digits) >= "9223372036854710272"
}

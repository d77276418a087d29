package messages

import (
	"strings"

	"oomortem/parser/record"
)

// A log that lost lines may go on, within a dump, with the end of another call. What ran out tells them apart: a cgroup's
// limit, or the memory of the host, or of the nodes of a request.

// denies tells that a kill is of another call.
func (d *oomDump) denies(k oomKill) bool { return k.global && d.ofCgroup() || k.memcg && d.ofHost() }

// deniesSummary tells that a summary is of another call. Of 5.0 and later, dump_header() prints Mem-Info or the cgroup's
// numbers, and these of the cgroup that hit its limit (mem_cgroup_print_oom_meminfo()) or, up to 5.2, of those below it, too.
func (d *oomDump) deniesSummary(s oomSummaryLine) bool {
	switch {
	case s.global:
		return d.bounded
	case s.oomMemcg == "":
		return false
	case !d.bounded && !d.memory.empty():
		return true
	}
	return s.pid.Known() && d.statsPath != "" && !within(d.statsPath, s.oomMemcg) && !strings.HasPrefix(s.oomMemcg, d.statsPath) // which may be torn
}

// deniesChoice tells that a choice is of another call. Since 3.9 (58cf188ed649) the dump of a cgroup has no Mem-Info.
func (d *oomDump) deniesChoice(c oomChoice) bool {
	if version, _ := kernelVersion(d.kernel); c.memcg {
		return version >= 3009 && d.ofHost()
	}
	return d.bounded
}

// mix forgets what may be of another call: two cgroups have hit their limits, and nothing tells which of the lines belong
// together. Up to 4.1 two dumps may be printed at once, and lines between may be lost.
func (d *oomDump) mix() {
	d.mixed, d.headed = true, false
	d.request, d.pid = oomRequest{}, record.Maybe{}
	d.taskMemcg, d.oomMemcg, d.statsPath = "", "", ""
	d.usage, d.unlimited, d.stats = record.Memory{}, false, nil
}

// ofCgroup tells that the dump is of a cgroup that hit its limit: its kill is never "Out of memory: Killed process",
// which since 5.1 means the host, or the nodes of a request (before, only 2.6 wrote so, whose cgroups had no limits yet).
func (d *oomDump) ofCgroup() bool {
	return d.bounded || d.summary != nil && d.summary.oomMemcg != ""
}

// ofHost tells that no cgroup's limit was hit: kernels that say "Memory cgroup out of memory: Killed process" (5.1 and
// later) print Mem-Info for the others only (dump_header).
func (d *oomDump) ofHost() bool {
	return d.summary != nil && d.summary.global || !d.memory.empty() && !d.ofCgroup()
}

// within tells that a cgroup is another one or below it.
func within(path, above string) bool {
	return path == above || above == "/" || strings.HasPrefix(path, above+"/")
}

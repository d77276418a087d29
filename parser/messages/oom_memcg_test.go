package messages

import (
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestJoinedStats: since 5.3 the statistics of a cgroup are one message of many lines (mem_cgroup_print_oom_meminfo()),
// which rsyslog, /dev/kmsg and the journal keep as one, each with its own mark.
func TestJoinedStats(t *testing.T) {
	const block = "anon 250855424|file 4096|kernel 802816|kernel_stack 98304|shmem 0|file_mapped 0"
	for _, mark := range []string{"#012", `\x0a`, "\n", "/"} {
		m := tell("memory: usage 245760kB, limit 245760kB, failcnt 14", "Memory cgroup stats for /a,b=c:", strings.ReplaceAll(block, "|", mark), cgLine, cgKill).of(record.OOMKill)[0].OOM.Memory
		want := [...]record.Maybe{record.Known(250855424), record.Known(4096), record.Known(802816), record.Known(0)}
		if mark == "/" { // no line end of any transport
			want = [4]record.Maybe{}
		}
		if got := [...]record.Maybe{m.MemcgAnon, m.MemcgFile, m.MemcgKernel, m.MemcgShmem}; got != want {
			t.Errorf("%q: %v, want %v", mark, got, want)
		}
	}
}

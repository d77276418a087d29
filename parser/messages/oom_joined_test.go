package messages

import (
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestLineEndsInNames: a process name may hold a line end (prctl(PR_SET_NAME)), which rsyslog, /dev/kmsg and the journal
// write each in its way; dmesg's way is told.
func TestLineEndsInNames(t *testing.T) {
	lines := []string{
		"a|b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
		"CPU: 3 PID: 4242 Comm: a|b Not tainted 6.6.0-test #1",
		"memory: usage 40960kB, limit 40960kB, failcnt 14",
		"Memory cgroup stats for /a:",
		"anon 4096|file 8192|shmem 0",
		"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
		"[   7569]   107  7569     1024      512    34816        3             0 x|y|z",
		"[   7570]   107  7570     1024      512    34816        0             0 sh",
		"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x|y|z,pid=7569,uid=107",
		"Memory cgroup out of memory: Killed process 7569 (x|y|z) total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:107 pgtables:34kB oom_score_adj:0",
		"oom_reaper: reaped process 7569 (x|y|z), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
	}
	for _, mark := range []string{"#012", `\x0a`, "\n"} {
		var text []string
		for _, l := range lines {
			text = append(text, "kernel|"+strings.ReplaceAll(l, "|", mark))
		}
		got := tell(text...)
		kills, reaped := got.of(record.OOMKill), got.of(record.OOMReaped)
		if len(got.events) != 2 || len(kills) != 1 || len(reaped) != 1 {
			t.Errorf("%q: %+v", mark, got.events)
			continue
		}
		o, freed := kills[0].OOM, reaped[0].OOM.Victim
		if v := o.Victim; v.Comm != `x\x0ay\x0az` || v.Anon != record.Known(2048<<10) || v.UID != record.Known(107) || v.Swap != record.Known(3*4096) {
			t.Errorf("%q: victim %+v", mark, v)
		}
		if o.Trigger.Comm != `a\x0ab` || o.Trigger.PID != record.Known(4242) || o.Kernel != "6.6.0-test" || o.Memory.MemcgAnon != record.Known(4096) || o.Memory.MemcgShmem != record.Known(0) {
			t.Errorf("%q: %+v", mark, o)
		}
		if len(o.Tasks) != 2 || o.Tasks[0].Comm != `x\x0ay\x0az` || o.Tasks[1].Comm != "sh" || freed.Comm != `x\x0ay\x0az` || freed.Anon != record.Known(0) {
			t.Errorf("%q: %+v, %+v", mark, o.Tasks, freed)
		}
	}
}

// TestMessagesIn: lines that a transport joined are parted again, whatever follows them.
func TestMessagesIn(t *testing.T) {
	for text, want := range map[string][]string{
		"a invoked oom-killer: gfp_mask=0x0, order=0#012 Mem-Info:#012 active_anon:1 ": {"a invoked oom-killer: gfp_mask=0x0, order=0", "Mem-Info:", "active_anon:1"},
		elChoice + "\n" + elKill: {elChoice, elKill},
		"Out of memory: Kill process 5 (a#012b) score 9 or sacrifice child":              {`Out of memory: Kill process 5 (a\x0ab) score 9 or sacrifice child`},
		"Out of memory: Kill process 5 (a#012Killed process 5 (a) total-vm:4kB":          {"Out of memory: Kill process 5 (a", "Killed process 5 (a) total-vm:4kB"},
		"Out of memory: OOM victim 5 (a#012b) is already exiting. Skip killing the task": {`Out of memory: OOM victim 5 (a\x0ab) is already exiting. Skip killing the task`},
		"Killed process 5 (a#012b)":                        {`Killed process 5 (a\x0ab)`},
		"Killed process 5 (a#012a long line of a program)": {`Killed process 5 (a`, "a long line of a program)"},
		"Killed process 5 (a#012b":                         {"Killed process 5 (a", "b"},
		"no name#012Mem-Info:":                             {"no name", "Mem-Info:"},
	} {
		if got := messagesIn(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

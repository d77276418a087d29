package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestCutByRotation: events and analyze tell one kill of a dump of a 6.6 kernel that a rotation cut, with what both files hold.
func TestCutByRotation(t *testing.T) {
	const head = "Mar  5 10:20:30 kvm01 kernel: "
	lines := []string{
		"sh invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
		"CPU: 3 PID: 4242 Comm: sh Not tainted 6.6.0-test #1",
		"memory: usage 20971520kB, limit 20971520kB, failcnt 14",
		"Memory cgroup stats for /machine.slice:",
		"anon 21000000000",
		"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
		"[    500]   107   500  4570801  4201203 34816000        7             0 qemu-kvm",
		"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/machine.slice,task_memcg=/machine.slice/x,task=qemu-kvm,pid=500,uid=107",
		"Memory cgroup out of memory: Killed process 500 (qemu-kvm) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB, UID:107 pgtables:34000kB oom_score_adj:0",
	}
	for n := 1; n < len(lines); n++ {
		dir := folder(t, map[string]string{
			"messages.1": head + strings.Join(lines[:n], "\n"+head) + "\n", "messages": head + strings.Join(lines[n:], "\n"+head) + "\n",
		})
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, []string{"events", "-q", "-f", "jsonl", dir}); status != exitDone {
			t.Fatalf("status %d: %s", status, &errs)
		}
		var row struct {
			Kind    string
			Source  string
			Trigger struct{ Comm string }
			Memory  struct {
				Limit int64 `json:"memcg_limit_bytes"`
			}
			Tasks []struct {
				Swap int64 `json:"swap_bytes"`
			}
			Begins string `json:"dump_begins"`
		}
		if err := json.Unmarshal(out.Bytes(), &row); err != nil { // of one line alone
			t.Errorf("cut behind line %d: %v: %s", n, err, &out)
			continue
		}
		if row.Kind != "oom-kill" || row.Source != fmt.Sprint("messages:", len(lines)-n) || row.Trigger.Comm != "sh" || row.Memory.Limit != 20<<30 || len(row.Tasks) != 1 ||
			row.Tasks[0].Swap != 7*4096 || row.Begins != "messages.1:1" {
			t.Errorf("cut behind line %d: %s", n, &out)
		}
		r := analysed(t, dir)
		if len(r.Incidents) != 1 || r.Incidents[0].Victim == nil || r.Incidents[0].Victim.Name != "qemu-kvm" {
			t.Errorf("cut behind line %d: %+v", n, r.Incidents)
		}
	}
}

package messages

import (
	"fmt"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// TestBoundTo: kernels up to 4.20 print no constraint (constrained_alloc() of mm/oom_kill.c), but the header or the cpuset's
// line names the nodes, their zones are listed, and the pages of the whole machine are counted: of two nodes of 64 GiB.
func TestBoundTo(t *testing.T) {
	zone := func(node, gib int) string {
		return fmt.Sprintf("Node %d Normal free:60000kB min:61000kB low:120000kB high:180000kB present:%dkB managed:%dkB", node, gib<<20, gib<<20)
	}
	ram := func(gib int) string { return fmt.Sprintf("%d pages RAM", gib<<18) }
	both := []string{zone(0, 64), zone(1, 64), ram(128)}
	one := []string{zone(1, 64), ram(128)}
	for name, c := range map[string]struct {
		kernel, nodemask, cpuset string
		dump                     []string
		want                     string
	}{
		"the root cpuset":                {"3.10.0-1160.el7.x86_64", "", "/ mems_allowed=0-1", both, "none"},
		"a cpuset of all nodes":          {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=0-1", both, "none"},
		"a cpuset of one node":           {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=1", one, "cpuset"},
		"of the only node":               {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=0", []string{zone(0, 64), ram(64)}, "none"},
		"with its holes":                 {"2.6.32-754.el6.x86_64", "", "emulator mems_allowed=0", []string{zone(0, 12), ram(16)}, "none"}, // of up to 4 GiB
		"its zones are lost":             {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=0-1", one, ""},
		"Mem-Info is lost":               {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=1", nil, ""},
		"the root cpuset's is lost":      {"3.10.0-1160.el7.x86_64", "", "/ mems_allowed=0-1", nil, "none"},
		"three of four nodes":            {"3.10.0-1160.el7.x86_64", "", "emulator mems_allowed=0-2", []string{zone(0, 64), zone(1, 64), zone(2, 64), ram(256)}, ""}, // 75 %, which a count may miss
		"a policy":                       {"4.18.0-193.el8.x86_64", "1", "/ mems_allowed=0-1", one, "mempolicy"},
		"a policy of all nodes":          {"4.18.0-193.el8.x86_64", "0-1", "/ mems_allowed=0-1", both, "none"},
		"no policy":                      {"4.18.0-193.el8.x86_64", "(null)", "/ mems_allowed=0-1", both, "none"},
		"a policy within a cpuset":       {"4.18.0-193.el8.x86_64", "1", "emulator mems_allowed=0-1", one, "mempolicy"},
		"4.9 prints the cpuset's nodes":  {"4.9.0-8-amd64", "1", "emulator mems_allowed=1", one, "cpuset"},
		"4.9 prints those of all":        {"4.9.0-8-amd64", "0", "/ mems_allowed=0", []string{zone(0, 64), ram(64)}, "none"},
		"before there was a cpuset line": {"2.6.18-398.el5", "", "", both, "none"},
	} {
		mask := c.nodemask
		if mask != "" {
			mask = " nodemask=" + mask + ","
		}
		lines := []string{"qemu-kvm invoked oom-killer: gfp_mask=0x280da," + mask + " order=0, oom_score_adj=0"}
		if c.cpuset != "" {
			lines = append(lines, "qemu-kvm cpuset="+c.cpuset)
		}
		lines = append(lines, "CPU: 2 PID: 100 Comm: qemu-kvm Not tainted "+c.kernel+" #1")
		if c.dump != nil {
			lines = append(append(lines, "Mem-Info:"), c.dump...)
		}
		kills := tell(append(lines, elChoice, elKill)...).of(record.OOMKill)
		if len(kills) != 1 || kills[0].OOM.Constraint != c.want {
			t.Errorf("%s: %+v, want %q", name, kills[0].OOM, c.want)
		}
	}
}

func TestNodesIn(t *testing.T) {
	for list, want := range map[string][]int{"0": {0}, "0-1,3": {0, 1, 3}, "": nil, "(null)": nil, "1-0": nil, "0-99999": nil, "-1": nil} {
		if got := nodesIn(list); !slices.Equal(got, want) {
			t.Errorf("%q: %v", list, got)
		}
	}
}

// TestBoundToUntold: 2.6.24 says that the request was bound, not to which nodes; that a zone has pages explains nothing.
func TestBoundToUntold(t *testing.T) {
	for free, want := range map[string]string{
		"20000000": "",
		"60000":    "no free memory: every zone that the request may use is below its minimum (Normal: 58.6 MiB free, 59.6 MiB must stay free)", // 60000 / 1024, 61000 / 1024
	} {
		o := tell("x invoked oom-killer: gfp_mask=0x1201d2, order=0, oomkilladj=0", "Mem-info:", "Node 0 Normal free:"+free+"kB min:61000kB low:76250kB high:91500kB present:33554432kB",
			"lowmem_reserve[]: 0 0 0", "No available memory (MPOL_BIND): kill process 11 (x) score 5 or a child", "Killed process 11 (x)").of(record.OOMKill)[0].OOM
		if o.Constraint != "mempolicy" || o.Why != want {
			t.Errorf("%s kB free: %s, %q, want %q", free, o.Constraint, o.Why, want)
		}
	}
}

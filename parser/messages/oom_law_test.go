package messages

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// readFixture reads a kernel log of the fixtures, whatever stands before the kernel's words.
func readFixture(text string) *told {
	t := &told{}
	d := Dispatch([]Reader{oom}, t)
	for i, line := range strings.Split(text, "\n") {
		d.Line(record.Line{From: record.Origin{File: "f", Line: i + 1}, Program: "kernel", Text: bare(line)})
	}
	d.Input(record.Input{})
	return t
}

// bare cuts syslog heads, kmsg records and levels off, as an envelope would.
func bare(line string) string {
	line = strings.TrimRight(line, "\r")
	if head, rest, ok := strings.Cut(line, ";"); ok && strings.Count(head, ",") >= 3 && len(head) < 60 && !strings.Contains(head, " ") {
		return rest
	}
	if i := strings.Index(line, "kernel: "); i >= 0 && i < 80 {
		return line[i+len("kernel: "):]
	}
	if i := strings.Index(line, "] "); i > 20 && i < 40 && line[0] == '[' && strings.Contains(line[:i], ":") {
		return line[i+2:]
	}
	if i := strings.Index(line, ": ["); i > 0 && i < 16 && strings.Count(line[:i], ":") == 1 {
		return line[i+2:]
	}
	return line
}

func fixtures(t testing.TB) map[string]string {
	paths, err := filepath.Glob("../../fixtures/messages/oom/*/kernel.log")
	if err != nil || len(paths) < 10 {
		t.Fatal("fixtures are missing: ", len(paths), err)
	}
	texts := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(filepath.Dir(p))] = string(b)
	}
	return texts
}

// TestWhy: the expected beginnings follow from the zones, limits and requests in the texts.
func TestWhy(t *testing.T) {
	texts := fixtures(t)
	for name, want := range map[string]string{
		"global-6.1":           "no free memory: every zone that the request may use is below its minimum (Normal: 60.4 MiB free, 60.5 MiB must stay free), and the swap of 24.0 GiB is full",
		"global-numa-3.10-el7": "hardly any free memory: zone Normal of node 1 stood just above its minimum (48.3 MiB free, 44.4 MiB must stay free)",
		"global-3.13-boot":     "no free memory",
		"sysrq-5.13":           "somebody ordered the kill by SysRq",
		"memcg-3.13-no-host":   "cgroup /mem2 reached its memory limit of 980 KiB",
		"memcg-v2-5.15-german": "cgroup /lxc/39004 reached its memory limit of 29.8 GiB",
		"own-numa-6.18":        "the request was bound to NUMA node 1, where 24.1 MiB were free",
	} {
		got := readFixture(texts[name])
		kills := got.of(record.OOMKill)
		if len(kills) == 0 || !strings.HasPrefix(kills[0].OOM.Why, want) {
			t.Errorf("%s: %+v", name, kills)
		}
	}
}

// TestRecomputed: the score that the kernel printed must come out of the dump's own numbers.
func TestRecomputed(t *testing.T) {
	texts := fixtures(t)
	for name, want := range map[string][]int64{"global-numa-3.10-el7": {651}, "global-3.13-boot": {919}, "two-memcg-4.8": {1046, 1003}} {
		for i, k := range readFixture(texts[name]).of(record.OOMKill) {
			if k.OOM.Victim.Badness != record.Known(want[i]) || k.OOM.Victim.Recomputed.Score != record.Known(want[i]) {
				t.Errorf("%s: printed %v, recomputed %+v, want %d", name, k.OOM.Victim.Badness, k.OOM.Victim.Recomputed, want[i])
			}
		}
	}
	// 996 of a cgroup whose limit of memory and swap is not set: the host's swap counts, about 32 GiB.
	k := readFixture(texts["memcg-3.13-no-host"]).of(record.OOMKill)[0].OOM.Victim.Recomputed
	if total, within := k.Inferred.Or(0), k.Within.Or(0); total-within > 32<<30 || total+within < 31<<30 || k.Total.Known() {
		t.Errorf("%+v", k)
	}
}

// TestForeignLines: other lines between those of a dump change nothing.
func TestForeignLines(t *testing.T) {
	noise := []string{"\nIPVS: rr: UDP 10.0.0.1:53 - no destination available", "\nNode 7 is up", "\nCPU0: Core temperature above threshold", "\n[ 12.5] usb 1-1: new device"}
	for name, text := range fixtures(t) {
		plain := summarize(readFixture(text))
		lines := strings.Split(text, "\n")
		var b strings.Builder
		for i, l := range lines {
			b.WriteString(l + noise[i%len(noise)] + "\n")
		}
		if got := summarize(readFixture(b.String())); got != plain {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, plain)
		}
	}
}

func summarize(t *told) string {
	var b strings.Builder
	for _, e := range t.events {
		v, m := e.OOM.Victim, e.OOM.Memory
		fmt.Fprintf(&b, "%s %v %s %v %d tasks %v %v %v %s %q\n", e.Kind, v.PID, v.Comm, v.RSS(), len(e.OOM.Tasks), m.RAM, m.Anon, m.MemcgLimit, e.OOM.Why, e.OOM.Missing)
	}
	return b.String()
}

// TestCutLaw: wherever a log ends, what is still told is told as before or not at all; no victim is invented.
func TestCutLaw(t *testing.T) {
	for name, text := range fixtures(t) {
		whole := map[string]record.Victim{}
		for _, e := range readFixture(text).of(record.OOMKill) {
			whole[e.OOM.Victim.PID.String()] = e.OOM.Victim
		}
		dumps := map[int]*record.OOM{}
		for _, e := range readFixture(text).events {
			if e.Kind != record.OOMReaped && dumps[e.OOM.Lines.First] == nil {
				dumps[e.OOM.Lines.First] = e.OOM
			}
		}
		for _, end := range cuts(text) {
			place := fmt.Sprintf("%s cut at byte %d", name, end)
			for _, e := range readFixture(text[:end]).events {
				if e.Kind == record.OOMKill {
					checkCut(t, place, e, whole)
				}
				if o := dumps[e.OOM.Lines.First]; o != nil && e.Kind != record.OOMReaped {
					checkCutDump(t, place, e.OOM, o)
				}
			}
		}
	}
}

// cuts gives places to cut a text: every line end, and every byte of the lines that name a victim.
func cuts(text string) (ends []int) {
	at := 0
	for line := range strings.Lines(text) {
		decisive := strings.Contains(line, "active_anon:") || strings.Contains(line, "usage") || strings.Contains(line, "oom-killer") || strings.HasPrefix(line, "anon ") || strings.Contains(line, "ill process ") || strings.Contains(line, "illed process ") || strings.Contains(line, "oom-kill:")
		for i := range line {
			if decisive {
				ends = append(ends, at+i)
			}
		}
		at += len(line)
		ends = append(ends, at)
	}
	if len(ends) > 1200 { // a boot log: the lines before the dump say nothing
		ends = ends[len(ends)-1200:]
	}
	return ends
}

// checkCutDump compares what the part of a dump tells with what the whole dump tells.
func checkCutDump(t *testing.T, place string, part, whole *record.OOM) {
	t.Helper()
	p, w := reflect.ValueOf(part.Memory), reflect.ValueOf(whole.Memory)
	for i := range p.NumField() {
		a, b := p.Field(i).Interface().(record.Maybe), w.Field(i).Interface().(record.Maybe)
		name := p.Type().Field(i).Name
		if a.Known() && a != b && name != "MemcgFails" {
			t.Errorf("%s: %s is %v, of the whole dump %v", place, name, a, b)
		}
	}
	if part.Trigger.GFP != "" && part.Trigger.GFP != whole.Trigger.GFP && !strings.HasPrefix(whole.Trigger.GFP, part.Trigger.GFP+" ") {
		decoded, _, _ := strings.Cut(part.Trigger.GFP, " ")
		if all, _, _ := strings.Cut(whole.Trigger.GFP, " "); decoded != all {
			t.Errorf("%s: gfp %s, of the whole dump %s", place, part.Trigger.GFP, whole.Trigger.GFP)
		}
	}
}

func checkCut(t *testing.T, name string, e record.Event, whole map[string]record.Victim) {
	t.Helper()
	v := e.OOM.Victim
	w, ok := whole[v.PID.String()]
	if !ok {
		if hasPart(e.OOM.Missing, "kill") { // a summary that names a thread of the victim
			return
		}
		for pid := range whole { // a pid that ends the text may lack digits, which nothing shows
			if strings.HasPrefix(pid, v.PID.String()) && v.Comm == "" {
				return
			}
		}
		t.Errorf("%s: victim %v (%s) is invented", name, v.PID, v.Comm)
		return
	}
	pairs := [...][2]record.Maybe{{v.TotalVM, w.TotalVM}, {v.Anon, w.Anon}, {v.File, w.File}, {v.Shmem, w.Shmem}, {v.Page, w.Page}, {v.UID, w.UID}, {v.Badness, w.Badness}}
	for i, p := range pairs {
		if p[0].Known() && p[0] != p[1] {
			t.Errorf("%s: value %d is %v, of the whole text %v", name, i, p[0], p[1])
		}
	}
	if !strings.HasPrefix(w.Comm, v.Comm) {
		t.Errorf("%s: %q, of the whole text %q", name, v.Comm, w.Comm)
	}
}

// TestWantsRefusesChatter: ordinary kernel lines are dropped before their time is read.
func TestWantsRefusesChatter(t *testing.T) {
	for _, l := range chatter {
		if wantsOOM([]byte(l)) {
			t.Errorf("wanted: %s", l)
		}
	}
}

var chatter = []string{
	"IPVS: rr: UDP 10.96.0.10:53 - no destination available",
	"br-int: port 5(tap1f) entered forwarding state",
	"usb 1-1: new high-speed USB device number 4 using xhci_hcd",
	"audit: type=1400 audit(1613794841.123:456): apparmor=\"ALLOWED\" operation=\"open\" pid=4321 comm=\"qemu\" requested_mask=\"r\" denied_mask=\"r\" fsuid=107 ouid=0",
	"net_ratelimit: 12 callbacks suppressed",
	"[ 1234.567890] device vnet2 entered promiscuous mode",
	"[ 1234.567890][ T123] IPv6: ADDRCONF(NETDEV_CHANGE): veth1: link becomes ready",
	"EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: (null)",
	"nf_conntrack: nf_conntrack: table full, dropping packet",
	"kvm [2211]: vcpu0, guest rIP: 0xffffffff disabled perfctr wrmsr: 0xc2 data 0xffff",
	"CPU0: Core temperature above threshold, cpu clock throttled (total events = 1)",
	"Node 0 is online", "DMAR: IOMMU enabled", "Normal operation", "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
	"systemd-journald[512]: Received client request to flush runtime journal.", "OOM killer disabled.", "Killed by signal 15.",
}

func BenchmarkWantsChatter(b *testing.B) {
	var lines [][]byte
	size := 0
	for _, l := range chatter {
		lines = append(lines, []byte(l))
		size += len(l)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			if wantsOOM(l) {
				b.Fatal("chatter is wanted")
			}
		}
	}
}

func BenchmarkDump(b *testing.B) {
	text := fixtures(b)["global-6.1"]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if len(readFixture(text).events) != 2 {
			b.Fatal("not read")
		}
	}
}

// FuzzOOM: whatever the bytes are, nothing breaks, every kill names its killer, and one line kills once.
func FuzzOOM(f *testing.F) {
	for _, text := range fixtures(f) {
		f.Add(text)
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "ill") || strings.Contains(line, "oom") {
				f.Add(line)
			}
		}
	}
	f.Add(elChoice + "\n" + elKill + "\n" + cgLine + "\n" + cgKill)
	f.Fuzz(func(t *testing.T, text string) {
		got := readFixture(text)
		lines := strings.Count(text, "\n") + strings.Count(text, "#012") + strings.Count(text, `\x0a`) + 1
		if len(got.events) > 3*lines {
			t.Fatalf("%d events of %d lines", len(got.events), lines)
		}
		for _, e := range got.events {
			if e.Kind == record.OOMKill && (e.OOM == nil || e.OOM.Killer != "kernel") {
				t.Fatalf("%+v", e)
			}
			if e.OOM != nil && slices.ContainsFunc(e.OOM.Tasks, func(r record.Task) bool { return r.RSS < 0 }) {
				t.Fatalf("negative size: %+v", e.OOM.Tasks)
			}
		}
	})
}

package messages

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// readQEMULog passes a VM's own log through the reader as the envelope does: stamp off, unstamped lines with the last stamp.
func readQEMULog(path string, data []byte) *seen {
	got := &seen{}
	d := Dispatch([]Reader{qemuLog}, got)
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	var at record.Stamp
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if st, length := scan.ISO([]byte(text)); length > 0 {
			at, text = st, text[length:]
		}
		d.Line(record.Line{At: at, From: record.Origin{File: path, Line: n}, Program: "qemu", Text: text})
	}
	d.Input(record.Input{})
	return got
}

// What was done to each VM and its pid are the lab's ground truth (truth.jsonl of the capture).
func TestQEMULog(t *testing.T) {
	for _, c := range []struct {
		file, vm, id, memory, pid string
		end                       record.Kind
		reason                    string
	}{
		{"killed/vm-k8s-worker-1.log", "vm-k8s-worker-1", "2", "335544320", "20628", record.VMKilled, "crashed"},
		{"segfault/vm-db-master-1.log", "vm-db-master-1", "6", "335544320", "20709", record.VMKilled, "crashed"},
		{"shutdown/vm-gateway-1.log", "vm-gateway-1", "5", "201326592", "20664", record.VMStopped, "shutdown"},
		{"destroyed/vm-redis-1.log", "vm-redis-1", "4", "201326592", "20652", record.VMStopped, "destroyed"},
		{"survived/vm-k8s-master-1.log", "vm-k8s-master-1", "1", "268435456", "20528", "", ""},
		{"refused-memory/vm-big-1.log", "vm-big-1", "2", "94371840000000", "11402", record.HypervisorError, "failed"},
		{"no-reason/vm-old.log.0", "vm-old", "", "", "", record.VMStopped, ""},
		{"one-line/qemu-worker.log", "worker-1", "3", "8589934592", "", record.VMStopped, "crashed"},
		{"truncated/PG-2024.log", "PG-2024", "2", "", "", "", ""},
	} {
		data, err := os.ReadFile(filepath.Join("../../fixtures/messages/qemu-log", c.file))
		if err != nil {
			t.Fatal(err)
		}
		got := readQEMULog(c.file, data)
		if len(got.events) == 0 || got.events[0].Kind != record.VMStarted || got.events[0].Get(record.AttrVM) != c.vm ||
			got.events[0].Get(record.AttrID) != c.id || got.events[0].Get(record.AttrBytes) != c.memory {
			t.Errorf("%s: start = %+v", c.file, got.events)
			continue
		}
		if pid := got.fact(c.vm, record.FactVMPID); pid != c.pid {
			t.Errorf("%s: pid %q, want %q", c.file, pid, c.pid)
		}
		last := got.events[len(got.events)-1]
		switch {
		case c.end == "" && len(got.events) != 1:
			t.Errorf("%s: events = %+v, want the start alone", c.file, got.events)
		case c.end != "" && (last.Kind != c.end || last.Get(record.AttrReason) != c.reason || last.Get(record.AttrVM) != c.vm || !last.At.Exact()):
			t.Errorf("%s: end = %+v, want %s", c.file, last, c.end)
		}
	}
}

func TestQEMULogDetails(t *testing.T) {
	read := func(file string) *seen {
		data, err := os.ReadFile(filepath.Join("../../fixtures/messages/qemu-log", file))
		if err != nil {
			t.Fatal(err)
		}
		return readQEMULog(file, data)
	}
	got := read("one-line/qemu-worker.log")
	if got.fact("worker-1", record.FactVMHugePages) != "yes" || got.fact("", record.FactHostName) != "hp-server" || got.fact("", record.FactKernel) != "3.10.0-1160.el7.x86_64" {
		t.Errorf("facts = %+v", got.facts)
	}
	got = read("assert/vm-k.log")
	if len(got.events) != 2 || got.events[0].Kind != record.VMCrashed || got.events[1].Kind != record.VMCrashed || got.events[1].Get(record.AttrVM) != "vm-k" {
		t.Errorf("assert: %+v", got.events)
	}
	got = read("refused-memory/vm-big-1.log")
	if len(got.events) != 3 || got.events[1].Kind != record.HypervisorError {
		t.Errorf("refused memory: %+v", got.events)
	}
}

// What stood before a cut is told as before.
func TestQEMULogCut(t *testing.T) {
	files, _ := filepath.Glob("../../fixtures/messages/qemu-log/*/*.log*")
	if len(files) == 0 {
		t.Fatal("no fixtures")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := readQEMULog(file, data)
		for cut := 0; cut < len(data); cut += max(1, len(data)/200) {
			lines := bytes.Count(data[:cut], []byte{'\n'})
			got := readQEMULog(file, data[:cut])
			for i, e := range whole.events {
				if e.From.Line <= lines && (i >= len(got.events) || got.events[i].Kind != e.Kind || got.events[i].From != e.From) {
					t.Fatalf("%s cut at byte %d: events = %+v, want %+v first", file, cut, got.events, e)
				}
			}
		}
	}
}

func TestLogName(t *testing.T) {
	for file, want := range map[string]string{
		"/var/log/libvirt/qemu/web01.log": "web01", "sos.tar.xz/qemu/web.prod.local.log.0": "web.prod.local",
		"web01.log-20210214.gz": "web01", "messages": "",
	} {
		if got := logName(file); got != want {
			t.Errorf("logName(%q) = %q, want %q", file, got, want)
		}
	}
}

func FuzzHostReaders(f *testing.F) {
	files, _ := filepath.Glob("../../fixtures/messages/qemu-log/*/*")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	for _, line := range []string{
		`2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : 内部错误：End of file from qemu monitor`,
		`machine-qemu\x2d3\x2dweb01.scope: Failed with result 'oom-kill'.`, "br0: port 4(vnet2) entered disabled state",
		"device vnet2 left promiscuous mode", "New machine qemu-3-web01.", "start VM 101: UPID:pve:0:0:0:qmstart:101:root@pam:",
		`type=VIRT_CONTROL msg=audit(1613766044.706:4711): msg='virt=kvm op=start reason=booted vm="web01" vm-pid=70123 res=success'`,
		`{"component":"virt-launcher","level":"error","msg":"internal error: End of file from qemu monitor","pos":"qemuMonitorIO:718","subcomponent":"libvirt","thread":"44","timestamp":"2021-10-11T04:21:23Z"}`,
		"INFO: task qemu-kvm:7569 blocked for more than 120 seconds.", "Linux version 3.10.0 (x) #1 SMP", "traps: CPU 0/KVM[7571] general protection ip:55d",
	} {
		f.Add([]byte(line))
	}
	readers := []Reader{libvirt, machined, bridge, audit, crash, qemuLog, scope, proxmox, kubevirt, boot, kernelTrouble}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range readers {
			got := &seen{}
			step := r.New()
			at, _ := scan.RFC3164([]byte("Feb 20 04:20:44"))
			for i, line := range bytes.Split(data, []byte{'\n'}) {
				l := record.Line{At: at, From: record.Origin{File: "x.log", Line: i + 1}, Program: r.Sources[0], Text: string(line)}
				if r.Wants == nil || r.Wants(line) {
					step.Line(l, got)
				}
			}
			step.Flush(got)
			for _, e := range got.events {
				if e.Kind == "" || e.Text == "" || e.From.Line == 0 {
					t.Fatalf("%s: %+v", r.Name, e)
				}
			}
		}
	})
}

package messages

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// hostLine is one line and what it must mean; kind "" means nothing.
type hostLine struct {
	program, text string
	kind          record.Kind
	attr, value   string
}

func checkHostLines(t *testing.T, r Reader, lines []hostLine) {
	t.Helper()
	for _, c := range lines {
		got := &seen{}
		wanted := r.Wants([]byte(c.text))
		if c.kind != "" && !wanted {
			t.Errorf("not wanted: %s", c.text)
		}
		step := r.New()
		if wanted {
			step.Line(record.Line{Program: c.program, Text: c.text}, got)
		}
		step.Flush(got)
		switch {
		case c.kind == "" && len(got.events) > 0:
			t.Errorf("%s: events = %+v, want none", c.text, got.events)
		case c.kind != "" && (len(got.events) != 1 || got.events[0].Kind != c.kind || got.events[0].Get(c.attr) != c.value):
			t.Errorf("%s: events = %+v, want %s with %s=%q", c.text, got.events, c.kind, c.attr, c.value)
		}
	}
}

func TestScope(t *testing.T) {
	checkHostLines(t, scope, []hostLine{
		{"systemd", `machine-qemu\x2d3\x2drhel\x2d10\x2dbeta.scope: Deactivated successfully.`, record.VMStopped, record.AttrVM, "rhel-10-beta"},
		{"systemd", `machine-qemu\x2d3\x2drhel\x2d10\x2dbeta.scope: Consumed 28.442s CPU time, 959.8M memory peak.`, "", "", ""},
		{"systemd", `machine-qemu\x2d3\x2dweb01.scope: A process of this unit has been killed by the OOM killer.`, record.VMKilled, record.AttrMachine, "qemu-3-web01"},
		{"systemd", `machine-qemu\\x2d3\\x2dweb01.scope: Failed with result 'oom-kill'.`, record.VMKilled, record.AttrReason, "oom-kill"},
		{"systemd", `machine-qemu\x2dweb01.scope: Failed with result 'timeout'.`, record.VMKilled, record.AttrVM, "web01"},
		{"systemd", `101.scope: A process of this unit has been killed by the OOM killer.`, record.VMKilled, record.AttrVM, "101"},
		{"systemd", `Started 101.scope.`, record.VMStarted, record.AttrVM, "101"},
		{"systemd", `Started Virtual Machine qemu-1-vagrant-arch-config.5Pharchlinuxsystemdci.`, record.VMStarted, record.AttrVM, "vagrant-arch-config.5Pharchlinuxsystemdci"},
		{"systemd", `Stopped machine-qemu\x2d3\x2dweb01.scope - Virtual Machine qemu-3-web01.`, record.VMStopped, record.AttrID, "3"},
		{"systemd", `machine-qemu\x2d3\x2dweb01.scope: systemd-oomd killed 2 process(es) in this unit.`, record.VMKilled, record.AttrReason, "systemd-oomd"},
		{"systemd", `Stopping Virtual Machine qemu-3-web01...`, record.VMStopped, record.AttrReason, "stopping"},
		{"systemd", `session-1.scope: Deactivated successfully.`, "", "", ""},
		{"systemd", `session-4.scope: A process of this unit has been killed by the OOM killer.`, "", "", ""},
		{"systemd", `Started Session 12 of user root.`, "", "", ""},
	})
}

// The two lines of one end are one event.
func TestScopeOnce(t *testing.T) {
	got := readSyslog(t, scope,
		`Feb 20 04:20:44 h systemd[1]: machine-qemu\x2d3\x2dweb01.scope: A process of this unit has been killed by the OOM killer.`,
		`Feb 20 04:20:45 h systemd[1]: machine-qemu\x2d3\x2dweb01.scope: Failed with result 'oom-kill'.`)
	if len(got.events) != 1 || got.events[0].From.Line != 1 {
		t.Errorf("events = %+v", got.events)
	}
}

func TestProxmox(t *testing.T) {
	checkHostLines(t, proxmox, []hostLine{
		{"pvedaemon", "start VM 101: UPID:pve:0000A1B2:00C3D4E5:6033A1B2:qmstart:101:root@pam:", record.VMStarted, record.AttrVM, "101"},
		{"pvedaemon", "stop VM 101: UPID:pve:0000A1B2:00C3D4E5:6033A1B2:qmstop:101:root@pam:", record.VMStopped, record.AttrReason, "destroyed"},
		{"pvedaemon", "shutdown VM 101: UPID:pve:0000A1B2:00C3D4E5:6033A1B2:qmshutdown:101:root@pam:", record.VMStopped, record.AttrReason, "shutdown"},
		{"pvedaemon", "VM 101 qmp command failed - VM 101 not running", record.HypervisorError, record.AttrVM, "101"},
		{"qmeventd", "Starting cleanup for 101", record.VMStopped, record.AttrVM, "101"},
		{"qmeventd", "Finished cleanup for 101", "", "", ""},
		{"pvedaemon", "<root@pam> starting task UPID:pve:0000A1B2:00C3D4E5:6033A1B2:qmstart:101:root@pam:", "", "", ""},
	})
}

func TestOpenStack(t *testing.T) {
	const uuid = "3fd4f6e2-0000-4000-8000-000000000001"
	checkHostLines(t, openstack, []hostLine{
		{"nova-compute", "INFO nova.compute.manager [req-1 - - - - -] [instance: " + uuid + "] VM Stopped (Lifecycle Event)", record.VMStopped, record.AttrVM, uuid},
		{"nova-compute", "INFO nova.compute.manager [-] [instance: " + uuid + "] VM Paused (Lifecycle Event)", record.VMStopped, record.AttrReason, "paused"},
		{"nova-compute", "INFO nova.compute.manager [-] [instance: " + uuid + "] VM Resumed (Lifecycle Event)", record.VMStarted, record.AttrReason, "resumed"},
		{"nova-compute", "WARNING nova.compute.manager [-] [instance: " + uuid + "] Instance shutdown by itself. Calling the stop API. Current vm_state: active", record.VMKilled, record.AttrVM, uuid},
		{"nova-compute", "INFO nova.virt.libvirt.driver [-] [instance: " + uuid + "] Deletion of x complete", "", "", ""},
	})
}

func TestKubeVirt(t *testing.T) {
	checkHostLines(t, kubevirt, []hostLine{
		{"", `{"component":"virt-launcher","level":"error","msg":"internal error: End of file from qemu monitor","pos":"qemuMonitorIO:718","subcomponent":"libvirt","thread":"44","timestamp":"2021-10-11T04:21:23.886166Z"}`, record.VMKilled, record.AttrVM, ""},
		{"compute", `{"component":"virt-launcher","level":"error","msg":"Unable to read from monitor: Connection reset by peer","pos":"qemuMonitorIORead:607","subcomponent":"libvirt","thread":"63","timestamp":"2019-08-12T16:34:22.589000Z"}`, record.HypervisorError, record.AttrVM, ""},
		{"", `{"component":"virt-launcher","level":"info","msg":"kubevirt domain status: Shutoff(5):Crashed(3)","name":"vm1","namespace":"prod","pos":"client.go:179","timestamp":"2019-08-12T16:34:23.071533Z"}`, record.VMKilled, record.AttrVM, "prod_vm1"},
		{"", `{"component":"virt-launcher","level":"info","msg":"kubevirt domain status: Shutoff(5):Destroyed(2)","pos":"client.go:179","timestamp":"2019-08-12T16:34:23.071533Z"}`, record.VMStopped, record.AttrReason, "destroyed"},
		{"", `{"component":"virt-launcher","level":"info","msg":"kubevirt domain status: Running(1):Unknown(1)","pos":"client.go:179","timestamp":"2019-08-12T16:34:23.071533Z"}`, "", "", ""},
		{"", `{"component":"virt-launcher","level":"error",`, "", "", ""},
	})
}

func TestBoot(t *testing.T) {
	checkHostLines(t, boot, []hostLine{
		{"kernel", "[    0.000000] Linux version 3.10.0-1160.el7.x86_64 (mockbuild@kbuilder.bsys.centos.org) (gcc version 4.8.5 20150623) #1 SMP Mon Oct 19", record.HostBoot, "kernel", "3.10.0-1160.el7.x86_64"},
		{"systemd", "Startup finished in 4.245s (kernel) + 15.398s (userspace) = 19.643s.", record.HostBoot, "kernel", ""},
		{"systemd", "Startup finished in 123ms.", "", "", ""},
		{"systemd", "Reached target shutdown.target - System Shutdown.", record.HostShutdown, record.AttrReason, "shutdown"},
		{"systemd", "Reached target Shutdown.", record.HostShutdown, record.AttrReason, "shutdown"},
		{"systemd", "Reached target multi-user.target - Multi-User System.", "", "", ""},
		{"systemd-logind", "System is rebooting.", record.HostShutdown, record.AttrReason, "reboot"},
		{"kernel", "reboot: Restarting system", record.HostShutdown, record.AttrReason, "reboot"},
		{"kernel", "[   53.494759] reboot: Power down", record.HostShutdown, record.AttrReason, "poweroff"},
		{"app", "Linux version of our product", "", "", ""},
	})
	logout := &seen{}
	boot.New().Line(record.Line{Program: "systemd", PID: 4711, Text: "Reached target Shutdown."}, logout)
	if len(logout.events) != 0 {
		t.Errorf("a user's logout: %+v", logout.events)
	}
	got := readSyslog(t, boot,
		"Nov 23 09:18:04 h kernel: [    0.000000] Linux version 6.12.117 (debian-kernel@lists.debian.org) (gcc) #1 SMP",
		"Nov 23 09:18:07 h systemd[1]: Startup finished in 4.245s (kernel) + 15.398s (userspace) = 19.643s.",
		"Nov 23 09:20:04 h kernel: [    0.000000] Linux version 6.12.117 (debian-kernel@lists.debian.org) (gcc) #1 SMP")
	if len(got.events) != 2 || got.fact("h", record.FactKernel) != "6.12.117" {
		t.Errorf("events = %+v, facts = %+v", got.events, got.facts)
	}
}

// TestBootsByTheJournal: where the journal comes to another boot of a host it came up, and what else tells so tells the same.
func TestBootsByTheJournal(t *testing.T) {
	const (
		journals = "|-- Boot 0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --"
		next     = "|-- Boot 1f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --"
		banner   = "kernel|Linux version 6.12.117 (debian-kernel@lists.debian.org) (gcc) #1 SMP"
		up       = "systemd|Startup finished in 4.245s (kernel) + 15.398s (userspace) = 19.643s."
		down     = "systemd|Reached target shutdown.target - System Shutdown."
		id       = "_BOOT_ID=0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c"
	)
	for name, c := range map[string]struct {
		lines []string // host, program and text
		want  string   // kinds and lines
	}{
		"alone":               {[]string{"h|" + journals}, "host-boot:1"},
		"before the banner":   {[]string{"h|" + journals, "h|" + banner}, "host-boot:2"},
		"before systemd's":    {[]string{"h|" + journals, "h|" + up}, "host-boot:1"},
		"before both":         {[]string{"h|" + journals, "h|" + banner, "h|" + up}, "host-boot:2"},
		"two boots":           {[]string{"h|" + journals, "h|" + next, "h|" + banner}, "host-boot:1 host-boot:3"},
		"two hosts":           {[]string{"h|" + journals, "i|" + next, "i|" + banner}, "host-boot:3 host-boot:1"},
		"down between":        {[]string{"h|" + down, "h|" + journals, "h|" + down, "h|" + next}, "host-shutdown:1 host-boot:2 host-shutdown:3 host-boot:4"},
		"of journalctl":       {[]string{"|" + journals}, ""},
		"a program's own":     {[]string{"h|app" + journals}, ""},
		"the journal's older": {[]string{"h||-- Reboot --"}, ""},
	} {
		got := &seen{}
		d := Dispatch([]Reader{boot}, got)
		for i, line := range c.lines {
			parts := strings.SplitN(line, "|", 3)
			at := record.Stamp{Wall: time.Unix(1709634030+int64(i), 0).UTC(), Prec: time.Microsecond}
			d.Line(record.Line{At: at, From: record.Origin{File: "in", Line: i + 1}, Host: parts[0], Program: parts[1], Text: parts[2]})
		}
		d.Input(record.Input{})
		var events []string
		for _, e := range got.events {
			events = append(events, fmt.Sprint(e.Kind, ":", e.From.Line))
			if name == "alone" && (e.Host != "h" || e.Source != "systemd-journald" || e.Excerpt != id || e.At.Wall.Unix() != 1709634030) {
				t.Errorf("%s: %+v", name, e)
			}
		}
		if s := strings.Join(events, " "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

func TestKernelTrouble(t *testing.T) {
	checkHostLines(t, kernelTrouble, []hostLine{
		{"kernel", "[ 12.5] Kernel panic - not syncing: Fatal exception", record.KernelPanic, record.AttrReason, "panic"},
		{"kernel", "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled", "", "", ""},
		{"kernel", "Kernel panic - not syncing: out of memory. panic_on_oom is selected", "", "", ""}, // mm/oom_kill.c of 2.6.18
		{"kernel", "Kernel panic - not syncing: System is deadlocked on memory", "", "", ""},
		{"kernel", "---[ end Kernel panic - not syncing: Out of memory and no killable processes... ]---", "", "", ""},
		{"kernel", "---[ end Kernel panic - not syncing: Fatal exception ]---", "", "", ""},
		{"kernel", "INFO: task CPU 0/KVM:7571 blocked for more than 120 seconds.", record.MemPressure, record.AttrPID, "7571"},
		{"kernel", "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [qemu-kvm:1234]", record.MemPressure, record.AttrComm, "qemu-kvm"},
		{"kernel", "[157633.6] earlyoom: page allocation failure: order:0, mode:0x402000(GFP_NOWAIT|__GFP_COMP), nodemask=(null)", record.MemPressure, record.AttrComm, "earlyoom"},
		{"kernel", "__vm_enough_memory: pid: 11402, comm: qemu-system-x86, bytes: 94371840000000 not enough memory for the allocation", record.MemPressure, record.AttrPID, "11402"},
		{"kernel", "mce: [Hardware Error]: Machine check events logged", record.HypervisorError, record.AttrReason, "machine-check"},
		{"kernel", "[ 7205.1] Memory failure: 0x3f5a1: Killing qemu-kvm:7569 due to hardware memory corruption", record.HypervisorError, record.AttrPID, "7569"},
		{"kernel", "Memory failure: 0x3f5a1: Sending SIGBUS to CPU 0/KVM:7571 due to hardware memory corruption", record.HypervisorError, record.AttrComm, "CPU 0/KVM"},
		{"kernel", "MCE 0x3f5a1: Killing qemu-kvm:7569 early due to hardware memory corruption", record.HypervisorError, record.AttrReason, "memory-failure"},
		{"kernel", "Memory failure: 0x3f5a1: forcibly killing qemu-kvm:7569 because of failure to unmap corrupted page", record.VMCrashed, record.AttrPID, "7569"},
		{"kernel", "Memory failure: 0x3f5a1: forcibly killing java:99 because of failure to unmap corrupted page", record.ProcessCrash, record.AttrPID, "99"},
		{"kernel", "Memory failure: 0x3f5a1: recovery action for dirty LRU page: Recovered", "", "", ""},
	})
}

// The vectors of formats-logs.md 3.4: what systemd and machined make of libvirt's names.
func TestNames(t *testing.T) {
	for _, c := range []struct{ unit, machine, id, vm string }{
		{`machine-qemu\x2d3\x2dweb01.scope`, "qemu-3-web01", "3", "web01"},
		{`machine-qemu\x2d4\x2d.demo.scope`, "qemu-4-.demo", "4", ".demo"},
		{`machine-qemu\x2dweb01.scope`, "qemu-web01", "", "web01"},
		{`machine-qemu\x2d12\x2dvm\x2dk8s\x2dworker\x2d1.scope`, "qemu-12-vm-k8s-worker-1", "12", "vm-k8s-worker-1"},
	} {
		machine, ok := scopeMachine(c.unit)
		id, vm, isVM := machineParts(machine)
		if !ok || !isVM || machine != c.machine || id != c.id || vm != c.vm {
			t.Errorf("%s: %q %q %q", c.unit, machine, id, vm)
		}
	}
	if _, ok := scopeMachine("session-1.scope"); ok {
		t.Error("a session is no machine")
	}
}

// The chatter that fills logs must fall through the tests quickly.
func BenchmarkWants(b *testing.B) {
	lines := [][]byte{
		[]byte("usb 2-1.3: new high-speed USB device number 7 using ehci-pci"),
		[]byte("[12345.678901] IN=br0 OUT= PHYSIN=vnet0 MAC=52:54:00:5b:5c:fe:52:54 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=1 DPT=2"),
		[]byte("perf: interrupt took too long (2513 > 2500), lowering kernel.perf_event_max_sample_rate to 79500"),
		[]byte("IPVS: rr: TCP 10.0.0.1:80 - no destination available"),
	}
	var size int64
	for _, l := range lines {
		size += int64(len(l))
	}
	kernel := []Reader{bridge, audit, crash, boot, kernelTrouble}
	b.SetBytes(size)
	for b.Loop() {
		for _, l := range lines {
			for _, r := range kernel {
				if r.Wants(l) {
					b.Fatalf("%s wants %s", r.Name, l)
				}
			}
		}
	}
}

func BenchmarkLibvirtWants(b *testing.B) {
	line := []byte("operation failed: domain is not running, and something more that nobody wants to know")
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if libvirt.Wants(line) {
			b.Fatal("wanted")
		}
	}
}

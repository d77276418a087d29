package messages

import (
	"fmt"
	"testing"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// seen keeps what readers give.
type seen struct {
	record.Discard
	events  []record.Event
	facts   []record.Fact
	anchors []record.Anchor
}

func (s *seen) Event(e record.Event)   { s.events = append(s.events, e) }
func (s *seen) Fact(f record.Fact)     { s.facts = append(s.facts, f) }
func (s *seen) Anchor(a record.Anchor) { s.anchors = append(s.anchors, a) }

// fact gives the value of the first fact about the subject, or "".
func (s *seen) fact(subject, key string) string {
	for _, f := range s.facts {
		if f.Subject == subject && f.Key == key {
			return f.Value
		}
	}
	return ""
}

// readSyslog passes classic syslog lines through the one reader, as the envelope and the dispatcher would.
func readSyslog(t *testing.T, r Reader, lines ...string) *seen {
	t.Helper()
	got := &seen{}
	d := Dispatch([]Reader{r}, got)
	for i, line := range lines {
		at, n := scan.RFC3164([]byte(line))
		if n == 0 {
			t.Fatalf("no stamp: %s", line)
		}
		l := record.Line{At: at, From: record.Origin{File: "messages", Line: i + 1}}
		l.Host, l.Program, l.Text = cutTag(line[n+1:])
		d.Line(l)
	}
	d.Input(record.Input{})
	return got
}

// cutTag takes "hp-server libvirtd[12]: text" apart.
func cutTag(s string) (host, program, text string) {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' && host == "" {
			host, s, i = s[:i], s[i+1:], 0
		}
		if host != "" && s[i] == ':' {
			program, text = s[:i], s[i+2:]
			break
		}
	}
	for i := 0; i < len(program); i++ {
		if program[i] == '[' {
			program = program[:i]
		}
	}
	return host, program, text
}

// The lines of issue 2, run 1, as the Chinese host wrote them.
func TestLibvirtEndOfMonitor(t *testing.T) {
	got := readSyslog(t, libvirt,
		"Feb 20 04:20:44 hp-server libvirtd: 2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : 内部错误：End of file from qemu monitor",
		"Feb 20 04:20:44 hp-server libvirtd: 2021-02-19 20:20:44.740+0000: 1397: error : qemuAgentIO:598 : 内部错误：End of file from agent monitor")
	if len(got.events) != 2 || got.events[0].Kind != record.VMKilled || got.events[1].Kind != record.HypervisorError {
		t.Fatalf("events = %+v", got.events)
	}
	if len(got.anchors) != 1 {
		t.Fatalf("anchors = %+v, want one for two lines of one second", got.anchors)
	}
	a := got.anchors[0]
	if want := time.Date(2021, 2, 19, 20, 20, 44, 706e6, time.UTC); !a.Instant.Equal(want) || a.Stamp.Lacks == 0 {
		t.Errorf("anchor = %+v, want instant %v", a, want)
	}
	if a.From.Line != 1 || a.Rule == "" {
		t.Errorf("anchor = %+v", a)
	}
}

func TestLibvirtMeaning(t *testing.T) {
	for _, c := range []struct {
		text string
		kind record.Kind
		vm   string
	}{
		{"internal error: End of file from qemu monitor", record.VMKilled, ""},
		{"internal error: End of file from qemu monitor (vm='web01')", record.VMKilled, "web01"},
		{"1397: error : qemuMonitorIO:579 : 内部错误：qemu 监控(vm='web01')中的文件结束。", record.VMKilled, "web01"},
		{"内部エラー: qemu モニターからのファイルの終了 (vm='web 01')", record.VMKilled, "web 01"},
		{"внутрішня помилка: Символ кінця файла від монітора qemu (vm=«web01»)", record.VMKilled, "web01"},
		{"Monitor connection to 'web01' closed without SHUTDOWN event; assuming the domain crashed", record.VMKilled, "web01"},
		{"7: error : qemuMonitorIO:660 : internal error: Error while processing monitor IO", "", ""},
		{"内部错误：代理套接字中的文件结束", record.HypervisorError, ""},
		{"11404: error : qemuProcessReportLogError:1971 : internal error: qemu unexpectedly closed the monitor: 2026-11-23T00:55:15.201285Z qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory", record.HypervisorError, ""},
		{"Failed to terminate process 1234 with SIGKILL: Device or resource busy", record.HypervisorError, ""},
		{"End of file while reading data: Input/output error", "", ""},
		{"operation failed: domain is not running", "", ""},
		{"20411: error : dnsmasqCapsNewFromBinary:673 : Unable to find 'dnsmasq' binary in $PATH: No such file or directory", "", ""},
		{"2013-10-23 17:32:19.957+0000: 14069: error : virNetTLSContextCheckCertDN:418 : Certificate [session] owner does not match the hostname", "", ""},
		{"2021-02-19 20:20:44.706+0000: 1397: debug : qemuMonitorIO:718 : End of file from qemu monitor", "", ""},
	} {
		got := &seen{}
		(&libvirtStep{vmOf: map[string]string{}}).Line(record.Line{Text: c.text}, got)
		switch {
		case c.kind == "" && len(got.events) != 0:
			t.Errorf("%s: events = %+v, want none", c.text, got.events)
		case c.kind != "" && (len(got.events) != 1 || got.events[0].Kind != c.kind || got.events[0].Get(record.AttrVM) != c.vm):
			t.Errorf("%s: events = %+v, want %s vm %q", c.text, got.events, c.kind, c.vm)
		}
		if c.kind != "" && !libvirt.Wants([]byte(c.text)) {
			t.Errorf("%s: not wanted", c.text)
		}
	}
}

// The error names no VM, the warning of the same thread before it does (libvirt issue 36).
func TestLibvirtStateLockNamesDomain(t *testing.T) {
	got := readSyslog(t, libvirt,
		"Aug 13 07:35:26 h libvirtd: 2021-08-13 07:35:26.093+0000: 2418940: warning : qemuDomainObjBeginJobInternal:953 : Cannot start job (none, none, start) for domain vm_6_135; current job is (none, none, snapshot) owned by (0 <null>, 0 <null>, 4340 x (flags=0x280)) for (0s, 0s, 74645s)",
		"Aug 13 07:35:26 h libvirtd: 2021-08-13 07:35:26.093+0000: 77: error : qemuDomainObjBeginJobInternal:975 : Timed out during operation: cannot acquire state change lock",
		"Aug 13 07:35:26 h libvirtd: 2021-08-13 07:35:26.093+0000: 2418940: error : qemuDomainObjBeginJobInternal:975 : Timed out during operation: cannot acquire state change lock (held by monitor=x)")
	if len(got.events) != 2 || got.events[0].Get(record.AttrVM) != "" || got.events[1].Get(record.AttrVM) != "vm_6_135" {
		t.Errorf("events = %+v", got.events)
	}
}

func TestLibvirtTaintedIsTheTableOfIDs(t *testing.T) {
	got := readSyslog(t, libvirt,
		"Aug 25 01:45:21 M91p libvirtd[984]: Domain id=5 name='VM-Development_2' uuid=f7e900a9-2540-48ce-9f99-acf17a5fb82e is tainted: high-privileges")
	if got.fact("VM-Development_2", record.FactVMID) != "5" || got.fact("VM-Development_2", record.FactVMUUID) != "f7e900a9-2540-48ce-9f99-acf17a5fb82e" || len(got.events) != 0 {
		t.Errorf("facts = %+v, events = %+v", got.facts, got.events)
	}
}

func TestMachined(t *testing.T) {
	got := readSyslog(t, machined,
		"Feb 20 04:00:00 hp-server systemd-machined[822]: New machine qemu-3-vm-k8s-worker-1.",
		"Feb 20 04:20:45 hp-server systemd-machined: Machine qemu-3-vm-k8s-worker-1 terminated.",
		"Feb 20 04:20:45 hp-server systemd-machined: Machine debian-tree terminated.",
		"Feb 20 04:20:45 hp-server systemd-machined: Machine qemu-web01 terminated.")
	if len(got.events) != 3 {
		t.Fatalf("events = %+v", got.events)
	}
	e := got.events[1]
	if e.Kind != record.VMStopped || e.Get(record.AttrVM) != "vm-k8s-worker-1" || e.Get(record.AttrID) != "3" || e.Get(record.AttrMachine) != "qemu-3-vm-k8s-worker-1" || e.Get(record.AttrReason) != "" {
		t.Errorf("event = %+v", e)
	}
	if got.events[2].Get(record.AttrVM) != "web01" || got.events[2].Get(record.AttrID) != "" {
		t.Errorf("event = %+v", got.events[2])
	}
}

func TestBridge(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		gone  []string
	}{
		"run 1": {[]string{
			"Feb 20 04:20:44 hp-server kernel: br0: port 4(vnet2) entered disabled state",
			"Feb 20 04:20:44 hp-server kernel: device vnet2 left promiscuous mode",
			"Feb 20 04:20:44 hp-server kernel: br0: port 4(vnet2) entered disabled state",
		}, []string{"vnet2"}},
		"run 2, avahi repeats": {[]string{
			"Feb 20 19:42:46 hp-server kernel: br0: port 5(vnet3) entered disabled state",
			"Feb 20 19:42:46 hp-server kernel: device vnet3 left promiscuous mode",
			"Feb 20 19:42:46 hp-server kernel: br0: port 5(vnet3) entered disabled state",
			"Feb 20 19:42:46 hp-server avahi-daemon[953]: Withdrawing workstation service for vnet3.",
		}, []string{"vnet3"}},
		"a start": {[]string{
			"Feb 20 19:42:46 h kernel: [ 12.5] br0: port 5(vnet3) entered blocking state",
			"Feb 20 19:42:46 h kernel: [ 12.5] br0: port 5(vnet3) entered disabled state",
			"Feb 20 19:42:46 h kernel: [ 12.5] device vnet3 entered promiscuous mode",
			"Feb 20 19:42:46 h kernel: [ 12.5] br0: port 5(vnet3) entered forwarding state",
		}, nil},
		"a start without blocking": {[]string{
			"Feb 20 19:42:46 h kernel: br0: port 5(vnet3) entered disabled state",
			"Feb 20 19:42:46 h kernel: device vnet3 entered promiscuous mode",
		}, nil},
		"kernel 6.5, Proxmox, two ports, twice": {[]string{
			"Feb 20 19:42:46 h kernel: fwbr101i0: port 2(tap101i0) entered disabled state",
			"Feb 20 19:42:46 h kernel: tap101i0 (unregistering): left promiscuous mode",
			"Feb 20 19:42:47 h kernel: vnet7: left promiscuous mode",
			"Feb 20 19:52:47 h kernel: vnet7: left promiscuous mode",
		}, []string{"tap101i0", "vnet7", "vnet7"}},
		"only disabled": {[]string{
			"Feb 20 19:42:46 h kernel: br0: port 5(vnet3) entered disabled state",
		}, []string{"vnet3"}},
		"containers": {[]string{
			"Feb 20 19:42:46 h kernel: docker0: port 5(veth3ab2) entered disabled state",
			"Feb 20 19:42:46 h kernel: device veth3ab2 left promiscuous mode",
		}, nil},
	} {
		got := readSyslog(t, bridge, c.lines...)
		var gone []string
		for _, e := range got.events {
			gone = append(gone, e.Get(record.AttrIface))
			if e.Kind != record.LinkDown {
				t.Errorf("%s: kind %s", name, e.Kind)
			}
		}
		if len(gone) != len(c.gone) {
			t.Errorf("%s: gone %v, want %v", name, gone, c.gone)
			continue
		}
		for i := range gone {
			if gone[i] != c.gone[i] {
				t.Errorf("%s: gone %v, want %v", name, gone, c.gone)
			}
		}
	}
}

// TestProxmoxPort: Proxmox numbers a VM's ports by the VM and its card; other taps name nobody.
func TestProxmoxPort(t *testing.T) {
	for iface, vm := range map[string]string{"tap101i0": "101", "tap9000i12": "9000", "tap1a2b3c4d-5e": "", "tap101i": "", "tapi0": "", "vnet101i0": "", "tap0": ""} {
		e := portGone(record.Line{}, iface)
		if got := e.Get(record.AttrVM); got != vm {
			t.Errorf("%s: VM %q, want %q", iface, got, vm)
		}
	}
}

func TestAudit(t *testing.T) {
	got := &seen{}
	step := audit.New()
	at, _ := scan.RFC3164([]byte("May 12 12:47:40"))
	for _, text := range []string{
		`type=VIRT_CONTROL msg=audit(1613766044.706:4711): pid=1397 uid=0 auid=4 ses=4 subj=s msg='virt=kvm op=start reason=booted vm="web01" uuid=7d9e20d7 vm-pid=70123 exe="/usr/sbin/libvirtd" hostname=? addr=? terminal=? res=success'`,
		`type=VIRT_RESOURCE msg=audit(1613766044.706:4712): pid=1397 msg='virt=kvm resrc=mem reason=start vm="web01" uuid=7d9e20d7 old-mem=0 new-mem=8388608 exe="x" res=success'`,
		`VIRT_CONTROL pid=385946 uid=0 subj=s msg='virt=kvm op=stop reason=shutdown vm="rhel-10-beta" uuid=7d9e20d7 vm-pid=0 exe="/usr/bin/virtqemud" res=success`,
		`type=VIRT_CONTROL msg=audit(1613766045.706:4713): msg='virt=kvm op=stop reason=failed vm=776562203031 uuid=7 vm-pid=-1 exe="x" res=success'`,
		`audit: type=1701 audit(1613766046.0:12): auid=4 uid=107 pid=7569 comm="qemu-kvm" exe="/usr/libexec/qemu-kvm" sig=6 res=1`,
		`type=VIRT_CONTROL msg=audit(1613766047.706:4714): msg='virt=kvm op=start reason=booted vm="big" uuid=7 vm-pid=0 exe="x" res=failed'`,
	} {
		if !audit.Wants([]byte(text)) {
			t.Errorf("not wanted: %s", text)
		}
		step.Line(record.Line{At: at, Program: "audit", Text: text}, got)
	}
	want := []record.Kind{record.VMStarted, record.VMStopped, record.VMKilled, record.VMCrashed, record.HypervisorError}
	if len(got.events) != len(want) {
		t.Fatalf("events = %+v", got.events)
	}
	for i, k := range want {
		if got.events[i].Kind != k {
			t.Errorf("event %d = %+v, want %s", i, got.events[i], k)
		}
	}
	if got.events[1].Get(record.AttrReason) != "shutdown" || got.events[2].Get(record.AttrVM) != "web 01" {
		t.Errorf("events = %+v", got.events)
	}
	if got.fact("web01", record.FactVMPID) != "70123" || got.fact("web01", record.FactVMMemory) != "8589934592" {
		t.Errorf("facts = %+v", got.facts)
	}
	if len(got.anchors) != 2 || !got.anchors[0].Instant.Equal(time.Unix(1613766044, 706e6)) {
		t.Errorf("anchors = %+v", got.anchors)
	}
}

// TestAuditExcerpt: of ten kernel records in a row, and of a hundred of a host that writes many, one tells the year.
func TestAuditExcerpt(t *testing.T) {
	for _, c := range []struct{ from, n int }{{12_345, 10}, {123_455, 100}, {7_000_001, 100}} {
		wanted := 0
		for serial := c.from; serial < c.from+c.n; serial++ {
			if audit.Wants([]byte(fmt.Sprintf(`audit: type=1400 audit(1613766044.706:%d): apparmor="DENIED" operation="open"`, serial))) {
				wanted++
			}
		}
		if wanted != 1 {
			t.Errorf("%d of %d records from %d on wanted, want 1", wanted, c.n, c.from)
		}
	}
}

// TestQEMUsBrokenMemory: what QEMU says when the host's kernel tells it of broken memory (target/i386/kvm/kvm.c): it ends
// only when the memory is its own and was read.
func TestQEMUsBrokenMemory(t *testing.T) {
	for text, want := range map[string]record.Kind{
		"2023-10-12T19:00:20.000000Z qemu-kvm: Guest MCE Memory Error at QEMU addr 0x7fa430ab9000 and GUEST addr 0x118cb9000 of type BUS_MCEERR_AR injected":                        record.HypervisorError,
		"2023-10-12T19:00:20.000000Z qemu-kvm: warning: Hardware memory error at addr 0x7fa430ab9000 of type BUS_MCEERR_AO for memory used by QEMU itself instead of guest system!": record.HypervisorError,
		"2023-10-12T19:00:20.000000Z qemu-kvm: QEMU got Hardware memory error at addr 0x7fa430ab9000":                                                                               record.VMCrashed,
		"Hardware memory error!": record.VMCrashed,
	} {
		got := &seen{}
		step := qemuLog.New()
		step.Line(record.Line{From: record.Origin{File: "web01.log", Line: 1}, Text: text}, got)
		if len(got.events) != 1 || got.events[0].Kind != want || got.events[0].Get(record.AttrReason) != record.BrokenMemory || got.events[0].Get(record.AttrVM) != "web01" {
			t.Errorf("%s: %+v, want %s", text, got.events, want)
		}
	}
}

func TestCrash(t *testing.T) {
	for _, c := range []struct {
		program, text string
		kind          record.Kind
		comm, pid     string
	}{
		{"kernel", "[ 123.4] qemu-kvm[7569]: segfault at 10 ip 00007f3c2a sp 00007ffd1 error 4 in libc-2.17.so[7f3c2+1c3000]", record.VMCrashed, "qemu-kvm", "7569"},
		{"kernel", "traps: CPU 0/KVM[7571] general protection ip:55d sp:7f error:0 in qemu-kvm[55d+5a6000]", record.VMCrashed, "CPU 0/KVM", "7571"},
		{"kernel", "[ 123.4] qemu-img[7569]: segfault at 10 ip 00007f3c2a sp 00007ffd1 error 4 in libc-2.17.so[7f3c2+1c3000]", record.ProcessCrash, "qemu-img", "7569"},
		{"systemd-coredump", "Process 8000 (qemu-ga) of user 0 dumped core.", record.ProcessCrash, "qemu-ga", "8000"},
		{"systemd-coredump", "Process 8005 (qemu-nbd) of user 0 dumped core.", record.ProcessCrash, "qemu-nbd", "8005"},
		{"systemd-coredump", "Process 8006 (qemu-aarch64) of user 0 dumped core.", record.ProcessCrash, "qemu-aarch64", "8006"},
		{"systemd-coredump", "Process 8007 (qemu:web01) of user 107 dumped core.", record.VMCrashed, "qemu:web01", "8007"},
		{"kernel", "mysqld[99]: segfault at 0 ip 0 sp 0 error 4", record.ProcessCrash, "mysqld", "99"},
		{"systemd-coredump", "Process 7569 (qemu-kvm) of user 107 dumped core.", record.VMCrashed, "qemu-kvm", "7569"},
		{"abrt-hook-ccpp", "Process 7569 (qemu-system-x86) of user 107 killed by SIGABRT - dumping core", record.VMCrashed, "qemu-system-x86", "7569"},
		{"systemd", "libvirtd.service: Main process exited, code=dumped, status=6/ABRT", record.ProcessCrash, "", ""},
		{"systemd", "x.service: Main process exited, code=killed, status=9/KILL", "", "", ""},
		{"java", "Terminating due to java.lang.OutOfMemoryError: Java heap space", record.ProcessCrash, "", ""},
	} {
		got := &seen{}
		crash.New().Line(record.Line{Program: c.program, Text: c.text}, got)
		if c.kind == "" {
			if len(got.events) != 0 {
				t.Errorf("%s: %+v", c.text, got.events)
			}
			continue
		}
		if len(got.events) != 1 || got.events[0].Kind != c.kind || got.events[0].Get(record.AttrComm) != c.comm || got.events[0].Get(record.AttrPID) != c.pid || !crash.Wants([]byte(c.text)) {
			t.Errorf("%s: %+v", c.text, got.events)
		}
	}
}

package messages

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// The audit trail names a VM with its pid at every start and stop (libvirt's conf/domain_audit.c, 0.9 to 11), and
// its epoch is an instant. It comes in audit.log, in the journal, and through the kernel's log when no auditd runs:
//
//	type=VIRT_CONTROL msg=audit(1613766044.706:4711): pid=1397 ... msg='virt=kvm op=start reason=booted vm="web01" uuid=… vm-pid=70123 … res=success'
//	audit[385946]: VIRT_CONTROL pid=385946 ... msg='virt=kvm op=stop reason=shutdown vm="rhel-10-beta" uuid=… vm-pid=0 …
//	kernel: audit: type=1701 audit(1613766044.706:12): ... pid=7569 comm="qemu-kvm" exe="/usr/libexec/qemu-kvm" sig=6 res=1
//
// libvirt's own log has the same text, "success=yes virt=qemu op=stop reason=failed vm=…", at virDomainAuditLifecycle.
var audit = Reader{
	Name: "audit", Title: "audit trail: VMs started and stopped, with their pids; aborted processes",
	Sources: []string{"audit", "auditd", "audispd", "kernel", ""},
	Wants:   wantsAudit,
	Starts:  []string{"audit", "type=", "node=", "VIRT_", "ANOM_ABEND"},
	New:     func() Step { return &auditStep{} },
}

// wantsAudit takes VMs and aborts, and of the rest what the kernel writes for itself: there the epoch settles the
// stamps of a log that has no year. audit.log is millions of lines of others.
func wantsAudit(text []byte) bool {
	begin, _ := oomMessage(text)
	text = text[begin:]
	if len(text) < 12 {
		return false
	}
	switch text[0] {
	case 'a':
		return bytes.HasPrefix(text, []byte("audit")) && wantsKernelAudit(text)
	case 't', 'n':
		return bytes.HasPrefix(text, []byte("type=")) && bytes.HasPrefix(text[5:], []byte("1")) && wantsKernelAudit(text) || // numbers: the kernel's log
			containsAny(text, "type=VIRT_", "type=ANOM_ABEND", "type=25")
	case 'V':
		return bytes.HasPrefix(text, []byte("VIRT_"))
	case 'A':
		return bytes.HasPrefix(text, []byte("ANOM_ABEND"))
	}
	return false
}

// wantsKernelAudit takes the records that say something. Of the others, of which AppArmor, SELinux and seccomp write
// thousands, it takes enough to tell the year, of an excerpt too: the first of each boot, then one in ten, and of a host that
// writes hundreds of thousands one in a hundred, by the serial number, so that each line is judged alone.
func wantsKernelAudit(text []byte) bool {
	i, colon := len("audit: type=1400 audit"), len("(1613766044.706") // usually
	if len(text) <= i+colon || text[i] != '(' || text[i+colon] != ':' {
		i = bytes.IndexByte(text[:min(len(text), 48)], '(')
		colon = bytes.IndexByte(text[max(i, 0):min(len(text), i+32)], ':')
	}
	if i < 5 || colon < 0 || !endsWith(text[:i], "audit") {
		return true
	}
	from := i + colon + 1
	to := skipDigits(text, from)
	if n := to - from; n <= 3 || text[to-1] == '0' && (n <= 5 || text[to-2] == '0') {
		return true
	}
	kind := bytes.IndexByte(text[:i], '=') + 1                         // behind "type"
	return kind == 0 || text[kind] != '1' || has(text[kind:], "1701 ") // VIRT_ are 2500 and on, ANOM_ABEND is 1701
}

type auditStep struct{ anchors anchors }

func (s *auditStep) Line(l record.Line, sink record.Sink) {
	text := kernelText(l.Text)
	if epoch, ok := auditEpoch(text); ok {
		slack := 2 * time.Second
		if l.Program == "kernel" { // its first lines wait in memory until the log daemon runs
			slack = 2 * time.Minute
		}
		if !strings.Contains(text, "type=2000 ") { // written at boot, before anybody has set the clock
			s.anchors.tie(l, epoch, slack, "audit's epoch on the same line", sink)
		}
		if l.At.Lacks != 0 {
			l.At = epoch
		}
	}
	switch {
	case strings.Contains(text, "ANOM_ABEND"), strings.Contains(text, "type=1701 "):
		abended(l, text, sink)
	case strings.Contains(text, "virt="):
		auditRecord{virt: text, line: l}.read(sink)
	}
}

// Flush has nothing open.
func (s *auditStep) Flush(record.Sink) {}

func auditEpoch(text string) (record.Stamp, bool) {
	inner, ok := between(text, "audit(", ")")
	if !ok {
		return record.Stamp{}, false
	}
	epoch, _, _ := strings.Cut(inner, ":")
	return scan.Epoch([]byte(epoch))
}

// auditRecord is a VIRT_CONTROL or VIRT_RESOURCE record.
type auditRecord struct {
	virt string
	line record.Line
}

// get gives a field's value; libaudit writes a value with blanks or quotes in it as hex digits without quotes.
func (a auditRecord) get(key string) string {
	text := a.virt
	for {
		i := strings.Index(text, key+"=")
		if i < 0 {
			return ""
		}
		free := i == 0 || text[i-1] == ' ' || text[i-1] == '\''
		text = text[i+len(key)+1:]
		if free {
			break
		}
	}
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		value, _, _ := strings.Cut(quoted, `"`)
		return value
	}
	end := strings.IndexAny(text, " '")
	if end < 0 {
		end = len(text)
	}
	return text[:end]
}

func (a auditRecord) vm() string {
	name := a.get("vm")
	if strings.Contains(a.virt, `vm="`) || len(name)%2 != 0 {
		return name
	}
	if raw, err := hex.DecodeString(name); err == nil && len(raw) > 0 && utf8.Valid(raw) {
		return string(raw)
	}
	return name
}

func (a auditRecord) failed() bool {
	return strings.HasPrefix(a.virt, "success=no ") || strings.HasPrefix(a.get("res"), "failed")
}

func (a auditRecord) fact(key, value string, sink record.Sink) {
	sink.Fact(record.Fact{At: a.line.At, From: a.line.From, Subject: a.vm(), Key: key, Value: value})
}

func (a auditRecord) read(sink record.Sink) {
	vm := a.vm()
	if vm == "" {
		return
	}
	switch {
	case a.get("op") == "start":
		a.started(vm, sink)
	case a.get("op") == "stop":
		a.stopped(vm, sink)
	case a.get("resrc") == "mem" && !a.failed():
		if kib, ok := scan.Int([]byte(a.get("new-mem"))); ok && kib > 0 && kib < 1<<50 {
			a.fact(record.FactVMMemory, strconv.FormatInt(kib<<10, 10), sink)
		}
	}
}

func (a auditRecord) started(vm string, sink record.Sink) {
	if a.failed() {
		sink.Event(settled(a.line, record.HypervisorError, "VM "+vm+" could not be started", record.Attr{Key: record.AttrVM, Value: vm}))
		return
	}
	pid := strings.TrimPrefix(digitsIn(a.get("vm-pid")), "0")
	if pid != "" {
		a.fact(record.FactVMPID, pid, sink)
	}
	if uuid := a.get("uuid"); uuid != "" {
		a.fact(record.FactVMUUID, uuid, sink)
	}
	sink.Event(settled(a.line, record.VMStarted, "VM "+vm+" was started", a.attrs(vm, pid)...))
}

func (a auditRecord) stopped(vm string, sink record.Sink) {
	switch reason := a.get("reason"); reason {
	case "failed", "crashed": // libvirt's word when the process went without a shutdown event
		sink.Event(settled(a.line, record.VMKilled, "The QEMU process of VM "+vm+" vanished without an orderly shutdown", a.attrs(vm, "")...))
	default:
		sink.Event(settled(a.line, record.VMStopped, "VM "+vm+" was stopped: "+reason, a.attrs(vm, "")...))
	}
}

func (a auditRecord) attrs(vm, pid string) []record.Attr {
	return []record.Attr{{Key: record.AttrVM, Value: vm}, {Key: record.AttrPID, Value: pid}, {Key: record.AttrReason, Value: a.get("reason")}}
}

// abended reads ANOM_ABEND: a process died of a signal that a fault raises.
func abended(l record.Line, text string, sink record.Sink) {
	a := auditRecord{virt: text, line: l}
	signal, _ := strconv.Atoi(a.get("sig"))
	crashed(l, a.get("comm"), digitsIn(a.get("pid")), signalName(signal), sink)
}

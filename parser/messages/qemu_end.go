package messages

import (
	"strings"
	"time"

	"oomortem/parser/record"
)

// said reads a line between start and end: libvirt's child, or QEMU itself. What it makes of SIGBUS for broken memory is
// kvm_arch_on_sigbus_vcpu() of target/i386/kvm/kvm.c (QEMU 2.x to 9.x):
//
//	qemu-kvm: Guest MCE Memory Error at QEMU addr 0x7fa430ab9000 and GUEST addr 0x118cb9000 of type BUS_MCEERR_AR injected
//	qemu-kvm: warning: Hardware memory error at addr 0x7fa430ab9000 of type BUS_MCEERR_AO for memory used by QEMU itself instead of guest system!
//	qemu-kvm: QEMU got Hardware memory error at addr 0x7fa430ab9000
//	Hardware memory error!
func (q *qemuRun) said(l record.Line, text string, sink record.Sink) {
	if e := readLibvirtEntry(text); e.thread != "" && e.level != "" {
		if q.pid == "" {
			q.pid = e.thread
			if vm := q.vm(l.From); vm != "" {
				sink.Fact(record.Fact{At: l.At, From: l.From, Subject: vm, Key: record.FactVMPID, Value: q.pid})
			}
		}
		return
	}
	vm := q.vm(l.From)
	attrs := []record.Attr{{Key: record.AttrVM, Value: vm}, {Key: record.AttrPID, Value: q.pid}}
	switch {
	case strings.Contains(text, "QEMU got Hardware memory error"), strings.HasSuffix(text, "Hardware memory error!"): // exit(1) follows
		q.assert = text
		sink.Event(settled(l, record.VMCrashed, "QEMU of VM "+vm+" gave up: memory of its own is broken (hardware): "+brief(text, 200),
			append(attrs, record.Attr{Key: record.AttrReason, Value: record.BrokenMemory})...))
	case strings.Contains(text, "Guest MCE Memory Error at "), strings.Contains(text, " for memory used by QEMU itself"):
		sink.Event(settled(l, record.HypervisorError, "QEMU of VM "+vm+" met broken memory (hardware) and went on: "+brief(text, 200),
			append(attrs, record.Attr{Key: record.AttrReason, Value: record.BrokenMemory})...))
	case gaveUp(text):
		q.assert = text
		sink.Event(settled(l, record.VMCrashed, "QEMU of VM "+vm+" gave up by itself: "+brief(text, 200), attrs...))
	case strings.Contains(text, "terminating on signal "):
		if !strings.Contains(text, "libvirtd)") && !strings.Contains(text, "virtqemud)") {
			q.unasked = text[strings.Index(text, "terminating on "):]
			sink.Event(settled(l, record.VMStopped, "QEMU of VM "+vm+" was told to end, not by libvirt: "+brief(q.unasked, 200),
				append(attrs, record.Attr{Key: record.AttrReason, Value: "signalled"})...))
		}
	case strings.Contains(strings.ToLower(text), "cannot allocate memory"):
		sink.Event(settled(l, record.HypervisorError, "QEMU of VM "+vm+" was refused memory: "+brief(text, 200), attrs...))
	case strings.Contains(text, "KVM internal error"), strings.Contains(text, "kvm run failed"):
		sink.Event(settled(l, record.HypervisorError, "KVM could not go on with VM "+vm+": "+brief(text, 200), attrs...))
	}
	if strings.HasPrefix(text, "qemu") && !strings.Contains(text, ": warning: ") && !strings.Contains(text, "terminating on") {
		q.lastSaid, q.saidAt = text, l.At
	}
}

// gaveUp tells the lines with which a process ends itself: glibc's and QEMU's.
func gaveUp(text string) bool {
	if strings.Contains(text, "Assertion `") && strings.Contains(text, "failed") || strings.Contains(text, "assertion failed") {
		return true
	}
	for _, p := range []string{"free(): ", "malloc(): ", "double free or corruption", "corrupted ", "*** stack smashing", "*** buffer overflow", "*** Error in ",
		"qemu: hardware error", "Aborted", "Segmentation fault", "ERROR:", "Bad ram pointer"} {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

const lastWords = 5 * time.Second // what QEMU said this shortly before its end, it died of

// ended reads "shutting down, reason=crashed"; libvirt up to 2.x writes no reason.
func (q *qemuRun) ended(l record.Line, text string, sink record.Sink) {
	vm := q.vm(l.From)
	_, reason, _ := strings.Cut(text, "reason=")
	kind, said := record.VMStopped, "VM "+vm+" was stopped: "+reason
	switch {
	case reason == "":
		said = "VM " + vm + " ended; this libvirt writes no reason"
	case reason == "failed":
		kind, said = record.HypervisorError, "VM "+vm+" could not be started"
	case reason != "crashed":
	case q.assert != "":
		kind, said = record.VMCrashed, "QEMU of VM "+vm+" crashed: "+brief(q.assert, 200)
	case q.unasked != "":
		said = "VM " + vm + " ended after " + brief(q.unasked, 200)
	case q.lastSaid != "" && apart(q.saidAt, l.At) <= lastWords:
		kind, said = record.VMCrashed, "QEMU of VM "+vm+" ended after it said: "+brief(q.lastSaid, 200)
	default:
		kind, said = record.VMKilled, "The QEMU process of VM "+vm+" vanished without a word of its own"
	}
	sink.Event(settled(l, kind, said,
		record.Attr{Key: record.AttrVM, Value: vm},
		record.Attr{Key: record.AttrPID, Value: q.pid},
		record.Attr{Key: record.AttrReason, Value: strings.TrimSpace(reason)}))
	*q = qemuRun{name: q.name}
}

package messages

import (
	"strings"
	"time"

	"oomortem/parser/record"
)

// libvirt reads what libvirtd and virtqemud (0.9 to 11) say in syslog, in the journal and in their own file; the
// form of a line is at libvirtEntry, the messages and their translations are in libvirt_words.go.
//
// Wants lets every stamped line through, because the stamp is UTC: it tells the year and the zone of the whole log.
var libvirt = Reader{
	Name: "libvirt", Title: "libvirtd and virtqemud: VMs that died, errors, UTC stamps",
	Sources: []string{"libvirtd", "virtqemud", "virt-launcher", "libvirt"},
	Wants: func(text []byte) bool {
		return stampedLibvirt(text) || libvirtMarks.in(text)
	},
	New: func() Step { return &libvirtStep{vmOf: map[string]string{}} },
}

// libvirtMarks are the functions and words of the lines that say something; a translated message is found by its
// function, or, in a journal that shows none, by its words.
var libvirtMarks = phrasesOf(append([]string{
	"qemuMonitorIO", "qemuAgentIO", "MonitorEOF", "ReportLogError", "BeginJob", "ObjTaint", "DomainAudit",
	"KillPainfully", "qemuAgentSend", "hostname: ", "is tainted: ", "Cannot start job", "closed without SHUTDOWN",
	"Cannot allocate memory",
}, libvirtWords()...))

type libvirtStep struct {
	anchors anchors
	vmOf    map[string]string // thread -> the VM that its last "Cannot start job" named
}

func (s *libvirtStep) Line(l record.Line, sink record.Sink) {
	e := readLibvirtEntry(l.Text)
	if e.at.Exact() {
		s.anchors.tie(l, e.at, 2*time.Second, "libvirt's UTC stamp on the same line", sink)
		if l.At.Lacks != 0 {
			l.At = e.at
		}
	}
	s.entry(l, e, sink)
}

// Flush has nothing open.
func (s *libvirtStep) Flush(record.Sink) {}

// entry understands one entry, whatever carried it.
func (s *libvirtStep) entry(l record.Line, e libvirtEntry, sink record.Sink) {
	if e.level == "debug" {
		return
	}
	if strings.Contains(e.function, "DomainAudit") {
		auditRecord{virt: e.message, line: l}.read(sink)
		return
	}
	if name, ok := strings.CutPrefix(e.message, "hostname: "); ok && e.function == "" {
		sink.Fact(record.Fact{At: l.At, From: l.From, Key: record.FactHostName, Value: name})
		return
	}
	if vm, ok := between(e.message, "name='", "'"); ok && strings.HasPrefix(e.message, "Domain id=") {
		taintedDomain(l, e.message, vm, sink)
		return
	}
	if strings.HasPrefix(e.message, "Cannot start job (") {
		vm, _ := between(e.message, " for domain ", ";")
		s.remember(l, e, vm)
		return
	}
	if kind, said := libvirtMeaning(e); kind != "" {
		sink.Event(settled(l, kind, said, libvirtAttrs(e, s.forget(l, e))...))
	}
}

// remember keeps the VM that a warning names for the error of the same thread that follows and names none.
func (s *libvirtStep) remember(l record.Line, e libvirtEntry, vm string) {
	if len(s.vmOf) >= mostRecent {
		s.vmOf = map[string]string{}
	}
	s.vmOf[l.Host+" "+e.thread] = vm
}

func (s *libvirtStep) forget(l record.Line, e libvirtEntry) string {
	if !saysOf(e, timedOut) && !strings.Contains(e.function, "BeginJob") {
		return ""
	}
	vm := s.vmOf[l.Host+" "+e.thread]
	delete(s.vmOf, l.Host+" "+e.thread)
	return vm
}

// taintedDomain reads the line that each start of a VM with an unusual setting leaves: it is the table of ids.
func taintedDomain(l record.Line, message, vm string, sink record.Sink) {
	fact := func(key, value string) {
		if value != "" {
			sink.Fact(record.Fact{At: l.At, From: l.From, Subject: vm, Key: key, Value: value})
		}
	}
	id, _ := between(message, "id=", " ")
	uuid, _ := between(message, "uuid=", " ")
	fact(record.FactVM, "named in libvirt's log")
	fact(record.FactVMID, digitsIn(id))
	fact(record.FactVMUUID, uuid)
}

// libvirtMeaning gives the kind and the plain sentence of an entry, "" when it is no event.
func libvirtMeaning(e libvirtEntry) (record.Kind, string) {
	switch {
	case saysOf(e, monitorEOF), e.function == "qemuMonitorIO" && e.level == "error" && !containsAny([]byte(e.message),
		"Error while processing monitor IO", "Invalid file descriptor while waiting for monitor"):
		return record.VMKilled, "A QEMU process vanished without a word: libvirt met the end of its monitor connection"
	case strings.HasPrefix(e.message, "Monitor connection to '") && strings.Contains(e.message, "without SHUTDOWN event"):
		return record.VMKilled, "A QEMU process vanished: its monitor connection closed without a shutdown event"
	case saysOf(e, agentEOF), e.function == "qemuAgentIO" && e.level == "error":
		return record.HypervisorError, "The channel to a guest agent closed, which follows every end of a QEMU process"
	case strings.Contains(e.function, "ReportLogError"), saysOf(e, closedMonitor), saysOf(e, exitedConnecting):
		if strings.Contains(e.message, "Cannot allocate memory") {
			return record.HypervisorError, "A VM could not start: QEMU was refused the guest's memory"
		}
		return record.HypervisorError, "A QEMU process ended while libvirt was connecting to it"
	case saysOf(e, stateLock), saysOf(e, timedOut) && strings.Contains(e.function, "BeginJob"):
		return record.HypervisorError, "An operation on a VM waited too long for another one to finish"
	case saysOf(e, noMonitor):
		return record.HypervisorError, "libvirt could not connect to a QEMU process"
	case saysOf(e, monitorRead), saysOf(e, monitorWrite):
		return record.HypervisorError, "The monitor connection to a QEMU process broke"
	case saysOf(e, agentSilent), e.function == "qemuAgentSend" && e.level == "error":
		return record.HypervisorError, "A guest agent does not answer"
	case notKilled(e):
		return record.HypervisorError, "A process could not be terminated even with SIGKILL: it hangs in the kernel"
	case strings.Contains(e.message, "Cannot allocate memory"), saysOf(e, outOfMemory):
		return record.HypervisorError, "libvirt or QEMU was refused memory"
	}
	return "", ""
}

func libvirtAttrs(e libvirtEntry, vm string) []record.Attr {
	for _, quoted := range [][2]string{{"vm='", "'"}, {"vm=«", "»"}, {"vm=”", "”"}, {"Monitor connection to '", "'"}} {
		if name, ok := between(e.message, quoted[0], quoted[1]); ok && vm == "" {
			vm = name
		}
	}
	pid := ""
	if notKilled(e) {
		for _, word := range strings.FieldsFunc(e.message, func(r rune) bool { return r < '0' || r > '9' }) {
			pid = word
			break
		}
	}
	return []record.Attr{{Key: record.AttrVM, Value: vm}, {Key: record.AttrPID, Value: pid}}
}

// notKilled tells libvirt's complaint that a process survives its signals, virProcessKillPainfully.
func notKilled(e libvirtEntry) bool {
	return saysOf(e, notTerminated) || strings.Contains(e.function, "KillPainfully") && e.level == "error"
}

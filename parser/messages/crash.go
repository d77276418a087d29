package messages

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"oomortem/parser/record"
)

// Processes that died by a fault of their own, as the kernel (arch/x86/mm/fault.c, traps.c), systemd, its coredump
// helper and abrt tell it. One that is a hypervisor takes its VM along, and no memory shortage is to blame:
//
//	kernel: qemu-kvm[7569]: segfault at 10 ip 00007f3c2a sp 00007ffd1 error 4 in libc-2.17.so[7f3c2+1c3000]
//	kernel: traps: CPU 0/KVM[7571] general protection ip:55d sp:7f error:0 in qemu-kvm[55d+5a6000]
//	systemd-coredump[8001]: Process 7569 (qemu-kvm) of user 107 dumped core.
//	abrt-hook-ccpp: Process 7569 (qemu-kvm) of user 107 killed by SIGABRT - dumping core
//	systemd[1]: mysqld.service: Main process exited, code=dumped, status=6/ABRT
//	java[4711]: Terminating due to java.lang.OutOfMemoryError: Java heap space
var crash = Reader{
	Name: "crash", Title: "processes and VMs that died by a fault of their own",
	Sources: []string{"kernel", "", "systemd", "systemd-coredump", "abrt-hook-ccpp", "abrtd", "java"},
	Wants:   wantsCrash,
	Starts:  []string{"traps: "},
	Holds:   []string{"]: segfault at ", "exited, code=", "ing due to java.lang.OutOfMemoryError", "dumped core", "dumping core"},
	New:     func() Step { return &crashStep{said: recent{span: 2 * time.Minute}} },
}

func wantsCrash(text []byte) bool {
	begin, _ := oomMessage(text)
	text = text[begin:]
	if len(text) < 16 {
		return false
	}
	switch last := text[len(text)-1]; {
	case has(text, "traps: "), containsAfter(text, ']', "]: segfault at "):
		return true
	case last >= 'A' && last <= 'Z' && bytes.Contains(text, []byte("ain process exited, code=")):
		return true
	case text[0] == 'T' || text[0] == 'A':
		return bytes.Contains(text, []byte("ing due to java.lang.OutOfMemoryError"))
	case text[0] == 'P' || text[0] == '[':
		return bytes.Contains(text, []byte("Process ")) && containsAny(text, "dumped core", "dumping core")
	}
	return false
}

type crashStep struct{ said recent }

// Flush has nothing open.
func (s *crashStep) Flush(record.Sink) {}

func (s *crashStep) Line(l record.Line, sink record.Sink) {
	text := kernelText(l.Text)
	comm, pid, how := faultOf(text)
	if comm == "" {
		s.service(l, text, sink)
		return
	}
	if !s.said.again(l.Host+" "+pid, l.At) {
		crashed(l, comm, pid, how, sink)
	}
}

// service reads a unit whose main process died of a fault's signal. SIGKILL and SIGTERM are somebody's will.
func (s *crashStep) service(l record.Line, text string, sink record.Sink) {
	if strings.Contains(text, "ing due to java.lang.OutOfMemoryError") {
		sink.Event(settled(l, record.ProcessCrash, "A Java program ended itself because its heap was full (not a kernel kill)",
			record.Attr{Key: record.AttrReason, Value: "java-heap"}))
		return
	}
	unit, exit, ok := strings.Cut(text, "ain process exited, code=") // EL7 writes a small m
	unit, _, _ = strings.Cut(unit, ": ")
	_, signal, _ := strings.Cut(exit, "status=")
	number, _, _ := strings.Cut(signal, "/")
	n, _ := strconv.Atoi(number)
	if !ok || !strings.HasPrefix(exit, "dumped") && !strings.HasPrefix(exit, "killed") || !isFault(n) {
		return
	}
	sink.Event(settled(l, record.ProcessCrash, "The service "+unit+" died of "+signalName(n),
		record.Attr{Key: record.AttrScope, Value: unit}, record.Attr{Key: record.AttrReason, Value: signalName(n)}))
}

// faultOf reads who died of what; comm is "" when the line does not tell.
func faultOf(text string) (comm, pid, how string) {
	if i := strings.Index(text, "]: segfault at "); i > 0 {
		comm, pid = commAndPID(text[:i])
		return comm, pid, "SIGSEGV"
	}
	if rest, ok := strings.CutPrefix(text, "traps: "); ok {
		if i := strings.Index(rest, "] "); i > 0 {
			comm, pid = commAndPID(rest[:i])
			what, _, _ := strings.Cut(rest[i+2:], " ip:")
			return comm, pid, what
		}
	}
	if _, rest, ok := strings.Cut(text, "Process "); ok && strings.Contains(rest, "ump") {
		pid, rest, _ = strings.Cut(rest, " (")
		comm, rest, ok = strings.Cut(rest, ") of user ")
		if !ok || pid == "" || digitsIn(pid) == "" {
			return "", "", ""
		}
		if signal, found := between(rest, "killed by ", " "); found {
			return comm, pid, signal
		}
		return comm, pid, "core dump"
	}
	return "", "", ""
}

// commAndPID takes "CPU 0/KVM[7571" apart.
func commAndPID(s string) (comm, pid string) {
	i := strings.LastIndexByte(s, '[')
	if i <= 0 || i+1 == len(s) || digitsIn(s[i+1:]) == "" {
		return "", ""
	}
	return s[:i], s[i+1:]
}

func crashed(l record.Line, comm, pid, how string, sink record.Sink) {
	if comm == "" {
		return
	}
	kind, text := record.ProcessCrash, "Process "+comm
	if isQEMU(comm) {
		kind, text = record.VMCrashed, "A VM's hypervisor process "+comm
	}
	if pid != "" {
		text += " (pid " + pid + ")"
	}
	sink.Event(settled(l, kind, text+" died by itself: "+how,
		record.Attr{Key: record.AttrPID, Value: pid},
		record.Attr{Key: record.AttrComm, Value: comm},
		record.Attr{Key: record.AttrReason, Value: how}))
}

// isFault tells the signals that a fault of the process itself raises.
func isFault(signal int) bool {
	switch signal {
	case 4, 5, 6, 7, 8, 11, 31:
		return true
	}
	return false
}

// signalName gives SIGSEGV for 11, as Linux numbers them on x86 and ARM.
func signalName(signal int) string {
	names := map[int]string{4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM", 31: "SIGSYS"}
	if name, ok := names[signal]; ok {
		return name
	}
	return "signal " + strconv.Itoa(signal)
}

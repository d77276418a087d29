package messages

import (
	"strings"
	"time"

	"oomortem/parser/record"
)

// kernelTrouble reads the kernel's panics and the warnings that often stand before an end (kernel 2.6 to 7.x):
//
//	Kernel panic - not syncing: Fatal exception
//	INFO: task qemu-kvm:7569 blocked for more than 120 seconds.
//	watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [qemu-kvm:1234]
//	qemu-kvm: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)
//	__vm_enough_memory: pid: 11402, comm: qemu-system-x86, bytes: 94371840000000 not enough memory for the allocation
//	mce: [Hardware Error]: Machine check events logged
//	MCE 0x3f5a1: Killing qemu-kvm:7569 due to hardware memory corruption                         mm/memory-failure.c of 2.6.32
//	Memory failure: 0x3f5a1: Killing qemu-kvm:7569 due to hardware memory corruption             4.3 and later
//	Memory failure: 0x3f5a1: Sending SIGBUS to qemu-kvm:7569 due to hardware memory corruption   4.18 and later
//	Memory failure: 0x3f5a1: forcibly killing qemu-kvm:7569 because of failure to unmap corrupted page
//
// A panic that the OOM killer asked for is the OOM reader's.
var kernelTrouble = Reader{
	Name: "kernel-trouble", Title: "kernel panics, hung tasks, lockups, failed allocations, machine checks",
	Sources: []string{"kernel", ""},
	Wants:   wantsTrouble,
	Starts:  []string{"Kernel panic", "INFO: task ", "__vm_enough_memory: pid", "BUG: ", "NMI ", "watchdog: ", "Watchdog ", "Memory failure: ", "MCE 0x"},
	Holds:   []string{"page alloc", "Machine "},
	New:     func() Step { return &troubleStep{said: recent{span: time.Minute}} },
}

func wantsTrouble(text []byte) bool {
	begin, _ := oomMessage(text)
	text = text[begin:]
	if len(text) < 20 {
		return false
	}
	switch text[0] {
	case 'K':
		return has(text, "Kernel panic")
	case 'I':
		return has(text, "INFO: task ")
	case 'M':
		if has(text, "Memory failure: ") || has(text, "MCE 0x") {
			return containsAny(text, " due to hardware memory corruption", ": forcibly killing ")
		}
	case '_':
		return has(text, "__vm_enough_memory: pid")
	case 'B', 'N', 'w', 'W':
		if (has(text, "BUG: ") || has(text, "NMI ") || has(text, "watchdog: ") || has(text, "Watchdog ")) && containsAny(text, "soft lockup", "ard LOCKUP") {
			return true
		}
	}
	head := text[:min(len(text), 60)]
	return containsAfter(text, ':', ": page allocation failure") ||
		containsAfter(head, 'M', "Machine check events logged") || containsAfter(head, 'M', "Machine Check Exception")
}

type troubleStep struct{ said recent }

// Flush has nothing open.
func (s *troubleStep) Flush(record.Sink) {}

func (s *troubleStep) Line(l record.Line, sink record.Sink) {
	text := kernelText(l.Text)
	t := troubleOf(text)
	// A starving machine says the same again and again; once a minute and process is enough.
	who := t.comm
	if t.reason == record.BrokenMemory { // a broken page may be mapped by several VMs, all of one name
		who += " " + t.pid
	}
	if t.kind == "" || t.kind != record.KernelPanic && s.said.again(l.Host+" "+t.reason+" "+who, l.At) {
		return
	}
	sink.Event(settled(l, t.kind, t.said,
		record.Attr{Key: record.AttrReason, Value: t.reason},
		record.Attr{Key: record.AttrComm, Value: t.comm},
		record.Attr{Key: record.AttrPID, Value: t.pid}))
}

type trouble struct {
	kind                    record.Kind
	said, reason, comm, pid string
}

func troubleOf(text string) trouble {
	switch {
	case strings.Contains(text, "Kernel panic - not syncing"):
		_, why, _ := strings.Cut(text, "not syncing")
		why = strings.TrimLeft(why, ": ")
		if forMemory(why) || strings.HasPrefix(text, "---[ end ") {
			return trouble{}
		}
		return trouble{kind: record.KernelPanic, said: "The kernel panicked: " + brief(why, 200), reason: "panic"}
	case strings.HasPrefix(text, "INFO: task ") && strings.Contains(text, " blocked for more than "):
		who, _ := between(text, "INFO: task ", " blocked for more than ")
		comm, pid := colonPID(who)
		return trouble{record.MemPressure, "Process " + comm + " made no progress for minutes (hung task)", "hung-task", comm, pid}
	case strings.Contains(text, "soft lockup - CPU#"):
		who, _ := between(text, "! [", "]")
		comm, pid := colonPID(who)
		return trouble{record.MemPressure, "A CPU was stuck in the kernel (soft lockup)", "soft-lockup", comm, pid}
	case strings.Contains(text, "hard LOCKUP on cpu"), strings.Contains(text, "Hard LOCKUP on cpu"):
		return trouble{kind: record.MemPressure, said: "A CPU was stuck with interrupts off (hard lockup)", reason: "hard-lockup"}
	case strings.Contains(text, ": page allocation failure"):
		comm, _, _ := strings.Cut(text, ": page allocation failure")
		return trouble{kind: record.MemPressure, said: "The kernel could not give pages to " + comm + " and went on (no kill)", reason: "allocation-failure", comm: comm}
	case strings.HasPrefix(text, "__vm_enough_memory: pid: "):
		comm, _ := between(text, "comm: ", ", ")
		pid, _ := between(text, "pid: ", ",")
		return trouble{record.MemPressure, "The kernel refused address space to " + comm + " (overcommit limit; no kill)", "overcommit-refused", comm, digitsIn(pid)}
	case strings.HasPrefix(text, "Memory failure: "), strings.HasPrefix(text, "MCE 0x"):
		return brokenMemory(text)
	case strings.Contains(text, "Machine check events logged"), strings.Contains(text, "Machine Check Exception"):
		return trouble{kind: record.HypervisorError, said: "The host's hardware reported an error (machine check)", reason: "machine-check"}
	}
	return trouble{}
}

// brokenMemory reads whom the kernel tells, by SIGBUS, that its memory is broken. Most processes die of it; QEMU hands it
// on to the guest as a machine check when the page is the guest's, and ends when it is its own. SIGKILL leaves no choice.
func brokenMemory(text string) trouble {
	const broken = " because its memory is broken (hardware)"
	if who, ok := between(text, ": forcibly killing ", " because of failure to unmap "); ok {
		comm, pid := colonPID(who)
		kind := record.ProcessCrash
		if isQEMU(comm) {
			kind = record.VMCrashed
		}
		return trouble{kind, "The kernel killed " + comm + " (pid " + pid + ")" + broken, record.BrokenMemory, comm, pid}
	}
	for _, mark := range [...]string{": Killing ", ": Sending SIGBUS to "} {
		if who, ok := between(text, mark, " due to hardware memory corruption"); ok {
			comm, pid := colonPID(strings.TrimSuffix(who, " early"))
			return trouble{record.HypervisorError, "The kernel sent SIGBUS to " + comm + " (pid " + pid + ")" + broken, record.BrokenMemory, comm, pid}
		}
	}
	return trouble{}
}

// colonPID takes "CPU 0/KVM:7571" apart.
func colonPID(s string) (comm, pid string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || digitsIn(s[i+1:]) == "" {
		return s, ""
	}
	return s[:i], s[i+1:]
}

package messages

// oomKind is what one line is in the grammar of the OOM killer, told from the line alone.
type oomKind uint8

const (
	oomNone       oomKind = iota
	oomHeader             // X invoked oom-killer: gfp_mask=...
	oomCPU                // CPU: 0 PID: 125 Comm: X ... | Pid: 22140, comm: X ...
	oomCpuset             // X cpuset=/ mems_allowed=0
	oomTaskIn             // Task in /a killed as a result of limit of /b
	oomUsage              // memory: usage 1kB, limit 2kB, failcnt 3
	oomStats              // Memory cgroup stats for /a: ...
	oomStat               // anon 250855424
	oomMemInfo            // Mem-Info:
	oomCounters           // active_anon:1413442 inactive_anon:...
	oomZone               // Node 0 DMA free:13312kB ... | Node 0 active_anon:...kB
	oomReserve            // lowmem_reserve[]: 0 3191 15659
	oomBuddy              // Node 0 DMA: 0*4kB ... = 13312kB
	oomHuge               // Node 0 hugepages_total=0 ...
	oomTotals             // 4115400 pages RAM | Free swap  = 84kB
	oomSlab               // kmalloc-64   12KB   16KB
	oomTable              // [  pid  ]   uid  tgid total_vm ...
	oomTask               // [    246]     0   246    16404 ...
	oomSummary            // oom-kill:constraint=...
	oomKillChoice         // Out of memory: Kill process 1 (x) score 2 or sacrifice child
	oomKilled             // Killed process 1 (x) total-vm:...
	oomReaped             // oom_reaper: reaped process 1 (x), now anon-rss:...
	oomGroup              // Tasks in /a are going to be killed due to memory.oom.group set
	oomNobody             // Out of memory and no killable processes...
	oomPanic              // Kernel panic - not syncing: ...
	oomExiting            // Memory cgroup out of memory: OOM victim 1 (x) is already exiting. Skip killing the task
	oomFaultKill          // VM: killing process x
	oomFailure            // X: page allocation failure: order:0, mode:0x...
	oomSecondHand         // a daemon repeats what the kernel did
	oomBoot               // a kernel begins
	oomLost               // ** 2 printk messages dropped ** | Missed 34 kernel messages
)

// oomStarts are the beginnings that kindOfOOM knows.
var oomStarts = []string{
	"[ ", "[\t", "[p", "[T", "[C", "[0", "[1", "[2", "[3", "[4", "[5", "[6", "[7", "[8", "[9", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", // task rows, totals
	"Mem-", "Memory cgroup ", "Out of ", "No available memory", "Movable", "Killed process ", "Kernel panic", "Node ", "Normal",
	"DMA", "Device", "HighMem", "Task in /", "Tasks in ", "Total swap", "Free swap", "CPU: ", "Pid: ", "Active:", "Active_anon:",
	"VM: killing process ", "oom-kill", "oom_reaper: ", "out of memory. panic_on_oom", "lowmem_reserve[]:", "memory: usage ",
	"memory+swap: usage ", "mapped:", "swap: usage ", "kmem: usage ", "protections[]:", "active_anon:", "active_file:", "free:",
	"inactive_file:", "kernel_misc_reclaimable:", "slab_reclaimable:", "sec_pagetables:", "unevictable:", "anon ", "file ", "shmem ",
	"Linux version ", "-- Boot ", "-- Reboot --", "** ", "Missed ", "/dev/kmsg buffer overrun", "Forwarding to syslog missed ", "imjournal: ", "imklog",
	"kernel ", "kernel_stack ", "pagetables ", "percpu ", "sock ", "slab ", "cache ", "rss ",
}

// wantsOOM is the stateless test of the OOM reader. Kernel chatter fails it on its first bytes.
func wantsOOM(text []byte) bool {
	begin, _ := kernelWords(text)
	return kindOfOOM(text[begin:]) != oomNone
}

// kindOfOOM tells what a line is; msg begins with the kernel's own words.
func kindOfOOM(msg []byte) oomKind {
	if len(msg) < 5 {
		return oomNone
	}
	kind := oomNone
	switch c := msg[0]; {
	case c == '[':
		kind = bracketKind(msg)
	case c >= '0' && c <= '9':
		kind = totalsKind(msg)
	case c >= 'a' && c <= 'z':
		kind = lowerKind(msg)
	case c >= 'A' && c <= 'Z':
		kind = upperKind(msg)
	case c == '-':
		kind = bootKind(msg)
	case c == '*' || c == '/':
		kind = lossKind(msg)
	}
	if word := wordKind(msg); word != oomNone { // a process may be called what another line begins with
		return word
	}
	if kind == oomNone {
		kind = tailKind(msg)
	}
	return kind
}

func upperKind(msg []byte) oomKind {
	switch msg[0] {
	case 'O', 'M':
		if has(msg, "Missed ") {
			return lossKind(msg)
		}
		return shortageKind(msg)
	case 'K':
		if has(msg, "Killed process ") {
			return oomKilled
		} else if has(msg, "Kernel panic - not syncing") {
			return oomPanic
		}
	case 'N':
		if has(msg, "No available memory") {
			return shortageKind(msg)
		}
		return zoneKind(msg)
	case 'D', 'H':
		return zoneKind(msg)
	case 'T':
		switch {
		case has(msg, "Task in /"):
			return oomTaskIn
		case has(msg, "Tasks in "):
			return oomGroup
		case has(msg, "Total swap = "):
			return oomTotals
		}
	case 'F':
		if has(msg, "Free swap") {
			return oomTotals
		} else if has(msg, "Forwarding ") {
			return lossKind(msg)
		}
	case 'C':
		if has(msg, "CPU: ") && contains(msg, "PID: ") {
			return oomCPU
		}
	case 'L':
		if has(msg, "Linux version ") {
			return oomBoot
		}
	case 'P':
		if has(msg, "Pid: ") {
			return oomCPU
		}
	case 'A':
		if has(msg, "Active:") || has(msg, "Active_anon:") {
			return oomCounters
		}
	case 'V':
		if has(msg, "VM: killing process ") {
			return oomFaultKill
		}
	case 'I', 'W', 'E':
		return daemonKind(msg)
	}
	return oomNone
}

// lossKind knows the lines that say that the kernel's are missing.
func lossKind(msg []byte) oomKind {
	if gapIn(msg) != "" {
		return oomLost
	}
	return oomNone
}

// daemonKind knows the lines of daemons that log in glog's way, "I1012 19:00:20.884452 ...".
func daemonKind(msg []byte) oomKind {
	if msg[1]-'0' < 10 && (contains(msg, "Reason:OOMKilling Message:") || contains(msg, "System OOM encountered")) {
		return oomSecondHand
	}
	return oomNone
}

// shortageKind knows the lines that begin with the reason: "Out of memory", "Memory cgroup out of memory" ...
func shortageKind(msg []byte) oomKind {
	switch {
	case has(msg, "Mem-Info") || has(msg, "Mem-info"):
		return oomMemInfo
	case has(msg, "Memory cgroup stats for "):
		return oomStats
	case has(msg, "Out of memory and no killable"):
		return oomNobody
	case !has(msg, "Out of ") && !has(msg, "Memory cgroup out of memory") && !has(msg, "No available memory"):
		if has(msg, "Movable") {
			return zoneKind(msg)
		}
		return oomNone
	}
	for i := 0; i+13 < len(msg) && i < 64; i++ {
		if msg[i] != ':' {
			continue
		}
		switch rest := msg[i+1:]; {
		case has(rest, " Killed process "):
			return oomKilled
		case has(rest, " Kill process ") || has(rest, " kill process "):
			return oomKillChoice
		case has(rest, " OOM victim "):
			return oomExiting
		}
	}
	return oomNone
}

func lowerKind(msg []byte) oomKind {
	switch msg[0] {
	case 'o':
		switch {
		case has(msg, "oom-kill:"):
			return oomSummary
		case has(msg, "oom_reaper: "):
			return oomReaped
		case has(msg, "oom-killer: gfp_mask"):
			return oomHeader
		case has(msg, "out of memory. panic_on_oom"):
			return oomPanic
		}
	case 'l':
		if has(msg, "lowmem_reserve[]:") {
			return oomReserve
		}
	case 'm':
		switch {
		case has(msg, "memory: usage ") || has(msg, "memory+swap: usage "):
			return oomUsage
		case has(msg, "mapped:"):
			return oomCounters
		}
	case 't':
		if has(msg, `time="`) && contains(msg, "TaskOOM") {
			return oomSecondHand
		}
	case 'a', 'c', 'f', 'i', 'k', 'p', 'r', 's', 'u':
		switch {
		case has(msg, "swap: usage ") || has(msg, "kmem: usage "):
			return oomUsage
		case has(msg, "protections[]:"):
			return oomReserve
		case has(msg, "imjournal: ") || has(msg, "imklog"):
			return lossKind(msg)
		case counterKey(msg):
			return oomCounters
		case statKey(msg):
			return oomStat
		}
	}
	return oomNone
}

// counterKey knows the keys that a line of the Mem-Info counters begins with.
func counterKey(msg []byte) bool {
	switch msg[0] {
	case 'a':
		return has(msg, "active_anon:") || has(msg, "active_file:")
	case 'f':
		return has(msg, "free:")
	case 'i':
		return has(msg, "inactive_file:")
	case 'k':
		return has(msg, "kernel_misc_reclaimable:")
	case 's':
		return has(msg, "slab_reclaimable:") || has(msg, "sec_pagetables:")
	case 'u':
		return has(msg, "unevictable:")
	}
	return false
}

// statKey knows the lines of a cgroup's memory.stat that are of use: "anon 250855424", a number of bytes and no more, or
// the whole block of them in one message, as a transport joined it.
func statKey(msg []byte) bool {
	i := 0
	for i < len(msg) && msg[i] != ' ' {
		i++
	}
	end := skipDigits(msg, min(i+1, len(msg)))
	if end <= i+1 || end < len(msg) && msg[end] != '\n' && !has(msg[end:], "#012") && !has(msg[end:], `\x0a`) {
		return false
	}
	switch string(msg[:i]) {
	case "anon", "file", "shmem", "kernel", "kernel_stack", "pagetables", "percpu", "sock", "slab", "cache", "rss":
		return true
	}
	return false
}

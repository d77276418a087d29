package messages

import "bytes"

// zoneKind knows zone, node, buddy and huge page lines, with or without "Node 0 ".
func zoneKind(msg []byte) oomKind {
	i := 0
	if has(msg, "Node ") {
		i = skipDigits(msg, 5)
		if i == 5 || i >= len(msg) || msg[i] != ' ' {
			return oomNone
		}
		i++
		switch rest := msg[i:]; {
		case has(rest, "active_anon:"):
			return oomZone
		case has(rest, "hugepages_total="):
			return oomHuge
		}
	}
	name := zoneName(msg[i:])
	if name == 0 {
		return oomNone
	}
	switch rest := msg[i+name:]; {
	case has(rest, " free:"):
		return oomZone
	case has(rest, ": ") && len(rest) > 5 && rest[2]-'0' < 10 && contains(rest, "kB"):
		return oomBuddy
	}
	return oomNone
}

// zoneName gives the length of the zone's name that msg begins with, 0 when it begins with none.
func zoneName(msg []byte) int {
	for _, name := range [...]string{"DMA32", "DMA", "Normal", "HighMem", "Movable", "Device"} {
		if has(msg, name) {
			return len(name)
		}
	}
	return 0
}

func bracketKind(msg []byte) oomKind {
	i := skipBlanks(msg, 1)
	if has(msg[i:], "pid") && contains(msg, "total_vm") {
		return oomTable
	}
	j := skipDigits(msg, i)
	if j == i || j >= len(msg) || msg[j] != ']' {
		return oomNone
	}
	j++
	for n := 0; n < 4; n++ { // uid, tgid, total_vm, rss
		i = skipBlanks(msg, j)
		j = skipDigits(msg, i)
		if j == i || skipBlanks(msg, j) == j {
			return oomNone
		}
	}
	return oomTask
}

func totalsKind(msg []byte) oomKind {
	i := skipDigits(msg, 0)
	switch rest := msg[i:]; {
	case has(rest, " pages RAM"), has(rest, " pages of RAM"), has(rest, " pages reserved"), has(rest, " reserved pages"):
		return oomTotals
	}
	return oomNone
}

// wordKind knows the lines that begin with a process name, which has at most 15 bytes and may hold anything.
func wordKind(msg []byte) oomKind {
	if len(msg) < 16 {
		return oomNone
	}
	head := msg[:min(18, len(msg)-12)]
	for i := 0; ; i++ {
		next := bytes.IndexByte(head[i:], ' ')
		if next < 0 {
			return oomNone
		}
		i += next
		switch rest := msg[i+1:]; rest[0] {
		case 'i':
			if has(rest, "invoked oom-killer") {
				return oomHeader
			}
		case 'c':
			if has(rest, "cpuset=") && contains(rest, " mems_allowed=") {
				return oomCpuset
			}
		case 'p':
			if has(rest, "page allocation failure") {
				return oomFailure
			}
		}
	}
}

// tailKind knows lines by their end: a header that a serial console glued to a program's output, a slab row, and
// systemd's word about a unit.
func tailKind(msg []byte) oomKind {
	n := len(msg)
	switch last := msg[n-1]; {
	case last >= '0' && last <= '9':
		for i := n - 2; i > n-8 && i > 4; i-- {
			if msg[i] == '=' {
				if has(msg[i-3:], "adj=") && contains(msg, " invoked oom-killer: ") {
					return oomHeader
				}
				break
			}
		}
	case last == 'B':
		if n > 24 && msg[n-2] == 'K' && msg[n-3]-'0' < 10 && slabRow(msg) {
			return oomSlab
		}
	case last == '.':
		if endsWith(msg, " killed by the OOM killer.") || endsWith(msg, "Failed with result 'oom-kill'.") {
			return oomSecondHand
		}
	}
	return oomNone
}

// slabRow tests for "name 12KB 16KB", the columns of the unreclaimable slab table.
func slabRow(msg []byte) bool {
	i := 0
	for i < len(msg) && msg[i] != ' ' {
		i++
	}
	for n := 0; n < 2; n++ {
		j := skipBlanks(msg, i)
		i = skipDigits(msg, j)
		if i == j || !has(msg[i:], "KB") || n == 0 && !has(msg[i:], "KB ") {
			return false
		}
		i += 2
	}
	return i == len(msg)
}

func has(msg []byte, prefix string) bool {
	return len(msg) >= len(prefix) && string(msg[:len(prefix)]) == prefix
}

func endsWith(msg []byte, suffix string) bool {
	return len(msg) >= len(suffix) && string(msg[len(msg)-len(suffix):]) == suffix
}

// contains searches a line that has already been found likely.
func contains(msg []byte, part string) bool { return bytes.Contains(msg, []byte(part)) }

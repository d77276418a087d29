package logs

import (
	"bytes"

	"oomortem/parser/scan"
)

// strange finds the kernel's message in a line whose beginning no envelope knows: a stamp of a template's own or of another
// locale, a shipper's labels, marks of a ticket. A kill must not be lost with it.
//
//	05-Mar-2024 10:20:30 kvm01 kernel: Out of memory: Killed process 4711 (java) ...
//	kernel: [   35.300000] Out of memory: Killed process 4711 (java) ...
//	2024-03-05T10:20:30.123Z kvm01 kernel - - Out of memory: Killed process 4711 (java) ...
//
// Behind the kernel's tag all is its text; without one only the words that no other message has are found. False leaves p
// as it was.
func (p *piece) strange(b []byte) bool {
	if len(b) == 0 || b[0] == ' ' || b[0] == '\t' || b[0] == '{' { // it continues a message, or is a document, which may quote other ones
		return false
	}
	if i := kernelTagIn(b); i >= 0 {
		if host := hostBefore(b[:i]); host != nil {
			p.host = host
		}
		p.kernel(bytes.TrimPrefix(b[i+len(kernelTag):], blank))
		return true
	}
	if i := killWords(b); i > 0 {
		p.text = b[i:]
		return true
	}
	return false
}

// longestBeginning is how far into a line its text may begin.
const longestBeginning = 256

// kernelTagIn finds the kernel's tag as a word of its own; -1 when there is none.
func kernelTagIn(b []byte) int {
	b = b[:min(len(b), longestBeginning)]
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], kernelTag)
		if i < 0 {
			return -1
		}
		if at += i; at == 0 || bytes.IndexByte([]byte(" \t|>]),;*"), b[at-1]) >= 0 {
			return at
		}
	}
}

// hostBefore gives the last word of what stands before a tag when that may be a host's name; nil when it is none: a part of a
// stamp, a level.
func hostBefore(b []byte) []byte {
	trimmed := bytes.TrimRight(b, " \t")
	word := trimmed[bytes.LastIndexAny(trimmed, " \t")+1:]
	named := false
	for _, c := range word {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			named = true
		case c >= '0' && c <= '9' || c == '-' || c == '_':
		case c == '.' || c == ':': // of an address
			named = true
		default:
			return nil
		}
	}
	if len(trimmed) == len(b) || !named || word[len(word)-1] == ':' || hasClock(word) || isZone(word) || severities[string(bytes.ToLower(word))] {
		return nil
	}
	return word
}

// isZone tells what may stand behind a time of day: "UTC", "CEST", "PM".
func isZone(b []byte) bool {
	switch string(b) {
	case "UTC", "GMT", "AM", "PM", "Z":
		return true
	}
	return len(b) >= 3 && len(b) <= 5 && bytes.HasSuffix(b, []byte("T")) && bytes.Equal(b, bytes.ToUpper(b)) && !bytes.ContainsAny(b, "0123456789")
}

// killWords gives where the kernel's words about a kill begin in a line, by mm/oom_kill.c of 2.6.9 to 7.x; -1 when it holds
// none. Other programs and people write of killed processes too: what has neither the kernel's reason nor its sizes, and a
// summary that breaks off before it says who dies, is theirs.
func killWords(b []byte) int {
	if i := bytes.Index(b, []byte("oom-kill:constraint=")); i >= 0 && bytes.Contains(b[i:], []byte(",pid=")) {
		return i
	}
	if i := bytes.Index(b, []byte(" invoked oom-killer: gfp_mask=")); i > longestComm {
		return bytes.LastIndexAny(b[:i], " \t|,;*`") + 1
	}
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], []byte("ill"))
		if i < 0 {
			return -1
		}
		at += i
		rest, killed := bytes.CutPrefix(b[at:], []byte("illed process "))
		if !killed {
			rest, _ = bytes.CutPrefix(rest, []byte("ill process "))
		}
		if _, l := scan.Digits(rest); l == 0 || at == 0 || b[at-1]|0x20 != 'k' || at > 1 && b[at-2]|0x20 >= 'a' && b[at-2]|0x20 <= 'z' {
			continue
		}
		if begin := reasonBefore(b[:at-1]); begin >= 0 {
			return begin
		}
		if killed && (hasSize(rest, " total-vm:") || hasSize(rest, " vsz:")) {
			return at - 1
		}
	}
}

// hasSize tells that a size follows the key.
func hasSize(b []byte, key string) bool {
	_, value, ok := bytes.Cut(b, []byte(key))
	_, l := scan.Digits(value)
	return ok && l > 0 && bytes.HasPrefix(value[l:], []byte("kB"))
}

// longestComm is how long the kernel lets a process name be (TASK_COMM_LEN less the NUL).
const longestComm = 15

// reasonBefore gives where the reason begins that ends b: "Out of memory: ", "Memory cgroup out of memory: "; -1 when
// there is none.
func reasonBefore(b []byte) int {
	const longest = 64
	if !bytes.HasSuffix(b, []byte(": ")) {
		return -1
	}
	from := max(0, len(b)-longest)
	for _, reason := range [...]string{"Memory cgroup out of memory", "Out of memory", "Out of Memory", "No available memory"} {
		if i := bytes.LastIndex(b[from:], []byte(reason)); i >= 0 {
			return from + i
		}
	}
	return -1
}

package messages

import (
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// The lines that name who dies, mm/oom_kill.c. K1, the choice (2.6.16 to 5.0):
//
//	Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child
//	Out of memory: kill process 5928 (apache2) score 40674 or a child
//	Out of memory: Kill process 123 (x) score 4711 and children.
//	No available memory (MPOL_BIND): kill process 5928 (x) score 40674 or a child                 up to 2.6.35
//	No available memory in cpuset: kill process 5928 (x) score 40674 or a child                   up to 2.6.35
//
// K2, the kill:
//
//	Out of Memory: Killed process 19279 (klauncher).                                             up to 2.6.18
//	Killed process 20557, UID 188, (haproxy) total-vm:8560500kB, anon-rss:12468kB, file-rss:264kB  RHEL 6
//	Killed process 123 (x) vsz:1234kB, anon-rss:12kB, file-rss:3kB                               2.6.33 to 2.6.35
//	Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, ...        RHEL 7.6 and later
//	Memory cgroup out of memory: Killed process 15307 (x) total-vm:50336kB, anon-rss:0kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:68kB oom_score_adj:1000   5.4 to 7.3

// oomChoice is what a K1 line tells.
type oomChoice struct {
	pid   int64
	comm  string
	score record.Maybe
	memcg bool
	child bool   // a child may die in its place
	bound string // what the line says that the request was bound to: "cpuset", "mempolicy"
}

// readChoice reads a K1 line; ok is false for any other.
func readChoice(msg string) (c oomChoice, ok bool) {
	reason, rest, ok := cutKill(msg, "ill process ")
	if !ok {
		return c, false
	}
	pid, rest, ok := leadingInt(rest)
	if !ok {
		return c, false
	}
	c.pid, c.memcg, c.bound = pid, strings.HasPrefix(reason, "Memory cgroup"), boundIn(reason)
	c.child = strings.HasSuffix(rest, "child") || strings.HasSuffix(rest, " and children.")
	open := strings.IndexByte(rest, '(')
	if open < 0 {
		return c, true
	}
	name := rest[open+1:]
	if i := strings.LastIndex(name, ") score "); i >= 0 {
		score, after, ok := leadingInt(name[i+len(") score "):])
		if ok && after != "" { // a number at the end of a torn line may be a part of one
			c.score = record.Known(score)
		}
		name = name[:i]
	} else {
		name = untilParen(name)
	}
	c.comm = oomComm(name)
	return c, true
}

// cutKill cuts "REASON: Kill process " or "REASON: Killed process " off; marker begins behind the K, whose case
// changed over the years.
func cutKill(msg, marker string) (reason, rest string, ok bool) {
	i := strings.Index(msg, marker)
	if i < 1 || i > 64 || (msg[i-1] != 'K' && msg[i-1] != 'k') {
		return "", "", false
	}
	reason = msg[:i-1]
	if reason != "" && !killReason(reason) {
		return "", "", false
	}
	return reason, msg[i+len(marker):], true
}

// killReason tells whether the words before "Kill process" are the kernel's; a shell or a test that prints
// "Killed process" says something else there.
func killReason(reason string) bool {
	if !strings.HasSuffix(reason, ": ") {
		return false
	}
	for _, r := range [...]string{"Out of memory", "Out of Memory", "Memory cgroup out of memory", "No available memory", "BPF"} {
		if strings.HasPrefix(reason, r) {
			return true
		}
	}
	return false
}

// boundIn gives what kernels up to 2.6.35 say in place of "Out of memory" for a request that might use some NUMA nodes
// only (out_of_memory() of mm/oom_kill.c).
func boundIn(reason string) string {
	switch {
	case strings.HasPrefix(reason, "No available memory in cpuset"):
		return "cpuset"
	case strings.HasPrefix(reason, "No available memory (MPOL_BIND)"):
		return "mempolicy"
	}
	return ""
}

// oomKill is what a K2 line tells.
type oomKill struct {
	victim     record.Victim
	memcg      bool   // the line says "Memory cgroup out of memory"
	global     bool   // the line says "Out of memory"
	bound      string // as in oomChoice
	allocating bool   // vm.oom_kill_allocating_task chose the victim
	torn       bool   // the line ends too early
}

// readKill reads a K2 line; ok is false for any other.
func readKill(msg string) (k oomKill, ok bool) {
	reason, rest, ok := cutKill(msg, "illed process ")
	if !ok {
		return k, false
	}
	pid, rest, ok := leadingInt(rest)
	if !ok || pid <= 0 {
		return k, false
	}
	k.victim.PID = record.Known(pid)
	k.memcg = strings.HasPrefix(reason, "Memory cgroup")
	k.global = strings.HasPrefix(reason, "Out of")
	k.bound = boundIn(reason)
	k.allocating = strings.Contains(reason, "oom_kill_allocating_task")
	if after, found := strings.CutPrefix(rest, ", UID "); found { // RHEL 6 puts it before the name
		if uid, more, ok := leadingInt(after); ok {
			k.victim.UID, rest = record.Known(uid), strings.TrimPrefix(more, ",")
		}
	}
	name, sizes, whole := cutName(rest)
	k.victim.Comm, k.torn = oomComm(name), !whole
	readKillSizes(&k, sizes)
	return k, true
}

// cutName takes "(name)" off. The name may hold anything, so its end is the last place at which the fixed
// words that follow a name stand; whole is false when the line ends inside it.
func cutName(s string) (name, rest string, whole bool) {
	s = strings.TrimLeft(s, " ")
	if s == "" || s[0] != '(' {
		return "", s, s == "" || s[0] == '.'
	}
	s = s[1:]
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ')' && behindName(s[i+1:]) {
			return s[:i], s[i+1:], true
		}
	}
	if i := strings.LastIndexByte(s, ')'); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// behindName tells that a text begins as that behind the name of a kill line does, which holds no bracket.
func behindName(s string) bool {
	for _, words := range [...]string{" total-vm:", ", total-vm:", " vsz:", ", vsz:", ", UID "} {
		if strings.HasPrefix(s, words) {
			return true
		}
	}
	return false
}

func readKillSizes(k *oomKill, s string) {
	v := &k.victim
	for len(s) > 0 {
		var word string
		word, s = nextWord(s)
		if word == "UID" { // RHEL 7: ", UID 0,"
			word, s = nextWord(s)
			if uid, rest, ok := leadingInt(word); ok && rest == "" {
				v.UID = record.Known(uid)
			}
			continue
		}
		key, value, ok := strings.Cut(word, ":")
		if !ok {
			continue
		}
		switch key {
		case "total-vm", "vsz":
			v.TotalVM = kernelKB(value)
		case "anon-rss":
			v.Anon = kernelKB(value)
		case "file-rss":
			v.File = kernelKB(value)
		case "shmem-rss":
			v.Shmem = kernelKB(value)
		case "pgtables":
			v.Page = kernelKB(value)
		case "UID":
			if uid, rest, ok := leadingInt(value); ok && rest == "" && s != "" {
				v.UID = record.Known(uid)
			}
		case "oom_score_adj":
			if adj, err := strconv.ParseInt(value, 10, 32); err == nil {
				v.Adj = record.Known(adj)
			}
		}
	}
	k.torn = k.torn || v.TotalVM.Known() && !v.File.Known()
}

// nextWord cuts at the first blank or comma.
func nextWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " ,")
	i := strings.IndexAny(s, " ,")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

// kernelKB reads "1234kB" as bytes; a number without its unit was torn and may lack digits.
func kernelKB(s string) record.Maybe {
	n, unit, ok := leadingInt(s)
	if !ok || n < 0 || n > 1<<52 || (unit != "kB" && unit != "KB") {
		return record.Maybe{}
	}
	return record.Known(n << 10)
}

// leadingInt reads the whole number at the beginning of s, blanks before it and a minus allowed.
func leadingInt(s string) (n int64, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	end := 0
	if end < len(s) && s[end] == '-' {
		end++
	}
	end = skipDigits(s, end)
	n, err := strconv.ParseInt(s[:end], 10, 64)
	return n, s[end:], err == nil
}

func untilParen(s string) string {
	if i := strings.LastIndexByte(s, ')'); i >= 0 {
		return s[:i]
	}
	return s
}

// oomComm keeps what can be a process name: the kernel holds at most 15 bytes, a log may escape some as 4 bytes.
func oomComm(s string) string {
	const longest = 15 * 4
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

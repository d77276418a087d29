package messages

import (
	"strconv"
	"strings"
	"time"

	"oomortem/parser/record"
)

// The lines around the head of a dump, mm/oom_kill.c dump_header():
//
//	oom-killer: gfp_mask=0x1d2                                                                           2.6.9
//	httpd invoked oom-killer: gfp_mask=0x201d2, order=0, oomkilladj=0                                    2.6.18
//	sed invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0                                   3.10
//	dd invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), order=0, oom_score_adj=0  4.9 to 4.20
//	doxygen invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0
//	sed cpuset=/ mems_allowed=0-1
//	CPU: 4 PID: 29481 Comm: sed Not tainted 3.10.0-514.6.1.el7.x86_64 #1
//	Pid: 22140, comm: qemu-system-x86 Tainted: G         C   3.2.0-36-generic #57-Ubuntu

// oomRequest is what a header line tells.
type oomRequest struct {
	comm   string
	mask   uint64
	masked bool   // a mask is in the text
	flags  string // as the kernel spells them (since 4.6)
	order  record.Maybe
	adj    record.Maybe
	nodes  string
	oldAdj bool          // up to 2.6.31: the line says oomkilladj, or names no process
	uptime time.Duration // found inside a line that a serial console glued together
}

func readRequest(msg string) (r oomRequest, ok bool) {
	const invoked = " invoked oom-killer"
	var rest string
	if i := strings.LastIndex(msg, invoked); i >= 0 {
		r.comm, r.uptime = unglue(msg[:i])
		rest = strings.TrimPrefix(msg[i+len(invoked):], ":")
	} else if after, found := strings.CutPrefix(msg, "oom-killer:"); found {
		rest, r.oldAdj = after, true
	} else {
		return r, false
	}
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, ", ")
		key, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found {
			continue
		}
		r.take(key, value, rest != "")
	}
	return r, true
}

// take stores one key=value; a number that ends the line may be torn unless more stands behind it or the key is the
// one that ends every header of its era.
func (r *oomRequest) take(key, value string, more bool) {
	switch key {
	case "gfp_mask":
		hex, flags, symbols := strings.Cut(value, "(")
		if !more && !symbols && r.comm != "" { // only 2.6.9, which names nobody, ends the line here
			return
		}
		if mask, err := strconv.ParseUint(strings.TrimPrefix(hex, "0x"), 16, 64); err == nil {
			r.mask, r.masked = mask, true
		}
		if strings.HasSuffix(flags, ")") {
			r.flags = strings.TrimSuffix(flags, ")")
		}
	case "order":
		if n, err := strconv.ParseInt(value, 10, 8); err == nil && n >= -1 && n < 64 {
			r.order = record.Known(n)
		}
	case "oom_score_adj":
		if n, err := strconv.ParseInt(value, 10, 16); err == nil {
			r.adj = record.Known(n)
		}
	case "oomkilladj":
		r.oldAdj = true
	case "nodemask":
		if more && value != "(null)" {
			r.nodes = value
		}
	}
}

// unglue gives the process name out of what stands before "invoked": on a serial console that is the output of a
// program that had not ended its line, then the kernel's stamp, then the name.
func unglue(s string) (comm string, uptime time.Duration) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != '[' {
			continue
		}
		if end, up, ok := uptimeAt([]byte(s), i); ok {
			if c, ok := callerAt([]byte(s), skipBlanks(s, end)); ok {
				end = c
			}
			return oomComm(s[skipBlanks(s, end):]), up
		}
	}
	return oomComm(s), 0
}

// readCPU reads who was on the CPU and which kernel it is. pid is a thread's id.
func readCPU(msg string) (pid record.Maybe, comm, kernel string) {
	rest := msg
	for _, mark := range [...]string{"PID: ", "Pid: "} {
		if _, after, ok := strings.Cut(rest, mark); ok {
			rest = after
			break
		}
	}
	n, rest, ok := leadingInt(rest)
	if !ok {
		return pid, "", ""
	}
	pid = record.Known(n)
	for _, mark := range [...]string{"Comm: ", "comm: "} {
		if _, after, ok := strings.Cut(rest, mark); ok {
			rest = after
			break
		}
	}
	end := len(rest)
	for _, mark := range [...]string{" Not tainted", " Tainted: ", " Kdump: "} {
		if i := strings.Index(rest, mark); i >= 0 && i < end {
			end = i
		}
	}
	return pid, oomComm(rest[:end]), releaseIn(rest[end:])
}

// releaseIn finds "3.10.0-514.6.1.el7.x86_64" before the build number "#1", with brackets in 2.6.
func releaseIn(s string) string {
	i := strings.Index(s, " #")
	if i < 0 {
		return ""
	}
	s = s[:i]
	s = s[strings.LastIndexByte(s, ' ')+1:]
	s = strings.Trim(s, "()")
	if s == "" || s[0] < '2' || s[0] > '9' || !strings.Contains(s, ".") {
		return ""
	}
	return s
}

// kernelVersion gives 6.12 of "6.12.117+deb13-cloud-amd64" as 6012 and the patch level; 0 when it is not known.
func kernelVersion(release string) (version, patch int) {
	major, rest, ok := leadingInt(release)
	if !ok || !strings.HasPrefix(rest, ".") {
		return 0, 0
	}
	minor, rest, ok := leadingInt(rest[1:])
	if !ok || major > 99 || minor > 999 || minor < 0 {
		return 0, 0
	}
	p, _, _ := leadingInt(strings.TrimPrefix(rest, "."))
	return int(major*1000 + minor), int(p)
}

// readCpuset reads "sed cpuset=/ mems_allowed=0-1".
func readCpuset(msg string) (cpuset, mems string) {
	i := strings.LastIndex(msg, " mems_allowed=")
	j := strings.Index(msg, " cpuset=")
	if i < 0 || j < 0 || j > i {
		return "", ""
	}
	return msg[j+len(" cpuset=") : i], strings.TrimSpace(msg[i+len(" mems_allowed="):])
}

// readTaskIn reads "Task in /task killed as a result of limit of /limit".
func readTaskIn(msg string) (task, limit string) {
	const middle = " killed as a result of limit of "
	i := strings.Index(msg, middle)
	if i < 0 {
		return "", ""
	}
	return strings.TrimPrefix(msg[:i], "Task in "), msg[i+len(middle):]
}

// readGroup reads "Tasks in /group are going to be killed due to memory.oom.group set".
func readGroup(msg string) string {
	i := strings.LastIndex(msg, " are going to be killed due to memory.oom.group")
	if i < len("Tasks in ") {
		return ""
	}
	return msg[len("Tasks in "):i]
}

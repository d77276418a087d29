package messages

import (
	"slices"
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// What several processors print may stand in turn, line by line. With CONFIG_PRINTK_CALLER (5.1 and later) the kernel tells
// the thread that prints, which is the same from the header of a call to its kill:
//
//	[  100.000000][   T11] ta invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0
//	[  100.000010][   T12] tb: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null)
//	[  100.000020][   T11] CPU: 3 PID: 11 Comm: ta Not tainted 6.6.0-test #1

// maxAside bounds the open dumps of other threads than the one whose line was read last.
const maxAside = 16

// turn makes the dump of the thread that printed the line the host's current one; without one of its own it begins another.
// Lines of a CPU in an interrupt belong where they stand.
func (s *oomStep) turn(kind oomKind, h *oomHost, l record.Line, sink record.Sink) {
	if len(h.aside) > 0 {
		h.aside = slices.DeleteFunc(h.aside, func(d *oomDump) bool {
			late := unrelated(d.last, l)
			if late {
				s.finish(h, d, sink)
			}
			return late
		})
	}
	current := h.dump
	if l.PID == 0 || current != nil && (current.thread == 0 || current.thread == l.PID) || current == nil && len(h.aside) == 0 {
		return
	}
	switch kind {
	case oomReaped, oomLost, oomFaultKill:
		return
	}
	own := slices.IndexFunc(h.aside, func(d *oomDump) bool { return d.thread == l.PID })
	h.dump = nil
	if own >= 0 {
		h.dump = h.aside[own]
		h.aside = slices.Delete(h.aside, own, own+1)
	}
	if current != nil && (!current.done || current.group != "") {
		h.aside = append(h.aside, current)
	}
	if len(h.aside) > maxAside {
		s.finish(h, h.aside[0], sink)
		h.aside = slices.Delete(h.aside, 0, 1)
	}
}

// threadIn gives the thread in the kernel's prefix of a line, "[  100.000000][   T11] "; 0 when there is none.
func threadIn(prefix string) int {
	_, thread, _ := strings.Cut(prefix[strings.LastIndexByte(prefix, '[')+1:], "T")
	thread, _, _ = strings.Cut(thread, "]")
	n, err := strconv.ParseUint(thread, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

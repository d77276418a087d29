package correlate

import (
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// kernelLine is what the kernel says of a kill, the same in every file that holds the line.
type kernelLine struct {
	pid         record.Maybe
	comm        string
	total, anon record.Maybe // bytes
}

// twins gives the kills that one file tells without a zone and another with an exact stamp, as double stamps of the former. A
// line that a file holds twice, or that several hosts tell, may be of different kills: machines cloned from one image give
// their processes the same pids.
func (s *Session) twins() []record.Anchor {
	told := map[kernelLine][]*record.Event{}
	var order []kernelLine
	for i := range s.events {
		e := &s.events[i]
		if e.Kind != record.OOMKill || e.OOM == nil || e.OOM.Killer != "kernel" || e.Get(record.AttrEcho) != "" {
			continue
		}
		v := e.OOM.Victim
		if !v.PID.Known() || !v.TotalVM.Known() || !v.Anon.Known() {
			continue
		}
		line := kernelLine{v.PID, v.Comm, v.TotalVM, v.Anon}
		if told[line] == nil {
			order = append(order, line)
		}
		told[line] = append(told[line], e)
	}
	var out []record.Anchor
	for _, line := range order {
		if all := told[line]; oneKill(all) {
			out = append(out, doubles(all)...)
		}
	}
	return out
}

// oneKill tells that the lines are of one host, and of a file each.
func oneKill(all []*record.Event) bool {
	host, files := "", map[string]bool{}
	for _, e := range all {
		if files[e.From.File] || host != "" && e.Host != "" && !topology.SameHost(host, e.Host) {
			return false
		}
		files[e.From.File] = true
		if e.Host != "" {
			host = e.Host
		}
	}
	return true
}

// doubles lays each line without a zone over each with an exact stamp.
func doubles(all []*record.Event) []record.Anchor {
	var out []record.Anchor
	for _, l := range all {
		if l.At.Lacks&record.LacksZone == 0 || l.At.Lacks&(record.LacksDate|record.LacksWall) != 0 {
			continue
		}
		for _, x := range all {
			if x.At.Exact() {
				out = append(out, record.Anchor{From: l.From, Stamp: l.At, Instant: x.At.Wall, Rule: "the exact stamp of the same kill in another file"})
			}
		}
	}
	return out
}

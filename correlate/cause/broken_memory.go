package cause

import (
	"time"

	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Broken tells a record of memory that the hardware broke: what the kernel says when it sends SIGBUS to a process whose page
// an uncorrectable error has hit (mm/memory-failure.c), and what QEMU says then.
func Broken(e *record.Event) bool { return e.Get(record.AttrReason) == record.BrokenMemory }

// diesOfIt is how long a QEMU process whose memory is broken may take to end, and how far its end may be told before.
const (
	diesOfIt   = time.Minute
	toldBefore = 5 * time.Second
)

// broken gives the record that the memory of a hypervisor process which died was broken.
func (c *Case) broken(d *Death) (topology.Sight, bool) {
	if Broken(d.Event) {
		return d.Sight, true
	}
	for _, s := range c.Near {
		lag := d.T.Sub(s.T)
		if !Broken(s.Event) || !d.Placed || topology.Foreign(s, d.Sight) || lag < -toldBefore-s.U-d.U || lag > diesOfIt+s.U+d.U {
			continue
		}
		if comm := s.Get(record.AttrComm); comm != "" && !topology.IsHypervisorThread(comm) || another(s, d) {
			continue
		}
		return s, true
	}
	return topology.Sight{}, false
}

// another tells that the record is about another VM than the one that died.
func another(s topology.Sight, d *Death) bool {
	if !d.Named {
		return false
	}
	if vm := s.Get(record.AttrVM); vm != "" {
		return vm != d.Victim.VM.Name
	}
	pid := d.Victim.VM.PID
	return pid.Known() && topology.IsHypervisor(s.Get(record.AttrComm)) && s.Get(record.AttrPID) != pid.String()
}

// brokenNear gives the records of broken memory around a case, which need not have to do with it: a guest that is handed
// the error may panic, or lose a process.
func (c *Case) brokenNear() (out []verdict.Evidence) {
	for _, s := range c.Near {
		if Broken(s.Event) {
			out = append(out, verdict.Evidence{Text: verdict.Say("%v", s.Text), Source: verdict.Source(s.From)})
		}
	}
	return out
}

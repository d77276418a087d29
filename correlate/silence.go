package correlate

import (
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/parser/record"
)

// logGap tells that the host's log lost lines within ten minutes of the incident, or does not reach it.
func (c *course) logGap(k *cause.Case) bool {
	for _, s := range c.sights.All {
		if s.Kind == record.LogGap && s.Placed && distance(s, k.At.T) < 10*time.Minute && !c.isGuestLog(s.From.File) {
			return true
		}
	}
	for _, in := range c.s.inputs {
		if !c.hearsKernel(in) {
			continue
		}
		first, ok1 := c.clock.Place(record.Origin{File: in.Path, Line: 1}, in.First)
		last, ok2 := c.clock.Place(record.Origin{File: in.Path, Line: in.Lines}, in.Last)
		if ok1 && ok2 && !first.T.After(k.At.T.Add(first.U+k.At.U)) && !last.T.Add(last.U+k.At.U).Before(k.At.T) {
			return false
		}
	}
	return true
}

// hearsKernel tells a log whose silence says that the host's kernel killed nobody. The logs that libvirt, QEMU, auditd and
// containers write for themselves never hold a kernel's line, nor does a guest's tell of its host.
func (c *course) hearsKernel(in record.Input) bool {
	return in.Log && !slices.Contains([]string{"libvirtd", "qemu", "audit", "cri"}, in.Format) && !c.isGuestLog(in.Path)
}

// isGuestLog tells that a log holds events of guests only.
func (c *course) isGuestLog(path string) bool {
	guests := false
	for _, s := range c.sights.All {
		if s.From.File == path && s.Host != "" {
			if !c.isGuest(s.Host) {
				return false
			}
			guests = true
		}
	}
	return guests
}

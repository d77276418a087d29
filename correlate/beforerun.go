package correlate

import (
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// sinceRun leaves out the deaths of logs of which nothing gives the zone away that came before VMs of the run began: the log has
// them start later, and their memory was recorded before throughput fell. Two VMs have to say so, and none the contrary.
func (c *course) sinceRun(deaths []cause.Death) []cause.Death {
	if c.flow.afloat || len(c.flow.drops) == 0 {
		return deaths
	}
	return slices.DeleteFunc(slices.Clone(deaths), func(d cause.Death) bool {
		return d.Placed && d.U > time.Hour && c.beforeRun(d.Sight, unix(c.flow.drops[0].At))
	})
}

func (c *course) beforeRun(s topology.Sight, fell time.Time) bool {
	later := 0
	for vm, cv := range vmMemory(c.curves) {
		recorded := fell.Sub(unix(cv.t[0]))
		if !c.known(cv) || recorded < 0 {
			continue
		}
		began, ran := c.nextStart(vm, s)
		if ran {
			return false
		}
		if !began.IsZero() && began.Sub(s.T)+recorded > timeoutAfter+10*time.Minute {
			later++
		}
	}
	return later >= 2
}

// nextStart gives when a VM began after an event, by logs of the event's clock; zero when it did not. ran tells that it ran, or may
// have run, at the time of the event: it had begun before, or what comes next is its end or the host's boot.
func (c *course) nextStart(vm *topology.VM, at topology.Sight) (began time.Time, ran bool) {
	up := false
	for _, s := range c.sights.All { // by time
		if !s.Placed || s.U != at.U || topology.Foreign(s, at) {
			continue
		}
		after := s.T.After(at.T)
		switch s.Kind {
		case record.HostBoot:
			if after {
				return time.Time{}, true
			}
			up = false
		case record.VMStarted, record.VMStopped, record.VMKilled, record.VMCrashed:
			if of, _ := c.topo.Told(s.Event); of != vm {
				continue
			}
			switch start := s.Kind == record.VMStarted && s.Get(record.AttrReason) != "resumed"; {
			case after && (up || !start):
				return time.Time{}, true
			case after:
				return s.T, false
			default:
				up = start || s.Get(record.AttrReason) == "paused"
			}
		}
	}
	return time.Time{}, up
}

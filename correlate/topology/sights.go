package topology

import (
	"sort"
	"time"

	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

// Sight is a record of an event at its place on the clock.
type Sight struct {
	*record.Event
	clock.Moment
	Placed bool
}

// ByTime orders sights by time; what cannot be placed comes last.
func ByTime(a, b Sight) int {
	if a.Placed == b.Placed {
		return a.T.Compare(b.T)
	}
	if a.Placed {
		return -1
	}
	return 1
}

// Sights are the events of a run, and apart those of them that are looked through for each of the others: logs of years tell
// of tens of thousands.
type Sights struct {
	All   []Sight // ByTime
	Kills []Sight // that the kernel made, echoes left out

	hypervisors timed             // kills of VMs' processes
	ends        timed             // of VMs, and starts of hosts: no pid outlives them
	unwanted    timed             // ends of a VM that something names and nobody asked for, and of network ports
	wanted      timed             // ends of VMs that somebody asked for
	starts      map[int64][]Sight // of VMs, by their pids
}

// NewSights looks through events in order of time.
func NewSights(all []Sight) *Sights {
	s := &Sights{All: all, starts: map[int64][]Sight{}}
	for _, x := range all {
		switch x.Kind {
		case record.OOMKill:
			if x.OOM == nil || x.OOM.Killer != "kernel" || x.Get(record.AttrEcho) != "" {
				continue
			}
			s.Kills = append(s.Kills, x)
			if IsHypervisor(x.OOM.Victim.Comm) {
				s.hypervisors.add(x)
			}
		case record.VMStarted:
			if pid, ok := number(x.Get(record.AttrPID)).Get(); ok {
				s.starts[pid] = append(s.starts[pid], x)
			}
		case record.VMStopped, record.VMKilled, record.VMCrashed, record.LinkDown, record.HostBoot:
			s.end(x)
		}
	}
	return s
}

func (s *Sights) end(x Sight) {
	if x.Kind != record.LinkDown {
		s.ends.add(x)
	}
	switch {
	case x.Kind == record.VMStopped && inOrder(x):
		s.wanted.add(x)
	case x.Kind != record.HostBoot && (x.Get(record.AttrVM) != "" || x.Get(record.AttrIface) != ""):
		s.unwanted.add(x)
	}
}

// timed are events that lie on the clock, in order of time.
type timed struct {
	sights []Sight
	doubt  time.Duration // of the vaguest
}

func (t *timed) add(s Sight) {
	if s.Placed {
		t.sights = append(t.sights, s)
		t.doubt = max(t.doubt, s.U)
	}
}

// between gives those that may lie in a stretch, by the doubt of the vaguest.
func (t *timed) between(from, to time.Time) []Sight {
	from, to = from.Add(-t.doubt), to.Add(t.doubt)
	first := sort.Search(len(t.sights), func(i int) bool { return !t.sights[i].T.Before(from) })
	last := sort.Search(len(t.sights), func(i int) bool { return t.sights[i].T.After(to) })
	return t.sights[first:max(first, last)]
}

// last gives the last one that is not written after a time.
func (t *timed) last(at time.Time) (Sight, bool) {
	i := sort.Search(len(t.sights), func(i int) bool { return t.sights[i].T.After(at) })
	if i == 0 {
		return Sight{}, false
	}
	return t.sights[i-1], true
}

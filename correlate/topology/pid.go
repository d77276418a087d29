package topology

import (
	"time"

	"oomortem/parser/record"
)

// byPID finds the VM whose process had the pid, from audit, a process listing or a start message.
func (t *Topology) byPID(kill Sight, all *Sights) (Naming, bool) {
	pid, ok := kill.OOM.Victim.PID.Get()
	if !ok {
		return Naming{}, false
	}
	vm, from := t.OfPID(pid, kill, all)
	if vm == nil {
		return Naming{}, false
	}
	return Naming{vm, "its pid was seen with the VM's name", .95, from}, true
}

// OfPID gives the VM whose process had the pid when an event befell its host, and what says so. A pid is good from the
// VM's start to its end or the host's boot: then it may be anybody's.
func (t *Topology) OfPID(pid int64, at Sight, all *Sights) (*VM, record.Origin) {
	started, any := lastStart(at, all.starts[pid])
	if any {
		vm, _ := t.VM(started.Get(record.AttrVM))
		if vm == nil || t.overSince(vm, started, at, all) {
			return nil, record.Origin{}
		}
		return vm, started.From
	}
	vm := t.only(func(v *VM) bool { return v.PID == record.Known(pid) })
	if vm == nil {
		return nil, record.Origin{}
	}
	return vm, vm.From
}

// lastStart gives the last of a pid's starts on the event's host before it; any tells that there is one, though it may be of
// another host or later, when started is empty of a VM.
func lastStart(at Sight, starts []Sight) (started Sight, any bool) {
	started.Event = &record.Event{}
	for _, s := range starts {
		if Foreign(s, at) || s.Placed && at.Placed && s.T.Sub(at.T) > s.U+at.U || started.Placed && s.Placed && s.T.Before(started.T) {
			continue
		}
		started = s
	}
	return started, len(starts) > 0
}

// overSince tells that the VM ended or its host booted between its start and the event; the lines about one end lie some
// seconds apart.
func (t *Topology) overSince(vm *VM, started, at Sight, all *Sights) bool {
	const oneEnd = 5 * time.Second
	if !started.Placed || !at.Placed {
		return false
	}
	for _, s := range all.ends.between(started.T, at.T) {
		if Foreign(s, at) || s.T.Sub(started.T) < s.U+started.U || at.T.Sub(s.T) < oneEnd+s.U+at.U {
			continue
		}
		switch s.Kind {
		case record.HostBoot:
			return true
		case record.VMStopped, record.VMKilled, record.VMCrashed:
			if ended, _ := t.Told(s.Event); ended == vm && s.Get(record.AttrReason) != "paused" && s.Source != "sudo" { // which asks
				return true
			}
		}
	}
	return false
}

// Foreign tells that two events are of two hosts. One that was not named yet may be any.
func Foreign(a, b Sight) bool {
	named := func(host string) bool { return host != "" && host != "localhost" }
	return named(a.Host) && named(b.Host) && !SameHost(a.Host, b.Host)
}

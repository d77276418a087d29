package correlate

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// deaths reads the events as ends of something, each end once, by the line that tells most about it.
func (c *course) deaths() []cause.Death {
	var out []cause.Death
	for _, s := range c.sights.All {
		if class := c.classOf(s); class != "" {
			d := cause.Death{Sight: s, Class: class}
			c.nameOf(&d)
			d.Small = c.small(&d)
			d.Alien = c.alien(&d)
			out = append(out, d)
		}
	}
	return c.oncePerEnd(out)
}

// classOf gives the class of an event; "" when nothing ended.
func (c *course) classOf(s topology.Sight) cause.Class {
	if s.OOM == nil && !c.guests(s) && c.elsewhere(s) {
		return ""
	}
	switch s.Kind {
	case record.OOMKill:
		return c.killClass(s)
	case record.OOMInvoked, record.OOMNoVictim:
		return cause.Called
	case record.VMCrashed:
		return cause.Crash
	case record.ProcessCrash:
		if topology.IsHypervisorThread(s.Get(record.AttrComm)) && c.lostMonitor(s) {
			return cause.Crash
		}
	case record.VMKilled:
		return cause.Vanished
	case record.VMStopped:
		return stopClass(s)
	case record.HostBoot, record.HostShutdown, record.KernelPanic, record.OOMPanic:
		if c.guests(s) || s.Kind == record.HostBoot && !c.aliveBefore(s) {
			return ""
		}
		return cause.Reboot
	case record.GeneratorStopped:
		switch s.Get(record.AttrReason) {
		case "planned":
			return ""
		case "target-lost":
			return cause.Lost
		}
		return cause.Generator
	}
	return ""
}

// killClass tells whose memory a kill was for. On a host that carries no VMs of the run a kill is the load generator's
// own end, or nobody's business here.
func (c *course) killClass(s topology.Sight) cause.Class {
	switch {
	case s.OOM == nil || s.Get(record.AttrEcho) != "":
		return ""
	case c.guests(s):
		if s.OOM.Constraint == "memcg" {
			return cause.GroupKill
		}
		return cause.GuestKill
	case c.elsewhere(s), c.otherMachine(s.OOM):
		if topology.IsLoadTool(s.OOM.Victim.Comm) {
			return cause.Generator
		}
		return ""
	case c.endsTool(s):
		return cause.Generator
	case s.OOM.Constraint == "memcg":
		return cause.GroupKill
	}
	return cause.HostKill
}

// toolProcesses are the processes of load tools that are not called as they are; comm begins so.
var toolProcesses = map[string]string{"jmeter": "java", "gatling": "java", "locust": "python", "artillery": "node", "tsung": "beam.smp"}

// endsTool tells that a kill took the load tool itself: a process of its name, in the moment in which its figures end.
func (c *course) endsTool(s topology.Sight) bool {
	if len(c.flow.t) == 0 || c.flow.tool == "" || c.flow.afloat {
		return false
	}
	process := cmp.Or(toolProcesses[c.flow.tool], c.flow.tool)
	return strings.HasPrefix(s.OOM.Victim.Comm, process) && c.atLastMoment(s.Moment, s.Placed)
}

// elsewhere tells that an event is of another host than the one that carries the run's VMs, and of none of them.
func (c *course) elsewhere(s topology.Sight) bool {
	if s.Host == "" || c.topo.Host == "" || topology.SameHost(s.Host, c.topo.Host) || len(c.topo.VMs) == 0 {
		return false
	}
	if vm, _ := c.topo.Told(s.Event); vm != nil {
		return !vm.Ours
	}
	if s.OOM != nil && topology.IsHypervisor(s.OOM.Victim.Comm) && !c.topo.Ours()[0].Ours { // only logs name VMs: the run's host may be any of them
		return false
	}
	if s.OOM != nil {
		if n, ok := c.topo.Name(s, c.sights); ok {
			return !n.VM.Ours
		}
	}
	return true
}

// otherMachine tells that a kernel's dump without any VM in it is of a machine that cannot be the run's host: it has too
// little memory for what the VMs hold at their least, or less than half of the host's, or more than twice. The lines of a
// load generator's dmesg name no host.
func (c *course) otherMachine(o *record.OOM) bool {
	ram, ok := o.Memory.RAM.Get()
	if !ok || o.Constraint == "memcg" || topology.IsHypervisor(o.Victim.Comm) ||
		slices.ContainsFunc(o.Tasks, func(t record.Task) bool { return topology.IsHypervisor(t.Comm) }) {
		return false
	}
	for _, f := range c.s.facts {
		if total := numeral(f.Value).Or(0); f.Key == record.FactHostRAM && total > 0 && (ram > 2*total || total > 2*ram) {
			return true
		}
	}
	return c.leastHeld() > 1.1*float64(ram+o.Memory.SwapTotal.Or(0))
}

// leastHeld sums the least resident memory of each VM: no kernel of their host can have had less than that.
func (c *course) leastHeld() float64 {
	if c.least == nil { // there may be thousands of kills to ask for, and years of samples
		held := 0.0
		for _, cv := range vmMemory(c.curves) {
			if cv.Quantity == record.RSS {
				held += slices.Min(cv.v)
			}
		}
		c.least = &held
	}
	return *c.least
}

// lostMonitor tells that libvirt lost a QEMU process within seconds: the fault of a thread was the VM's.
func (c *course) lostMonitor(crash topology.Sight) bool {
	for _, s := range c.sights.All {
		if lag := s.T.Sub(crash.T); s.Kind == record.VMKilled && s.Placed && crash.Placed && lag > -2*time.Second-s.U && lag < 5*time.Second+s.U {
			return true
		}
	}
	return false
}

// aliveBefore tells that a log shows the host at work before it came up: a kernel's log begins with its boot, and that
// is no restart.
func (c *course) aliveBefore(boot topology.Sight) bool {
	if !boot.Placed {
		return false
	}
	for _, in := range c.s.inputs {
		first, ok := c.clock.Place(record.Origin{File: in.Path, Line: 1}, in.First)
		if in.Log && ok && boot.T.Sub(first.T) > time.Minute+boot.U+first.U && !c.isGuestLog(in.Path) {
			return true
		}
	}
	return false
}

// stopClass tells a stop that somebody asked for from a machine that merely ended.
func stopClass(s topology.Sight) cause.Class {
	switch reason := s.Get(record.AttrReason); reason {
	case "":
		return cause.Ended
	case "crashed", "failed", "unknown":
		return cause.Vanished
	}
	return cause.Stop
}

// guests tells whether an event is a guest kernel's: by its host, or, in a console log without hosts, by the file's name.
func (c *course) guests(s topology.Sight) bool {
	if s.Host == "" && (s.Source == "kernel" || s.Source == "") {
		return c.topo.VMOfFile(s.From.File) != nil
	}
	return c.isGuest(s.Host)
}

// isGuest tells whether a log's host is one of the VMs and not their host.
func (c *course) isGuest(host string) bool {
	if host == "" || host == c.topo.Host {
		return false
	}
	vm, _ := c.topo.VM(host)
	return vm != nil
}

// nameOf finds the VM that died.
func (c *course) nameOf(d *cause.Death) {
	switch d.Class {
	case cause.HostKill, cause.GroupKill:
		d.Victim, d.Named = c.topo.Name(d.Sight, c.sights)
	case cause.GuestKill, cause.Reboot, cause.Generator, cause.Lost, cause.Called: // no VM of the host
	default:
		d.Victim, d.Named = c.topo.Ended(d.Sight, c.sights)
	}
}

// small tells that a kill at a cgroup's limit cannot be seen to serve the run: no VM, no pod, no container, and nobody kept
// figures of it.
func (c *course) small(d *cause.Death) bool {
	if d.Class != cause.GroupKill || d.Named || len(c.topo.VMs) == 0 || c.watched(d) { // without VMs there is nothing bigger to serve
		return false
	}
	group := d.OOM.OOMMemcg + d.OOM.TaskMemcg
	for _, sign := range []string{"kubepods", "docker", "machine", "libpod", "qemu", "containerd", "lxc"} {
		if strings.Contains(group, sign) {
			return false
		}
	}
	return true
}

// watched tells that a file of its own holds a curve of the killed process's memory: the run is about it.
func (c *course) watched(d *cause.Death) bool {
	comm := d.OOM.Victim.Comm
	named := func(cv *curve) bool {
		return cv.vm == nil && comm != "" && strings.Contains(path.Base(cv.From.File), comm)
	}
	if !slices.ContainsFunc(c.curves, named) { // there may be thousands of kills to ask for
		return false
	}
	own := c.processCurves(d)[short(comm)]
	return own != nil && named(own) && !slices.ContainsFunc(c.curves, func(cv *curve) bool { return cv != own && cv.From.File == own.From.File })
}

// alien tells that an end may be of quite another host: its VM stands in no listing or curve of the run, and the host's
// records name none of those that do. Logs of neighbours are copied along more often than listings forget a VM.
func (c *course) alien(d *cause.Death) bool {
	if !d.Named || d.Class == cause.GuestKill || d.Victim.VM.Ours || !c.topo.Ours()[0].Ours {
		return false
	}
	for i := range c.s.events {
		e := &c.s.events[i]
		if e.From.File != d.From.File && (e.Host == "" || !topology.SameHost(e.Host, d.Host)) {
			continue
		}
		if vm, _ := c.topo.Told(e); vm != nil && vm.Ours {
			return false
		}
	}
	return true
}

// A death explains a drop that begins at most so long before it (the host stalls while it looks for pages) or after it
// (clients wait for their timeouts). A host that comes up again was gone for minutes.
const (
	stallBefore  = 90 * time.Second
	timeoutAfter = 300 * time.Second
	bootTime     = 20 * time.Minute
)

// near gives the deaths that may have to do with a drop.
func near(deaths []cause.Death, d *cause.Drop) []cause.Death {
	var out []cause.Death
	for _, x := range deaths {
		if !x.Placed {
			continue
		}
		lag, u := d.Onset.T.Sub(x.T), d.Onset.U+x.U
		before := stallBefore
		if x.Kind == record.HostBoot {
			before = bootTime
		}
		if lag >= -before-u && lag <= timeoutAfter+u {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b cause.Death) int { return cmp.Or(a.T.Compare(b.T), cmp.Compare(a.From.Line, b.From.Line)) })
	return out
}

// Package cause holds one hypothesis per file, named as in the contract's list of causes.
//
// A hypothesis looks at a Case, the incident with everything that stands around it, and answers with a Finding:
// untestable with what is missing, excluded by a literal line, or weighed evidence for and against in decibans
// (ten times the decimal logarithm of the likelihood ratio). Hypotheses do not know each other; the ranking does.
package cause

import (
	"cmp"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Hypothesis is one possible cause of an incident.
type Hypothesis struct {
	Name  verdict.Cause
	Title string
	Doc   string // shown by `oomortem causes NAME`
	Test  func(*Case) Finding
}

// Finding is a verdict's finding and the death that it rests on.
type Finding struct {
	verdict.Finding
	Death *Death
}

// Case is an incident and what stands around it.
type Case struct {
	At     clock.Moment
	Drop   *Drop   // what the run felt, nil when nothing fell or nothing is known
	Deaths []Death // that may have to do with it, in time order
	Near   []topology.Sight
	Memory Memory
	Growth Growth
	Seen   Seen
	Users  Users
	Harmed bool         // no drop stands out, but throughput was lower behind the death than before it
	Outage clock.Moment // since when throughput was down already when the death came; zero when it was not
}

// Users is the load's concurrency around a drop, as the tool reported it.
type Users struct {
	Known         bool
	Before, After float64
}

// Death is the end of a process, a VM, a host or the load, as the logs tell it.
type Death struct {
	topology.Sight
	Class  Class
	Victim topology.Naming // the VM that it was
	Named  bool            // Victim is known
	Small  bool            // a kill that cannot matter to the run: a cgroup that serves nothing here
	Alien  bool            // the end of a VM that no listing holds, on a host whose log names none of the run's VMs
}

// Class says what kind of end it was; literal lines decide it, not weights.
type Class string

// The classes of deaths.
const (
	HostKill  Class = "host-kill"  // OOM kill for the whole host's memory
	GroupKill Class = "group-kill" // OOM kill at a cgroup's limit
	GuestKill Class = "guest-kill" // OOM kill by the kernel of a guest
	Crash     Class = "crash"      // a hypervisor process died by itself
	Stop      Class = "stop"       // somebody stopped a VM
	Vanished  Class = "vanished"   // a VM's process was gone, and nothing says why
	Ended     Class = "ended"      // a VM's machine ended, orderly or not
	Reboot    Class = "reboot"     // the host went down or came up
	Generator Class = "generator"  // the load tool ended
	Lost      Class = "lost"       // the load tool ended, because what it loaded was gone
	Gone      Class = "gone"       // memory curves alone show that somebody is gone
	Called    Class = "called"     // the OOM killer was called, and the text does not tell whom it killed
)

// bound tells that a kill was for the memory of some NUMA nodes only.
func (d *Death) bound() bool {
	return d.OOM != nil && (d.OOM.Constraint == "cpuset" || d.OOM.Constraint == "mempolicy")
}

// manual tells that somebody called the killer by SysRq: memory need not have been short.
func (d *Death) manual() bool {
	order, told := d.OOM.Trigger.Order.Get()
	return told && order == -1
}

// Nameless tells the end of a VM by a line that does not say which.
func (d *Death) Nameless() bool {
	return !d.Named && d.OOM == nil && d.Class != Reboot && d.Class != Generator && d.Class != Lost && d.Get(record.AttrVM) == "" && d.Get(record.AttrComm) == ""
}

// Subject gives the name to call the dead by: the VM's, else the process's.
func (d *Death) Subject() verdict.Name {
	switch {
	case d.Named:
		return verdict.Name(d.Victim.VM.Name)
	case d.OOM != nil && d.OOM.Victim.Comm != "":
		return verdict.Name(d.OOM.Victim.Comm)
	case d.Get(record.AttrMachine) != "": // of one of several VMs
		return verdict.Name(d.Get(record.AttrMachine))
	case d.Get(record.AttrVM) != "":
		return verdict.Name(d.Get(record.AttrVM))
	case d.Get(record.AttrComm) != "":
		return verdict.Name(d.Get(record.AttrComm))
	}
	if d.Nameless() {
		return "a VM"
	}
	return verdict.Name(cmp.Or(d.Host, "the host"))
}

// Drop is a lasting loss of throughput on the clock.
type Drop struct {
	change.Drop
	Series  string
	From    verdict.Source
	Onset   clock.Moment
	Gap     bool // nothing was reported from here on: the samples stop, they do not fall
	Counted bool // by the server's own counters: where these stop the server is gone, not the load
	Afloat  bool // At counts from the start of the load tool's clock, and nothing tells when that was

	Target   *Death            // the end of the load, when its tool says that the target was gone; else nil
	Requests *verdict.Requests // what became of those in flight; nil when the load tool's file does not tell
}

// Memory is the host's memory and what was promised of it. Bytes.
type Memory struct {
	Host       string
	RAM        record.Maybe
	RAMSlack   record.Maybe
	RAMLeast   bool // it may be more
	RAMFrom    verdict.Text
	RAMSource  verdict.Source
	Swap       record.Maybe
	Overcommit record.Maybe // vm.overcommit_memory
	Promised   record.Maybe
	PromisedBy verdict.Source
	VMs        []*topology.VM
}

// Ratio gives promised / RAM, 0 when one of them is not known.
func (m Memory) Ratio() float64 {
	ram, ok1 := m.RAM.Get()
	sum, ok2 := m.Promised.Get()
	if !ok1 || !ok2 || ram == 0 || m.RAMLeast {
		return 0
	}
	return float64(sum) / float64(ram)
}

// room says how much memory the host has: RAM, and swap where that is known.
func (m Memory) room() verdict.Text {
	swap, known := m.Swap.Get()
	switch {
	case m.RAMLeast:
		return verdict.Say("%v of RAM or more", verdict.Bytes(m.RAM.Or(0)))
	case !known:
		return verdict.Say("%v of RAM", verdict.Bytes(m.RAM.Or(0)))
	case swap == 0:
		return verdict.Say("%v of RAM and no swap", verdict.Bytes(m.RAM.Or(0)))
	}
	return verdict.Say("%v of RAM and %v of swap", verdict.Bytes(m.RAM.Or(0)), verdict.Bytes(swap))
}

// Growth tells who held memory at the incident and who had grown since the host last had headroom.
type Growth struct {
	Pool       int64 // bytes that ran out: the host's RAM, or the cgroup's limit; 0 when not known
	Since      time.Time
	Rule       verdict.Text // how the window was chosen
	Holders    []Held       // the VMs, biggest first
	Others     []Held       // no VMs, and they hold much: processes, slab, huge pages, what nobody accounts for; biggest first
	Down       int          // VMs that had ended by then and hold nothing
	More       bool         // a log has another VM run then, of which nobody knows what it held
	LastSample time.Time    // of any VM's curve
	Available  record.Maybe // what the host could still give just before
	AvailFrom  verdict.Source
	Lost, NoVM record.Maybe // bytes of available memory that the host lost since, and what of them its VMs did not take; known where all are measured
	Least      record.Maybe // the least that the host's curve shows available from first to last, where it is about as long as the load
}

// Held is one subject's memory at the incident.
type Held struct {
	Kind, Name string // kind: vm, process
	VM         *topology.VM
	Bytes      int64
	Grew       record.Maybe // since Growth.Since; not known without a curve
	Peak       int64
	FlatSince  time.Time // zero when it was not flat up to the incident
	Ends       time.Time // last sample
	Gone, Back time.Time // the last sample before and the first one behind a hole at the incident, through which others' curves go on; zero when there is none
	From       verdict.Source
	Static     bool // set aside before the window, as huge pages mostly are: it takes room but did not grow
}

// VMsHold sums what the VMs held at the incident, as far as it is known.
func (g Growth) VMsHold() (sum int64, vms int) {
	for _, h := range g.Holders {
		if h.VM != nil {
			sum += h.Bytes
			vms++
		}
	}
	return sum, vms
}

// Static sums what was set aside for good and can be given to nobody.
func (g Growth) Static() (sum int64) {
	for _, h := range g.Others {
		if h.Static {
			sum += h.Bytes
		}
	}
	return sum
}

// Seen says which kinds of evidence the run has at all.
type Seen struct {
	KernelLog, VMCurves, HostCurve, Throughput, Sizes, RAM bool
	Strange                                                bool          // the logs name none of the run's VMs: they may be another host's
	LogGap                                                 bool          // the host's log says, or shows, that lines are missing around the incident
	Alive                                                  bool          // every VM's memory curve goes on past the incident
	Held                                                   bool          // every VM's memory went through the incident without a pause and without a fresh start
	BrokeOff                                               bool          // a VM's memory curve ends at the incident while others go on
	Beside                                                 bool          // a kill, or the end of a VM of the run, lies minutes from the incident
	Died                                                   bool          // a VM of the run was killed or crashed while load was measured
	Killed                                                 bool          // the kernel killed something, there or on another host
	LooseKill                                              bool          // a load tool or a VM of the run was killed, in the run or hours from it
	UndatedKill                                            bool          // the kernel killed something, and nothing tells when
	Guests                                                 bool          // logs from inside the VMs are there
	Barren                                                 bool          // no request of the load succeeded
	OtherRuns                                              bool          // the tool ran several times, and of the other runs only the throughput was looked at
	Uncounted                                              bool          // another load ran in the same time, and was neither added nor known to be a copy
	Failing                                                time.Duration // every request failed for so long when the load ended
	Failed                                                 float64       // requests of the load that failed, 0 also where nothing tells
	Brief                                                  time.Duration // how long the load was measured, 0 when that is long enough for a fall in it
	Dipped                                                 bool          // throughput fell to less than half for a moment
	Restless                                               bool          // throughput changes so often that it has no level to fall from
	Unmeasured                                             bool          // nobody measured load, and what was measured comes nowhere near the incident
}

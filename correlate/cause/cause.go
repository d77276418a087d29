// Package cause holds one hypothesis per file, named as in the contract's list of causes.
//
// A hypothesis looks at a Case, the incident with everything that stands around it, and answers with a Finding:
// untestable with what is missing, excluded by a literal line, or weighed evidence for and against in decibans
// (ten times the decimal logarithm of the likelihood ratio). Hypotheses do not know each other; the ranking does.
package cause

import (
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
	Test  func(*Case) verdict.Finding
}

// Case is an incident and what stands around it.
type Case struct {
	At     clock.Moment
	Kill   *topology.Sight // the kill that may have caused it, nil when there is none
	Victim topology.Naming // the VM that the kill hit
	Named  bool            // Victim is known
	Drop   *Drop           // what the run felt, nil when nothing fell or nothing is known
	Near   []topology.Sight
	Memory Memory
	Growth Growth
	Seen   Seen
}

// Drop is a lasting loss of throughput on the clock.
type Drop struct {
	change.Drop
	Series string
	From   verdict.Source
	Onset  clock.Moment
}

// Memory is the host's memory and what was promised of it. Bytes.
type Memory struct {
	Host       string
	RAM        record.Maybe
	RAMSlack   record.Maybe
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
	if !ok1 || !ok2 || ram == 0 {
		return 0
	}
	return float64(sum) / float64(ram)
}

// room says how much memory the host has: RAM, and swap where that is known.
func (m Memory) room() verdict.Text {
	swap, known := m.Swap.Get()
	switch {
	case !known:
		return verdict.Say("%v of RAM", verdict.Bytes(m.RAM.Or(0)))
	case swap == 0:
		return verdict.Say("%v of RAM and no swap", verdict.Bytes(m.RAM.Or(0)))
	}
	return verdict.Say("%v of RAM and %v of swap", verdict.Bytes(m.RAM.Or(0)), verdict.Bytes(swap))
}

// Growth tells who held memory at the incident and who had grown since the host last had headroom.
type Growth struct {
	Since      time.Time
	Rule       verdict.Text // how the window was chosen
	Holders    []Held       // biggest first
	LastSample time.Time    // of any VM's curve
	Available  record.Maybe // what the host could still give just before
	AvailFrom  verdict.Source
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
	From       verdict.Source
	LastStraw  bool // most of its growth came in the last two minutes
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

// Seen says which kinds of evidence the run has at all.
type Seen struct {
	KernelLog, VMCurves, HostCurve, Throughput, Sizes, RAM bool
}

// Weights of evidence that several hypotheses share (algorithms: start values, to be refitted on generated runs).
const (
	killBeforeDrop = 10.0
	killWithoutRun = 6.0
)

// killed gives the evidence that a kill stands where throughput fell, or stands alone when nobody measured.
func killed(c *Case) verdict.Evidence {
	k := c.Kill
	who := victimName(c)
	if c.Drop == nil {
		return verdict.Evidence{Text: verdict.Say("the kernel killed %v at %v", who, verdict.Moment(k.T)), Weight: killWithoutRun, Source: verdict.Source(k.From)}
	}
	lag := c.Drop.Onset.T.Sub(k.T)
	if lag < 0 {
		return verdict.Evidence{
			Text:   verdict.Say("the kernel killed %v at %v; throughput had stalled %v before, as it does while the kernel looks for pages", who, verdict.Moment(k.T), verdict.Span(-lag)),
			Weight: killBeforeDrop, Source: verdict.Source(k.From),
		}
	}
	return verdict.Evidence{
		Text:   verdict.Say("the kernel killed %v at %v; throughput fell within %v of it", who, verdict.Moment(k.T), verdict.Span(max(lag, time.Second))),
		Weight: killBeforeDrop, Source: verdict.Source(k.From),
	}
}

// victimName gives the name to call the victim by: the VM's, else the process's.
func victimName(c *Case) verdict.Name {
	if c.Named {
		return verdict.Name(c.Victim.VM.Name)
	}
	return verdict.Name(c.Kill.OOM.Victim.Comm)
}

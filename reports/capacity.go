package reports

import (
	"slices"
	"strconv"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// capacity sets the VMs' promises against the host's memory, as it was and as it would fit.
func (c composer) capacity() section {
	s := section{title: c.word("Capacity of the host")}
	k := c.r.Capacity
	if k == nil {
		return s
	}
	if k.Host != "" {
		s.title = c.sayf("Capacity of %v", verdict.Name(c.name(k.Host)))
	}
	if f := c.capacityFacts(k); len(f) > 0 {
		s.blocks = append(s.blocks, f)
	}
	if slices.ContainsFunc(k.VMs, sized) {
		s.blocks = append(s.blocks, c.limited(c.sizes(k))...)
	}
	return s
}

// sized tells that a VM's row would say more than its name.
func sized(vm verdict.VMSize) bool { return vm.Promised.Known() || vm.Suggested.Known() }

func (c composer) capacityFacts(k *verdict.Capacity) facts {
	var f facts
	ram := size(k.RAM)
	if slack, ok := k.RAMSlack.Get(); ok && slack > 0 && ram != "" {
		ram += " ± " + verdict.Bytes(slack).String()
	}
	if said := c.say(k.RAMSource); said != "" && ram != "" {
		ram += c.word(", ") + said
	}
	f.add(c.word("RAM"), ram, neutral)
	if swap, ok := k.Swap.Get(); ok {
		said := c.word("none")
		if swap > 0 {
			said = verdict.Bytes(swap).String()
		}
		f.add(c.word("Swap"), said, neutral)
	}
	f.add(c.word("Promised"), c.say(k.Fits), neutral)
	if k.Fits.IsZero() {
		f.add(c.word("Promised"), c.ratio(k), neutral)
	}
	if mode, ok := k.Overcommit.Get(); ok {
		f.add("vm.overcommit_memory", strconv.FormatInt(mode, 10)+c.overcommitMeans(mode), neutral)
	}
	return f
}

func (c composer) ratio(k *verdict.Capacity) string {
	promised := size(k.Promised)
	if promised != "" && k.Ratio > 0 {
		promised += c.word(", ") + c.sayf("%v times the RAM", strconv.FormatFloat(k.Ratio, 'f', 2, 64))
	}
	return promised
}

// overcommitMeans tells what the kernel does (Documentation/vm/overcommit-accounting).
func (c composer) overcommitMeans(mode int64) string {
	switch mode {
	case 0:
		return c.word(" (heuristic: only obvious excess is refused)")
	case 1:
		return c.word(" (always: no request is ever refused)")
	case 2:
		return c.word(" (strict: requests beyond swap and a share of the RAM are refused)")
	}
	return ""
}

func (c composer) sizes(k *verdict.Capacity) table {
	t := table{columns: []column{
		{name: c.kind("vm")}, {name: c.word("state")}, {name: c.word("promised"), right: true, firm: true},
		{name: c.word("peak seen"), right: true, firm: true}, {name: c.word("advised"), right: true, firm: true},
	}}
	var promised, peak, advised record.Maybe
	for _, vm := range k.VMs {
		promised, peak, advised = promised.Plus(vm.Promised), peak.Plus(vm.Peak), advised.Plus(vm.Suggested)
		t.rows = append(t.rows, cells(c.name(vm.Name), c.name(vm.State), size(vm.Promised), size(vm.Peak), size(vm.Suggested)))
	}
	if len(k.VMs) > 1 {
		t.totals = append(t.totals, cells(c.word("together"), "", size(promised), size(peak), size(advised)))
	}
	if k.Reserve > 0 && advised.Known() {
		t.totals = append(t.totals, cells(c.word("kept for the host and QEMU"), "", "", "", verdict.Bytes(k.Reserve).String()))
	}
	if ram, ok := k.RAM.Get(); ok && promised.Known() {
		of := verdict.Bytes(ram).String()
		t.totals = append(t.totals, cells(c.word("RAM of the host"), "", of, "", ifKnown(advised, of)))
		t.totals = append(t.totals, cells(c.word("promised to RAM"), "", c.partOf(promised, ram), "", c.partOf(advised, ram)))
	}
	for i := len(t.columns) - 1; i > 0; i-- {
		if t.empty(i) {
			t.drop(i)
		}
	}
	return t
}

func ifKnown(m record.Maybe, s string) string {
	if m.Known() {
		return s
	}
	return ""
}

func (c composer) partOf(m record.Maybe, whole int64) string {
	n, ok := m.Get()
	if !ok || whole <= 0 {
		return ""
	}
	return c.amount(verdict.Share(float64(n) / float64(whole)))
}

package pattern

import (
	"oomortem/correlate/verdict"
)

// Compared compares two runs by their reports.
func Compared(nameA, nameB string, a, b *verdict.Report) verdict.Comparison {
	x, y := Take(nameA, a), Take(nameB, b)
	c := verdict.Comparison{
		Names: [2]string{nameA, nameB}, Headlines: [2]verdict.Text{a.Verdict.Headline, b.Verdict.Headline},
		Runs:        [2]verdict.Outcome{verdict.Concluded(nameA, nameA, a), verdict.Concluded(nameB, nameB, b)},
		Differences: differences(a, b, x, y), Patterns: Find([]Run{x, y}),
	}
	if len(load(x).Steps) > 0 && len(load(y).Steps) > 0 {
		t := Compare(x.Load.Steps, y.Load.Steps)
		c.Throughput = &t
		c.Unlike = unlike(x, y)
	}
	return c
}

// unlike names what two runs must have in common for their throughput to say something of the system.
func unlike(x, y Run) []verdict.Text {
	var out []verdict.Text
	for _, u := range []struct {
		what verdict.Text
		same bool
	}{
		{verdict.Say("the hosts differ"), x.Host == y.Host && x.Host != ""},
		{verdict.Say("the VM sizes differ"), sizes(x) == sizes(y)},
		{verdict.Say("the load tools differ"), x.Load.Tool == y.Load.Tool},
		{verdict.Say("the series differ"), x.Load.Series == y.Load.Series},
	} {
		if !u.same {
			out = append(out, u.what)
		}
	}
	return out
}

// differ collects what differs.
type differ []verdict.Difference

func (d *differ) add(what verdict.Text, unit string, before, after any) {
	if before != after {
		*d = append(*d, verdict.Difference{What: what, Unit: unit, Before: before, After: after})
	}
}

func differences(a, b *verdict.Report, x, y Run) []verdict.Difference {
	var d differ
	d.add(verdict.Say("cause"), "", string(a.Verdict.Cause), string(b.Verdict.Cause))
	d.add(verdict.Say("host"), "", word(x.Host), word(y.Host))
	d.add(verdict.Say("victim"), "", word(victim(x)), word(victim(y)))
	d.add(verdict.Say("aggressor"), "", word(aggressor(x)), word(aggressor(y)))
	d.add(verdict.Say("RAM"), "bytes", size(x.RAM), size(y.RAM))
	d.add(verdict.Say("promised to the VMs"), "bytes", size(x.Promised), size(y.Promised))
	d.sizes(x.Sizes, y.Sizes)
	ca, cb := capacity(a), capacity(b)
	d.add(verdict.Say("swap"), "bytes", told(ca.Swap.Get()), told(cb.Swap.Get()))
	d.add(verdict.Say("vm.overcommit_memory"), "", told(ca.Overcommit.Get()), told(cb.Overcommit.Get()))
	d.peaks(ca.VMs, cb.VMs)
	la, lb := tool(a), tool(b)
	d.add(verdict.Say("load tool"), "", word(la.Tool), word(lb.Tool))
	d.add(verdict.Say("duration"), "seconds", positive(load(x).Duration), positive(load(y).Duration))
	d.add(verdict.Say("steady throughput"), "per_second", positive(la.Steady), positive(lb.Steady))
	d.add(verdict.Say("peak throughput"), "per_second", positive(la.Peak), positive(lb.Peak))
	d.add(verdict.Say("achieved"), "transactions", positive(la.Achieved), positive(lb.Achieved))
	if la.Latency != nil && lb.Latency != nil {
		d.add(verdict.Say("latency p95"), "ms", positive(la.Latency.P95), positive(lb.Latency.P95))
		d.add(verdict.Say("latency p99"), "ms", positive(la.Latency.P99), positive(lb.Latency.P99))
	}
	d.add(verdict.Say("time until the failure"), "seconds", after(x), after(y))
	return d
}

// sizes adds each VM whose size differs, or that only one run has.
func (d *differ) sizes(a, b []Size) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Name < b[0].Name:
			d.add(verdict.Say("size of %v", verdict.Name(a[0].Name)), "bytes", a[0].Bytes, nil)
			a = a[1:]
		case len(a) == 0 || b[0].Name < a[0].Name:
			d.add(verdict.Say("size of %v", verdict.Name(b[0].Name)), "bytes", nil, b[0].Bytes)
			b = b[1:]
		default:
			d.add(verdict.Say("size of %v", verdict.Name(a[0].Name)), "bytes", a[0].Bytes, b[0].Bytes)
			a, b = a[1:], b[1:]
		}
	}
}

// peaks adds the VMs whose highest memory differs by a tenth or more.
func (d *differ) peaks(a, b []verdict.VMSize) {
	for _, v := range a {
		for _, w := range b {
			p, ok := v.Peak.Get()
			q, ok2 := w.Peak.Get()
			if v.Name == w.Name && ok && ok2 && (10*p > 11*q || 10*q > 11*p) {
				d.add(verdict.Say("peak of %v", verdict.Name(v.Name)), "bytes", p, q)
			}
		}
	}
}

func capacity(r *verdict.Report) verdict.Capacity {
	if r.Capacity == nil {
		return verdict.Capacity{}
	}
	return *r.Capacity
}

func tool(r *verdict.Report) verdict.Load {
	if r.Load == nil {
		return verdict.Load{}
	}
	return *r.Load
}

func after(r Run) any {
	if r.Failure == nil {
		return nil
	}
	return positive(r.Failure.After)
}

func word(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func size(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func told(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

func positive(f float64) any {
	if f > 0 {
		return f
	}
	return nil
}

package correlate

import (
	"cmp"
	"slices"
	"strconv"

	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// listed is one process of a top or ps listing, with the VM it was taken on.
type listed struct {
	vm      *topology.VM
	process verdict.Process
}

// listings reads the process facts, biggest first; a listing whose machine is not told is nobody's.
func (c *course) listings() []listed {
	hosts := map[string]*topology.VM{} // by file
	for _, f := range c.s.facts {
		if f.Key == record.FactTopHost {
			hosts[f.From.File], _ = c.topo.VM(f.Value)
		}
	}
	type key struct{ file, pid string }
	found := map[key]*listed{}
	var order []key
	for _, f := range c.s.facts {
		if f.Key != record.FactProcComm && f.Key != record.FactProcRSS && f.Key != record.FactProcShare {
			continue
		}
		k := key{f.From.File, f.Subject}
		p := found[k]
		if p == nil {
			vm := hosts[f.From.File]
			if vm == nil {
				vm = c.vmOfFile(f.From.File)
			}
			p = &listed{vm: vm, process: verdict.Process{PID: numeral(f.Subject)}}
			found[k] = p
			order = append(order, k)
		}
		switch f.Key {
		case record.FactProcComm:
			p.process.Name = f.Value
		case record.FactProcRSS:
			p.process.RSS = numeral(f.Value)
		case record.FactProcShare:
			p.process.Share, _ = strconv.ParseFloat(f.Value, 64)
		}
	}
	out := make([]listed, 0, len(order))
	for _, k := range order {
		out = append(out, *found[k])
	}
	slices.SortStableFunc(out, func(a, b listed) int {
		return cmp.Compare(b.process.RSS.Or(0), a.process.RSS.Or(0))
	})
	return out
}

package correlate

import (
	"cmp"
	"slices"
	"strconv"

	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// process is one row of a top or ps listing, with the VM it was taken on.
type process struct {
	vm   *topology.VM
	told verdict.Process
}

// listings reads the process facts, biggest first; a listing whose machine is not told is nobody's.
func (c *course) listings() []process {
	hosts := map[string]*topology.VM{} // by file
	for _, f := range c.s.facts {
		if f.Key == record.FactTopHost {
			hosts[f.From.File], _ = c.topo.VM(f.Value)
		}
	}
	type key struct{ file, pid string }
	found := map[key]*process{}
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
				vm = c.topo.VMOfFile(f.From.File)
			}
			p = &process{vm: vm, told: verdict.Process{PID: numeral(f.Subject)}}
			found[k] = p
			order = append(order, k)
		}
		switch f.Key {
		case record.FactProcComm:
			p.told.Name = f.Value
		case record.FactProcRSS:
			p.told.RSS = numeral(f.Value)
		case record.FactProcShare:
			p.told.Share, _ = strconv.ParseFloat(f.Value, 64)
		}
	}
	out := make([]process, 0, len(order))
	for _, k := range order {
		out = append(out, *found[k])
	}
	slices.SortStableFunc(out, func(a, b process) int {
		return cmp.Compare(b.told.RSS.Or(0), a.told.RSS.Or(0))
	})
	return out
}

package correlate

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// headroom is the share of RAM below which a host is short.
const headroom = .10

// growth tells who held what at the incident and who had grown since the host last had headroom. The kill's own
// figures are the last sample of whom they name: the last minute before a kill is where a burst hides.
func (c *course) growth(k *cause.Case) cause.Growth {
	var g cause.Growth
	at := seconds(k.At.T)
	memory := vmMemory(c.curves)
	if avail := hostCurve(c.curves, record.HostAvailable); avail != nil {
		if v, ok := avail.at(at, 3*avail.step+60); ok {
			g.Available, g.AvailFrom = record.Known(int64(v)), avail.source()
		}
	}
	g.Since, g.Rule = c.lastHeadroom(at, memory)
	for _, cv := range memory {
		if end := unix(cv.last()); end.After(g.LastSample) {
			g.LastSample = end
		}
	}
	for _, vm := range c.topo.VMs {
		if h, ok := c.heldBy(vm, memory[vm], k, g.Since); ok {
			g.Holders = append(g.Holders, h)
		}
	}
	slices.SortStableFunc(g.Holders, func(a, b cause.Held) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name))
	})
	return g
}

// lastHeadroom finds the last moment before t at which the host had headroom, by its own curve or by RAM less what
// the VMs held; an hour before t, or the beginning of the data, when nothing tells.
func (c *course) lastHeadroom(t float64, memory map[*topology.VM]*curve) (time.Time, verdict.Text) {
	ram := float64(c.memory.RAM.Or(0))
	if avail := hostCurve(c.curves, record.HostAvailable); avail != nil && ram > 0 {
		for i := len(avail.t) - 1; i >= 0; i-- {
			if avail.t[i] < t && avail.v[i] >= headroom*ram {
				return unix(avail.t[i]), verdict.Say("since the host last had 10 %% of its RAM available (%v)", avail.From.String())
			}
		}
	}
	return unix(t - 3600), verdict.Say("over the last hour")
}

// heldBy gives what a VM held at the incident.
func (c *course) heldBy(vm *topology.VM, cv *curve, k *cause.Case, since time.Time) (cause.Held, bool) {
	h := cause.Held{Kind: "vm", Name: vm.Name, VM: vm}
	at := seconds(k.At.T)
	told := false
	if cv != nil {
		h.From = cv.source()
		if v, ok := cv.at(at, 5*cv.step+120); ok {
			h.Bytes, told = int64(v), true
		}
		h.Ends = unix(cv.last())
		h.FlatSince = cv.flatBefore(at)
		for i, t := range cv.t {
			if t <= at {
				h.Peak = max(h.Peak, int64(cv.v[i]))
			}
		}
	}
	if c.isVictim(k, vm) && k.Kill != nil {
		if rss, ok := k.Kill.OOM.Victim.RSS().Get(); ok {
			h.Bytes, told = rss, true
			if cv == nil {
				h.From = verdict.Source(k.Kill.From)
			}
		}
	}
	if cv != nil && told {
		if before, ok := cv.at(seconds(since)+cv.step/2, 1e9); ok {
			h.Grew = record.Known(h.Bytes - int64(before))
		}
	}
	h.Peak = max(h.Peak, h.Bytes)
	return h, told
}

// parts gives aggressors and holders as the report tells them. Whoever grew by 2 % of RAM or more is an aggressor,
// with its share of all growth; when nobody did there is none, and the standing promise is all there is to blame.
func (c *course) parts(k *cause.Case) ([]verdict.Aggressor, []verdict.Holder) {
	aggressors, holders := []verdict.Aggressor{}, []verdict.Holder{}
	grown := int64(0)
	for _, h := range k.Growth.Holders {
		grown += max(0, h.Grew.Or(0))
	}
	least := k.Memory.RAM.Or(8<<30) / 50
	for _, h := range k.Growth.Holders {
		holder := verdict.Holder{Kind: h.Kind, Name: h.Name, Bytes: record.Known(h.Bytes), Growth: h.Grew}
		if h.VM != nil {
			holder.Promised = h.VM.Promised
		}
		if c.isVictim(k, h.VM) && k.Kill != nil {
			holder.Badness = k.Kill.OOM.Victim.Badness
		}
		holders = append(holders, holder)
		if g := h.Grew.Or(0); k.Kill != nil && g >= least && float64(g) >= .1*float64(grown) {
			aggressors = append(aggressors, verdict.Aggressor{
				Kind: h.Kind, Name: h.Name, Host: c.topo.Host, Growth: g, Share: float64(g) / float64(grown), Since: k.Growth.Since, Bytes: h.Bytes,
			})
		}
	}
	slices.SortStableFunc(aggressors, func(a, b verdict.Aggressor) int { return cmp.Compare(b.Growth, a.Growth) })
	return aggressors, holders
}

// vmOfFile finds the VM that a file is named after: top-worker-1.txt was taken on vm-k8s-worker-1.
func (c *course) vmOfFile(path string) *topology.VM {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	for part := base; part != ""; {
		if vm, _ := c.topo.VM(part); vm != nil {
			return vm
		}
		_, rest, ok := strings.Cut(part, "-")
		if !ok {
			return nil
		}
		part = rest
	}
	return nil
}

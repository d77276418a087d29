package messages

import (
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// shortage is what the zones show about one request.
type shortage struct {
	o             *record.OOM
	class         string // highest zone that the request may use
	movable       bool   // the request may take CMA pages
	page          int64
	usable, other []record.Zone
	open          []record.Zone // usable and above their minimum
}

func newShortage(o *record.OOM, names []string) *shortage {
	w := &shortage{o: o, page: o.Memory.Page.Or(4 << 10)}
	if len(names) == 0 {
		return w
	}
	w.movable = slices.Contains(names, "Movable")
	w.class = names[0]
	for _, z := range o.Zones {
		if !z.Free.Known() || !z.Min.Known() {
			continue
		}
		if !slices.Contains(names, z.Name) {
			w.other = append(w.other, z)
			continue
		}
		w.usable = append(w.usable, z)
		if w.spare(z) > 0 {
			w.open = append(w.open, z)
		}
	}
	return w
}

// spare gives the bytes of a zone above what the request must leave (__zone_watermark_ok for order 0).
func (w *shortage) spare(z record.Zone) int64 {
	free := z.Free.Or(0) - z.HighAtomic.Or(0)
	if !w.movable {
		free -= z.FreeCMA.Or(0)
	}
	return free - z.Min.Or(0) - w.reserve(z)
}

// reserve gives the lowmem_reserve that holds for the request's class of zones. The kernel prints one number per
// zone type it was built with, in the order DMA, DMA32, Normal, HighMem, Movable, Device; which of them it has
// shows in the zones of the dump and in the number of numbers.
func (w *shortage) reserve(z record.Zone) int64 {
	if len(z.Reserve) == 0 {
		return 0
	}
	types := w.zoneTypes(len(z.Reserve))
	best := slices.Max(z.Reserve) // what a request for any zone must leave, when the types stay unclear
	if types == nil {
		return best
	}
	class := slices.Index(types, w.class)
	if class < 0 { // a request for HighMem on a kernel without it: the next zone below
		class = slices.Index(types, "Normal")
	}
	if own := slices.Index(types, z.Name); class < 0 || own < 0 {
		return best
	}
	return z.Reserve[class]
}

func (w *shortage) zoneTypes(n int) []string {
	have := map[string]bool{}
	for _, z := range w.o.Zones {
		have[z.Name] = true
	}
	for _, more := range [...][]string{nil, {"Normal"}, {"Movable"}, {"Device"}, {"DMA32"}, {"DMA"}, {"HighMem"}} {
		for _, name := range more {
			have[name] = true
		}
		if len(have) == n {
			break
		}
	}
	if len(have) != n {
		return nil
	}
	var types []string
	for _, name := range [...]string{"DMA", "DMA32", "Normal", "HighMem", "Movable", "Device"} {
		if have[name] {
			types = append(types, name)
		}
	}
	return types
}

// whyClosed is for zones that are all below what the request must leave.
func (w *shortage) whyClosed() string {
	all, cma := freeIn(w.usable), int64(0)
	if !w.movable {
		for _, z := range w.usable {
			cma += z.FreeCMA.Or(0)
		}
	}
	switch {
	case w.bound() && w.nodes() != "":
		return fmt.Sprintf("the request was bound to NUMA node %s, where %s were free%s; other nodes may have had more", w.nodes(), sizeText(all), swapText(w.o.Memory))
	case cma > all/2:
		return fmt.Sprintf("of the %s that were free, %s are kept for contiguous allocations (CMA), which this request may not use", sizeText(all), sizeText(cma))
	case w.lowmem():
		return w.whyLow()
	}
	z := slices.MaxFunc(w.usable, func(a, b record.Zone) int {
		return int(a.Managed.Or(a.Present.Or(0))>>12) - int(b.Managed.Or(b.Present.Or(0))>>12)
	})
	free, least := z.Free.Or(0), z.Min.Or(0)+w.reserve(z)
	if kept := free - least - w.spare(z); free > least && kept > 0 { // the numbers alone would not show a shortage
		return fmt.Sprintf("no free memory: every zone that the request may use is below its minimum (%s: %s free, of which %s are kept for other requests, %s must stay free)%s",
			w.zone(z), sizeText(free), sizeText(kept), sizeText(least), swapText(w.o.Memory))
	}
	return fmt.Sprintf("no free memory: every zone that the request may use is below its minimum (%s: %s free, %s must stay free)%s",
		w.zone(z), sizeText(free), sizeText(least), swapText(w.o.Memory))
}

// lowmem tells that memory was free only in zones that the request may not use.
func (w *shortage) lowmem() bool {
	elsewhere := freeIn(w.other)
	return elsewhere > 2*freeIn(w.usable) && elsewhere > 64<<20
}

func (w *shortage) whyLow() string {
	return fmt.Sprintf("low memory was used up: %s free in %s, while %s were free in %s, which this request may not use",
		sizeText(freeIn(w.usable)), zoneNames(w.usable), sizeText(freeIn(w.other)), zoneNames(w.other))
}

// zone names a zone, with its node when there are several.
func (w *shortage) zone(z record.Zone) string {
	if slices.ContainsFunc(w.o.Zones, func(o record.Zone) bool { return o.Node != z.Node }) {
		return fmt.Sprintf("%s of node %d", z.Name, z.Node)
	}
	return z.Name
}

// whyOpen is for requests that failed although some zone has enough pages.
func (w *shortage) whyOpen(order int64) string {
	open := slices.MaxFunc(w.open, func(a, b record.Zone) int { return int(w.spare(a)>>12) - int(w.spare(b)>>12) })
	switch {
	case order > 0 && !slices.ContainsFunc(w.open, func(z record.Zone) bool { return w.hasBlock(z, order) }):
		return fmt.Sprintf("fragmentation: %s were free in zone %s, but no block of %s in one piece that the request may use",
			sizeText(open.Free.Or(0)), w.zone(open), sizeText(w.page<<order))
	case w.bound() && w.nodes() == "": // up to 2.6.35 no line names them
		return ""
	case w.bound():
		return fmt.Sprintf("the request was bound to NUMA node %s, where %s were free when the dump was printed", w.nodes(), sizeText(open.Free.Or(0)))
	case w.lowmem() && w.spare(open) <= open.High.Or(0):
		return w.whyLow()
	case w.spare(open) <= open.High.Or(0):
		return fmt.Sprintf("hardly any free memory: zone %s stood just above its minimum (%s free, %s must stay free)%s",
			w.zone(open), sizeText(open.Free.Or(0)), sizeText(open.Min.Or(0)+w.reserve(open)), swapText(w.o.Memory))
	}
	if w.o.Constraint == "" {
		return fmt.Sprintf("%s were free in zone %s: this kernel does not say whether the request was bound to other NUMA nodes, by a cpuset or a memory policy",
			sizeText(open.Free.Or(0)), w.zone(open))
	}
	return fmt.Sprintf("the zones show enough free memory (%s in %s): it came back while the kernel decided, or the request failed for another reason",
		sizeText(open.Free.Or(0)), w.zone(open))
}

// hasBlock tells whether a zone has a free block of the order that the request may use. Kernels since 3.8 print
// the migrate types of the blocks; before that the kernel's own arithmetic counts, which asks each order to leave
// half the minimum of the one below (__zone_watermark_ok up to 4.3).
func (w *shortage) hasBlock(z record.Zone, order int64) bool {
	if int64(len(z.Blocks)) <= order {
		return len(z.Blocks) == 0 // not shown: do not claim fragmentation
	}
	typed := slices.ContainsFunc(z.Blocks, func(b record.Block) bool { return b.Types != "" })
	if typed {
		allowed := "UME"
		if w.movable {
			allowed = "UMEC"
		}
		return slices.ContainsFunc(z.Blocks[order:], func(b record.Block) bool { return b.Count > 0 && strings.ContainsAny(b.Types, allowed) })
	}
	free, least := z.Free.Or(0)-w.reserve(z), z.Min.Or(0)
	for o := int64(0); o < order; o++ {
		free -= z.Blocks[o].Count * (w.page << o)
		least >>= 1
		if free <= least {
			return false
		}
	}
	return true
}

// bound tells that the request might use some NUMA nodes only.
func (w *shortage) bound() bool { return w.o.Constraint == "cpuset" || w.o.Constraint == "mempolicy" }

// nodes gives the NUMA nodes that the request was bound to, "" when they are not told.
func (w *shortage) nodes() string {
	if w.o.Constraint == "mempolicy" && w.o.Nodemask != "" {
		return w.o.Nodemask
	}
	return w.o.Mems
}

func freeIn(zones []record.Zone) (sum int64) {
	for _, z := range zones {
		sum += z.Free.Or(0)
	}
	return sum
}

func zoneNames(zones []record.Zone) string {
	var names []string
	for _, z := range zones {
		if !slices.Contains(names, z.Name) {
			names = append(names, z.Name)
		}
	}
	return strings.Join(names, " and ")
}

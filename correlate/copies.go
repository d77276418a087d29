package correlate

import (
	"slices"
	"sort"
	"time"

	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// withoutCopies drops an event that another file holds as well: the same log is often saved in several forms. What a
// copy of a kill tells and the kept one does not is taken over.
func withoutCopies(sights []topology.Sight) []topology.Sight {
	var kept []topology.Sight
	var doubt time.Duration
	alike := map[string][]*ofFile{} // by what a copy shares
	for _, s := range sights {      // placed ones come first
		key := string(s.Kind) + "\x00" + s.Text
		if s.OOM != nil {
			key = string(s.Kind) + "\x00" + s.OOM.Victim.PID.String() + "\x00" + s.OOM.Victim.Comm
		}
		doubt = max(doubt, s.U)
		if i := original(kept, alike[key], s, doubt); i >= 0 {
			if kept[i].OOM != nil {
				fuller := *kept[i].Event
				fuller.OOM = completed(*fuller.OOM, s.OOM)
				kept[i].Event = &fuller
			}
			continue
		}
		j := slices.IndexFunc(alike[key], func(f *ofFile) bool { return f.path == s.From.File })
		if j < 0 {
			j = len(alike[key])
			alike[key] = append(alike[key], &ofFile{path: s.From.File})
		}
		alike[key][j].kept = append(alike[key][j].kept, len(kept))
		kept = append(kept, s)
	}
	return kept
}

// ofFile are the kept sights of one file, by their places among all.
type ofFile struct {
	path string
	kept []int
}

// original gives the place of the first kept sight that another one is a copy of, -1 when there is none. Only those near in time
// are looked at: a log of years says the same tens of thousands of times.
func original(kept []topology.Sight, alike []*ofFile, s topology.Sight, doubt time.Duration) int {
	first := -1
	for _, f := range alike {
		if f.path == s.From.File {
			continue
		}
		from := 0
		if s.Placed {
			earliest := s.T.Add(-sameKill - s.U - doubt)
			from = sort.Search(len(f.kept), func(i int) bool { return !kept[f.kept[i]].T.Before(earliest) })
		}
		for _, i := range f.kept[from:] {
			if first >= 0 && i > first {
				break
			}
			if copies(kept[i], s) {
				first = i
				break
			}
		}
	}
	return first
}

// completed adds to a kill what its copy tells and it does not: a log that lost lines and one that did not.
func completed(o record.OOM, more *record.OOM) *record.OOM {
	if len(more.Tasks) > len(o.Tasks) {
		o.Tasks, o.Memory = more.Tasks, more.Memory
	}
	if o.Constraint == "" {
		o.Constraint = more.Constraint
	}
	if o.OOMMemcg == "" && o.TaskMemcg == "" {
		o.OOMMemcg, o.TaskMemcg = more.OOMMemcg, more.TaskMemcg
	}
	if !o.Memory.RAM.Known() && !o.Memory.MemcgLimit.Known() {
		o.Memory = more.Memory
	}
	if o.Trigger.Comm == "" {
		o.Trigger = more.Trigger
	}
	return &o
}

// sameMoment is how far the stamps of one event may lie apart in two files.
const sameMoment = 2 * time.Second

// sameKill is it for kills: one happens to a pid once, and logs may lag.
const sameKill = time.Minute

// copies tells that two sights of one key are one event read in two files: near in time, or, where a log has no wall
// clock, alike to the last size.
func copies(a, b topology.Sight) bool {
	if a.From.File == b.From.File || a.Host != "" && b.Host != "" && !topology.SameHost(a.Host, b.Host) {
		return false
	}
	near := sameMoment
	if a.OOM != nil {
		if a.OOM.Killer != b.OOM.Killer || differ(a.OOM.Victim.Anon, b.OOM.Victim.Anon) || differ(a.OOM.Victim.TotalVM, b.OOM.Victim.TotalVM) {
			return false // machines cloned from one image give their processes the same pids
		}
		near = sameKill
	}
	if a.Placed && b.Placed {
		return a.T.Sub(b.T).Abs() < near+a.U+b.U
	}
	if a.OOM == nil {
		return true
	}
	v, w := a.OOM.Victim, b.OOM.Victim
	return v.PID.Known() && v.Anon == w.Anon && v.TotalVM == w.TotalVM
}

// differ tells two sizes of which both are known.
func differ(a, b record.Maybe) bool { return a.Known() && b.Known() && a != b }

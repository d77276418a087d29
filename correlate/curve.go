package correlate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// curve is a series with its samples, times as written until the clock has shifted them.
type curve struct {
	*record.Series
	lacks record.Lack
	t, v  []float64 // Unix seconds, ascending once sorted
	line  []int32   // where each sample stands in the series' file; empty when it is joined from several files

	several bool         // joined from several files: its lines are of different ones
	vm      *topology.VM // whom it is about, nil when no VM
	method  string
	step    float64 // median interval in seconds
}

// Sample takes a sample; one without a date cannot be placed and is left to the input's problems.
func (s *Session) Sample(x record.Sample) {
	cv := s.byID[x.Series]
	if cv == nil {
		cv = &curve{Series: x.Series}
		s.byID[x.Series] = cv
		s.curves = append(s.curves, cv)
	}
	cv.lacks |= x.At.Lacks
	s.setAside(x)
	if x.At.Lacks&(record.LacksDate|record.LacksWall) != 0 || math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
		return
	}
	cv.t = append(cv.t, seconds(x.At.Wall))
	cv.v = append(cv.v, x.Value)
	cv.line = append(cv.line, int32(x.Line))
}

// series gives the descriptions of all curves.
func (s *Session) series() []*record.Series {
	out := make([]*record.Series, len(s.curves))
	for i, cv := range s.curves {
		out[i] = cv.Series
	}
	return out
}

// placed shifts the curves onto the clock, joins those that are one series in several files, and finds their VMs.
func (s *Session) placed(ck *clock.Clock, topo *topology.Topology) []*curve {
	joined := map[string]*curve{}
	var out []*curve
	for _, cv := range s.curves {
		shift, _ := ck.Shift(cv.From.File)
		key := cv.String() + "\x00" + cv.Subject + "\x00" + string(cv.Quantity)
		if cv.Subject == "" && len(cv.Labels) == 0 { // "rss_bytes" of one file is another's than that of the next
			key += "\x00" + cv.From.File
		}
		whole := joined[key]
		if whole != nil {
			whole.several = true
		} else {
			whole = &curve{Series: cv.Series, lacks: cv.lacks}
			joined[key] = whole
			out = append(out, whole)
		}
		for i, t := range cv.t {
			at := t - shift.Seconds()
			if s.outside(at) {
				continue
			}
			whole.t, whole.v, whole.line = append(whole.t, at), append(whole.v, cv.v[i]), append(whole.line, cv.line[i])
		}
	}
	for _, cv := range out {
		cv.arrange()
		cv.vm, cv.method = vmOf(topo, cv.Series)
	}
	return out
}

func (s *Session) outside(t float64) bool {
	return !s.opt.Since.IsZero() && t < float64(s.opt.Since.Unix()) || !s.opt.Until.IsZero() && t > float64(s.opt.Until.Unix())
}

// arrange sorts the samples by time and keeps the first of those that carry one time.
func (cv *curve) arrange() {
	if len(cv.line) != len(cv.t) { // its samples have no lines of their own
		cv.line = make([]int32, len(cv.t))
	}
	if !slices.IsSorted(cv.t) {
		order := make([]int, len(cv.t))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cv.t[a], cv.t[b]) })
		t, v, line := make([]float64, len(order)), make([]float64, len(order)), make([]int32, len(order))
		for i, o := range order {
			t[i], v[i], line[i] = cv.t[o], cv.v[o], cv.line[o]
		}
		cv.t, cv.v, cv.line = t, v, line
	}
	n := 0
	for i := range cv.t {
		if n == 0 || cv.t[i] != cv.t[n-1] {
			cv.t[n], cv.v[n], cv.line[n] = cv.t[i], cv.v[i], cv.line[i]
			n++
		}
	}
	cv.t, cv.v, cv.line = cv.t[:n], cv.v[:n], cv.line[:n]
	cv.step = medianStep(cv.t)
}

func medianStep(t []float64) float64 {
	if len(t) < 2 {
		return 0
	}
	d := make([]float64, len(t)-1)
	for i := range d {
		d[i] = t[i+1] - t[i]
	}
	slices.Sort(d)
	return d[len(d)/2]
}

// at gives the last value at or before t, not older than maxAge seconds.
func (cv *curve) at(t, maxAge float64) (float64, bool) {
	i, found := slices.BinarySearch(cv.t, t)
	if !found {
		i--
	}
	if i < 0 || t-cv.t[i] > maxAge {
		return 0, false
	}
	return cv.v[i], true
}

// last gives the time of the last sample.
func (cv *curve) last() float64 {
	if len(cv.t) == 0 {
		return math.NaN()
	}
	return cv.t[len(cv.t)-1]
}

func (cv *curve) source() verdict.Source { return verdict.Source(cv.From) }

// sourceAt gives the line of the last sample at or before t.
func (cv *curve) sourceAt(t float64) verdict.Source {
	i, found := slices.BinarySearch(cv.t, t)
	if !found {
		i--
	}
	if i < 0 || cv.several || cv.line[i] == 0 {
		return cv.source()
	}
	return verdict.Source{File: cv.From.File, Line: int(cv.line[i])}
}

// vmOf finds the VM that a series is about, by its subject, the labels that name VMs, or its heading.
func vmOf(topo *topology.Topology, s *record.Series) (*topology.VM, string) {
	for _, name := range []string{s.Subject, s.Label("domain"), s.Label("vm"), s.Label("node"), s.Name} {
		if vm, method := topo.VM(name); vm != nil {
			return vm, method
		}
	}
	if s.Subject == "" && memoryRank(s.Quantity) > 0 {
		if vm := topo.VMOfFile(s.From.File); vm != nil {
			return vm, "by its file's name"
		}
	}
	return nil, ""
}

// memoryRank orders the quantities that tell what a VM costs its host: resident memory first; the balloon is only
// what it may have and says nothing.
func memoryRank(q record.Quantity) int {
	switch q {
	case record.RSS:
		return 3
	case record.MemoryUsed:
		return 2
	case record.GuestUsed:
		return 1
	}
	return 0
}

// vmMemory gives the curve that tells best what each VM held.
func vmMemory(curves []*curve) map[*topology.VM]*curve {
	best := map[*topology.VM]*curve{}
	for _, cv := range curves {
		if cv.vm == nil || len(cv.t) == 0 || memoryRank(cv.Quantity) == 0 {
			continue
		}
		if b := best[cv.vm]; b == nil || memoryRank(cv.Quantity) > memoryRank(b.Quantity) {
			best[cv.vm] = cv
		}
	}
	return best
}

// hostCurve gives the longest curve of a host quantity; a guest's own exporter, whose subject is a VM, is not it.
func hostCurve(curves []*curve, q record.Quantity) *curve {
	var best *curve
	for _, cv := range curves {
		if cv.Quantity == q && cv.vm == nil && len(cv.t) > 0 && (best == nil || len(cv.t) > len(best.t)) {
			best = cv
		}
	}
	return best
}

// endMarks gives the ends of VM curves that stop while others go on: somebody may have died there.
func (s *Session) endMarks(topo *topology.Topology) []clock.Mark {
	latest := map[string]float64{} // by file: the export's own end is nobody's death
	for _, cv := range s.curves {
		if n := len(cv.t); n > 0 {
			latest[cv.From.File] = max(latest[cv.From.File], slices.Max(cv.t))
		}
	}
	var marks []clock.Mark
	for _, cv := range s.curves {
		vm, _ := vmOf(topo, cv.Series)
		step := medianStep(cv.t)
		if vm == nil || len(cv.t) < 3 || memoryRank(cv.Quantity) == 0 {
			continue
		}
		end := slices.Max(cv.t)
		if end > latest[cv.From.File]-3*step {
			continue
		}
		half := time.Duration(step / 2 * float64(time.Second))
		marks = append(marks, clock.Mark{
			Path: cv.From.File, At: unix(end).Add(half), U: half, Subject: vm.Name,
			What: verdict.Say("the end of %v's memory curve in %v", verdict.Name(vm.Name), verdict.Name(cv.From.File)),
		})
	}
	return marks
}

// steadiness asks since when a curve was flat before t.
func (cv *curve) flatBefore(t float64) time.Time {
	i, _ := slices.BinarySearch(cv.t, t)
	if i < 10 {
		return time.Time{}
	}
	quiet := new(change.Detector).Steady(change.Series{T: cv.t[:i], V: cv.v[:i]})
	if math.IsNaN(quiet.FlatSince) {
		return time.Time{}
	}
	return unix(quiet.FlatSince)
}

// unix gives the instant of float seconds since 1970.
func unix(t float64) time.Time {
	whole := math.Floor(t)
	return time.Unix(int64(whole), int64((t-whole)*1e9)).UTC()
}

func seconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

package correlate

import (
	"cmp"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Options steer an analysis.
type Options struct {
	Zone         *time.Location // --tz; nil: infer
	Year         int            // --year; 0: infer
	Since, Until time.Time      // events and samples outside are left out; zero: no limit
	Target       float64        // business volume that the run had to reach; 0: none
	Title        string
	Begin        []clock.Beginning // when the clocks of files began that tell no day
	Tool         verdict.Tool
	Hypotheses   []cause.Hypothesis
	// Rejoin reads what ends one file of a rotated log and begins the next as one message; nothing when they are not. Nil: never.
	Rejoin func(before, after []record.Line) []record.Event
}

// Session collects the records of one run.
type Session struct {
	opt      Options
	events   []record.Event
	curves   []*curve
	byID     map[*record.Series]*curve
	loose    map[*record.Series]*curve // samples that no clock can place, for Changes
	loads    []*record.Load
	facts    []record.Fact
	problems []record.Problem
	inputs   []record.Input
	anchors  []record.Anchor
	counted  map[string]int // events by file
}

// NewSession gives an empty session.
func NewSession(opt Options) *Session {
	return &Session{opt: opt, byID: map[*record.Series]*curve{}, counted: map[string]int{}}
}

// Line drops a log line: what it meant has come as an event.
func (s *Session) Line(record.Line) {}

// Event takes an event.
func (s *Session) Event(e record.Event) {
	s.events = append(s.events, e)
	s.counted[e.From.File]++
}

// Load takes a load tool's fold.
func (s *Session) Load(l *record.Load) { s.loads = append(s.loads, l) }

// Fact takes a fact.
func (s *Session) Fact(f record.Fact) { s.facts = append(s.facts, f) }

// Anchor takes a double stamp.
func (s *Session) Anchor(a record.Anchor) { s.anchors = append(s.anchors, a) }

// Problem takes a problem.
func (s *Session) Problem(p record.Problem) { s.problems = append(s.problems, p) }

// Input takes an input's summary.
func (s *Session) Input(in record.Input) {
	in.Events = s.counted[in.Path]
	s.inputs = append(s.inputs, in)
}

// Read tells whether anything at all could be read.
func (s *Session) Read() bool {
	return slices.ContainsFunc(s.inputs, func(in record.Input) bool { return in.Format != "" })
}

// ReadAs tells whether an input was read as a format.
func (s *Session) ReadAs(format string) bool {
	return slices.ContainsFunc(s.inputs, func(in record.Input) bool { return in.Format == format })
}

// Problems gives what could not be used, in the order of reading.
func (s *Session) Problems() []record.Problem { return s.problems }

// Report concludes.
func (s *Session) Report() *verdict.Report {
	s.sort()
	s.rejoin()
	s.nameHosts()
	ck := s.setClock()
	topo := topology.Build(s.facts, s.ofRun(ck), s.series())
	flow := s.throughput()
	s.matchClock(ck, topo, flow)

	sights := s.sights(ck)
	flow.place(ck)
	c := &course{s: s, clock: ck, topo: topo, sights: sights, flow: flow}
	c.curves = s.placed(ck, topo)
	c.memory = c.weighMemory()
	if c.skew() {
		c.sights = s.sights(ck)
		c.curves = s.placed(ck, topo)
	}
	return c.report()
}

// ofRun gives the events of logs that may be of the run's time: others, copied along, tell nothing of its host and VMs.
func (s *Session) ofRun(ck *clock.Clock) []record.Event {
	within := map[string]bool{}
	for _, in := range s.inputs {
		within[in.Path] = ck.OfRun(in.Path)
	}
	out := make([]record.Event, 0, len(s.events))
	for _, e := range s.events {
		if within[e.From.File] {
			out = append(out, e)
		}
	}
	return out
}

// byPlace compares where two records stand.
func byPlace(a, b record.Origin) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}

// sort puts everything in an order of its own, so that the order of the inputs does not show in the report.
func (s *Session) sort() {
	slices.SortStableFunc(s.facts, func(a, b record.Fact) int { return byPlace(a.From, b.From) })
	slices.SortStableFunc(s.events, func(a, b record.Event) int { return byPlace(a.From, b.From) })
	slices.SortStableFunc(s.anchors, func(a, b record.Anchor) int { return byPlace(a.From, b.From) })
	slices.SortStableFunc(s.problems, func(a, b record.Problem) int { return byPlace(a.From, b.From) })
	slices.SortStableFunc(s.inputs, func(a, b record.Input) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortStableFunc(s.loads, func(a, b *record.Load) int { return byPlace(a.From, b.From) })
	slices.SortStableFunc(s.curves, func(a, b *curve) int {
		return cmp.Or(byPlace(a.From, b.From), cmp.Compare(a.String(), b.String()))
	})
}

// setClock shows the clock every stamp and lets it settle what needs no matching.
func (s *Session) setClock() *clock.Clock {
	ck := clock.New(clock.Options{Zone: s.opt.Zone, Place: clock.Place(s.facts), Year: s.opt.Year, Begin: s.opt.Begin})
	for _, in := range s.inputs {
		ck.Input(in)
	}
	for _, e := range s.events {
		ck.Saw(e.From, e.At)
	}
	for _, cv := range s.curves {
		cv.show(ck)
	}
	for _, a := range s.anchors {
		ck.Anchor(a)
	}
	for _, a := range s.twins() {
		ck.Twin(a)
	}
	s.paces(ck)
	ck.Settle()
	s.ground(ck)
	s.inYears(ck)
	return ck
}

// matchClock lays events over changes of the curves: where zone or year are still open, and where a lent zone takes an
// export out of the run.
func (s *Session) matchClock(ck *clock.Clock, topo *topology.Topology, flow *flow) {
	events, marks := s.happenings(ck, topo), append(flow.marks(), s.endMarks(topo)...)
	ck.Match(events, marks)
	ck.Recheck(events, marks)
}

// happenings gives the events that should show in the curves, or in other logs.
func (s *Session) happenings(ck *clock.Clock, topo *topology.Topology) []clock.Happening {
	var events []clock.Happening
	sights := s.sights(ck)
	starts := quota{}
	for _, x := range slices.Backward(sights.All) { // the newest starts are those of the run
		h := clock.Happening{From: x.From, Stamp: x.At, Subject: x.Get(record.AttrVM), What: verdict.Say("the end of a VM")}
		switch x.Kind {
		case record.OOMKill:
			h.What = verdict.Say("the kill")
			n, ok := topo.Name(x, sights)
			if ok {
				h.Subject = n.VM.Name
			}
			h.Aside = !ok && x.OOM != nil && x.OOM.Constraint == "memcg"
		case record.VMKilled, record.VMCrashed, record.VMStopped:
			h.Subject, h.Orderly = "", x.Kind == record.VMStopped
			if vm, _ := topo.Told(x.Event); vm != nil {
				h.Subject, h.What = vm.Name, verdict.Say("the end of %v", verdict.Name(vm.Name))
			}
		case record.VMStarted:
			vm, _ := topo.Told(x.Event)
			if vm == nil || x.Get(record.AttrReason) == "resumed" || !starts.take(x.From.File, vm) {
				continue
			}
			h.Subject, h.What, h.Start = vm.Name, verdict.Say("the start of %v", verdict.Name(vm.Name)), true
		case record.HostBoot:
			h.What, h.Before = verdict.Say("the host's start"), bootTime
		default:
			continue
		}
		events = append(events, h)
	}
	return events
}

// quota counts what was taken of each VM's starts from a file. Archives tell of hundreds, and each would be laid over each.
type quota map[string]int

func (q quota) take(file string, vm *topology.VM) bool {
	q[file+"\x00"+vm.Name]++
	return q[file+"\x00"+vm.Name] <= mostStarts
}

const mostStarts = 8

// sights places the events on the clock, in time order; what cannot be placed comes last.
func (s *Session) sights(ck *clock.Clock) *topology.Sights {
	var out []topology.Sight
	for i := range s.events {
		e := &s.events[i]
		m, ok := ck.Place(e.From, e.At)
		if ok && (!s.opt.Since.IsZero() && m.T.Before(s.opt.Since) || !s.opt.Until.IsZero() && m.T.After(s.opt.Until)) {
			continue
		}
		out = append(out, topology.Sight{Event: e, Moment: m, Placed: ok})
	}
	slices.SortStableFunc(out, topology.ByTime)
	return topology.NewSights(withoutCopies(out))
}

package reports

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// drawing is a chart without a size: curves on one time axis with the moments that matter. A format draws it with
// what it has (blocks of text, SVG paths).
type drawing struct {
	from, to int64 // Unix milliseconds
	panels   []panel
	every    []panel // all curves of the chart, for formats that can show so many
	marks    []mark
	bands    []band
	moments  []moment
	face     clockface
	notes    []string // what a reader must know about the picture
	heads    [2]string
	voice    voice
}

// panel is one curve with its scale. Curves of one unit that are to be compared share a scale.
type panel struct {
	label  string
	role   string
	tone   tone
	unit   record.Unit
	t      []int64
	v      []float64
	bottom float64
	top    float64
	group  bool // a new group begins: room above it
}

// mark is a moment: a kill, or the onset of what was felt.
type mark struct {
	at    int64
	label string
}

// band is the time that an incident was felt.
type band struct{ from, to int64 }

// moment is a line of a timeline on the chart's time axis, with what the log says of it.
type moment struct {
	at                    int64
	text, excerpt, source string
	tone                  tone
}

// How many curves a chart shows; those of the parties first, then the ones that moved most.
const maxPanels = 16

// chart draws throughput, errors and memory on one axis.
func (c composer) chart() section {
	s := section{title: c.word("Throughput and memory")}
	d := drawing{face: c.clockface, heads: [2]string{c.word("range"), c.word("last")}, voice: c.voice}
	curves := c.drawn()
	every := c.every()
	if len(curves) == 0 {
		return s
	}
	d.from, d.to = span(curves)
	if d.to <= d.from {
		return s
	}
	more := max(len(curves)-maxPanels, 0)
	curves = curves[:len(curves)-more]
	if !hasRole(curves, "throughput") {
		s.title = c.word("Memory")
	} else if rank(curves[len(curves)-1].Role) < rank("host") {
		s.title = c.word("Throughput")
	}
	s.title = c.sayf("%v, %v", s.title, c.around(time.UnixMilli(d.from), time.UnixMilli(d.to)))
	d.panels, d.every = c.panels(curves), c.panels(every)
	d.marks, d.bands, d.moments = c.marks(d.from, d.to), c.bands(d.from, d.to), c.moments()
	if more > 0 {
		d.notes = append(d.notes, c.sayf("%v not drawn: the ones that moved least", c.counted(more, "more curve", "more curves")))
	}
	s.blocks = []block{d}
	return s
}

// rank orders the groups of a chart from top to bottom; a curve of no group is not drawn.
func rank(role string) int {
	switch role {
	case "throughput":
		return 1
	case "errors":
		return 2
	case "latency":
		return 3
	case "host", hostAvailable, hostUsed:
		return 4
	case "vm":
		return 5
	}
	return 0
}

// What a host's curve shows.
const (
	hostAvailable = string(record.HostAvailable)
	hostUsed      = string(record.HostUsed)
)

// maxOfRole is how many curves of one role are drawn, VMs apart.
const maxOfRole = 3

// drawn gives the curves worth drawing, in the order of the chart; when they are too many, those that are drawn
// come first.
func (c composer) drawn() []*verdict.Curve {
	var out []*verdict.Curve
	count := map[string]int{}
	for i := range c.r.Curves {
		k := &c.r.Curves[i]
		if !drawable(k) {
			continue
		}
		if count[k.Role]++; k.Role == "vm" || count[k.Role] <= maxOfRole {
			out = append(out, k)
		}
	}
	if count[hostAvailable] > 0 { // what is used says the same again
		out = slices.DeleteFunc(out, func(k *verdict.Curve) bool { return k.Role == hostUsed })
	}
	if len(out) > maxPanels {
		moved := map[*verdict.Curve]float64{}
		for _, k := range out {
			moved[k] = c.interest(k)
		}
		sort.SliceStable(out, func(i, j int) bool { return moved[out[i]] > moved[out[j]] })
	}
	shown := out[:min(len(out), maxPanels)]
	sort.SliceStable(shown, func(i, j int) bool { return rank(shown[i].Role) < rank(shown[j].Role) })
	return out
}

// every gives all curves that have a place in a chart, in its order.
func (c composer) every() []*verdict.Curve {
	var out []*verdict.Curve
	for i := range c.r.Curves {
		if k := &c.r.Curves[i]; drawable(k) {
			out = append(out, k)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return rank(out[i].Role) < rank(out[j].Role) })
	return out
}

func drawable(k *verdict.Curve) bool {
	return rank(k.Role) > 0 && len(k.T) >= 2 && len(k.T) == len(k.V) && anyNumber(k.V)
}

// interest tells how much a curve matters: the run's own curves and the parties' above all, then how far it moved.
func (c composer) interest(k *verdict.Curve) float64 {
	if rank(k.Role) < rank("vm") || c.part(k) != neutral {
		return math.Inf(1)
	}
	low, high := extent(k.V)
	return high - low
}

// part tells the curve's part in the incident: bad for the victim, doubtful for an aggressor.
func (c composer) part(k *verdict.Curve) tone {
	in := c.worst
	if in == nil || k.Role != "vm" {
		return neutral
	}
	for _, a := range in.Aggressors {
		if a.Name != "" && (a.Name == k.Subject || a.Name == k.Name) {
			return doubtful
		}
	}
	if v := in.Victim; v != nil && v.Name != "" && (v.Name == k.Subject || v.Name == k.Name) {
		return bad
	}
	return neutral
}

// panels gives each curve its scale: throughput and errors their own, all VMs one, so that they can be compared.
func (c composer) panels(curves []*verdict.Curve) []panel {
	top, count := map[string]float64{}, map[string]int{}
	for _, k := range curves {
		_, high := extent(k.V)
		top[k.Role] = max(top[k.Role], high)
		count[k.Role]++
	}
	var out []panel
	group := 0
	for _, k := range curves {
		p := panel{label: c.curveName(k, count[k.Role]), role: k.Role, tone: c.part(k), unit: k.Unit, t: k.T, v: k.V, group: rank(k.Role) != group}
		group = rank(k.Role)
		low, high := extent(k.V)
		p.bottom, p.top = min(low, 0), high
		if k.Role == "vm" {
			p.top = top[k.Role]
		}
		out = append(out, p)
	}
	return out
}

// curveName gives what stands beside a curve: what it is when it is the only one of its role, else its own name.
func (c composer) curveName(k *verdict.Curve, ofRole int) string {
	switch {
	case k.Role == "vm" && k.Subject != "":
		return c.name(k.Subject)
	case k.Role != "vm" && ofRole == 1:
		return c.word(strings.ReplaceAll(k.Role, "-", " "))
	case k.Name == "":
		return c.name(k.Role)
	}
	return c.name(k.Name)
}

// marks gives the moments of the incidents that lie on the axis.
func (c composer) marks(from, to int64) []mark {
	var out []mark
	for _, in := range c.r.Incidents {
		at := in.At.UnixMilli()
		if in.At.IsZero() || at < from || at > to {
			continue
		}
		label := c.clock(in.At)
		switch {
		case in.Victim != nil && in.Victim.Name != "":
			label += " " + c.fate(in, c.name(in.Victim.Name))
		case in.Throughput != nil:
			label += " " + c.word("throughput falls")
		case in.Cause != "":
			label += " " + c.causeName(in.Cause)
		}
		out = append(out, mark{at, label})
	}
	return out
}

// fate says what became of the victim.
func (c composer) fate(in verdict.Incident, victim string) string {
	switch {
	case in.Cause == verdict.VMCrash:
		return c.sayf("%v crashed", verdict.Name(victim))
	case in.Cause == verdict.VMStopped:
		return c.sayf("%v stopped", verdict.Name(victim))
	case in.Cause == verdict.HostReboot:
		return c.sayf("%v went down", verdict.Name(victim))
	case in.Cause == verdict.Unexplained && in.Victim.Killer == "":
		return c.sayf("%v gone", verdict.Name(victim))
	}
	return c.sayf("%v killed", verdict.Name(victim))
}

// span gives the time that a chart covers: that of the throughput with a fifth of it on both sides, as far as there
// are curves; all curves when there is no throughput.
func span(curves []*verdict.Curve) (from, to int64) {
	reach := func(want func(*verdict.Curve) bool) (from, to int64) {
		from, to = math.MaxInt64, math.MinInt64
		for _, k := range curves {
			if want(k) {
				from, to = min(from, k.T[0]), max(to, k.T[len(k.T)-1])
			}
		}
		return from, to
	}
	from, to = reach(func(*verdict.Curve) bool { return true })
	first, last := reach(func(k *verdict.Curve) bool { return k.Role == "throughput" })
	if first < last {
		margin := (last - first) / 5
		from, to = max(from, first-margin), min(to, last+margin)
	}
	return from, to
}

func hasRole(curves []*verdict.Curve, role string) bool {
	for _, k := range curves {
		if k.Role == role {
			return true
		}
	}
	return false
}

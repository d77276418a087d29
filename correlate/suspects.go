package correlate

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Suspects ranks every series by how strongly and how soon it changed around a moment; the stretch after it that is
// looked at is given, the normal state is taken from four times as much before.
//
// The score joins three views, because each alone misleads: the shift against the series' own noise (a robust z, whose
// scale is never below a twentieth of the level), the growth relative to the level, and the share of all that there is
// of the kind - memory of all series, processor time of all series - that the change makes up. What only began after
// the moment counts less. Where a process takes memory, the work of taking it shows as processor time, a thousandfold
// of idle: memory growth that others would feel therefore goes before the processor time of the same entity.
//
// Sources: the robust shift and its limits were measured on the cases of RCD's Sock Shop (Ikram et al., NeurIPS 2022; RCAEval,
// arXiv 2412.17015); four times the window as baseline is Netdata's (Metric Correlations).
func (s *Session) Suspects(at time.Time, window time.Duration) []verdict.Suspect {
	ck := s.axis()
	var curves []*curve
	files := map[string]reach{}
	for _, cv := range s.all(ck) {
		if cv.lacks&ownTime == 0 && len(cv.t) > 0 {
			curves = append(curves, cv)
			r, seen := files[cv.From.File]
			if !seen {
				r.first = cv.t[0]
			}
			files[cv.From.File] = reach{min(r.first, cv.t[0]), max(r.last, cv.last())}
		}
	}
	seen := make([]*shifted, len(curves))
	sideBySide(len(curves), func(d *change.Detector, i int) {
		seen[i] = shiftOf(d, curves[i], files[curves[i].From.File], seconds(at), window.Seconds())
	})
	seen = slices.DeleteFunc(seen, func(x *shifted) bool { return x == nil })
	weigh(seen)
	explain(seen)
	slices.SortStableFunc(seen, func(a, b *shifted) int {
		return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(a.cv.String(), b.cv.String()), cmp.Compare(a.cv.From.File, b.cv.From.File))
	})
	out := make([]verdict.Suspect, len(seen))
	for i, x := range seen {
		out[i] = verdict.Suspect{
			Rank: i + 1, Name: x.cv.Name, Labels: x.cv.Labels, Unit: x.cv.Unit, Source: verdict.Source{File: x.cv.From.File},
			Entity: entityOf(x.cv.Series), Score: x.score, Before: x.before, After: x.after, Note: x.note,
		}
		if x.score > 0 {
			out[i].ChangeAt = unix(x.at).In(ck.Location())
		}
	}
	return out
}

// weigh gives each series its score against all of its kind.
func weigh(all []*shifted) {
	pool, count := map[string]float64{}, map[string]float64{}
	for _, x := range all {
		if kind := additive(x.cv.Series); kind != "" {
			pool[kind] += max(known(x.before), known(x.after))
			count[kind]++
		}
	}
	for _, x := range all {
		kind := additive(x.cv.Series)
		level, change := known(x.before), math.Abs(x.after-x.before)
		if math.IsNaN(change) { // it began or ended here
			change = max(level, known(x.after))
		}
		weight := .5
		if kind != "" && pool[kind] > 0 {
			x.share = change / pool[kind]
			weight = x.share / (x.share + .02)
			level = max(level, .02*pool[kind]/count[kind]) // a thousandfold of next to nothing is little
		}
		if level == 0 {
			level = change / 20
		}
		if change == 0 {
			continue
		}
		z, grown := change/max(x.spread, level/20), change/level
		x.score = math.Log1p(z) * math.Sqrt(math.Log1p(grown)) * weight / (1 + x.late)
		switch {
		case math.IsNaN(x.after):
			x.score /= effect
		case shows(x.cv.Series):
			x.score /= effect
			x.note = verdict.Say("what was felt, not what did it")
		}
	}
}

// known gives the size of a level, 0 for one that is not known.
func known(level float64) float64 {
	if math.IsNaN(level) {
		return 0
	}
	return math.Abs(level)
}

// additive names the kind of series that add up to something of which there is only so much; "" for others.
func additive(s *record.Series) string {
	switch {
	case felt(s.Quantity), s.Quantity == record.HostTotal, s.Quantity == record.HostSwapTotal, s.Quantity == record.Limit, s.Quantity == record.Balloon:
		return ""
	case s.Unit == record.Bytes:
		return "bytes"
	case s.Quantity == record.CPU:
		return "cpu"
	}
	return ""
}

// feltWords are words in the name of a series that tell the same of one whose quantity its source leaves open.
var feltWords = []string{"lat", "latency", "rtt", "err", "error", "errors", "duration"}

// shows tells that a series shows the trouble: by its quantity, or by its name.
func shows(s *record.Series) bool {
	if s.Quantity != "" {
		return felt(s.Quantity)
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(s.Name), func(r rune) bool { return r < 'a' || r > 'z' }), func(word string) bool {
		return slices.Contains(feltWords, word)
	})
}

// effect is how much less an effect counts than what may be a cause.
const effect = 32

// felt tells quantities that show the trouble and do not make it: of the load, and the host's own account of memory, which
// only sums up what others did.
func felt(q record.Quantity) bool {
	switch q {
	case record.Throughput, record.Requests, record.Errors, record.Latency, record.InFlight, record.Pressure, record.OOMKills,
		record.HostAvailable, record.HostFree, record.HostUsed, record.HostCached, record.HostSwapUsed, record.HostSwapFree:
		return true
	}
	return false
}

// What growth of memory others would feel: this many bytes, this share of all memory seen, this many of its own spreads.
const (
	feltBytes = 64 << 20
	feltShare = .02
	feltZ     = 5
)

// explain puts memory that an entity took before the processor time that taking it cost.
func explain(all []*shifted) {
	grown := map[string]*shifted{}
	for _, x := range all {
		by := x.after - x.before
		if x.cv.Unit != record.Bytes || additive(x.cv.Series) == "" || !(by >= feltBytes) || x.share < feltShare || by < feltZ*x.spread {
			continue
		}
		if who := entityOf(x.cv.Series); who != "" && (grown[who] == nil || x.score > grown[who].score) {
			grown[who] = x
		}
	}
	for _, x := range all {
		m := grown[entityOf(x.cv.Series)]
		if m == nil || x.cv.Quantity != record.CPU || x.after <= x.before || x.score <= m.score {
			continue
		}
		m.score, x.score = x.score, .9*x.score
		m.note = verdict.Say("its growth explains the processor time of the same entity")
		x.note = verdict.Say("the work of taking %v of memory", verdict.Bytes(m.after-m.before))
	}
}

// entityLabels are the labels that say whom a series is about, the narrowest first.
var entityLabels = []string{"container", "pod", "domain", "vm", "service", "app", "name", "groupname", "process", "comm"}

// entityOf gives whom the series is about; "" when nothing tells.
func entityOf(s *record.Series) string {
	if s.Subject != "" {
		return s.Subject
	}
	for _, key := range entityLabels {
		if v := s.Label(key); v != "" {
			return v
		}
	}
	if s.Quantity == record.CPU || s.Unit == record.Bytes {
		if i := strings.LastIndexAny(s.Name, "_. "); i > 0 {
			return s.Name[:i]
		}
	}
	return ""
}

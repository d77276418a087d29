package reports

import (
	"math"
	"strconv"
	"strings"

	"oomortem/correlate/verdict"
)

// impact adds what the run felt and what it cost.
func (c composer) impact(f *facts) {
	if c.worst != nil && c.worst.Throughput != nil {
		f.add(c.word("Throughput"), c.felt(c.worst.Throughput), neutral)
		f.add(c.word("Requests"), c.requests(c.worst.Throughput), neutral)
		if t := c.worst.Throughput; t.Lost != nil && *t.Lost > 0 {
			f.add(c.word("Lost"), c.lost(t), neutral)
		}
	}
	l := c.r.Load
	if l == nil {
		return
	}
	f.add(c.word("Work done"), c.achieved(l), c.reached(l))
	f.add(c.word("Load"), c.load(l), neutral)
	f.add(c.word("Counting"), c.counting(l), neutral)
}

// counting says what was counted and how.
func (c composer) counting(l *verdict.Load) string {
	var all []string
	if len(l.Files) > 0 {
		all = append(all, c.sayf("%v files added up: %v", len(l.Files), verdict.Name(strings.Join(l.Files, ", "))))
	}
	if len(l.OtherRuns) > 0 {
		all = append(all, c.sayf("other runs of the load tool, not counted: %v", verdict.Name(strings.Join(l.OtherRuns, ", "))))
	}
	if l.Choice.Format != "" {
		all = append(all, c.say(l.Choice))
	}
	if len(l.Uncounted) > 0 {
		all = append(all, c.sayf("not counted, as it may hold the same requests: %v", verdict.Name(strings.Join(l.Uncounted, ", "))))
	}
	if l.Note.Format != "" {
		all = append(all, c.say(l.Note))
	}
	return strings.Join(all, "; ")
}

func (c composer) felt(t *verdict.Throughput) string {
	said := c.sayf("%v, then %v", verdict.Rate(t.Before), verdict.Rate(t.During))
	if !t.Onset.IsZero() {
		said = c.sayf("%v, then %v from %v on", verdict.Rate(t.Before), verdict.Rate(t.During), c.clock(t.Onset)+c.give(t.Uncertainty))
	}
	if t.Onset.IsZero() && t.Into > 0 {
		said = c.sayf("%v, then %v, %v into the load", verdict.Rate(t.Before), verdict.Rate(t.During), c.amount(verdict.Span(t.Into))+c.give(t.Uncertainty))
	}
	switch {
	case !t.Recovered:
		said += c.word("; ") + c.word("it never recovered")
	case !t.RecoveredAt.IsZero() && !t.Onset.IsZero():
		said += c.word("; ") + c.sayf("recovered at %v, after %v", c.clock(t.RecoveredAt), verdict.Span(t.RecoveredAt.Sub(t.Onset)))
	default:
		said += c.word("; ") + c.word("it recovered")
	}
	return said
}

// lost tells what was not done, and that it was asked for, unless the tool is known to have asked nothing, or nothing tells: no
// request of its file lies in that time.
func (c composer) lost(t *verdict.Throughput) string {
	if r := t.Requests; r != nil && (r.Manner == verdict.Silent || r.Manner == verdict.Ended || r.Manner == "" && t.During == 0 && r.During.Or(1) == 0) {
		return c.sayf("about %v transactions", c.volume(*t.Lost))
	}
	return c.sayf("about %v transactions, while the load tool went on asking", c.volume(*t.Lost))
}

// requests says what became of those in flight.
func (c composer) requests(t *verdict.Throughput) string {
	if t.Requests == nil {
		return ""
	}
	return c.say(t.Requests.Text)
}

func (c composer) achieved(l *verdict.Load) string {
	switch {
	case l.Achieved <= 0 && l.Target <= 0:
		return ""
	case l.Target <= 0:
		return c.sayf("%v transactions", c.volume(l.Achieved))
	}
	said := c.sayf("%v of %v (%v)", c.volume(l.Achieved), c.volume(l.Target), verdict.Share(l.Achieved/l.Target))
	if l.TargetMet == nil {
		return said
	}
	if *l.TargetMet {
		return said + c.word(", ") + c.word("target met")
	}
	if short := l.Target - l.Achieved; short > 0 {
		return said + c.word(", ") + c.sayf("target missed by %v", c.volume(short))
	}
	return said + c.word(", ") + c.word("target missed")
}

func (c composer) reached(l *verdict.Load) tone {
	if l.TargetMet == nil {
		return neutral
	}
	if *l.TargetMet {
		return good
	}
	return bad
}

// load gives "jmeter: 29.9 million requests in 5 h 06 min, steady 1,779/s, peak 1,802/s, 2.1 % failed".
func (c composer) load(l *verdict.Load) string {
	var parts []string
	if l.Samples > 0 && l.Duration > 0 {
		parts = append(parts, c.sayf("%v in %v", c.counted(int(l.Samples), "sample", "samples"), verdict.Span(l.Duration)))
	} else if l.Samples > 0 {
		parts = append(parts, c.counted(int(l.Samples), "sample", "samples"))
	} else if l.Duration > 0 {
		parts = append(parts, c.amount(verdict.Span(l.Duration)))
	}
	if l.Mean > 0 {
		parts = append(parts, c.sayf("mean %v", verdict.Rate(l.Mean)))
	}
	if l.Steady > 0 {
		parts = append(parts, c.sayf("steady %v", verdict.Rate(l.Steady)))
	}
	if l.Peak > 0 {
		parts = append(parts, c.sayf("peak %v", verdict.Rate(l.Peak)))
	}
	if l.Errors != nil {
		parts = append(parts, c.sayf("%v failed", verdict.Count(*l.Errors)))
	}
	if p := l.Latency; p != nil {
		parts = append(parts, c.sayf("latency %v ms", c.percentiles(p)))
	}
	said := strings.Join(parts, c.word(", "))
	if l.Tool != "" {
		said = strings.TrimSuffix(c.name(l.Tool)+c.word(": ")+said, c.word(": "))
	}
	return said
}

// percentiles gives "p50 5.62, p99 87.8", of those that are known.
func (c composer) percentiles(p *verdict.Latency) string {
	var all []string
	for _, m := range []struct {
		name string
		ms   float64
	}{{"p50", p.P50}, {"p95", p.P95}, {"p99", p.P99}} {
		if !math.IsNaN(m.ms) {
			all = append(all, m.name+" "+digits3(m.ms))
		}
	}
	return strings.Join(all, c.word(", "))
}

// digits3 gives a number with three significant digits.
func digits3(f float64) string {
	if f >= 100 || f <= -100 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 3, 64)
}

// volume gives "29.39 million", and round millions without decimals: "50 million".
func (c composer) volume(n float64) string {
	return strings.Replace(c.amount(verdict.Count(n)), ".00 million", " million", 1)
}

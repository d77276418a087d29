package reports

import (
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// impact adds what the run felt and what it cost.
func (c composer) impact(f *facts) {
	if c.worst != nil && c.worst.Throughput != nil {
		f.add(c.word("Throughput"), c.felt(c.worst.Throughput), neutral)
		if t := c.worst.Throughput; t.Lost > 0 {
			f.add(c.word("Lost"), c.sayf("about %v transactions, while the load tool went on asking", volume(t.Lost)), neutral)
		}
	}
	l := c.r.Load
	if l == nil {
		return
	}
	f.add(c.word("Work done"), c.achieved(l), c.reached(l))
	f.add(c.word("Load"), c.load(l), neutral)
	f.add(c.word("Counting"), c.say(l.Note), neutral)
}

func (c composer) felt(t *verdict.Throughput) string {
	said := c.sayf("%v, then %v", verdict.Rate(t.Before), verdict.Rate(t.During))
	if !t.Onset.IsZero() {
		said = c.sayf("%v, then %v from %v on", verdict.Rate(t.Before), verdict.Rate(t.During), c.clock(t.Onset)+give(t.Uncertainty))
	}
	switch {
	case !t.Recovered:
		said += "; " + c.word("it never recovered")
	case !t.RecoveredAt.IsZero() && !t.Onset.IsZero():
		said += "; " + c.sayf("recovered at %v, after %v", c.clock(t.RecoveredAt), verdict.Span(t.RecoveredAt.Sub(t.Onset)))
	default:
		said += "; " + c.word("it recovered")
	}
	return said
}

func (c composer) achieved(l *verdict.Load) string {
	switch {
	case l.Achieved <= 0 && l.Target <= 0:
		return ""
	case l.Target <= 0:
		return c.sayf("%v transactions", volume(l.Achieved))
	}
	said := c.sayf("%v of %v (%v)", volume(l.Achieved), volume(l.Target), verdict.Share(l.Achieved/l.Target))
	if l.TargetMet == nil {
		return said
	}
	if *l.TargetMet {
		return said + ", " + c.word("target met")
	}
	if short := l.Target - l.Achieved; short > 0 {
		return said + ", " + c.sayf("target missed by %v", volume(short))
	}
	return said + ", " + c.word("target missed")
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
		parts = append(parts, c.sayf("%v in %v", counted(int(l.Samples), "sample", "samples"), verdict.Span(l.Duration)))
	} else if l.Duration > 0 {
		parts = append(parts, verdict.Span(time.Duration(l.Duration)).String())
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
		parts = append(parts, c.sayf("latency p50 %v, p95 %v, p99 %v ms", digits3(p.P50), digits3(p.P95), digits3(p.P99)))
	}
	said := strings.Join(parts, ", ")
	if l.Tool != "" {
		said = strings.TrimSuffix(c.name(l.Tool)+": "+said, ": ")
	}
	return said
}

// digits3 gives a number with three significant digits.
func digits3(f float64) string {
	if f >= 100 || f <= -100 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 3, 64)
}

// volume gives "29.39 million", and round millions without decimals: "50 million".
func volume(n float64) string {
	return strings.Replace(verdict.Count(n).String(), ".00 million", " million", 1)
}

// volume gives it in the report's language.
func (c composer) volume(n float64) string { return volume(n) }

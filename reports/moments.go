package reports

import (
	"cmp"
	"slices"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// bands gives the times that the incidents were felt: from the onset until it was over, or to the end of the chart.
func (c composer) bands(from, to int64) []band {
	var out []band
	for i := range c.r.Incidents {
		in := &c.r.Incidents[i]
		if in.At.IsZero() {
			continue
		}
		b := band{in.At.UnixMilli(), to}
		if t := in.Throughput; t != nil {
			if !t.Onset.IsZero() {
				b.from = min(b.from, t.Onset.UnixMilli())
			}
			if t.Recovered && !t.RecoveredAt.IsZero() {
				b.to = t.RecoveredAt.UnixMilli()
			}
		} else if in.End.IsZero() { // nobody felt it
			continue
		}
		if !in.End.IsZero() {
			b.to = in.End.UnixMilli()
		}
		b.from, b.to = max(b.from, from), min(b.to, to)
		if b.from < b.to {
			out = append(out, b)
		}
	}
	return out
}

// maxMoments is how many lines of the timelines an interactive chart marks.
const maxMoments = 200

// moments gives what the timelines and the mentions say, in the order of time.
func (c composer) moments() []moment {
	var out []moment
	for _, in := range c.shown() {
		for _, e := range in.Timeline {
			if !e.At.IsZero() {
				out = append(out, c.marked(e, in))
			}
		}
	}
	for _, e := range c.r.Mentions {
		if !e.At.IsZero() {
			out = append(out, c.marked(e, nil))
		}
	}
	if len(out) > maxMoments { // kills before all else
		slices.SortStableFunc(out, func(a, b moment) int { return cmp.Compare(a.rank(), b.rank()) })
		out = out[:maxMoments]
	}
	slices.SortStableFunc(out, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return out
}

// rank orders moments by how much they matter.
func (m moment) rank() int {
	switch m.tone {
	case bad:
		return 0
	case dim:
		return 2
	}
	return 1
}

func (c composer) marked(e verdict.Entry, in *verdict.Incident) moment {
	m := moment{at: e.At.UnixMilli(), text: c.say(e.Text), excerpt: c.excerpt(e.Excerpt), source: c.source(e.Source)}
	if m.text == "" {
		m.text = c.name(e.Kind)
	}
	switch {
	case in == nil:
		m.tone = dim
	case e.Kind == string(record.OOMKill) || e.At.Equal(in.At):
		m.tone = bad
	}
	return m
}

package correlate

import (
	"cmp"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// edge is what one file of a rotated log holds of a message that its rotation may have cut, and the events that were told of it.
type edge struct {
	file   record.Rotation
	cut    *record.Cut
	events []record.Event
	gone   bool // it was told with another file's
}

// rejoin tells a message that a rotation cut as one, in place of what each file tells of its part.
func (s *Session) rejoin() {
	edges := s.edges()
	for i := range edges {
		after := &edges[i]
		if !after.cut.Begins || s.opt.Rejoin == nil {
			continue
		}
		var begun []record.Line
		for _, before := range endsBefore(edges[:i], after) {
			if begun != nil { // the file may be there twice, packed and not
				before.gone = slices.EqualFunc(begun, before.cut.Lines, sameText)
				continue
			}
			if whole := s.opt.Rejoin(before.cut.Lines, after.cut.Lines); whole != nil { // which the next file may go on with
				begun, before.gone = before.cut.Lines, true
				after.events, after.cut = whole, cmp.Or(whole[len(whole)-1].Cut, &record.Cut{})
			}
		}
	}
	left := slices.DeleteFunc(s.events, func(e record.Event) bool { return e.Cut != nil })
	for _, x := range edges {
		if !x.gone {
			left = append(left, x.events...)
		}
	}
	for i := range left {
		left[i].Cut = nil
	}
	s.events = left
	slices.SortStableFunc(s.events, func(a, b record.Event) int { return byPlace(a.From, b.From) })
}

// edges gives what the files hold of messages at their beginnings and ends, by log and the oldest file first.
func (s *Session) edges() (all []edge) {
	files := map[string]record.Rotation{}
	for _, in := range s.inputs {
		files[in.Path] = in.Rotation
	}
	at := map[*record.Cut]int{}
	for _, e := range s.events {
		if e.Cut == nil {
			continue
		}
		i, known := at[e.Cut]
		if !known {
			i = len(all)
			at[e.Cut] = i
			all = append(all, edge{file: files[e.From.File], cut: e.Cut})
		}
		all[i].events = append(all[i].events, e)
	}
	slices.SortStableFunc(all, func(a, b edge) int { return cmp.Or(strings.Compare(a.file.Log, b.file.Log), older(a.file, b.file)) })
	return all
}

// older compares two files of a log: by the days in their names, of which the file that is written has none, and their numbers.
func older(a, b record.Rotation) int {
	if a.Day.IsZero() != b.Day.IsZero() {
		return b.Day.Compare(a.Day)
	}
	return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(b.Age, a.Age))
}

// endsBefore gives what ends older files of the log on the same host: what is told for a kill first, since the kill's own line
// may begin the next file, whatever call has begun between.
func endsBefore(edges []edge, after *edge) (ends []*edge) {
	for i := range edges {
		x := &edges[i]
		if x.file.Log == after.file.Log && x.file.Log != "" && older(x.file, after.file) < 0 && x.cut.Ends && !x.gone && x.events[0].Host == after.events[0].Host {
			ends = append(ends, x)
		}
	}
	slices.SortStableFunc(ends, func(a, b *edge) int { return cmp.Compare(b.rank(), a.rank()) })
	return ends
}

// rank is greater for what tells a kill.
func (x *edge) rank() int {
	if x.events[0].Kind == record.OOMKill {
		return 1
	}
	return 0
}

func sameText(a, b record.Line) bool { return a.Text == b.Text }

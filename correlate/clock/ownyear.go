package clock

import (
	"cmp"
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// sawYear notes a stamp without a year, or one with it that may tell the year of its neighbours. Line 0 is nobody's neighbour.
func (s *Source) sawYear(line int, st record.Stamp) {
	switch {
	case st.IsZero() || st.Lacks&relative != 0:
	case st.Lacks&record.LacksYear != 0:
		s.stamps = append(s.stamps, lineStamp{line: line, wall: st.Wall})
	case line > 0:
		y, m, d := st.Wall.Date()
		local := time.Date(y, m, d, st.Wall.Hour(), st.Wall.Minute(), st.Wall.Second(), 0, time.UTC)
		s.yearful = append(s.yearful, lineStamp{line, local, st.Lacks&record.LacksZone == 0})
	}
}

// byNeighbours takes the year from stamps of the same file that have one: a stamp without is nearest to those in the lines
// around it, if they are within a month. Files that are glued together may contradict themselves: then the year stays open.
func (s *Source) byNeighbours() {
	if len(s.yearful) == 0 || len(s.stamps) == 0 || s.Lacks&record.LacksDate != 0 {
		return
	}
	slices.SortStableFunc(s.yearful, func(a, b lineStamp) int { return cmp.Compare(a.line, b.line) })
	found := false
	base, i := 0, 0
	for n, st := range s.stamps {
		for i < len(s.yearful) && s.yearful[i].line < st.line {
			i++
		}
		for _, k := range []int{i - 1, i} {
			if k < 0 || k == len(s.yearful) || s.parted(n, s.yearful[k].line) {
				continue
			}
			at, ok := nearYear(record.Stamp{Wall: st.wall, Lacks: record.LacksYear}, s.yearful[k].wall)
			if !ok || at.Sub(s.yearful[k].wall).Abs() > sameRun {
				continue
			}
			own := at.Year() - s.turnsBefore(st.line)
			if found && own != base {
				return
			}
			base, found = own, true
		}
	}
	if !found || s.impossible(base) {
		return
	}
	s.base, s.Dated = base, true
	if s.Rule.IsZero() {
		s.Rule = verdict.Say("the year is that of other stamps in the file")
	}
}

// parted tells that another stamp without a year stands between the one and a line.
func (s *Source) parted(n, line int) bool {
	if line < s.stamps[n].line {
		return n > 0 && s.stamps[n-1].line > line
	}
	return n+1 < len(s.stamps) && s.stamps[n+1].line < line
}

// byPacked takes the year in which a log in a zip was last written, if that was at the moment of its last line. Both are local
// digits, maybe of two zones: the zone stays open. DOS times are even seconds (APPNOTE.TXT, 4.4.6), rounded up or down.
func (s *Source) byPacked() {
	const ahead, step = 26 * time.Hour, 2 * time.Second // of the zone that is furthest ahead of another
	if !s.Log || s.packed.IsZero() || s.last.Lacks&(record.LacksYear|relative) != record.LacksYear {
		return
	}
	last, ok := nearYear(s.last, s.packed)
	d := last.Sub(s.packed)
	if !ok || d.Abs() > ahead+2*step || (d-quarter(d)).Abs() > 2*step {
		return
	}
	s.setYear(1<<60, last.Year())
	if s.Rule.IsZero() {
		s.Rule = verdict.Say("the year is that in which the archive's member was written, at the moment of its last line")
	}
}

// byRange takes the year from the range of the journal that the text begins with, if its lines lie in the range only so. A
// range that they fit in no year is not theirs: files are glued together.
func (s *Source) byRange() {
	if s.limits.from.IsZero() || s.limits.to.IsZero() || len(s.stamps) == 0 || s.Lacks&record.LacksDate != 0 {
		return
	}
	var fit []int
	for base := s.limits.from.Year() - 1; base <= s.limits.to.Year(); base++ {
		if s.fits(base) {
			fit = append(fit, base)
		}
	}
	switch len(fit) {
	case 0:
		s.limits = span{}
	case 1:
		s.base, s.Dated = fit[0], true
		if s.Rule.IsZero() {
			s.Rule = verdict.Say("the year is the only one that the journal's range at its head allows")
		}
	}
}

// byName takes the year from the date in a rotated log's name: its last line is the latest that is not past it.
func (s *Source) byName() {
	end := s.limits.to
	if end.IsZero() || !s.limits.from.IsZero() || len(s.stamps) == 0 || s.Lacks&record.LacksDate != 0 {
		return
	}
	year := end.Year()
	if withYear(s.last.Wall, year).After(end) {
		year--
	}
	s.setYear(1<<60, year)
	if s.Rule.IsZero() {
		s.Rule = verdict.Say("the year is that of the date in the file's name")
	}
}

package clock

import (
	"cmp"
	"slices"
)

// A rotated log's files without a year, the oldest first. Each file's base counts from the year of the first one's first line.
type rotated []*Source

// rotated gives the logs without a year, sorted by path, and puts the files of each in the years that follow from their order:
// December in messages.1 and January in messages is a New Year. A file with a date in its name stands alone: the date tells more.
func (c *Clock) rotated() []rotated {
	byLog := map[string]rotated{}
	var order []string
	for _, s := range c.all() {
		if s.Dated || !s.Log || len(s.stamps) == 0 {
			continue
		}
		log := cmp.Or(s.rotation.Log, s.Path)
		if !s.rotation.Day.IsZero() {
			log = s.Path
		}
		if byLog[log] == nil {
			order = append(order, log)
		}
		byLog[log] = append(byLog[log], s)
	}
	var out []rotated
	for _, log := range order {
		files := byLog[log]
		slices.SortStableFunc(files, func(a, b *Source) int { return cmp.Compare(b.rotation.Age, a.rotation.Age) })
		files.count()
		out = append(out, files)
	}
	return out
}

// count sets the files' bases. Two of one age are one file, packed and not.
func (r rotated) count() {
	for i, s := range r[1:] {
		before := r[i]
		if s.base = before.base; s.rotation.Age == before.rotation.Age {
			continue
		}
		last := before.stamps[len(before.stamps)-1]
		s.base += before.turnsBefore(last.line)
		if last.wall.Sub(s.stamps[0].wall) > halfYear {
			s.base++
		}
	}
}

// span gives what the files cover.
func (r rotated) span() span {
	var all span
	for i, s := range r {
		at := s.spanFrom(s.base)
		if i == 0 || at.from.Before(all.from) {
			all.from = at.from
		}
		if i == 0 || at.to.After(all.to) {
			all.to = at.to
		}
	}
	return all
}

// move puts all files some years on.
func (r rotated) move(years int) {
	for _, s := range r {
		s.base += years
	}
}

// years gives how many New Years lie between the first line and the last.
func (r rotated) years() int {
	at := r.span()
	return at.to.Year() - at.from.Year()
}

// countYears lays the logs beside each other when nothing tells a year: one over New Year first, each other one where it meets
// those before it or comes within a month. The years then mean nothing but their order. A figure without its year is told as it
// was written, and where there is one, all keep to one year.
func (c *Clock) countYears(logs []rotated) {
	for _, s := range c.all() {
		if _, dated := s.span(); dated {
			return
		}
		if !s.Log && !s.Dated && len(s.stamps) > 0 {
			for _, r := range logs {
				r.move(-r[0].base)
			}
			return
		}
	}
	slices.SortStableFunc(logs, func(a, b rotated) int { return cmp.Compare(b.years(), a.years()) })
	var placed []span
	for _, r := range logs {
		r.meet(placed)
		placed = joined(append(placed, r.span()))
	}
	fromLeapYear(logs)
}

// meet moves the log to the years in which it comes closest to the placed ones, if that is within a month.
func (r rotated) meet(placed []span) {
	if len(placed) == 0 {
		return
	}
	at := r.span()
	best, least := 0, sameRun
	for years := placed[0].from.Year() - at.to.Year() - 1; years <= placed[len(placed)-1].to.Year()-at.from.Year()+1; years++ {
		moved := span{at.from.AddDate(years, 0, 0), at.to.AddDate(years, 0, 0)}
		for _, p := range placed {
			if away := moved.away(p); away < least {
				best, least = years, away
			}
		}
	}
	r.move(best)
}

// fromLeapYear makes the first year 0, or, where New Years lie between, year 4 or the next one from which on every 29 February
// exists: an event at the beginning of year 1 would look as one without a time.
func fromLeapYear(logs []rotated) {
	least, most := 0, 0
	for _, r := range logs {
		least, most = min(least, r[0].base), max(most, r.span().to.Year())
	}
	first := 0
	if most > least {
		first = 4
	}
	for n := range 4 {
		if possible(logs, first+n-least) {
			first += n
			break
		}
	}
	for _, r := range logs {
		r.move(first - least)
	}
}

// possible tells that every 29 February exists if the logs are moved so many years on.
func possible(logs []rotated, years int) bool {
	return !slices.ContainsFunc(logs, func(r rotated) bool {
		return slices.ContainsFunc(r, func(s *Source) bool { return s.impossible(s.base + years) })
	})
}

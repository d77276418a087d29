package clock

import (
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Place gives the zone that listings of the machine name (timedatectl, date -R); nil when none does, or when two
// contradict each other. A name tells more than an offset: when summer time begins.
func Place(facts []record.Fact) (place *time.Location) {
	named := false
	for _, f := range facts {
		if f.Key != record.FactHostZone {
			continue
		}
		at, err := time.Parse("-07:00", f.Value)
		loc := at.Location()
		byName := err != nil
		if byName {
			if loc, err = time.LoadLocation(f.Value); err != nil || f.Value == "Local" || f.Value == "" {
				continue
			}
		}
		switch {
		case place == nil || byName && !named && sharesOffset(loc, place):
			place, named = loc, byName
		case !sharesOffset(loc, place):
			return nil
		}
	}
	return place
}

// sharesOffset tells that two zones have an offset in common, in winter or in summer.
func sharesOffset(a, b *time.Location) bool {
	for _, month := range []time.Month{time.January, time.July} {
		at := time.Date(2020, month, 1, 0, 0, 0, 0, time.UTC)
		if offsetIn(a, at) == offsetIn(b, at) {
			return true
		}
	}
	return false
}

// inPlace gives the source the time of a place: a log the offset of each of its lines, as summer time may come and go in
// it; an export one offset, as its times are moved as a whole.
func (s *Source) inPlace(place *time.Location, year int) {
	if year == 0 {
		year = s.first.Wall.Year()
	}
	if year < firstYear { // not told
		year = max(s.modified.Year(), 2020)
	}
	s.Offset = offsetIn(place, withYear(s.first.Wall, year))
	if s.Log {
		s.place = place
	}
}

// firstYear is the first one whose times zone as they do now: before, a place has its local mean time.
const firstYear = 1970

// offsetIn gives the offset of a place at one of its local times.
func offsetIn(place *time.Location, local time.Time) time.Duration {
	y, m, d := local.Date()
	_, off := time.Date(y, m, d, local.Hour(), local.Minute(), local.Second(), 0, place).Zone()
	return time.Duration(off) * time.Second
}

// byListing lends the zone that the machine's own listing names to all that have none.
func (c *Clock) byListing() {
	name := c.opt.Place.String()
	if name == "" {
		name = ZoneName(offsetIn(c.opt.Place, time.Unix(0, 0).UTC()))
	}
	rule := verdict.Say("zone %v as the host's own listing says", name)
	for _, s := range c.all() {
		if s.Zoned {
			continue
		}
		s.inPlace(c.opt.Place, c.opt.Year)
		s.Zoned, s.U, s.lent, s.Rule = true, time.Second, true, rule
		if !c.zoned {
			c.zone, c.zoned, c.Method = s.Offset, true, rule
		}
	}
}

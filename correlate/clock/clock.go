// Package clock puts every stamp of a run on one axis, UTC, with its uncertainty. Nowhere else is a year or a
// zone inferred, and never from the machine that runs the analysis.
//
// Sources that name instants by themselves (epochs, offsets) are the axis. A source that lacks its year or zone
// gets it from, best first: the user's word, anchors (two stamps of one moment, one of them exact), kills that another
// file tells with exact stamps, the time its file was last written, matching its events with changes in exact sources. What remains open stays open:
// such a source is Assumed, its uncertainty is hours, and the report says so.
//
// A source that counts from its own start, or tells times of day only, is tied to the axis by, best first: the user's
// word, a line of its own that tells an instant, the date in its name, the time it was last written, the one day on
// which it meets the rest. Until then it is afloat (relative.go, aground.go).
package clock

import (
	"slices"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Moment is an instant in UTC and how far the truth may lie from it.
type Moment struct {
	T time.Time
	U time.Duration
}

// IsZero tells that no instant is known.
func (m Moment) IsZero() bool { return m.T.IsZero() }

// Options are the user's word on what the evidence lacks.
type Options struct {
	Zone  *time.Location // nil: infer
	Place *time.Location // where a listing of the host says that it is; nil when none does
	Year  int            // 0: infer; the local year of the first stamp of each log that lacks one
	// Begin tells of files when their own clocks began.
	Begin []Beginning
}

// openZone is the uncertainty of a source whose zone nothing gives away: offsets in use reach from -12 to +14 hours.
const openZone = 14 * time.Hour

// Source is one input's clock.
type Source struct {
	Path     string
	Lacks    record.Lack // the most that any of its stamps lacks
	Log      bool        // a log of events, not a curve
	UTC      bool        // its writer uses UTC whatever the host's zone
	Offset   time.Duration
	Zoned    bool // Offset is known, not a stand-in
	Dated    bool // the year is known or not needed
	U        time.Duration
	Skew     time.Duration // how far its clock runs ahead of the others, from the ends that both show
	Residual time.Duration // what rounding the offset to a zone left over: skew between the two clocks
	Anchors  int
	Rule     verdict.Text

	skewU     time.Duration
	own       ownClock
	lent      bool           // the zone is another source's
	place     *time.Location // whose clock a log shows, where that is told; nil when it is an offset
	turn      *turn          // summer time began or ended in it
	backsteps []backstep
	rotation  record.Rotation
	base      int            // calendar year of the first stamp; while no year is known one that only counts from the others'
	wraps     []int          // lines from which on the year is the next
	returns   []int          // and those from which on it is the one before again
	limits    span           // of its lines, by the date in its name or the journal's range at its head; zero times when not told
	headed    *time.Location // the zone that stands at its head; nil when none does
	stamps    []lineStamp    // that lack the year
	yearful   []lineStamp    // local digits of those that do not
	anchors   []record.Anchor
	twins     []record.Anchor // made with another file's exact stamps
	twinned   bool            // the zone is from those
	offsets   []offsetAt      // that its exact stamps are written with
	modified  time.Time
	packed    time.Time // the same on the wall clock of whoever packed the archive, as if in UTC
	first     record.Stamp
	last      record.Stamp
}

type lineStamp struct {
	line  int
	wall  time.Time
	zoned bool // written with an offset
}

// Clock knows all sources of a run.
type Clock struct {
	opt     Options
	sources map[string]*Source
	zone    time.Duration // of the host's logs
	writer  *Source       // the log whose written offsets gave the zone, if one did
	lender  *Source       // the log whose double stamps did
	zoned   bool
	Method  verdict.Text
	Notes   []verdict.Text
}

// New gives an empty clock.
func New(opt Options) *Clock {
	return &Clock{opt: opt, sources: map[string]*Source{}}
}

func (c *Clock) source(path string) *Source {
	s := c.sources[path]
	if s == nil {
		s = &Source{Path: path, Dated: true, Zoned: true}
		c.sources[path] = s
	}
	return s
}

// Saw tells the clock of a stamp in a source, in the order of reading.
func (c *Clock) Saw(from record.Origin, st record.Stamp) {
	if st.IsZero() {
		return
	}
	s := c.source(from.File)
	s.Lacks |= st.Lacks
	s.sawOffset(st)
	if st.Lacks&record.LacksWall != 0 {
		s.own.end = max(s.own.end, st.Mono)
	}
	s.sawYear(from.Line, st)
}

// Anchor takes a double stamp.
func (c *Clock) Anchor(a record.Anchor) {
	c.Saw(a.From, a.Stamp)
	s := c.source(a.From.File)
	s.anchors = append(s.anchors, a)
}

// Input takes an input's summary: its first and last stamp and when it was last written.
func (c *Clock) Input(in record.Input) {
	s := c.source(in.Path)
	s.Log = in.Log
	s.modified, s.first, s.last, s.own.live = in.Modified, in.First, in.Last, in.Live
	s.rotation, s.packed = in.Rotation, in.ModifiedLocal
	s.limits, s.headed = span{in.NotBefore, in.NotAfter}, in.Zone
	s.UTC = strings.HasPrefix(in.Format, "libvirt") || strings.HasPrefix(in.Format, "qemu")
	s.sawOffset(in.First)
	s.sawOffset(in.Last)
	s.Lacks |= in.First.Lacks | in.Last.Lacks
	s.sawYear(1, in.First)
	s.sawYear(in.Lines, in.Last)
}

// Settle works out what can be known without matching events: the user's word, anchors, file times, and the
// years of sources from those that have them.
func (c *Clock) Settle() {
	for _, s := range c.all() {
		c.float(s)
		s.walk()
		s.findBacksteps()
		s.Zoned = s.Lacks&record.LacksZone == 0
		s.Dated = s.Lacks&(record.LacksYear|record.LacksDate) == 0 && !s.Afloat()
		if s.Zoned && s.Dated && s.own.kind == 0 {
			s.Rule = verdict.Say("the stamps are exact")
		}
		c.byUser(s)
		if !s.Zoned {
			s.byAnchors()
		}
		if !s.Zoned {
			s.byHead()
		}
		if !s.Zoned {
			s.byTwins()
		}
		if !s.Zoned {
			s.byModified()
		}
		if !s.Dated {
			s.byNeighbours()
		}
		if !s.Dated {
			s.byRange()
		}
		if !s.Dated {
			s.byName()
		}
		if !s.Dated {
			s.byPacked()
		}
	}
	c.shareZone()
	rotated := c.rotated()
	c.shareYear()
	c.countYears(rotated)
	c.ground()
}

// all gives the sources sorted by path, so that nothing depends on the order of the inputs.
func (c *Clock) all() []*Source {
	out := make([]*Source, 0, len(c.sources))
	for _, s := range c.sources {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *Source) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return out
}

// Sources gives every source with a time in it, sorted by path.
func (c *Clock) Sources() []*Source {
	return slices.DeleteFunc(c.all(), func(s *Source) bool { return s.first.IsZero() && len(s.stamps) == 0 })
}

// Place puts a stamp of the source on the axis; ok is false when it cannot be placed at all.
func (c *Clock) Place(from record.Origin, st record.Stamp) (m Moment, ok bool) {
	st = c.Dated(from.File, st)
	if st.IsZero() || st.Lacks&relative != 0 {
		return Moment{}, false
	}
	s := c.source(from.File)
	wall := st.Wall
	if st.Lacks&record.LacksYear != 0 {
		wall = withYear(wall, s.yearAt(from.Line))
	}
	u := st.Prec/2 + s.own.slack
	if st.Lacks&record.LacksZone != 0 {
		off, slack := s.offsetAt(from.Line, wall)
		wall, u = wall.Add(-off), u+s.U+slack
	}
	return Moment{wall.Add(-s.Skew), u + s.skewU}, true
}

// Shift gives what must be taken off the as-written times of a source to get UTC, and its uncertainty.
func (c *Clock) Shift(path string) (time.Duration, time.Duration) {
	s := c.source(path)
	if s.Lacks&record.LacksZone == 0 {
		return s.Skew, s.skewU + s.own.slack
	}
	return s.Offset + s.Skew, s.U + s.skewU + s.own.slack
}

// SetSkew puts a source's clock back by what it runs ahead of the others.
func (c *Clock) SetSkew(path string, ahead, u time.Duration, rule verdict.Text) {
	s := c.source(path)
	s.Skew, s.skewU, s.Rule = ahead, u, rule
}

// Logs gives the paths of the run's logs.
func (c *Clock) Logs() []string {
	var out []string
	for _, s := range c.all() {
		if s.Log {
			out = append(out, s.Path)
		}
	}
	return out
}

// Zone gives the UTC offset of the host's logs and whether the evidence gives it.
func (c *Clock) Zone() (time.Duration, bool) { return c.zone, c.zoned }

// Open tells what of a source's times stays unknown: year, zone.
func (c *Clock) Open(path string) record.Lack {
	s := c.source(path)
	var lack record.Lack
	if !s.Zoned {
		lack |= record.LacksZone
	}
	if !s.Dated {
		lack |= record.LacksYear
	}
	return lack
}

// Location gives the zone to tell times in: the host's, else UTC.
func (c *Clock) Location() *time.Location {
	if c.opt.Zone != nil {
		return c.opt.Zone
	}
	return time.FixedZone(ZoneName(c.zone), int(c.zone.Seconds()))
}

// Local gives the instant in the zone to tell times in. Of a time without a year it takes the offset of today: a place's
// offset in the year 0 is its local mean time, which nobody's clock shows.
func (c *Clock) Local(t time.Time) time.Time {
	if c.opt.Zone == nil || t.Year() >= firstYear {
		return t.In(c.Location())
	}
	name, off := t.AddDate(2020-t.Year(), 0, 0).In(c.opt.Zone).Zone()
	return t.In(time.FixedZone(name, off))
}

// ZoneName gives "+08:00".
func ZoneName(offset time.Duration) string {
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	h, m := int(offset.Hours()), int(offset.Minutes())%60
	return string([]byte{sign, byte('0' + h/10), byte('0' + h%10), ':', byte('0' + m/10), byte('0' + m%10)})
}

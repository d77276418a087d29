package load

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// gauges hands the figures of a tool that reports by intervals to the sink: a series for each quantity, made when
// its first value comes. Rates are stamped with the end of their interval.
type gauges struct {
	l      *parser.Lines
	sink   record.Sink
	tool   string
	labels []record.Attr // what all series of this set share
	step   time.Duration // when the file states it
	rank   string        // " p95" when latencies are 95th percentiles; "" for means
	open   bool          // nothing tells which end of an interval a stamp is
	length time.Duration // of the interval at hand, when it is known
	series []*record.Series
}

// put hands over one value, read in the current line.
func (g *gauges) put(q record.Quantity, at record.Stamp, value float64) {
	g.putLine(q, at, value, g.l.Number())
}

func (g *gauges) putLine(q record.Quantity, at record.Stamp, value float64, line int) {
	g.sink.Sample(record.Sample{At: at, Line: line, Series: g.of(q, line), Value: value})
}

func (g *gauges) of(q record.Quantity, line int) *record.Series {
	for _, s := range g.series {
		if s.Quantity == q && (q != record.Latency || strings.HasSuffix(s.Name, string(q)+g.rank)) {
			return s
		}
	}
	name := g.tool + " " + string(q)
	if q == record.Latency {
		name += g.rank
	}
	s := &record.Series{Name: name, Labels: g.labels, Quantity: q, Unit: unitOf(q), Step: g.step, Behind: !g.open, First: g.length,
		From: record.Origin{File: g.l.Path, Line: line}}
	g.series = append(g.series, s)
	return s
}

// gaugeSets is the gauges of each label of a file, of the first maxLabels of them: who names requests by address has
// as many labels as requests.
type gaugeSets struct {
	tool, key string // key of the labels
	open      bool   // nothing tells which end of an interval a stamp is
	faults    *faults
	sets      map[string]*gauges
	full      bool
}

// of gives the gauges of a label, "" for the file as a whole; nil when the label came too late.
func (s *gaugeSets) of(l *parser.Lines, label string, line int) *gauges {
	if g := s.sets[label]; g != nil {
		return g
	}
	g := &gauges{l: l, sink: s.faults.sink, tool: s.tool, open: s.open}
	if label != "" {
		if len(s.sets) > maxLabels {
			if !s.full {
				s.faults.plain(line, fmt.Sprintf("more than %d names: of others that come from here on nothing is read", maxLabels))
			}
			s.full = true
			return nil
		}
		g.labels = []record.Attr{{Key: s.key, Value: label}}
	}
	if s.sets == nil {
		s.sets = map[string]*gauges{}
	}
	s.sets[label] = g
	return g
}

func unitOf(q record.Quantity) record.Unit {
	switch q {
	case record.Latency:
		return record.Seconds
	case record.Users:
		return record.Count
	case record.Throughput, record.Requests, record.Errors:
		return record.PerSecond
	}
	return record.NoUnit
}

// rates hands over what an interval counted: n requests of which some failed. Nothing is known of an interval
// without length.
func (g *gauges) rates(at record.Stamp, n, failed float64, length time.Duration) {
	if length <= 0 || n < 0 || failed < 0 {
		return
	}
	g.length = length
	g.put(record.Throughput, at, max(n-failed, 0)/length.Seconds())
	g.put(record.Errors, at, failed/length.Seconds())
}

// How a load tool ended, as the reason of a generator-stopped event tells it.
const (
	endPlanned = "planned"       // it had done what it was told to
	endStopped = "stopped"       // somebody or something told it to stop
	endError   = "error"         // it gave up because of errors
	endMemory  = "out-of-memory" // its own memory ran out
	endTarget  = "target-lost"   // what it loaded ended, refused or cut the connection, or answered no more
)

// serverGone tells that a database client's error says the server ended, refused or cut the connection: the tool had to
// stop, and the system under test is what failed. Sources: libpq fe-misc.c and fe-connect.c, PostgreSQL postgres.c and
// pgbench.c; MySQL errmsg.h (2002, 2003, 2006, 2013) and ER_SERVER_SHUTDOWN (1053).
func serverGone(message []byte) bool {
	for _, mark := range []string{
		"server closed the connection", "terminating connection", "the database system is ", "Connection refused", "Connection reset",
		"perhaps the backend died", "connection to server was lost", "no connection to the server", "EOF detected", "could not connect to server",
		"error 2002", "error 2003", "error 2006", "error 2013", "error 1053", "MySQL server has gone away", "Lost connection to",
	} {
		if bytes.Contains(message, []byte(mark)) {
			return true
		}
	}
	return false
}

// stopped reports the end of a load tool, read in the current line.
func stopped(l *parser.Lines, sink record.Sink, at record.Stamp, tool, reason, text string) {
	sink.Event(record.Event{At: at, From: l.Origin(), Source: tool, Kind: record.GeneratorStopped,
		Attr: []record.Attr{{Key: record.AttrReason, Value: reason}}, Text: text, Excerpt: l.Text(l.Bytes())})
}

// sinceStart gives the stamp of a moment that a tool counts from its own start.
func sinceStart(d, prec time.Duration) record.Stamp {
	return record.Stamp{Mono: d, Prec: prec, Lacks: record.LacksWall}
}

// startAnchor says when the tool's own clock was at zero, as the current line tells.
func startAnchor(l *parser.Lines, sink record.Sink, instant time.Time, slack time.Duration, rule string) {
	sink.Anchor(record.Anchor{From: l.Origin(), Stamp: sinceStart(0, slack), Instant: instant, Slack: slack, Rule: rule})
}

package messages

import (
	"time"

	"oomortem/parser/record"
)

// anchors gives the sink what ties an envelope's stamps, which lack year or zone, to instants. Thousands of lines
// may say the same; one an hour and one at each jump of the difference are enough.
type anchors struct {
	last map[string]record.Anchor // by host
}

const (
	sameAnchor = time.Hour
	sameClock  = 2 * time.Second
)

func (a *anchors) tie(l record.Line, instant record.Stamp, slack time.Duration, rule string, sink record.Sink) {
	if l.At.Lacks == 0 || l.At.Lacks&record.LacksWall != 0 || !instant.Exact() {
		return
	}
	if old, known := a.last[l.Host]; known {
		since := instant.Wall.Sub(old.Instant)
		drift := apart(old.Stamp, l.At) - since
		if since >= 0 && since < sameAnchor && drift > -sameClock && drift < sameClock {
			return
		}
	}
	next := record.Anchor{From: l.From, Stamp: l.At, Instant: instant.Wall, Slack: slack, Rule: rule}
	if a.last == nil || len(a.last) >= mostRecent {
		a.last = map[string]record.Anchor{}
	}
	a.last[l.Host] = next
	sink.Anchor(next)
}

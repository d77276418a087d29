package logs

import (
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
)

// backwards passes lines on in the order of their times, where a store of logs gives the latest first (Loki, Elasticsearch and
// Kibana, Datadog, Splunk, Graylog): a message of several lines can be read only so. Lines wait until the order shows.
type backwards struct {
	record.Sink
	first  record.Stamp // of any entry, wanted or not
	order  int          // 1: as they were written, -1: latest first, 0: not known yet
	sorted bool         // several streams stand one behind the other: nothing shows the order of all
	held   []record.Line
	size   int
}

// mostWaiting bounds the bytes of the lines that wait.
const mostWaiting = 64 << 20

// saw tells of an entry's time.
func (b *backwards) saw(at record.Stamp) {
	if b.order != 0 || b.sorted || at.Wall.IsZero() {
		return
	}
	if b.first.Wall.IsZero() {
		b.first = at
	}
	if b.order = at.Wall.Compare(b.first.Wall); b.order > 0 {
		b.release()
	}
}

// Line takes a line.
func (b *backwards) Line(l record.Line) {
	if b.order > 0 {
		b.Sink.Line(l)
		return
	}
	b.held = append(b.held, l)
	if b.size += len(l.Text) + 128; b.size > mostWaiting {
		b.Sink.Problem(record.Problem{From: l.From, Msg: "too many lines for their order to be turned: messages of several lines may not be read whole"})
		b.release()
		b.order, b.sorted = 1, false
	}
}

// end passes on what waits.
func (b *backwards) end() {
	if b.order < 0 {
		slices.Reverse(b.held)
	}
	if b.sorted {
		slices.SortStableFunc(b.held, func(x, y record.Line) int { return x.At.Wall.Compare(y.At.Wall) })
	}
	b.release()
}

func (b *backwards) release() {
	for _, l := range b.held {
		b.Sink.Line(l)
	}
	b.held = nil
}

// turned reads a store's answer with the lines put in order.
func turned(read func(*parser.Lines, record.Sink, *backwards) error) func(*parser.Lines, record.Sink) error {
	return func(lines *parser.Lines, sink record.Sink) error {
		b := &backwards{Sink: sink}
		err := read(lines, b, b)
		b.end()
		return err
	}
}

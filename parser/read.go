package parser

import (
	"errors"
	"fmt"
	"io"

	"oomortem/parser/record"
)

// Read recognizes the input and reads it into the sink, ending with the input's own record. It never fails:
// what could not be read or recognized is a Problem.
func Read(in *Input, formats []Format, interest *Interest, sink record.Sink) {
	count := &counter{Sink: sink}
	done := record.Input{Path: in.Path, Modified: in.Modified, ModifiedLocal: in.ModifiedLocal, Rotation: RotationOf(in.Path)}
	defer func() { sink.Input(done) }()

	nuls := in.skipNULs()
	head, end := in.r.Peek(headSize)
	switch {
	case len(head) == 0 && nuls > 0:
		problem(sink, in.Path, notRecognized([]byte{0}))
		return
	case len(head) == 0:
		problem(sink, in.Path, nothing(end))
		return
	}
	utf8Head, _ := decodeHead(head)
	format, _, wrapped, ok := recognize(in.shown(head, utf8Head, end != nil), formats)
	further := false
	if !ok {
		if head, further = in.behindLongLine(head); further {
			behind, _ := decodeHead(head)
			format, _, wrapped, ok = recognize(in.shown(head, behind, false), formats)
		}
	}
	if !ok {
		problem(sink, in.Path, notRecognized(utf8Head))
		return
	}
	if nuls > 0 {
		sink.Problem(record.Problem{From: record.Origin{File: in.Path, Line: 1}, Msg: nulsTaken(nuls)})
	}
	r, set := io.Reader(in.r), charset{}
	if !format.Binary {
		r, set = decoder(in.r, head, format.Raw)
	}
	plain := in.plain(set)
	if further {
		plain = nil
	}
	if wrapped != nil {
		r, plain = wrapped.reader(r), nil
	}
	lines := NewLines(in.Path, r, count)
	lines.Interest, lines.charset, lines.block = interest, set, in.Block
	if format.Sift != nil {
		lines.startSifting(format, plain)
		defer lines.stopSifting()
	}
	parse(format, lines, count)
	if format.Log {
		lines.sayHoles(sink)
	}

	done.Format, done.Log, done.Live, done.Encoding = format.Name, format.Log, format.Live, lines.charset.name
	done.Bytes, done.Lines, done.Samples = lines.read, lines.number, count.samples
	done.First, done.Last = count.span(lines)
	done.NotBefore, done.NotAfter = lines.limits()
	done.Zone = lines.zone
}

func notRecognized(utf8Head []byte) string {
	return "not recognized: " + resembles(utf8Head) + "; `oomortem formats` lists what can be read"
}

// parse runs the format and turns its failure, even a fault of its own, into a Problem: one unreadable file
// must not cost the analysis of the others.
func parse(format Format, lines *Lines, sink record.Sink) {
	defer func() {
		if fault := recover(); fault != nil {
			lines.Problem(fmt.Sprintf("reading as %s broke off (%v): a defect of oomortem, please report it with this line", format.Name, fault))
		}
	}()
	if err := format.Parse(lines, sink); err != nil {
		problem(sink, lines.Path, fmt.Sprintf("reading as %s: %v", format.Name, err))
	}
	var spent bomb
	switch err := lines.Err(); {
	case err == nil:
	case errors.As(err, &spent):
		lines.Problem(spent.msg)
	case errors.Is(err, io.ErrUnexpectedEOF):
		lines.Problem("the packed data ends too early: what stood before the cut is read")
	default:
		lines.Problem(fmt.Sprintf("reading stopped here: %v", err))
	}
}

func problem(sink record.Sink, path, msg string) {
	sink.Problem(record.Problem{From: record.Origin{File: path}, Msg: msg})
}

// nothing says why there is nothing to read.
func nothing(end error) string {
	var spent bomb
	switch {
	case end == io.EOF:
		return "is empty: nothing to read"
	case errors.As(end, &spent):
		return spent.msg
	case errors.Is(end, io.ErrUnexpectedEOF):
		return "ends too early: nothing of it could be read"
	}
	return fmt.Sprintf("cannot be read: %v", end)
}

// counter counts what passes and remembers the earliest and latest sample.
type counter struct {
	record.Sink
	samples     int
	first, last record.Stamp
}

func (c *counter) Sample(s record.Sample) {
	c.samples++
	c.note(s.At)
	c.Sink.Sample(s)
}

func (c *counter) Load(l *record.Load) {
	c.samples += int(l.Samples)
	c.note(l.Start)
	c.note(l.End())
	c.Sink.Load(l)
}

// note takes a time into the span. The better placed kind counts: one time of day among dates, or a figure without a
// clock among times of day, would make a span of millennia.
func (c *counter) note(s record.Stamp) {
	kind := placing(s)
	if kind == 0 || kind < placing(c.first) {
		return
	}
	if kind > placing(c.first) {
		c.first, c.last = s, s
		return
	}
	if before(s, c.first) {
		c.first = s
	}
	if before(c.last, s) {
		c.last = s
	}
}

// placing ranks how much of an instant a stamp tells: 0 nothing, 1 the time since a start, 2 the time of day, 3 the day.
func placing(s record.Stamp) int {
	switch {
	case s.Lacks&record.LacksWall != 0:
		return 1
	case s.Wall.IsZero():
		return 0
	case s.Lacks&record.LacksDate != 0:
		return 2
	}
	return 3
}

// before compares two stamps of one placing.
func before(a, b record.Stamp) bool {
	if a.Lacks&record.LacksWall != 0 {
		return a.Mono < b.Mono
	}
	return a.Wall.Before(b.Wall)
}

func (c *counter) span(l *Lines) (first, last record.Stamp) {
	if !l.first.IsZero() {
		return l.first, l.last
	}
	return c.first, c.last
}

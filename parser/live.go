package parser

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"time"

	"oomortem/parser/record"
)

// Live is an input that still grows: a log that is written to, a pipe. Its lines are read as soon as they are whole.
type Live struct {
	Format Format
	Known  bool   // Format was recognized
	Why    string // why not
	Empty  bool   // it ended before anything came

	// Pause, when set, is told what the input has been so far, each time all that has come is read.
	Pause func(record.Input)
	// CaughtUp, when set, is called once, when all that stood before the reader's mark is read: a Read of no bytes.
	CaughtUp func()

	formats []Format
	in      *Input
	src     *arriving
	head    []byte
	wrapped *wrapping // nil when its lines are not
}

// breath is how long a writer must pause for what it has written to be judged.
const breath = 100 * time.Millisecond

// Recognize waits until the input that grows shows what it is, or that it is of no use. While it shows neither, puzzled is
// told once how it looks.
func Recognize(path string, r io.Reader, formats []Format, puzzled func(why string)) *Live {
	src := arrive(r)
	l := &Live{in: NewInput(path, src, time.Time{}), src: src, formats: formats}
	src.pauses = breath
	for said := false; ; {
		head, err := l.in.r.Peek(headSize)
		l.head = head
		paused := errors.Is(err, errPause)
		switch known, useless := l.judge(err, paused); {
		case known || useless:
			src.pauses = 0
			return l
		case !said && l.Why != "":
			said = true
			puzzled(l.Why)
		}
	}
}

// judge tells whether the head shows what the input is, or that it is of no use. A writer that pauses may have written
// too little to tell.
func (l *Live) judge(end error, paused bool) (known, useless bool) {
	text, _ := decodeHead(l.head)
	var score Score
	l.Format, score, l.wrapped, l.Known = recognize(Head{Name: filepath.Base(l.in.Path), Data: text, Whole: end != nil && !paused, Magic: l.head[:min(len(l.head), 16)]}, l.formats)
	lines := bytes.Count(l.head, []byte{'\n'})
	switch {
	case len(l.head) == 0 && !paused:
		l.Known, l.Why, l.Empty = false, nothing(end), end == io.EOF
		return false, true
	case l.Known && (!paused || score >= byShape && (lines > 0 || !l.Follows()) || lines >= fewLines):
		return true, false
	case l.Known || lines == 0 && paused && bytes.IndexByte(l.head, 0) < 0 && packing(l.head) == "":
		l.Why = ""
		return false, false
	case packing(l.head) != "":
		l.Why = "is packed (" + packing(l.head) + "): `oomortem analyze` reads it"
		return false, true
	case !paused || bytes.IndexByte(l.head, 0) >= 0:
		if bytes.IndexByte(text, 0) >= 0 {
			text = l.head
		}
		l.Why = "is not recognized: " + resembles(text) + "; `oomortem formats` lists what can be read"
		return false, true
	}
	l.Why = "is not recognized yet: " + resembles(text) + "; waiting for more of it"
	return false, false
}

const (
	byShape  = 40 // of Score
	fewLines = 3  // are enough to trust a format that is not sure
)

// packing names the way in which a head is packed, "" when it is not.
func packing(head []byte) string {
	for _, c := range compressions {
		if c.isOf(head) {
			return c.name
		}
	}
	switch {
	case isTar(head):
		return "tar"
	case isZip(head):
		return "zip"
	}
	return ""
}

// Follows tells that the lines mean something one by one, so that they can be told as they come. Other inputs, as tables
// and binary files, must be read as a whole.
func (l *Live) Follows() bool { return l.Known && l.Format.Log && !l.Format.Binary }

// Rest gives the input from its beginning, undecoded.
func (l *Live) Rest() io.Reader { return l.in.r }

// Parse reads the input into the sink until it ends, ending with the input's own record.
func (l *Live) Parse(interest *Interest, sink record.Sink) {
	count := &counter{Sink: sink}
	r, set := decoder(l.in.r, l.head, l.Format.Raw)
	if l.wrapped != nil {
		r = l.wrapped.reader(r)
	}
	lines := NewLines(l.in.Path, r, count)
	lines.Interest, lines.charset = interest, set
	so := func() record.Input {
		in := record.Input{Path: l.in.Path, Format: l.Format.Name, Log: l.Format.Log, Live: l.Format.Live, Encoding: lines.charset.name,
			Bytes: lines.read, Lines: lines.number, Samples: count.samples, Rotation: RotationOf(l.in.Path)}
		in.NotBefore, in.NotAfter = lines.limits()
		in.Zone = lines.zone
		in.First, in.Last = count.span(lines)
		return in
	}
	if l.src.marked && l.src.markAt < int64(len(l.head)) { // more had to come before it was recognized: all is taken for new
		l.src.marked = false
		if l.CaughtUp != nil {
			l.CaughtUp()
		}
	}
	l.src.drained = func(marked bool) {
		if l.Pause != nil {
			l.Pause(so())
		}
		if marked && l.CaughtUp != nil {
			l.CaughtUp()
		}
	}
	parse(l.Format, lines, count)
	sink.Input(so())
}

// Stop gives the input up when nobody parses it or reads its rest. What it comes from is to be ended as well.
func (l *Live) Stop() { close(l.src.quit) }

// errPause says that the writer pauses; reading goes on after it.
var errPause = errors.New("the writer pauses")

// arriving hands on what a goroutine reads, so that its reader can tell that there is nothing more for now.
type arriving struct {
	full    chan chunk
	empty   chan []byte
	quit    chan struct{}
	cur     []byte
	whole   []byte // the memory of cur
	err     error
	pauses  time.Duration // after so long without bytes, and at a mark, Read gives errPause, once; 0: never
	paused  bool
	taken   int64 // bytes that have come
	marked  bool
	markAt  int64
	drained func(marked bool) // called when all that has come was read
}

// arrive starts reading.
func arrive(r io.Reader) *arriving {
	a := &arriving{full: make(chan chunk), empty: make(chan []byte, 2), quit: make(chan struct{}), paused: true}
	for range cap(a.empty) {
		a.empty <- make([]byte, headSize)
	}
	go a.run(r)
	return a
}

func (a *arriving) run(r io.Reader) {
	var err error
	for err == nil {
		var n int
		select {
		case b := <-a.empty:
			n, err = r.Read(b)
			select {
			case a.full <- chunk{b[:n], err}:
				continue
			case <-a.quit:
			}
		case <-a.quit:
		}
		break
	}
	if err == nil {
		io.Copy(io.Discard, r) // until it ends as well
	}
}

// Read gives what has arrived, or waits.
func (a *arriving) Read(p []byte) (int, error) {
	for len(a.cur) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		if a.whole != nil {
			a.empty <- a.whole[:cap(a.whole)]
			a.whole = nil
		}
		if a.marked && a.drained != nil {
			a.marked = false
			a.drained(true)
		}
		if err := a.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.cur)
	a.cur = a.cur[n:]
	return n, nil
}

func (a *arriving) wait() error {
	select {
	case c := <-a.full:
		return a.took(c)
	default:
	}
	if a.drained != nil {
		a.drained(false)
	}
	var timer <-chan time.Time
	if a.pauses > 0 && !a.paused {
		timer = time.After(a.pauses)
	}
	select {
	case c := <-a.full:
		return a.took(c)
	case <-timer:
		a.paused = true
		return errPause
	}
}

func (a *arriving) took(c chunk) error {
	a.cur, a.whole, a.err = c.data, c.data[:cap(c.data)], c.err
	a.taken += int64(len(c.data))
	if len(c.data) > 0 || c.err != nil {
		a.paused = false
		return nil
	}
	a.marked, a.markAt = true, a.taken
	if a.pauses > 0 && !a.paused {
		a.paused = true
		return errPause
	}
	return nil
}

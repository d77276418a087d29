package parser

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"

	"oomortem/parser/record"
)

// silence is a stretch of a log in which nothing stands: between two lines that follow each other.
type silence struct {
	line     int // the last one before it
	from, to record.Stamp
}

func (s silence) length() time.Duration { return s.to.Wall.Sub(s.from.Wall) }

// silences are the stretches without a line, the longest of them and what they come to. A log that never says nothing
// for longer than some minutes, but once for an hour, has lost lines in that hour, or its host stood still.
//
// Clocks are compared as they are written: what a step of the clock back makes up for within a few lines goes unseen.
type silences struct {
	longest []silence // at most mostSilences, the longest first
	all     time.Duration
}

const (
	shortestSilence = 5 * time.Minute // shorter ones are not looked for
	mostSilences    = 10
	shortestHole    = 10 * time.Minute
	holeFactor      = 4         // so many times as long as silences use to be is a hole
	holeLines       = 60        // that would have stood in it; so many stand on either side
	enoughAwake     = time.Hour // what the rest of the log must span to tell what is usual
)

// between notes the time between two lines that follow each other, the first of them number line.
func (s *silences) between(line int, from, to record.Stamp) {
	if apart(from, to) < shortestSilence {
		return
	}
	found := silence{line, from, to}
	s.all += found.length()
	s.keep(found)
}

func (s *silences) keep(found silence) {
	i, _ := slices.BinarySearchFunc(s.longest, found, func(a, b silence) int {
		if a.length() != b.length() {
			return int(b.length() - a.length())
		}
		return a.line - b.line
	})
	if i < mostSilences {
		s.longest = slices.Insert(s.longest, i, found)[:min(len(s.longest)+1, mostSilences)]
	}
}

// join takes over those of a block that begins behind line base.
func (s *silences) join(base int, block silences) {
	s.all += block.all
	for _, found := range block.longest {
		found.line += base
		s.keep(found)
	}
}

// apart gives how long after the first stamp the second one is; 0 when they do not tell.
func apart(from, to record.Stamp) time.Duration {
	if (from.Lacks|to.Lacks)&(record.LacksWall|record.LacksDate) != 0 || from.Lacks != to.Lacks || from.Wall.IsZero() || to.Wall.IsZero() {
		return 0
	}
	return to.Wall.Sub(from.Wall)
}

// holes gives the silences that are far longer than the log is ever silent, given how many lines it has and what it spans.
func (s *silences) holes(lines int, first, last record.Stamp) (found []silence, usual time.Duration) {
	awake := apart(first, last) - s.all
	if awake < enoughAwake {
		return nil, 0
	}
	usual = shortestSilence
	if n := len(s.longest); n > mostSilences/2 {
		usual = s.longest[mostSilences/2].length()
	}
	for _, one := range s.longest {
		length := one.length()
		if one.perhapsSummerTime() {
			length -= time.Hour
		}
		inside := one.line >= holeLines && lines-one.line >= holeLines
		if inside && length >= shortestHole && length > holeFactor*usual && float64(lines)*length.Hours()/awake.Hours() >= holeLines {
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b silence) int { return a.line - b.line })
	return found, usual
}

// perhapsSummerTime tells a silence at a time at which clocks without a zone are put forward by an hour somewhere.
func (s silence) perhapsSummerTime() bool {
	month := s.from.Wall.Month()
	spring := month == time.March || month == time.April || month >= time.September && month <= time.November
	return s.from.Lacks&record.LacksZone != 0 && s.from.Wall.Hour() < 3 && spring && s.length() >= time.Hour
}

// sayHoles makes an event of each hole.
func (l *Lines) sayHoles(sink record.Sink) {
	found, usual := l.silences.holes(l.number, l.first, l.last)
	for _, one := range found {
		sink.Event(record.Event{
			At: one.from, From: record.Origin{File: l.Path, Line: one.line}, Source: "silence", Kind: record.LogGap,
			Text: fmt.Sprintf("The log is silent for %.0f minutes, elsewhere hardly ever for %.0f: lines are missing, or the host stood still", one.length().Minutes(), usual.Minutes()),
			Attr: []record.Attr{{Key: record.AttrLasts, Value: strconv.Itoa(int(one.length().Seconds()))}},
		})
	}
}

// listen notes the silences in a block of lines. It halves the block where the ends of a part are far enough apart for
// one: of a busy log few lines are read.
func (s *sieve) listen(out *sifted, data []byte) {
	if out.first.number == 0 || out.first.number == out.last.number {
		return
	}
	from, _ := s.begins(out.first.text)
	to, _ := s.begins(out.last.text)
	l := listener{sieve: s, data: data, found: &out.silences}
	l.between(out.first.from, out.last.from, from, to)
}

type listener struct {
	*sieve
	data    []byte
	upTo    int
	counted int // line ends in data[:upTo]
	found   *silences
}

// between looks between two lines that begin messages, at offsets of data.
func (l *listener) between(at, end int, from, to record.Stamp) {
	if d := apart(from, to); d >= 0 && d < shortestSilence {
		return
	}
	middle := at + (end-at)/2
	if next, stamp := l.firstBehind(middle, end); next < end {
		l.between(at, next, from, stamp)
		l.between(next, end, stamp, to)
	} else if before, stamp := l.lastBefore(middle, at); before > at {
		l.between(at, before, from, stamp)
		l.found.between(l.number(before), stamp, to)
	} else {
		l.found.between(l.number(at), from, to)
	}
}

// firstBehind gives the first line that begins a message behind the line at the offset, end when none does before it.
func (l *listener) firstBehind(offset, end int) (int, record.Stamp) {
	for {
		i := bytes.IndexByte(l.data[offset:end], '\n')
		if offset += i + 1; i < 0 || offset >= end {
			return end, record.Stamp{}
		}
		line := l.data[offset:]
		if i = bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if stamp, ok := l.begins(line[:min(len(line), MaxLine)]); ok {
			return offset, stamp
		}
	}
}

// lastBefore gives the last line that begins a message of those that begin before or at the offset, at when none does behind it.
func (l *listener) lastBefore(offset, at int) (int, record.Stamp) {
	offset += bytes.IndexByte(l.data[offset:], '\n') + 1
	for offset > at {
		var line []byte
		line, offset = lineBefore(l.data, offset)
		if stamp, ok := l.begins(line); ok && offset > at {
			return offset, stamp
		}
	}
	return at, record.Stamp{}
}

// number gives the number of the line at the offset, which grows from call to call.
func (l *listener) number(offset int) int {
	l.counted += bytes.Count(l.data[l.upTo:offset], []byte{'\n'})
	l.upTo = offset
	return l.counted + 1
}

package parser

import (
	"bytes"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"oomortem/parser/record"
)

// MaxLine is the longest line that is read whole, in bytes; of a longer one the beginning is kept.
const MaxLine = 1 << 20

const (
	blockSize = 1 << 18 // of what is read
	cutSize   = 1 << 24 // of what is mapped: mapping has its price, whatever the size
)

// Lines reads an input line by line: any length up to MaxLine, LF or CRLF, NUL bytes taken out, a torn last
// line marked. What it had to cut or skip it reports as a Problem.
type Lines struct {
	Path     string
	Interest *Interest // for log envelopes; nil wants everything

	r        io.Reader
	sink     record.Sink
	block    int      // size of blocks to sift in, 0 for the usual one
	sift     *sifting // nil: every line is given
	buf      []byte
	at, end  int // unread bytes are buf[at:end]
	line     []byte
	number   int
	eof      bool
	torn     bool
	nuls     bool // the buffer holds NUL bytes
	clean    []byte
	read     int64
	charset  charset
	first    record.Stamp
	last     record.Stamp
	seen     int            // line of last
	from, to time.Time      // limits that the input names itself; see Within
	zone     *time.Location // and the zone of its stamps
	silences silences
	saidNUL  bool
	err      error
}

// NewLines reads r; problems with its lines go to the sink under the path's name.
func NewLines(path string, r io.Reader, sink record.Sink) *Lines {
	return &Lines{Path: path, r: r, sink: sink}
}

// Next moves to the next line that is not sifted out; false at the end or at a read error, which Err gives.
func (l *Lines) Next() bool {
	if l.sift != nil {
		return l.nextSifted()
	}
	return l.next()
}

func (l *Lines) next() bool {
	searched := 0
	for {
		if i := bytes.IndexByte(l.buf[l.at+searched:l.end], '\n'); i >= 0 {
			l.take(l.at+searched+i, 1)
			return true
		}
		searched = l.end - l.at
		if searched > MaxLine {
			l.overlong()
			return true
		}
		if l.eof {
			if searched == 0 {
				return false
			}
			l.torn = true
			l.take(l.end, 0)
			return true
		}
		l.fill()
	}
}

// take makes buf[at:to] the current line and steps over it and the end bytes behind it.
func (l *Lines) take(to, ending int) {
	line := l.buf[l.at:to]
	l.at = to + ending
	l.number++
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if l.nuls && bytes.IndexByte(line, 0) >= 0 {
		line = l.withoutNULs(line)
	}
	l.line = line
}

func (l *Lines) withoutNULs(line []byte) []byte {
	l.clean = l.clean[:0]
	for _, c := range line {
		if c != 0 {
			l.clean = append(l.clean, c)
		}
	}
	if !l.saidNUL {
		l.saidNUL = true
		l.Problem(nulsTaken(len(line) - len(l.clean)))
	}
	return l.clean
}

func nulsTaken(n int) string {
	return fmt.Sprintf("%d NUL bytes taken out of the line (a crash or a full disk tears files so); more may follow", n)
}

// overlong keeps the first MaxLine bytes and drops the rest of the line.
func (l *Lines) overlong() {
	kept := append([]byte(nil), l.buf[l.at:l.at+MaxLine]...)
	dropped := int64(l.end - l.at - MaxLine)
	for {
		l.at = l.end
		l.fill()
		i := bytes.IndexByte(l.buf[l.at:l.end], '\n')
		if i >= 0 {
			dropped += int64(i)
			l.at += i + 1
			break
		}
		dropped += int64(l.end - l.at)
		if l.eof {
			l.at = l.end
			break
		}
	}
	l.number++
	l.line = kept
	l.Problem(overlongLine(int(dropped)))
}

// fill reads more bytes behind the unread ones, making room as needed.
func (l *Lines) fill() {
	if l.at > 0 {
		copy(l.buf, l.buf[l.at:l.end])
		l.end -= l.at
		l.at = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, max(blockSize, len(l.buf)))...)
	}
	n, err := l.r.Read(l.buf[l.end:])
	l.nuls = l.nuls && l.end > 0 || bytes.IndexByte(l.buf[l.end:l.end+n], 0) >= 0
	l.end += n
	l.read += int64(n)
	if err != nil {
		l.eof = true
		if err != io.EOF {
			l.err = err
		}
	}
}

// Bytes gives the current line without its end; valid until the next call of Next.
func (l *Lines) Bytes() []byte { return l.line }

// Number gives the current line's number, from 1.
func (l *Lines) Number() int { return l.number }

// Origin gives the current line's place.
func (l *Lines) Origin() record.Origin { return record.Origin{File: l.Path, Line: l.number} }

// Torn tells that the current line is the last one and lacks its end: the writer may have died in it.
func (l *Lines) Torn() bool { return l.torn }

// Err gives the read error that ended the input, if one did.
func (l *Lines) Err() error { return l.err }

// Problem reports a problem with the current line.
func (l *Lines) Problem(msg string) {
	l.sink.Problem(record.Problem{From: l.Origin(), Msg: msg})
}

// ProblemAt reports a problem with an earlier line.
func (l *Lines) ProblemAt(number int, msg string) {
	l.sink.Problem(record.Problem{From: record.Origin{File: l.Path, Line: number}, Msg: msg})
}

// Text gives bytes of the line as a string of its own, decoded when they are not UTF-8.
func (l *Lines) Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return l.charset.decode(b)
}

// Within notes between which times the input says that its lines lie, in local digits as if they were UTC; a zero one is not
// told. zone is theirs, nil when it is not told.
func (l *Lines) Within(from, to time.Time, zone *time.Location) {
	l.from, l.to, l.zone = from, to, zone
}

// limits gives what the input and its name say of when its lines were written.
func (l *Lines) limits() (from, to time.Time) {
	from, to = l.from, notAfter(l.Path)
	if to.IsZero() || !l.to.IsZero() && l.to.Before(to) {
		to = l.to
	}
	return from, to
}

// Seen notes a line's time for the input's first and last stamp; an envelope calls it in file order.
func (l *Lines) Seen(s record.Stamp) {
	if l.first.IsZero() {
		l.first = s
	}
	if l.sift == nil {
		l.silences.between(l.seen, l.last, s)
	}
	l.last, l.seen = s, l.number
}

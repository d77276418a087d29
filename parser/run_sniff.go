package parser

import (
	"io"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"oomortem/parser/record"
)

// sniffed is what a look into one file tells.
type sniffed struct {
	parts   Parts
	archive bool
	broken  bool // nothing known in it, and not all of it could be read
}

// sniff opens a file, takes off its packing and tries the formats on it, or on an archive's members until one is known.
func (s *search) sniff(p string) (found sniffed) {
	f, err := s.Tree.Open(p)
	if err != nil {
		return sniffed{broken: true}
	}
	defer f.Close()
	sink := &troubles{}
	file := &tap{r: f}
	w := walk{tree: s.Tree, sink: sink, limits: usualLimits, visit: func(in *Input) {
		found.archive = found.archive || in.Path != p
		if found.parts == 0 {
			found.parts = s.known(in, sink)
			file.shut.Store(found.parts != 0)
		}
	}}
	in := NewInput(p, file, time.Time{})
	if head, _ := in.r.Peek(4); isZip(head) { // which is read from its end: without the tap
		found.archive = true
		whole, err := s.Tree.Open(p)
		if err != nil {
			return sniffed{broken: true}
		}
		defer whole.Close()
		in = NewInput(p, whole, time.Time{})
	} else if len(head) == 0 {
		return sniffed{archive: archiveName(p), broken: archiveName(p)}
	}
	if isPacked(in) {
		s.unpacking <- struct{}{}
		defer func() { <-s.unpacking }()
	}
	w.unpack(in, w.limits.budget(), 0)
	found.archive = found.archive || archiveName(p)
	found.broken = found.parts == 0 && sink.count > 0
	return found
}

// isPacked tells an input that is to be unpacked before anything is known of it.
func isPacked(in *Input) bool {
	head, _ := in.r.Peek(512)
	return isTar(head) || isZip(head) || slices.ContainsFunc(compressions, func(c compression) bool { return c.isOf(head) })
}

// known gives the part that the input tells of, 0 when no format is sure of it.
func (s *search) known(in *Input, sink *troubles) Parts {
	in.skipNULs()
	head, end := in.r.Peek(headSize)
	if end != nil && end != io.EOF {
		sink.count++
	}
	name := base(filepath.ToSlash(in.Path))
	if len(head) == 0 || isNote(name) {
		return 0
	}
	utf8Head, _ := decodeHead(head)
	format, score, _, ok := recognize(in.shown(head, utf8Head, end != nil), s.Formats)
	if !ok {
		if behind, further := in.behindLongLine(head); further {
			utf8Head, _ = decodeHead(behind)
			format, score, _, ok = recognize(in.shown(behind, utf8Head, false), s.Formats)
		}
	}
	if !ok || score < sureEnough {
		return 0
	}
	return s.Part(format)
}

// troubles counts the problems of unpacking.
type troubles struct {
	record.Discard
	count int
}

// Problem counts one.
func (t *troubles) Problem(record.Problem) { t.count++ }

// tap is a reader that can be shut while others still read through it, so that no archive is unpacked for nothing.
type tap struct {
	r    io.Reader
	shut atomic.Bool
}

func (t *tap) Read(p []byte) (int, error) {
	if t.shut.Load() {
		return 0, io.ErrUnexpectedEOF
	}
	return t.r.Read(p)
}

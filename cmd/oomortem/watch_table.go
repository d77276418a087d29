package main

import (
	"io"
	"os"
	"slices"
	"time"

	"oomortem/parser"
)

// table is a generation of an input that means something only as a whole: the results of a load tool, curves, listings. It
// is read from its beginning for each report; in between its growth is watched.
type table struct {
	file   *os.File
	name   func() string
	format string
	stream bool // kept from a pipe
	past   int64
	seen   size // at the latest report
}

// size is how a file looks from outside.
type size struct {
	bytes    int64
	modified time.Time
}

func (t *table) size() size {
	info, err := t.file.Stat()
	if err != nil {
		return t.seen
	}
	return size{info.Size(), info.ModTime()}
}

// grew tells that there is more to read than at the latest report.
func (t *table) grew() bool { return t.size() != t.seen }

// input gives the table up to a size; that of a report is fixed, whatever comes meanwhile.
func (t *table) input(upTo size) *parser.Input {
	modified := upTo.modified
	if t.stream {
		modified = time.Time{}
	}
	return parser.NewInput(t.name(), io.NewSectionReader(t.file, 0, upTo.bytes), modified)
}

// addTable takes a new generation. One that was rewritten in place takes the place of the former; of those that were
// rotated away the latest are kept.
func (s *source) addTable(t *table) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if !s.w.fromStart && !s.begun {
		t.past = t.size().bytes
	}
	info, err := t.file.Stat()
	s.tables = slices.DeleteFunc(s.tables, func(old *table) bool {
		before, oldErr := old.file.Stat()
		return err == nil && oldErr == nil && os.SameFile(before, info)
	})
	s.tables = append(s.tables, t)
	if len(s.tables) > mostTables {
		s.tables = slices.Delete(s.tables, 0, len(s.tables)-mostTables)
	}
	s.begun, s.refuse = true, ""
}

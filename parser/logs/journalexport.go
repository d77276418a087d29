package logs

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"oomortem/parser"
	"oomortem/parser/record"
)

// journalExport is journalctl -o export: blocks of fields parted by empty lines, fields with binary values as a name,
// the length in 8 bytes and the bytes:
//
//	__CURSOR=s=08b3...
//	__REALTIME_TIMESTAMP=1795396677867953
//	MESSAGE
//	<le64 length><bytes>
//
// https://systemd.io/JOURNAL_EXPORT_FORMATS/
var journalExport = parser.Format{
	Name: "journal-export", Title: "journalctl -o export",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(8) {
			if bytes.HasPrefix(l, []byte("__CURSOR=")) || bytes.HasPrefix(l, []byte("__REALTIME_TIMESTAMP=")) {
				return 95
			}
		}
		return 0
	},
	Parse: readExport,
	Raw:   true,
}

// longestField is the longest value that is read; a core dump's bytes are passed over.
const longestField = 1 << 20

func readExport(lines *parser.Lines, sink record.Sink) error {
	r := &reading{lines: lines, sink: sink}
	x := exported{in: bufio.NewReaderSize(lines.Stream(), 64<<10), number: 1}
	for {
		var e entry
		from := record.Origin{File: lines.Path, Line: x.number}
		some, err := x.entry(&e, &from)
		if some {
			r.entryAt(&e, from)
		}
		switch {
		case err == io.EOF:
			return nil
		case err == io.ErrUnexpectedEOF:
			lines.ProblemAt(x.number, "the export ends inside an entry: what stood before the cut is read")
			return nil
		case err != nil:
			lines.ProblemAt(x.number, fmt.Sprintf("not a field of the export format (%v): the rest of the entry is left out", err))
			x.recover()
		}
	}
}

// exported reads the export format.
type exported struct {
	in     *bufio.Reader
	number int // of the line that comes next
}

// entry reads fields up to an empty line.
func (x *exported) entry(e *entry, from *record.Origin) (some bool, err error) {
	for {
		line, err := x.line()
		if err != nil {
			return some, err
		}
		if len(line) == 0 {
			if some {
				return true, nil
			}
			from.Line = x.number
			continue
		}
		some = true
		key, v, ok := bytes.Cut(line, []byte{'='})
		if !ok {
			if v, err = x.binary(); err != nil {
				return some, err
			}
		}
		e.field(key, v)
	}
}

// line reads one line, of one that is too long the beginning. The bytes are the caller's own.
func (x *exported) line() ([]byte, error) {
	var out []byte
	for {
		part, err := x.in.ReadSlice('\n')
		if len(out) < longestField {
			out = append(out, part...)
		}
		switch err {
		case nil:
			x.number++
			return bytes.TrimSuffix(out, []byte{'\n'}), nil
		case bufio.ErrBufferFull:
		case io.EOF:
			if len(out) > 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, io.EOF
		default:
			return nil, err
		}
	}
}

// binary reads a length and as many bytes.
func (x *exported) binary() ([]byte, error) {
	var size [8]byte
	if _, err := io.ReadFull(x.in, size[:]); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > 1<<32 {
		return nil, fmt.Errorf("a value of %d bytes", n)
	}
	x.number += bytes.Count(size[:], []byte{'\n'})
	v := make([]byte, min(n, longestField))
	if _, err := io.ReadFull(x.in, v); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	if _, err := io.CopyN(io.Discard, x.in, int64(n)-int64(len(v))); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	x.number += bytes.Count(v, []byte{'\n'})
	if c, err := x.in.ReadByte(); err != nil || c != '\n' {
		return v, fmt.Errorf("no line end behind a value of %d bytes", n)
	}
	x.number++
	return v, nil
}

// recover goes on to the next empty line.
func (x *exported) recover() {
	for {
		if line, err := x.line(); err != nil || len(line) == 0 {
			return
		}
	}
}

package logs

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"oomortem/parser"
	"oomortem/parser/record"
)

// journal is systemd's binary journal, /var/log/journal/*/system.journal and system@*.journal, read from its beginning
// to its end: journald appends an entry behind all the data that it names. Regular and compact files, sealed ones too
// (the seals are passed over), data packed with zstd, lz4 or xz. The line of an origin is the entry's number.
//
// https://systemd.io/JOURNAL_FILE_FORMAT/, src/libsystemd/sd-journal/journal-def.h; files of systemd 252.
var journal = parser.Format{
	Name: "journal", Title: "systemd's binary journal: /var/log/journal/*/*.journal",
	Sniff: func(h parser.Head) parser.Score {
		if bytes.HasPrefix(h.Data, []byte("LPKSHHRH")) {
			return 100
		}
		return 0
	},
	Parse:  readJournal,
	Raw:    true,
	Binary: true,
}

// Incompatible flags of the header.
const (
	journalXZ      = 1 << iota // data packed with xz
	journalLZ4                 // with lz4
	journalKeyed               // keyed hashes
	journalZstd                // data packed with zstd
	journalCompact             // 32-bit offsets
	journalKnown   = 1<<iota - 1
)

// Types of objects.
const (
	objectData  = 1
	objectEntry = 3
	objectLast  = 7 // tag
)

const (
	journalHeader = 208     // bytes of the oldest header
	objectHeader  = 16      // type, flags, size
	entryHeader   = 64      // of an entry object, before its items
	largestObject = 8 << 20 // of data and entries that are read; larger ones are passed over
	keptText      = 64 << 20
)

// journalFile is the state of the linear read.
type journalFile struct {
	in      *bufio.Reader
	at      uint64 // offset of the next byte
	tail    uint64 // offset of the last object
	compact bool
	fields  map[uint64]journalDatum // data that matters, by its object's offset
	size    int                     // bytes of fields
	entries int
	boot    [16]byte // of the latest entry
	digits  []byte   // of the same id
	buf     []byte
	unpack  unpacker
}

// journalDatum is one field of the journal.
type journalDatum struct{ key, value []byte }

func readJournal(lines *parser.Lines, sink record.Sink) error {
	j := &journalFile{in: bufio.NewReaderSize(lines.Stream(), 256<<10), fields: map[uint64]journalDatum{}}
	if err := j.header(); err != nil {
		return err
	}
	r := &reading{lines: lines, sink: sink}
	for {
		err := j.object(r)
		switch {
		case err == nil:
		case err == io.EOF:
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			lines.ProblemAt(j.entries, "the journal ends inside an object: the entries before the cut are read")
			return nil
		default:
			lines.ProblemAt(j.entries, fmt.Sprintf("the journal is damaged at byte %d (%v): the entries before it are read; `journalctl --file` may know more", j.at, err))
			return nil
		}
	}
}

// header reads the file's header and steps to the first object.
func (j *journalFile) header() error {
	var h [journalHeader]byte
	if _, err := io.ReadFull(j.in, h[:]); err != nil {
		return fmt.Errorf("the header of a journal is cut")
	}
	flags := binary.LittleEndian.Uint32(h[12:])
	if flags&^uint32(journalKnown) != 0 {
		return fmt.Errorf("the journal has features that are not known (flags %#x): export it with `journalctl --file FILE -o export`", flags)
	}
	j.compact = flags&journalCompact != 0
	size := binary.LittleEndian.Uint64(h[88:])
	j.tail = binary.LittleEndian.Uint64(h[136:])
	if size < journalHeader || size > 4096 {
		return fmt.Errorf("the header of the journal says it is %d bytes long", size)
	}
	j.at = journalHeader
	return j.skip(size - journalHeader)
}

// object reads one object; io.EOF behind the last one.
func (j *journalFile) object(r *reading) error {
	if pad := -j.at & 7; pad > 0 {
		if err := j.skip(pad); err != nil {
			return endOfFile(err)
		}
	}
	if j.tail != 0 && j.at > j.tail {
		return io.EOF
	}
	begin := j.at
	var h [objectHeader]byte
	if _, err := io.ReadFull(j.in, h[:]); err != nil {
		return endOfFile(err)
	}
	j.at += objectHeader
	kind, flags, size := h[0], h[1], binary.LittleEndian.Uint64(h[8:])
	switch {
	case kind == 0 && size == 0: // room that was never written
		return io.EOF
	case kind == 0 || size < objectHeader || size > 1<<40:
		return fmt.Errorf("an object of type %d and %d bytes", kind, size)
	case kind > objectLast || kind != objectData && kind != objectEntry || size > largestObject:
		return j.skip(size - objectHeader)
	}
	body, err := j.body(int(size - objectHeader))
	if err != nil {
		return err
	}
	if kind == objectData {
		return j.data(r, begin, flags, body)
	}
	return j.entry(r, body)
}

// endOfFile tells the file's end between objects, where a file that is being written may end, from one inside.
func endOfFile(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return io.EOF
}

func (j *journalFile) body(n int) ([]byte, error) {
	if cap(j.buf) < n {
		j.buf = make([]byte, n)
	}
	got, err := io.ReadFull(j.in, j.buf[:n])
	j.at += uint64(got)
	if err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return j.buf[:n], nil
}

func (j *journalFile) skip(n uint64) error {
	got, err := io.CopyN(io.Discard, j.in, int64(n))
	j.at += uint64(got)
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// data keeps a field if it is one of those that matter, a message only if some reader may want it.
func (j *journalFile) data(r *reading, begin uint64, flags byte, body []byte) error {
	payload := 48
	if j.compact {
		payload = 56
	}
	if len(body) < payload {
		return fmt.Errorf("a data object of %d bytes", len(body))
	}
	field, err := j.unpack.field(flags, body[payload:])
	if err != nil {
		r.lines.ProblemAt(j.entries, fmt.Sprintf("a packed field at byte %d is damaged (%v): left out", begin, err))
		return nil
	}
	key, value, ok := bytes.Cut(field, []byte{'='})
	if !ok || !journalField(key) {
		return nil
	}
	if string(key) == "MESSAGE" && !r.lines.Interest.WantsText(value) && !dirty(value) {
		return nil
	}
	if j.size += len(field); j.size > keptText {
		return fmt.Errorf("more than %d bytes of wanted messages", keptText)
	}
	own := bytes.Clone(field)
	j.fields[begin] = journalDatum{own[:len(key)], own[len(key)+1:]}
	return nil
}

// journalField tells the fields that entry.field knows; the times and the boot stand in the entry itself.
func journalField(key []byte) bool {
	switch string(key) {
	case "MESSAGE", "SYSLOG_IDENTIFIER", "_COMM", "_HOSTNAME", "_MACHINE_ID", "_TRANSPORT", "_SOURCE_REALTIME_TIMESTAMP", "_SOURCE_MONOTONIC_TIMESTAMP", "_PID", "SYSLOG_PID":
		return true
	}
	return false
}

// bootID gives an entry's boot id in digits.
func (j *journalFile) bootID(id []byte) []byte {
	if !bytes.Equal(id, j.boot[:]) || j.digits == nil {
		copy(j.boot[:], id)
		j.digits = hex.AppendEncode(nil, id)
	}
	return j.digits
}

// entry joins what was kept of the fields that the entry names.
func (j *journalFile) entry(r *reading, body []byte) error {
	const head = entryHeader - objectHeader
	if len(body) < head {
		return fmt.Errorf("an entry of %d bytes", len(body))
	}
	j.entries++
	e := entry{realtime: int64(binary.LittleEndian.Uint64(body[8:]) & (1<<62 - 1)), boot: j.bootID(body[24:40])}
	items := body[head:]
	for len(items) >= 16 || j.compact && len(items) >= 4 {
		var offset uint64
		if j.compact {
			offset, items = uint64(binary.LittleEndian.Uint32(items)), items[4:]
		} else {
			offset, items = binary.LittleEndian.Uint64(items), items[16:]
		}
		if f, ok := j.fields[offset]; ok {
			e.field(f.key, f.value)
		}
	}
	r.entryAt(&e, record.Origin{File: r.lines.Path, Line: j.entries})
	return nil
}

package parser

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"
)

// A zip of which the end is missing, as a download that broke off leaves it, has no list of its members any more. Each stands
// behind a header of its own all the same (APPNOTE.TXT, 4.3.7), which tells its size unless it was packed into a pipe; then
// what it unpacks from tells where it ends.

// localHeader is the length of a member's own header, before its name.
const localHeader = 30

// Flags of a member (APPNOTE.TXT, 4.4.4).
const (
	zipEncrypted  = 1 << 0
	zipDescriptor = 1 << 3 // sizes stand behind the data
)

// localMember is a member by its own header.
type localMember struct {
	name          string
	flags, method uint16
	extra         []byte
	date, time    uint16 // of MS-DOS, local
	packed        int64  // bytes; -1 when not told
}

// unlisted visits the members one behind the other, as far as they go, and says how many they were.
func (w walk) unlisted(in *Input, file io.ReaderAt, size int64, why error, left *budget, depth int) {
	members, at := 0, int64(0)
	for at < size {
		m, data, ok := localMemberAt(file, at)
		if !ok {
			break
		}
		n := m.packed
		if strings.HasSuffix(m.name, "/") {
			n = max(n, 0)
		} else {
			if !w.member(in.Path, m.name, left) {
				return
			}
			members++
			n = w.local(in, m, io.NewSectionReader(file, data, size-data), left, depth)
		}
		if n < 0 {
			break
		}
		at = data + n + descriptor(file, data+n, m)
	}
	var next [4]byte
	file.ReadAt(next[:], at)
	switch {
	case members == 0:
		problem(w.sink, in.Path, fmt.Sprintf("the archive is damaged (%v; its list of members stands at the end): left out", why))
	case at < size && string(next[:]) != "PK\x01\x02": // the list's first entry
		problem(w.sink, in.Path, fmt.Sprintf("the archive's end with the list of its members is missing: %d members are read by their own headers, what follows byte %d is left out", members, at))
	default:
		problem(w.sink, in.Path, fmt.Sprintf("the archive's end with the list of its members is missing: the %d members before it are read by their own headers", members))
	}
}

// localMemberAt reads the header at an offset and gives where its data begins.
func localMemberAt(file io.ReaderAt, at int64) (m localMember, data int64, ok bool) {
	var h [localHeader]byte
	if _, err := file.ReadAt(h[:], at); err != nil || string(h[:4]) != "PK\x03\x04" {
		return m, 0, false
	}
	two := binary.LittleEndian.Uint16
	named, more := int(two(h[26:])), int(two(h[28:]))
	rest := make([]byte, named+more)
	if n, _ := file.ReadAt(rest, at+localHeader); n < len(rest) {
		return m, 0, false
	}
	m = localMember{string(rest[:named]), two(h[6:]), two(h[8:]), rest[named:], two(h[12:]), two(h[10:]), int64(binary.LittleEndian.Uint32(h[18:]))}
	switch {
	case m.flags&zipDescriptor != 0:
		m.packed = -1
	case m.packed == 1<<32-1:
		m.packed = packedLong(m.extra)
	}
	return m, at + localHeader + int64(len(rest)), true
}

// written gives when the member was written: as an instant if Info-ZIP's extended timestamp tells it, else in local digits
// (APPNOTE.TXT, 4.4.6).
func (m *localMember) written() (instant, local time.Time) {
	if stamp := extraField(m.extra, 0x5455); len(stamp) >= 5 && stamp[0]&1 != 0 {
		return time.Unix(int64(int32(binary.LittleEndian.Uint32(stamp[1:]))), 0), time.Time{}
	}
	if m.date == 0 {
		return time.Time{}, time.Time{}
	}
	day := time.Date(1980+int(m.date>>9), time.Month(m.date>>5&15), int(m.date&31), 0, 0, 0, 0, time.UTC)
	return time.Time{}, day.Add(time.Duration(m.time>>11)*time.Hour + time.Duration(m.time>>5&63)*time.Minute + time.Duration(m.time&31)*2*time.Second)
}

// extraField gives a field behind a member's name; nil when it is not there.
func extraField(extra []byte, id uint16) []byte {
	for len(extra) >= 4 {
		n := int(binary.LittleEndian.Uint16(extra[2:]))
		if 4+n > len(extra) {
			return nil
		}
		if binary.LittleEndian.Uint16(extra) == id {
			return extra[4 : 4+n]
		}
		extra = extra[4+n:]
	}
	return nil
}

// packedLong reads the packed size of a member of four GiB or more (zip64); -1 when it is not told.
func packedLong(extra []byte) int64 {
	if long := extraField(extra, 0x0001); len(long) >= 16 {
		if n := binary.LittleEndian.Uint64(long[8:]); n < 1<<62 {
			return int64(n)
		}
	}
	return -1
}

// local visits one member and gives the bytes that it is packed into; -1 when it is not known where it ends.
func (w walk) local(in *Input, m localMember, rest *io.SectionReader, left *budget, depth int) (packed int64) {
	name := in.Path + "/" + inside(m.name)
	switch {
	case m.flags&zipEncrypted != 0:
		problem(w.sink, name, "is encrypted: left out")
		return m.packed
	case m.method != zip.Store && m.method != zip.Deflate:
		problem(w.sink, name, fmt.Sprintf("cannot be unpacked (%v): left out", zip.ErrAlgorithm))
		return m.packed
	case m.method == zip.Store && m.packed < 0:
		problem(w.sink, name, "does not tell its length, and the list of members that does is missing: left out")
		return m.packed
	}
	used := &usedBytes{r: bufio.NewReader(rest)}
	if m.packed >= 0 {
		used.r.Reset(io.LimitReader(rest, m.packed))
	}
	out := &countingOut{r: used, left: left}
	if m.method == zip.Deflate {
		out.r = flate.NewReader(used)
	} else if m.packed > rest.Size() {
		out.r = io.MultiReader(used, cutShort{})
	}
	member := NewInput(name, out, time.Time{})
	member.Modified, member.ModifiedLocal = m.written()
	w.unpack(member, left, depth+1)
	if m.packed >= 0 {
		return m.packed
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		return -1
	}
	return used.n
}

// cutShort ends data that was to be longer.
type cutShort struct{}

func (cutShort) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// usedBytes counts what an unpacker used, which asks for bytes singly so as not to read on.
type usedBytes struct {
	r *bufio.Reader
	n int64
}

func (u *usedBytes) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	return n, err
}

func (u *usedBytes) ReadByte() (byte, error) {
	c, err := u.r.ReadByte()
	if err == nil {
		u.n++
	}
	return c, err
}

// descriptor gives the length of what stands behind the data of a member whose header does not tell its sizes: a signature or
// none, the checksum and the sizes, of four bytes each or of eight (APPNOTE.TXT, 4.3.9). What follows it tells which.
func descriptor(file io.ReaderAt, at int64, m localMember) int64 {
	if m.flags&zipDescriptor == 0 {
		return 0
	}
	var b [28]byte
	n, _ := file.ReadAt(b[:], at)
	for _, length := range []int{16, 24, 12, 20} {
		if length+4 <= n && (string(b[length:length+4]) == "PK\x03\x04" || string(b[length:length+4]) == "PK\x01\x02") {
			return int64(length)
		}
	}
	return int64(n)
}

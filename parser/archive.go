package parser

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"time"
	"unicode"

	"github.com/klauspost/compress/zip"
)

// isTar tells a tar header by its checksum: the old format has no magic (POSIX.1-1988, ustar, offset 148).
func isTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	field := bytes.Trim(head[148:156], " \x00")
	var want int64
	for _, c := range field {
		if c < '0' || c > '7' {
			return false
		}
		want = want<<3 | int64(c-'0')
	}
	sum := int64(8 * ' ')
	for i, c := range head {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	return len(field) > 0 && sum == want
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// tar visits the members while the archive is read.
func (w walk) tar(in *Input, left *budget, depth int) {
	if depth == 0 {
		in.r = bufio.NewReaderSize(&countingIn{in.r, left}, headSize)
	}
	t := tar.NewReader(in.r)
	for members := 0; ; {
		h, err := t.Next()
		var spent bomb
		switch {
		case err == nil:
		case err == io.EOF:
			return
		case errors.Is(err, io.ErrUnexpectedEOF):
			problem(w.sink, in.Path, fmt.Sprintf("the archive ends too early: its first %d members are read", members))
			return
		case errors.As(err, &spent):
			problem(w.sink, in.Path, spent.msg)
			return
		default:
			problem(w.sink, in.Path, fmt.Sprintf("the archive is damaged behind %d members (%v): the rest is left out", members, err))
			return
		}
		if !holdsData(h) {
			continue
		}
		members++
		if !w.member(in.Path, h.Name, left) {
			return
		}
		w.unpack(NewInput(in.Path+"/"+inside(h.Name), t, h.ModTime), left, depth+1)
	}
}

// holdsData tells a regular file, be it sparse, as GNU tar -S packs logs with holes, or contiguous. Links and devices hold none.
func holdsData(h *tar.Header) bool {
	return h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeGNUSparse || h.Typeflag == tar.TypeCont
}

// member counts a member; false when there are too many. A name that leads out of the archive is told.
func (w walk) member(archive, name string, left *budget) bool {
	if left.count++; left.count > left.members {
		problem(w.sink, archive, fmt.Sprintf("holds more than %d members: the rest is left out", left.members))
		return false
	}
	for part := range strings.SplitSeq(strings.ReplaceAll(name, `\`, "/"), "/") {
		if part == ".." {
			problem(w.sink, archive, fmt.Sprintf("the member name %q leads out of the archive: it is read as %q", name, inside(name)))
			break
		}
	}
	return true
}

// inside gives a member's path below the archive, wherever its name leads, without control characters.
func inside(name string) string {
	clean := path.Clean("/" + strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/"))[1:]
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\uFFFD'
		}
		return r
	}, clean)
}

// zip visits the members, those of one rotated log oldest first. A zip that cannot be read anywhere is copied to a file,
// because its list of members stands at the end.
func (w walk) zip(in *Input, left *budget, depth int) {
	file, size, done, err := spool(in)
	if err != nil {
		problem(w.sink, in.Path, fmt.Sprintf("the archive cannot be read (%v): left out", err))
		return
	}
	defer done()
	z, err := zip.NewReader(file, size)
	if depth == 0 {
		left.in.Add(size)
	}
	if err != nil {
		w.unlisted(in, file, size, err, left, depth)
		return
	}
	sort.SliceStable(z.File, func(i, j int) bool { return readBefore(z.File[i].Name, z.File[j].Name) })
	for _, m := range z.File {
		if !m.Mode().IsRegular() {
			continue
		}
		if !w.member(in.Path, m.Name, left) {
			return
		}
		w.zipped(in, m, left, depth)
	}
}

func (w walk) zipped(in *Input, m *zip.File, left *budget, depth int) {
	name := in.Path + "/" + inside(m.Name)
	if m.Flags&1 != 0 {
		problem(w.sink, name, "is encrypted: left out")
		return
	}
	r, err := m.Open()
	if err != nil {
		problem(w.sink, name, fmt.Sprintf("cannot be unpacked (%v): left out", err))
		return
	}
	defer r.Close()
	beside := readAhead(&countingOut{r: r, left: left})
	defer beside.stop()
	member := NewInput(name, beside, written(m))
	if member.Modified.IsZero() && m.Modified.Year() >= 1980 { // where DOS dates begin: no date is day 0 of month 0
		member.ModifiedLocal = m.Modified
	}
	w.unpack(member, left, depth+1)
}

// written gives when a member was written, if the archive tells. Without an extra field that holds an instant there is only
// the local time of the machine that packed it (APPNOTE.TXT, 4.4.6), whose zone nobody knows.
func written(m *zip.File) time.Time {
	const ntfs, unix, extended = 0x000a, 0x5855, 0x5455 // APPNOTE.TXT 4.5.2; Info-ZIP's proginfo/extrafld.txt
	for extra := m.Extra; len(extra) >= 4; {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if 4+n > len(extra) {
			break
		}
		switch {
		case id == ntfs, id == unix, id == extended && n >= 5 && extra[4]&1 != 0: // which tells the time of writing
			return m.Modified
		}
		extra = extra[4+n:]
	}
	return time.Time{}
}

// spool gives the input as a file that can be read anywhere.
func spool(in *Input) (anywhere io.ReaderAt, size int64, done func(), err error) {
	if f, ok := in.file.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, info.Size(), func() {}, nil
		}
	}
	f, err := os.CreateTemp("", "oomortem-*.zip")
	if err != nil {
		return nil, 0, nil, err
	}
	os.Remove(f.Name()) // it lives on until it is closed
	size, err = io.Copy(f, in.r)
	if err != nil {
		f.Close()
		return nil, 0, nil, err
	}
	return f, size, func() { f.Close() }, nil
}

package parser

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// sparseTar is an archive of one GNU sparse member (old format 0.0: tar -S, type S) with a hole of 512 bytes between two
// blocks, laid out as GNU tar's manual says under "Basic Tar Format" (struct oldgnu_header).
func sparseTar(first, last string) []byte {
	h := make([]byte, 512)
	copy(h[0:], "messages")
	copy(h[100:], "0000644\x000000000\x000000000\x00")
	copy(h[124:], fmt.Sprintf("%011o\x00", 1024)) // stored
	copy(h[136:], fmt.Sprintf("%011o\x00", 1613794841))
	h[156] = 'S'
	copy(h[257:], "ustar  \x00")
	for i, at := range []int{0, 1024} {
		copy(h[386+24*i:], fmt.Sprintf("%011o\x00%011o\x00", at, 512)) // offset and size of what is stored
	}
	copy(h[483:], fmt.Sprintf("%011o\x00", 1536)) // the file's real size
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	block := func(text string) []byte { return append([]byte(text), bytes.Repeat([]byte("."), 512-len(text))...) }
	return append(append(append(h, block(first)...), block(last)...), make([]byte, 1024)...)
}

func TestSparseAndContiguousMembersAreRead(t *testing.T) {
	path := write(t, t.TempDir(), "sparse.tar", sparseTar("first\n", "last\n"))
	f := walked(t, usualLimits, path)
	got := f.contents[path+"/messages"]
	if len(got) != 1536 || got[:6] != "first\n" || got[512] != 0 || got[1024:1029] != "last\n" || len(f.problems) > 0 {
		t.Errorf("sparse: %d bytes, %q", len(got), f.problems)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{
		{Name: "contiguous", Typeflag: tar.TypeCont, Size: 2, Mode: 0o644},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "contiguous"},
	} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "x\n"[:h.Size])
	}
	w.Close()
	path = write(t, t.TempDir(), "c.tar", b.Bytes())
	if f = walked(t, usualLimits, path); f.contents[path+"/contiguous"] != "x\n" || len(f.paths) != 1 {
		t.Errorf("contiguous: %q, %q", f.paths, f.problems)
	}
}

// TestDOSTimeIsLocal: what only the packing machine's wall clock told is passed on as its digits, through a layer of packing too.
func TestDOSTimeIsLocal(t *testing.T) {
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	io.WriteString(gz, "x\n")
	gz.Close()
	instant := []byte{0x55, 0x54, 5, 0, 1, 0x59, 0x8b, 0x30, 0x60} // 1613794137, of the extended timestamp
	for name, c := range map[string]struct {
		data  string
		extra []byte
		want  string
	}{
		"plain": {"x\n", nil, "2021-02-20 12:20:44"}, "packed": {packed.String(), nil, "2021-02-20 12:20:44"}, "with an instant": {"x\n", instant, "0001-01-01 00:00:00"},
	} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		date := uint16((2021-1980)<<9 | 2<<5 | 20)
		//lint:ignore SA1019 nothing else sets the DOS time, which is what this is about
		f, err := w.CreateRaw(&zip.FileHeader{Name: "a", Method: zip.Store, Extra: c.extra, ModifiedDate: date, ModifiedTime: 12<<11 | 20<<5 | 44/2,
			CompressedSize64: uint64(len(c.data)), UncompressedSize64: uint64(len(c.data)), CRC32: crc32.ChecksumIEEE([]byte(c.data))})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, c.data)
		w.Close()
		seen := 0
		Walk([]string{write(t, t.TempDir(), "a.zip", b.Bytes())}, nil, record.Discard{}, func(in *Input) {
			seen++
			if got := in.ModifiedLocal.Format(time.DateTime); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		})
		if seen != 1 {
			t.Errorf("%s: %d members", name, seen)
		}
	}
}

// TestDOSTimeIsNoInstant: a zip member's time of its own is that of the packing machine's wall clock (APPNOTE.TXT 4.4.6); an
// instant stands only in the extra fields 0x5455 (with its first flag), 0x000a and 0x5855.
func TestDOSTimeIsNoInstant(t *testing.T) {
	at := time.Unix(1613794841, 0)
	field := func(id uint16, data ...byte) []byte {
		return append(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, id), uint16(len(data))), data...)
	}
	seconds := binary.LittleEndian.AppendUint32(nil, 1613794841)
	ticks := binary.LittleEndian.AppendUint64(nil, (1613794841+11644473600)*1e7) // of 100 ns, since 1601
	ntfs := append([]byte{0, 0, 0, 0, 1, 0, 24, 0}, bytes.Repeat(ticks, 3)...)
	for _, c := range []struct {
		name  string
		extra []byte
		want  time.Time
	}{
		{"none", nil, time.Time{}},
		{"only owners", field(0x7875, 1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0), time.Time{}},
		{"extended", append(field(0x7875, 1, 1, 0, 1, 0), field(0x5455, append([]byte{3}, seconds...)...)...), at},
		{"extended without the time of writing", field(0x5455, append([]byte{2}, seconds...)...), time.Time{}},
		{"ntfs", field(0x000a, ntfs...), at},
		{"unix", field(0x5855, append(append([]byte{}, seconds...), seconds...)...), at},
		{"cut", []byte{0x55, 0x54, 200, 0, 1}, time.Time{}},
	} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		date := uint16((2021-1980)<<9 | 2<<5 | 20)
		//lint:ignore SA1019 nothing else sets the DOS time, which is what this is about
		f, err := w.CreateRaw(&zip.FileHeader{Name: "a", Method: zip.Store, Extra: c.extra, ModifiedDate: date, ModifiedTime: 12<<11 | 20<<5, CompressedSize64: 2, UncompressedSize64: 2, CRC32: crc32.ChecksumIEEE([]byte("x\n"))})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, "x\n")
		w.Close()
		path := write(t, t.TempDir(), "a.zip", b.Bytes())
		got, ok := walked(t, usualLimits, path).modified[path+"/a"]
		if !ok || !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestZipsWithoutTheirList: of a zip whose end is missing the members are read by their own headers, whether these tell their
// sizes (a file was packed) or what follows the data does (a stream was: bit 3 of the flags).
func TestZipsWithoutTheirList(t *testing.T) {
	long := strings.Repeat("Feb 20 04:20:41 host sshd[12]: Accepted publickey\n", 500)
	texts := map[string]string{"sos/messages": long, "sos/b.log": "b\n", "sos/stored": "stored PK\x03\x04\n"}
	pack := func(raw bool, order ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		w.Create("sos/")
		for _, name := range order {
			h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Unix(1613794841, 0)}
			if name == "sos/stored" {
				h.Method = zip.Store
			}
			data, text := []byte(texts[name]), texts[name]
			create := w.CreateHeader
			if raw {
				if h.Method == zip.Deflate {
					var packed bytes.Buffer
					f, _ := flate.NewWriter(&packed, 6)
					io.WriteString(f, text)
					f.Close()
					data = packed.Bytes()
				}
				h.CompressedSize64, h.UncompressedSize64, h.CRC32 = uint64(len(data)), uint64(len(text)), crc32.ChecksumIEEE([]byte(text))
				h.Extra = binary.LittleEndian.AppendUint32([]byte{0x55, 0x54, 5, 0, 1}, 1613794841)
				create = w.CreateRaw
			}
			f, err := create(h)
			if err != nil {
				t.Fatal(err)
			}
			f.Write(data)
		}
		w.Close()
		return b.Bytes()
	}
	const missing = "end with the list of its members is missing: "
	for _, raw := range []bool{true, false} {
		order := []string{"sos/messages", "sos/b.log"}
		if raw {
			order = append(order, "sos/stored") // in a stream such a member does not tell where it ends
		}
		whole := pack(raw, order...)
		list := bytes.Index(whole, []byte("PK\x01\x02"))
		for name, end := range map[string]int{"before the list": list, "in the list": list + 60, "in its end": len(whole) - 10} {
			path := write(t, t.TempDir(), "cut.zip", whole[:end])
			f := walked(t, usualLimits, path)
			for _, member := range order {
				at := f.modified[path+"/"+member]
				if f.contents[path+"/"+member] != texts[member] || at.Unix() != 1613794841 {
					t.Errorf("raw %v, cut %s: %s holds %d bytes of %v", raw, name, member, len(f.contents[path+"/"+member]), at)
				}
			}
			want := fmt.Sprintf("%sthe %d members before it are read", missing, len(order))
			if len(f.paths) != len(order) || len(f.problems) != 1 || !strings.Contains(f.problems[0], want) {
				t.Errorf("raw %v, cut %s: %q, problems %q", raw, name, f.paths, f.problems)
			}
		}
		cut := bytes.Index(whole, []byte("sos/messages")) + 150 // in the first member's data
		path := write(t, t.TempDir(), "cut.zip", whole[:cut])
		f := walked(t, usualLimits, path)
		if got := f.contents[path+"/sos/messages"]; len(f.paths) != 1 || !strings.HasPrefix(long, got) || !strings.Contains(strings.Join(f.problems, "\n"), missing) {
			t.Errorf("raw %v, cut in a member: %q of %d bytes, problems %q", raw, f.paths, len(got), f.problems)
		}
	}
	stream := pack(false, "sos/b.log", "sos/stored", "sos/messages")
	path := write(t, t.TempDir(), "cut.zip", stream[:len(stream)-10])
	if f := walked(t, usualLimits, path); len(f.paths) != 1 || len(f.problems) != 2 || !strings.Contains(f.problems[1], "2 members are read by their own headers, what follows byte ") {
		t.Errorf("a member without a length: %q, problems %q", f.paths, f.problems)
	}
	if f := walked(t, usualLimits, write(t, t.TempDir(), "cut.zip", []byte("PK\x03\x04 nothing more"))); len(f.paths) != 0 || len(f.problems) != 1 || !strings.Contains(f.problems[0], "the archive is damaged") {
		t.Errorf("no member at all: %q, problems %q", f.paths, f.problems)
	}
}

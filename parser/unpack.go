package parser

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// compression is a way of packing one stream of bytes.
type compression struct {
	name  string
	magic []byte
	open  func(compressed) (io.Reader, error)
}

// compressed is a packed stream of bytes.
type compressed struct {
	*bufio.Reader
	file *os.File // holds the stream and nothing else; nil when none does
}

var compressions = []compression{
	{"gzip", []byte{0x1f, 0x8b}, func(r compressed) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}, openZstd},
	{"xz", []byte{0xfd, '7', 'z', 'X', 'Z', 0}, openXZ},
	{"bzip2", []byte("BZh"), func(r compressed) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"lz4", []byte{0x04, 0x22, 0x4d, 0x18}, func(r compressed) (io.Reader, error) { return lz4.NewReader(r), nil }},
}

// longestWindow is how much memory a stream may ask for to look back in; xz -9 wants 64 MiB, zstd --long 128 MiB.
const longestWindow = 128 << 20

func openZstd(r compressed) (io.Reader, error) {
	// One goroutine of its own is faster here than the decoder's three, and than `zstd -dc` through a pipe, which costs two
	// copies of everything (measured, 2 cores, a syslog of 1 GB: 0.9 against 1.2 s).
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(longestWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// openXZ looks at the first block's window before a reader asks for that much memory: the byte behind the id of the
// LZMA2 filter (https://tukaani.org/xz/xz-file-format.txt, 5.3.1).
func openXZ(r compressed) (io.Reader, error) {
	head, _ := r.Peek(17)
	if len(head) == 17 && head[13]&0xc3 == 0 && head[14] == 0x21 && head[16] > 30 {
		return nil, fmt.Errorf("it wants a window of more than %d MiB", longestWindow>>20)
	}
	if p := unpackOutside(r); p != nil {
		return p, nil
	}
	return xz.NewReader(r)
}

func (c compression) isOf(head []byte) bool {
	return bytes.HasPrefix(head, c.magic) && (c.name != "bzip2" || len(head) > 9 && (bytes.Equal(head[4:10], []byte{0x31, 0x41, 0x59, 0x26, 0x53, 0x59}) ||
		bytes.Equal(head[4:10], []byte{0x17, 0x72, 0x45, 0x38, 0x50, 0x90})))
}

// unpack takes off all layers of packing, and visits what is inside.
func (w walk) unpack(in *Input, left *budget, depth int) {
	head, _ := in.r.Peek(512)
	if depth > w.limits.depth {
		problem(w.sink, in.Path, fmt.Sprintf("is packed more than %d times over: left out, as what made it may mean harm", w.limits.depth))
		return
	}
	for _, c := range compressions {
		if c.isOf(head) {
			w.decompress(in, c, left, depth)
			return
		}
	}
	switch {
	case isTar(head):
		w.tar(in, left, depth)
	case isZip(head):
		w.zip(in, left, depth)
	default:
		w.visit(in)
	}
}

// decompress reads one compressed stream beside whoever reads what is in it.
func (w walk) decompress(in *Input, c compression, left *budget, depth int) {
	if depth == 0 {
		in.r = bufio.NewReaderSize(&countingIn{in.r, left}, headSize)
	}
	z, err := c.open(compressed{in.r, in.regular()})
	if err != nil {
		problem(w.sink, in.Path, fmt.Sprintf("%s header is damaged (%v): left out", c.name, err))
		return
	}
	if g, ok := z.(*gzip.Reader); ok && !g.ModTime.IsZero() {
		in.Modified = g.ModTime
	}
	var out io.Reader = &countingOut{r: z, left: left}
	if p, outside := z.(*program); outside { // which runs beside by itself
		left.in.Add(p.given)
	} else {
		beside := readAhead(out)
		defer beside.stop()
		out = beside
	}
	if closer, ok := z.(io.Closer); ok {
		defer closer.Close()
	}
	inner := NewInput(in.Path, out, in.Modified)
	inner.Block, inner.ModifiedLocal = in.Block, in.ModifiedLocal
	w.unpack(inner, left, depth+1)
}

// limits is how far unpacking goes before it is taken for an attack.
type limits struct {
	depth   int   // layers of compression and archives
	ratio   int64 // unpacked bytes for each packed one, once there are more than free of them
	free    int64
	total   int64 // unpacked bytes of one path
	members int   // of all archives in one path
}

// usualLimits let through every log that was seen: gzip cannot do better than 1032:1, and a log that xz packs better
// than 2000:1 says nothing.
var usualLimits = limits{depth: 8, ratio: 2000, free: 1 << 30, total: 1 << 40, members: 1_000_000}

// budget is what one path may still unpack to. It is shared by all layers and their goroutines: a layer's bytes are
// counted where they come out, so that every layer pays.
type budget struct {
	limits
	in, out atomic.Int64
	count   int // members
}

func (l limits) budget() *budget { return &budget{limits: l} }

// damaged is what a decoder that lost its way on damaged data ends with.
type damaged struct{ fault any }

func (d damaged) Error() string { return fmt.Sprintf("the compressed data is damaged (%v)", d.fault) }

// bomb is the error that ends an input which unpacks to too much.
type bomb struct{ msg string }

func (b bomb) Error() string { return b.msg }

// spent gives the error when the budget is spent, else nil.
func (b *budget) spent() error {
	out, in := b.out.Load(), b.in.Load()
	switch {
	case out > b.total:
		return bomb{fmt.Sprintf("unpacks to more than %d bytes: the rest is left out", b.total)}
	case out > b.free && in > 0 && out/b.ratio > in:
		return bomb{fmt.Sprintf("unpacks to more than %d times its size (%d bytes): the rest is left out, as what made it may mean harm", b.ratio, out)}
	}
	return nil
}

type countingIn struct {
	r    io.Reader
	left *budget
}

func (c *countingIn) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.left.in.Add(int64(n))
	return n, err
}

// countingOut counts what comes out of a layer, and makes sense of how it ends.
type countingOut struct {
	r    io.Reader
	left *budget
	some bool
}

func (c *countingOut) Read(p []byte) (int, error) {
	if err := c.left.spent(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.left.out.Add(int64(n))
	c.some = c.some || n > 0
	if err != nil && err != io.EOF && c.some && endsInPadding(err) {
		err = io.EOF
	}
	return n, err
}

// endsInPadding tells that behind a good stream comes something that is none, as blocks of NUL bytes do on tapes and
// broken disks.
func endsInPadding(err error) bool {
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, zstd.ErrMagicMismatch) || errors.Is(err, lz4.ErrInvalidFrame) ||
		err == bzip2.StructuralError("bad magic value in continuation file")
}

package parser

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"sync"
)

// plainFile is a file whose bytes are the log's own, so that its blocks can be read at once by all cores.
type plainFile struct {
	f    io.ReaderAt
	from int64 // where the text begins, behind a byte order mark
	size int64
}

// plain gives the input's plain file when it has one that is worth splitting and needs no decoding.
func (in *Input) plain(set charset) *plainFile {
	f, ok := in.file.(*os.File)
	if !ok || set.wide {
		return nil
	}
	info, err := f.Stat()
	if err != nil || info.Size() < in.splitFrom() {
		return nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil
	}
	begin := at - int64(in.r.Buffered()) // not 0 of a standard input that somebody has read from
	return &plainFile{f: f, from: begin + int64(set.mark), size: info.Size()}
}

// splitFrom is the size from which on a second core is worth its start.
func (in *Input) splitFrom() int64 {
	if in.Block > 0 {
		return 0
	}
	return 4 * blockSize
}

// cutting reads and sifts the blocks of a plain file on all cores. Block k owns the lines that begin behind its
// first line end, up to the one that begins with or holds the first byte of block k+1: so all reads are aligned, which
// the kernel copies twice as fast. Whoever takes a block takes memory with it, in order, so the block that the reader
// waits for is always being worked on.
type cutting struct {
	file  *plainFile
	size  int64
	free  chan *sifted
	quit  chan struct{}
	ready []chan *sifted // block k lands in ready[k % len(ready)]

	mu    sync.Mutex
	taken int64 // blocks taken
	given int64 // blocks handed to the reader
	group sync.WaitGroup
}

func startCutting(file *plainFile, size int, fresh func() *sieve) *cutting {
	workers := runtime.GOMAXPROCS(0)
	memories := 2*workers + 1
	c := &cutting{file: file, size: int64(size), free: make(chan *sifted, memories), quit: make(chan struct{}), ready: make([]chan *sifted, memories)}
	for i := range c.ready {
		c.ready[i] = make(chan *sifted, 1)
		c.free <- &sifted{}
	}
	for range workers {
		s := fresh()
		c.group.Go(func() { c.work(s) })
	}
	return c
}

func (c *cutting) work(s *sieve) {
	for {
		c.mu.Lock()
		var out *sifted
		select {
		case out = <-c.free:
		case <-c.quit:
			c.mu.Unlock()
			return
		}
		k := c.taken
		c.taken++
		c.mu.Unlock()
		begin := c.file.from + k*c.size
		if begin >= c.file.size && k > 0 {
			c.ready[k%int64(len(c.ready))] <- nil
			return
		}
		out.reset()
		c.sift(s, out, k, begin)
		c.ready[k%int64(len(c.ready))] <- out
	}
}

func (c *cutting) next() *sifted {
	out := <-c.ready[c.given%int64(len(c.ready))]
	if out != nil {
		c.given++
	}
	return out
}

func (c *cutting) done(out *sifted) { c.free <- out }

func (c *cutting) stop() {
	close(c.quit)
	c.group.Wait()
}

// slack is read behind a block in the first go: most lines end in it.
const slack = 4 << 10

// sift sifts the lines that the block owns where they lie in the file's mapping, if they do.
func (c *cutting) sift(s *sieve, out *sifted, k, begin int64) {
	if data, giveBack, ok := c.file.mapped(begin, int(c.size)+slack); ok {
		defer giveBack()
		done := false
		if survive(func() { done = siftMapped(s, out, data, k > 0, int(c.size)) }) && done {
			return
		}
		out.reset()
	}
	c.siftRead(s, out, k, begin)
}

// siftMapped sifts what is whole in data and keeps copies; false when the last line of the block is not whole in data, or
// may be too long.
func siftMapped(s *sieve, out *sifted, data []byte, inside bool, size int) bool {
	from := 0
	if inside {
		from = bytes.IndexByte(data[:min(len(data), size)], '\n') + 1
		if from == 0 {
			return false
		}
	}
	end := len(data) // of the file, when the block is its last
	if len(data) > size {
		end = size + bytes.IndexByte(data[size:], '\n') + 1
	}
	if end == size || len(data)-bytes.LastIndexByte(data[:len(data)-1], '\n') > MaxLine {
		return false
	}
	s.sift(out, data[from:end], 0)
	out.copyKept()
	return true
}

// siftRead reads the lines that the block owns and sifts them.
func (c *cutting) siftRead(s *sieve, out *sifted, k, begin int64) {
	lead, want := begin, int(c.size)
	data := c.read(out, nil, lead, want+slack)
	if k > 0 {
		i := bytes.IndexByte(data[:min(len(data), want)], '\n')
		if i < 0 {
			return
		}
		data, want = data[i+1:], want-i-1
		lead += int64(i + 1)
	}
	searched := want
	for {
		if len(data) > searched {
			if i := bytes.IndexByte(data[searched:], '\n'); i >= 0 {
				s.sift(out, data[:searched+i+1], 0)
				return
			}
			searched = len(data)
		}
		begun := bytes.LastIndexByte(data[:min(len(data), want)], '\n') + 1
		if len(data)-begun > MaxLine+1 {
			c.siftOverlong(s, out, data, begun, lead)
			return
		}
		had := len(data)
		if data = c.read(out, data, lead, 2*max(had, slack)); len(data) == had {
			s.sift(out, data, 0)
			return
		}
	}
}

// siftOverlong sifts a block whose last line, begun at an offset of data, is longer than MaxLine.
func (c *cutting) siftOverlong(s *sieve, out *sifted, data []byte, begun int, lead int64) {
	kept := data[:begun+MaxLine]
	dropped, end := len(data)-len(kept), false
	scratch := make([]byte, 64<<10)
	for at := lead + int64(len(data)); !end; {
		n, err := c.file.f.ReadAt(scratch, at)
		if i := bytes.IndexByte(scratch[:n], '\n'); i >= 0 {
			n, end = i, true
		}
		dropped += n
		at += int64(n)
		if err != nil && !end {
			s.sift(out, kept, dropped)
			out.torn = true
			if err != io.EOF {
				out.err = err
			}
			return
		}
	}
	s.sift(out, kept, dropped)
}

// read gives want bytes from the offset lead on, fewer at the end of the file; what data holds already is not read again.
func (c *cutting) read(out *sifted, data []byte, lead int64, want int) []byte {
	if data == nil {
		if cap(out.buf) < want {
			out.buf = make([]byte, want)
		}
		data = out.buf[:0]
	}
	if cap(data) < want {
		data = append(make([]byte, 0, want), data...)
	}
	n, err := c.file.f.ReadAt(data[len(data):want], lead+int64(len(data)))
	if err != nil && err != io.EOF {
		out.err = err
	}
	return data[:len(data)+n]
}

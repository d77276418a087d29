package parser

import (
	"bytes"
	"io"
	"runtime"
)

// BlockPad is how many bytes behind a block's data may be read (not used), so that scanners can load whole words.
const BlockPad = 8

// Block is a run of whole rows of one input.
type Block struct {
	Data []byte // cap is at least len + BlockPad
	Line int    // number of its first line, from 1
	Last bool   // the input ends with it
	Note any    // what the cut says of the block: the layout of its rows, for instance
}

// Cut tells how many of the given bytes, from the first, are whole rows, and what the worker should know of them;
// 0 when no row ends there yet. end says that no bytes follow. Cut is called in the order of the input.
type Cut func(data []byte, end bool) (n int, note any)

// Rest gives the bytes of the input behind the current line, for formats that are not made of lines. Next must
// not be called once it has been read from; Passed keeps the count of lines.
func (l *Lines) Rest() io.Reader { return rest{l} }

// Passed counts lines that were read through Rest.
func (l *Lines) Passed(lines int) { l.number += lines }

type rest struct{ l *Lines }

// Read gives what Lines holds already, then what the input holds; read errors are kept for Err as well.
func (r rest) Read(p []byte) (int, error) {
	l := r.l
	if l.at < l.end {
		n := copy(p, l.buf[l.at:l.end])
		l.at += n
		return n, nil
	}
	if l.eof {
		return 0, io.EOF
	}
	n, err := l.r.Read(p)
	l.read += int64(n)
	if err != nil {
		l.eof = true
		if err != io.EOF {
			l.err = err
		}
		return n, io.EOF
	}
	return n, nil
}

// Blocks cuts the unread rest of the input into blocks of about size bytes, has work make a T of each, on all
// cores, and hands the results to join in the input's order. What work collects by worker (0 .. Workers()-1)
// must add up to the same whatever worker gets which block.
func Blocks[T any](l *Lines, size int, cut Cut, work func(worker int, b Block) T, join func(T)) {
	src := &blockReader{src: l.Rest(), size: size, cut: cut, line: l.number + 1}
	defer func() { l.number = src.line - 1 }()
	first, ok := src.next(nil)
	if !ok {
		return
	}
	if first.Last { // small inputs need no second core
		join(work(0, first))
		return
	}
	crew := startCrew(work)
	defer close(crew.jobs)
	crew.give(first)
	for {
		var spare []byte
		if len(crew.pending) > 2*Workers() {
			spare = crew.take(join)
		}
		b, ok := src.next(spare)
		if !ok {
			break
		}
		crew.give(b)
	}
	for len(crew.pending) > 0 {
		crew.take(join)
	}
}

// Workers is how many blocks are worked on at a time.
func Workers() int { return runtime.GOMAXPROCS(0) }

// crew is the workers and the blocks given to them that are not joined yet, in order.
type crew[T any] struct {
	jobs    chan *job[T]
	pending []*job[T]
}

type job[T any] struct {
	block Block
	out   T
	fault any // what work panicked with: raised again on the caller's side
	done  chan struct{}
}

func startCrew[T any](work func(int, Block) T) *crew[T] {
	c := &crew[T]{jobs: make(chan *job[T], 2*Workers()+1)}
	for worker := range Workers() {
		go func() {
			for j := range c.jobs {
				j.run(worker, work)
			}
		}()
	}
	return c
}

func (j *job[T]) run(worker int, work func(int, Block) T) {
	defer close(j.done)
	defer func() { j.fault = recover() }()
	j.out = work(worker, j.block)
}

func (c *crew[T]) give(b Block) {
	j := &job[T]{block: b, done: make(chan struct{})}
	c.pending = append(c.pending, j)
	c.jobs <- j
}

// take joins the oldest block and gives its memory back for reuse.
func (c *crew[T]) take(join func(T)) []byte {
	j := c.pending[0]
	c.pending = c.pending[1:]
	<-j.done
	if j.fault != nil {
		panic(j.fault)
	}
	join(j.out)
	return j.block.Data[:0]
}

// blockReader cuts a stream at row ends.
type blockReader struct {
	src   io.Reader
	size  int
	cut   Cut
	carry []byte
	line  int
	eof   bool
}

// next gives the next block, in the memory of spare when that is large enough; false at the end.
func (r *blockReader) next(spare []byte) (Block, bool) {
	if r.eof && len(r.carry) == 0 {
		return Block{}, false
	}
	want := max(r.size, len(r.carry)+1)
	if cap(spare) < want+BlockPad {
		spare = make([]byte, 0, want+BlockPad)
	}
	data := append(spare[:0], r.carry...)
	for {
		data = r.fill(data, want)
		n, note := r.cut(data, r.eof)
		if n == 0 && !r.eof && len(data) <= MaxLine {
			want = 2 * max(len(data), 1)
			continue
		}
		if n == 0 && !r.eof {
			n = bytes.LastIndexByte(data, '\n') + 1 // a row without end: cut it where a line ends, or anywhere
		}
		if n == 0 {
			n = len(data)
		}
		return r.give(data, n, note)
	}
}

func (r *blockReader) give(data []byte, n int, note any) (Block, bool) {
	r.carry = append(r.carry[:0], data[n:]...)
	data = data[:n]
	if n == 0 {
		return Block{}, false
	}
	b := Block{Data: data, Line: r.line, Last: r.eof && len(r.carry) == 0, Note: note}
	r.line += bytes.Count(data, []byte{'\n'})
	if b.Last && data[n-1] != '\n' {
		r.line++
	}
	return b, true
}

// fill reads until data holds want bytes or the input ends.
func (r *blockReader) fill(data []byte, want int) []byte {
	if cap(data) < want+BlockPad {
		data = append(make([]byte, 0, want+BlockPad), data...)
	}
	for len(data) < want && !r.eof {
		n, err := r.src.Read(data[len(data):want])
		data = data[:len(data)+n]
		r.eof = err != nil
	}
	return data
}

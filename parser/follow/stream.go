package follow

import (
	"context"
	"io"
)

// Stream gives a reader of r that ends when the context is done, even while r waits for more.
func Stream(ctx context.Context, r io.Reader) io.Reader {
	s := &stream{ctx: ctx, pieces: make(chan piece)}
	go s.run(r)
	return s
}

type stream struct {
	ctx    context.Context
	pieces chan piece
	cur    piece
}

type piece struct {
	data []byte
	err  error
}

func (s *stream) run(r io.Reader) {
	for {
		b := make([]byte, 64<<10)
		n, err := r.Read(b)
		select {
		case s.pieces <- piece{b[:n], err}:
		case <-s.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// Read gives what r gave.
func (s *stream) Read(p []byte) (int, error) {
	for len(s.cur.data) == 0 {
		if s.cur.err != nil {
			return 0, s.cur.err
		}
		select {
		case s.cur = <-s.pieces:
		case <-s.ctx.Done():
			s.cur.err = io.EOF
		}
	}
	n := copy(p, s.cur.data)
	s.cur.data = s.cur.data[n:]
	return n, nil
}

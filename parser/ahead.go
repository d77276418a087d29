package parser

import "io"

// ahead reads from r in a goroutine of its own, a few blocks ahead of its reader.
type ahead struct {
	full  chan chunk
	empty chan []byte
	quit  chan struct{}
	ended chan struct{}
	cur   []byte // unread
	whole []byte // the memory of cur
	err   error
}

type chunk struct {
	data []byte
	err  error
}

// Blocks of 512 KiB: smaller ones wake the other goroutine so often that it costs a tenth of the time.
const (
	aheadBlocks = 4
	aheadSize   = 512 << 10
)

func readAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan chunk, aheadBlocks), empty: make(chan []byte, aheadBlocks), quit: make(chan struct{}), ended: make(chan struct{})}
	for range aheadBlocks {
		a.empty <- make([]byte, aheadSize)
	}
	go a.run(r)
	return a
}

func (a *ahead) run(r io.Reader) {
	defer close(a.ended)
	for {
		var b []byte
		select {
		case b = <-a.empty:
		case <-a.quit:
			return
		}
		n, err := fillMost(r, b)
		a.full <- chunk{b[:n], err} // there are never more chunks than room
		if err != nil {
			return
		}
	}
}

// fillMost reads until b is at least half full, so that the channels carry few and large chunks.
func fillMost(r io.Reader, b []byte) (n int, err error) {
	defer func() {
		if fault := recover(); fault != nil { // a decoder that damaged data leads astray
			err = damaged{fault}
		}
	}()
	for n < len(b)/2 && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	return n, err
}

// Read gives what was read ahead.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.cur) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		if a.whole != nil {
			a.empty <- a.whole[:cap(a.whole)]
		}
		c := <-a.full
		a.cur, a.whole, a.err = c.data, c.data, c.err
	}
	n := copy(p, a.cur)
	a.cur = a.cur[n:]
	return n, nil
}

// stop ends the goroutine and waits for it, so that nobody reads from r any more.
func (a *ahead) stop() {
	close(a.quit)
	<-a.ended
}

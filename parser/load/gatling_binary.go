package load

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// Gatling's simulation.log since 3.13.0 (development builds call themselves 3.12.1), binary, big endian:
//
//	string = int32 n; when n > 0: n bytes and a coder byte      cached = int32 k; k > 0: a string follows, to be
//	                                                            known as k; k < 0: the string known as -k
//	0 RUN   : string version, string class, int64 start ms, string description, int32 n strings (scenarios),
//	          int32 n times (int32 length, bytes) (assertions)
//	2 USER  : int32 scenario, bool start, int32 ms since the run's start
//	1 REQ   : int32 n cached (groups), cached name, int32 start, int32 end, bool ok, cached message
//	3 GROUP : int32 n cached, int32 start, int32 end, int32 cumulated, bool ok
//	4 ERROR : cached message, int32 ms
//
// Gatling itself refuses the log of any other version; the records have been the same in 3.13 and 3.14.
// Source: gatling-core LogFileDataWriter.scala, gatling-charts LogFileReader.scala (v3.13, v3.14).
func gatlingBinary(o Options) parser.Format {
	return parser.Format{
		Name:  "gatling-binary",
		Title: "Gatling simulation.log, binary (since 3.13)",
		Sniff: func(h parser.Head) parser.Score {
			if d := h.Data; len(d) > 8 && d[0] == 0 && d[1] == 0 && d[2] == 0 && d[3] == 0 && d[4] >= 3 && d[4] < 32 && d[5] >= '1' && d[5] <= '9' && d[6] == '.' {
				return 95
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseGatlingBinary(l, sink, o) },
		Raw:   true,
	}
}

// gatlingBytes reads the records from a window on the input. Its methods give zero once something is wrong.
type gatlingBytes struct {
	src    io.Reader
	buf    []byte
	at     int
	offset int64 // of buf[0] in the input
	cut    bool  // the input ended inside a value
	fault  string
	names  map[int32][]byte // nil when names are of no interest
}

const (
	gatlingWindow = 1 << 18
	gatlingString = 1 << 20 // a longer string is a damaged number
)

// need makes n bytes readable at buf[at:].
func (g *gatlingBytes) need(n int) bool {
	for len(g.buf)-g.at < n {
		if g.cut || g.fault != "" {
			return false
		}
		g.offset += int64(g.at)
		rest := copy(g.buf[:cap(g.buf)], g.buf[g.at:])
		if cap(g.buf) < n {
			g.buf = append(make([]byte, 0, 2*n), g.buf[:rest]...)
		}
		g.at = 0
		got, err := io.ReadAtLeast(g.src, g.buf[rest:cap(g.buf)], 1)
		g.buf = g.buf[:rest+got]
		if err != nil {
			g.cut = len(g.buf) < n
			return !g.cut
		}
	}
	return true
}

func (g *gatlingBytes) byte() byte {
	if !g.need(1) {
		return 0
	}
	g.at++
	return g.buf[g.at-1]
}

func (g *gatlingBytes) int32() int32 {
	if !g.need(4) {
		return 0
	}
	g.at += 4
	return int32(binary.BigEndian.Uint32(g.buf[g.at-4:]))
}

// count reads how many things follow, 0 and a fault when that is not a number from 0 to most.
func (g *gatlingBytes) count(most int32) int32 {
	n := g.int32()
	if n < 0 || n > most {
		g.fault = fmt.Sprintf("%d things are said to follow, at most %d were expected", n, most)
		return 0
	}
	return n
}

func (g *gatlingBytes) int64() int64 { return int64(g.int32())<<32 | int64(uint32(g.int32())) }

// skip passes over n bytes and gives them; valid until the next call.
func (g *gatlingBytes) skip(n int32) []byte {
	if n < 0 || n > gatlingString {
		g.fault = fmt.Sprintf("a length of %d bytes", n)
		return nil
	}
	if !g.need(int(n)) {
		return nil
	}
	g.at += int(n)
	return g.buf[g.at-int(n) : g.at]
}

func (g *gatlingBytes) string() []byte {
	n := g.int32()
	if n <= 0 {
		return nil
	}
	s := g.skip(n + 1) // with the coder, 0 Latin-1, 1 UTF-16: what is read next may move the window
	if s == nil {
		return nil
	}
	return s[:n]
}

func (g *gatlingBytes) cached() []byte {
	switch k := g.int32(); {
	case k > 0:
		s := g.string()
		if g.names != nil && len(g.names) < 1<<16 {
			g.names[k] = append([]byte(nil), s...)
		}
		return s
	case k < 0:
		return g.names[-k]
	}
	return nil
}

func parseGatlingBinary(l *parser.Lines, sink record.Sink, o Options) error {
	g := &gatlingBytes{src: l.Rest(), buf: make([]byte, 0, gatlingWindow)}
	c := &counted{}
	if o.ByLabel {
		g.names, c.labels = map[int32][]byte{}, newLabels()
	}
	bad := &faults{path: l.Path, sink: sink}
	start, ok := g.run()
	if !ok {
		return fmt.Errorf("the RUN record at its beginning is damaged or cut")
	}
	c.times.kind(time.Millisecond, 0)
	at := g.records(c, start)
	pattern := record.Load{From: record.Origin{File: l.Path}, Tool: "gatling", Torn: g.cut}
	switch {
	case g.fault != "":
		bad.note(fmt.Sprintf("the record at byte %d cannot be read (%s): what stands behind it is left out", at, g.fault))
	case g.cut:
		bad.note(fmt.Sprintf("the file ends inside the record at byte %d: Gatling was killed or had not written it out", at))
	}
	c.deliver(l, sink, pattern, bad)
	return nil
}

// run reads the RUN record and gives the start of the run, in microseconds.
func (g *gatlingBytes) run() (start int64, ok bool) {
	g.byte()
	g.string()
	g.string()
	start = g.int64()
	g.string()
	for range g.count(1 << 16) {
		g.string()
	}
	for range g.count(1 << 16) {
		g.skip(g.int32())
	}
	return start * millisecond, !g.cut && g.fault == "" && start > 0 && start < year2100/millisecond
}

// records reads until the end or the first damage and gives the place of the last record begun.
func (g *gatlingBytes) records(c *counted, start int64) (at int64) {
	f := c.fold(0)
	for n := 1; ; n++ {
		at = g.offset + int64(g.at)
		if !g.need(1) {
			g.cut = false // the end lies between records
			return at
		}
		switch kind := g.byte(); kind {
		case 1:
			if !g.quickRequest(f, start, n) {
				g.request(c, f, start, n)
			}
		case 2:
			g.int32()
			joined, ms := g.byte() != 0, g.int32()
			if by := int32(1); !g.cut {
				if !joined {
					by = -1
				}
				f.move(start+int64(ms)*millisecond, by, n)
			}
		case 3:
			for range g.count(64) {
				g.cached()
			}
			g.skip(13)
		case 4:
			g.cached()
			g.int32()
		default:
			g.fault = fmt.Sprintf("unknown kind %d", kind)
		}
		if g.cut || g.fault != "" {
			return at
		}
	}
}

// quickRequest counts a request outside of groups whose name and message are known already, which nearly all are;
// false when it is another.
func (g *gatlingBytes) quickRequest(f *fold, start int64, n int) bool {
	const size = 4 + 4 + 4 + 4 + 1 + 4
	if g.names != nil || len(g.buf)-g.at < size {
		return false
	}
	b := g.buf[g.at : g.at+size : g.at+size]
	groups, name, message := binary.BigEndian.Uint32(b), int32(binary.BigEndian.Uint32(b[4:])), int32(binary.BigEndian.Uint32(b[17:]))
	if groups != 0 || name > 0 || message > 0 {
		return false
	}
	from, to := int32(binary.BigEndian.Uint32(b[8:])), int32(binary.BigEndian.Uint32(b[12:]))
	f.add(start+int64(to)*millisecond, int64(to-from)*millisecond, b[16] != 0, unknown, n)
	g.at += size
	return true
}

func (g *gatlingBytes) request(c *counted, f *fold, start int64, n int) {
	for range g.count(64) {
		g.cached()
	}
	name := g.cached()
	if g.names != nil {
		name = append([]byte(nil), name...)
	}
	from, to := g.int32(), g.int32()
	ok := g.byte() != 0
	g.cached()
	if g.cut || g.fault != "" {
		return
	}
	end, took := start+int64(to)*millisecond, int64(to-from)*millisecond
	f.add(end, took, ok, unknown, n)
	if c.labels != nil {
		c.labels.of(name).add(end, took, ok, unknown, n)
	}
}

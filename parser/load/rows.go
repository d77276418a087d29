package load

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
)

// rowFile is a file of lines that stand alone, each telling of one request, read on all cores.
type rowFile struct {
	tool string
	opts Options
	size int // of a block
	// open reads the first line; rows are all lines behind it, and it as well unless it is a header.
	open func(line []byte) (header bool, row rowReader)
	// begins tells the lines that a row can begin with, of CSV whose quoted fields may hold line ends; nil where a row is a line.
	begins func(line []byte) bool
	like   record.Stamp // what the stamps lack, when the rows do not tell
}

// rowReader reads one line into what is counted. It gives what is wrong with the line, or "".
type rowReader func(c *counted, line []byte, number int) (fault string)

// counted is what one worker found: a fold for each rank of evidence, of which the first that holds requests is
// the load. A tool that logs HTTP requests and iterations counts requests, one without requests iterations.
type counted struct {
	folds  [3]*fold
	labels *labels
	times  stamps

	refused      int64 // requests that failed, of which no time is told
	firstRefused int   // the line of the first
	gaveUp       mark  // where the tool says that it did; no line when it does not
}

func (c *counted) fold(rank int) *fold {
	if c.folds[rank] == nil {
		c.folds[rank] = newFold()
	}
	return c.folds[rank]
}

func (c *counted) add(rank int, end, took int64, ok bool, users int64, label []byte, line int) {
	if end%second == 0 { // a stamp of whole seconds: it ended within it, and a short one began there too
		end += second / 2
	}
	c.fold(rank).add(end, took, ok, users, line)
	if c.labels != nil && rank == 0 {
		c.labels.of(label).add(end, took, ok, users, line)
	}
}

// rowBlock is what one block left to be joined.
type rowBlock struct {
	block  parser.Block
	faults faultList
	read   int // rows without fault
	torn   bool
}

// read reads the whole file and hands its loads over.
func (f *rowFile) read(l *parser.Lines, sink record.Sink) {
	var header []byte
	var row rowReader
	cut := func(data []byte, end bool) (int, any) {
		if row == nil {
			line, n := firstLine(data)
			if n == len(data) && !end && n <= parser.MaxLine {
				return 0, nil
			}
			var isHeader bool
			if isHeader, row = f.open(line); isHeader {
				header = bytes.Clone(line)
			}
		}
		if end {
			return len(data), nil
		}
		return f.wholeRows(data), nil
	}
	workers := make([]*counted, parser.Workers())
	for i := range workers {
		workers[i] = &counted{}
		if f.opts.ByLabel {
			workers[i].labels = newLabels()
		}
	}
	bad := &faults{path: l.Path, sink: sink}
	torn, read := false, 0
	run := func(worker int, b *rowBlock) { b.rows(f, workers[worker], row, header) }
	parser.Blocks(l, f.size, cut, func(worker int, b parser.Block) *rowBlock {
		out := &rowBlock{block: b}
		if !f.opts.ByLabel {
			run(worker, out)
		}
		return out
	}, func(out *rowBlock) {
		if f.opts.ByLabel { // in order, so that which labels are kept does not depend on the workers
			run(0, out)
		}
		bad.join(&out.faults)
		torn = torn || out.torn
		read += out.read
	})
	all := workers[0]
	for _, w := range workers[1:] {
		all.merge(w)
	}
	all.tellEnd(l, sink)
	all.deliver(l, sink, record.Load{From: record.Origin{File: l.Path}, Tool: f.tool, Torn: torn, Start: f.like}, bad)
	switch {
	case all.empty() && read > 0:
		all.deliverUsers(&gauges{l: l, sink: sink, tool: f.tool})
		bad.note("holds no request that can be read: all of its rows are of something else")
	case all.empty():
		bad.note("holds no request that can be read: the tool ended, or was killed, before one was written out")
	}
	bad.close()
}

// empty tells that nothing was counted.
func (c *counted) empty() bool {
	for _, f := range c.folds {
		if f != nil && f.rows > 0 {
			return false
		}
	}
	return true
}

// wholeRows gives the length of the rows that end in data, whose beginning is a row's.
func (f *rowFile) wholeRows(data []byte) int {
	n := bytes.LastIndexByte(data, '\n') + 1
	if f.begins == nil || bytes.IndexByte(data[:n], quote) < 0 {
		return n
	}
	for row := n; row > 0; {
		row = bytes.LastIndexByte(data[:row-1], '\n') + 1
		line, next := firstLine(data[row:])
		if !f.begins(line) {
			continue
		}
		if end := row + next - 1; !quoteOpen(line, ',') || f.rowEnd(data[:n], row, end) > end || n-row > maxOpen {
			break
		}
		return row
	}
	return n
}

// rowEnd gives where a row ends whose first line is data[pos:end]: a quote that is open there takes in the lines up to that
// which closes it, unless one that a row can begin with stands before it: then the row was cut.
func (f *rowFile) rowEnd(data []byte, pos, end int) int {
	if first := trimCR(data[pos:end]); !f.begins(first) || !quoteOpen(first, ',') {
		return end
	}
	for to := end; to < len(data) && to-pos < maxOpen; {
		next := indexFrom(data, to+1, '\n')
		line := trimCR(data[to+1 : next])
		if f.begins(line) {
			break
		}
		if goesOn, _ := quoteGoesOn(line, ','); !goesOn {
			return next
		}
		to = next
	}
	return end
}

func (b *rowBlock) rows(f *rowFile, c *counted, row rowReader, header []byte) {
	data, number := b.block.Data, b.block.Line
	passed := 0 // lines that are no rows
	nextQuote := -1
	if f.begins == nil {
		nextQuote = len(data)
	}
	for pos, next := 0, 0; pos < len(data); number = next {
		end := indexFrom(data, pos, '\n')
		next = number + 1
		if nextQuote < pos {
			nextQuote = indexFrom(data, pos, quote)
		}
		if nextQuote < end {
			first := end
			end = f.rowEnd(data, pos, end)
			more := bytes.Count(data[first:end], []byte{'\n'})
			next, passed = next+more, passed+more
		}
		line := trimCR(data[pos:end])
		pos = end + 1
		if len(line) == 0 || header != nil && bytes.Equal(line, header) {
			passed++
			continue
		}
		fault := row(c, line, number)
		if fault == "" {
			continue
		}
		if b.block.Last && end == len(data) {
			b.torn = true
			fault = "the file ends inside this row: the tool was killed or had not written it out"
		}
		b.faults.add(number, fault)
	}
	b.read = number - b.block.Line - passed - b.faults.n
}

func (c *counted) merge(o *counted) {
	for rank, f := range o.folds {
		switch {
		case f == nil:
		case c.folds[rank] == nil:
			c.folds[rank] = f
		default:
			c.folds[rank].merge(f)
		}
	}
	c.times.merge(&o.times)
	if o.refused > 0 && (c.refused == 0 || o.firstRefused < c.firstRefused) {
		c.firstRefused = o.firstRefused
	}
	c.refused += o.refused
	if o.gaveUp.line > c.gaveUp.line {
		c.gaveUp = o.gaveUp
	}
}

// deliverUsers hands over how many users there were, of a file that holds no requests.
func (c *counted) deliverUsers(g *gauges) {
	f := c.folds[len(c.folds)-1]
	if f == nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(f.pages)) {
		p := f.pages[key]
		for i := range p.cells {
			if users := p.cells[i].users; users > 0 {
				g.putLine(record.Users, f.stamp(key<<pageBits+int64(i), c.times.like()), float64(users-1), p.line)
			}
		}
	}
}

func (c *counted) deliver(l *parser.Lines, sink record.Sink, pattern record.Load, bad *faults) {
	if c.times.known {
		pattern.Start = c.times.like()
	}
	switch {
	case c.refused == 0:
	case c.times.known:
		bad.plain(c.firstRefused, fmt.Sprintf("from here on %d requests got no connection or no answer, and nothing tells when: they are not counted", c.refused))
	default:
		f := c.fold(0)
		f.rows, f.failed = f.rows+c.refused, f.failed+c.refused
	}
	for _, f := range c.folds {
		if f == nil || f.rows == 0 {
			continue
		}
		if g := c.folds[len(c.folds)-1]; g != nil && f != g && g.rows == 0 { // users told apart from requests
			f.merge(g)
		}
		for _, load := range f.harvest(pattern, bad.plain) {
			sink.Load(load)
		}
		break
	}
	if c.labels != nil {
		c.labels.deliver(l, sink, pattern, bad.plain)
	}
}

package load

import (
	"bytes"
	"fmt"

	"oomortem/parser"
	"oomortem/parser/record"
)

// JMeter's result file in CSV, as CSVSaveService writes it (versions seen: 2.13, 3.x, 5.x, and the dialects of
// Taurus and apiritif):
//
//	timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,...
//	1551783627191,351,JR-OK,200,Good request,Thread Group 1-1,text,true,,18,8,1,1,null,0,0,0
//
// timeStamp is the start of a request; it counts where it ended, at timeStamp + elapsed. Rows of transaction
// controllers sum up other rows and count only in a file that holds nothing else ("Generate parent sample"). They are
// known by their message, or, in a file without messages, by what findSums finds.
// Columns by version: github.com/apache/jmeter, SampleSaveConfiguration.java and jmeter.properties.
func jmeterCSV(o Options) parser.Format {
	return parser.Format{
		Name:  "jmeter-csv",
		Title: "JMeter results (.jtl, .csv), with or without header",
		Sniff: sniffJTL,
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseJTL(l, sink, o, jtlBlockSize) },
		Raw:   true,
	}
}

func sniffJTL(h parser.Head) parser.Score {
	line := h.Line()
	switch {
	case bytes.HasPrefix(line, []byte("timeStamp")) && jtlHeader(line) != nil:
		return 95
	case jtlHeader(line) != nil && bytes.Contains(line, []byte("responseCode")):
		return 85
	case jtlGuess(line) != nil:
		return 75
	}
	return 0
}

// jtlPart is a stretch of the file from one header line to the next: a file that several runs were appended to,
// or several files that were joined, has more than one.
type jtlPart struct {
	columns *jtlColumns
	number  int
}

// jtl reads one file.
type jtl struct {
	path   string
	sink   record.Sink
	opts   Options
	part   *jtlPart
	parts  int
	turned bool                // the block at hand has been looked at for a header line
	folds  []map[int]*jtlFolds // by worker, by part
	faults *faults
	torn   bool
	doubt  bool
	coded  bool // in some part nothing but the response code tells what failed
	// queued says that rows are read as blocks are joined, in order: by label, so that which labels are kept does not depend on
	// which worker was first, and where the times are of the day only, so that midnights are counted.
	queued bool
}

// jtlFolds is what one worker counted in one part.
type jtlFolds struct {
	plain, sums *fold
	labels      *labels
	times       stamps
}

const (
	jtlBlockSize = 1 << 18
	jtlLookahead = 64 << 10 // what the layout is decided by, however small the blocks are
	maxParts     = 64
)

func parseJTL(l *parser.Lines, sink record.Sink, o Options, blockSize int) error {
	j := &jtl{path: l.Path, sink: sink, opts: o, faults: &faults{path: l.Path, sink: sink}}
	j.folds = make([]map[int]*jtlFolds, parser.Workers())
	for i := range j.folds {
		j.folds[i] = map[int]*jtlFolds{}
	}
	parser.Blocks(l, blockSize, j.cut, j.work, j.join)
	if j.part == nil {
		return fmt.Errorf("not as JMeter writes it: expected timeStamp,elapsed,label,responseCode")
	}
	j.finish(l)
	return nil
}

// cut ends a block at the last row start, and before a header line, which begins a new part.
func (j *jtl) cut(data []byte, end bool) (int, any) {
	n := j.end(data, end)
	if n > 0 {
		j.turned = false
	}
	return n, j.note()
}

func (j *jtl) note() any {
	if j.part == nil {
		return nil
	}
	return j.part
}

func (j *jtl) end(data []byte, end bool) int {
	if j.part == nil {
		if len(data) < jtlLookahead && !end {
			return 0
		}
		if !j.open(data) {
			return len(data)
		}
		j.turned = true
	}
	if line, n := firstLine(data); !j.turned && j.part.columns.isHeader(line) {
		if n == len(data) && !end && n <= parser.MaxLine {
			return 0
		}
		j.turn(line)
		j.turned = true
	}
	c := j.part.columns
	for from := 0; ; {
		next := nextHeader(data[from:])
		if next == 0 {
			break
		}
		if from += next; c.time != 0 || c.rowBefore(data, from, end) == from {
			return from
		}
	}
	switch {
	case end:
		return len(data)
	case c.time == 0:
		return c.lastRow(data)
	}
	return c.wholeRows(data)
}

// open finds the layout at the beginning of the file.
func (j *jtl) open(data []byte) bool {
	line, next := firstLine(data)
	for len(bytes.TrimSpace(line)) == 0 && next < len(data) {
		data = data[next:]
		line, next = firstLine(data)
	}
	c := jtlHeader(line)
	if c == nil {
		c = jtlGuess(line)
	}
	if c == nil {
		return false
	}
	j.decide(c, data)
	c.findSums(data[:min(len(data), jtlLookahead)])
	j.coded = c.ok < 0 && c.code >= 0
	j.part = &jtlPart{columns: c}
	j.queued = j.opts.ByLabel || c.ofDay(data)
	return true
}

// decide settles the order of day and month by the times that are at hand. JMeter's own readers take the month
// first, so that is what is taken in doubt.
func (j *jtl) decide(c *jtlColumns, data []byte) {
	var values [][]byte
	for len(data) > 0 && c.time >= 0 {
		line, next := firstLine(data)
		data = data[next:]
		if f := allFields(line, c.delim); len(f) > c.time {
			values = append(values, f[c.time])
		}
	}
	var sure bool
	c.order, sure = decideOrder(values)
	j.doubt = j.doubt || !sure
}

// turn begins a new part at a header line. One without a usable header goes on with the columns as they were.
func (j *jtl) turn(line []byte) {
	columns := j.part.columns
	if c := jtlHeader(line); c != nil && !bytes.Equal(c.header, columns.header) {
		c.order = columns.order
		if columns.bare && c.msg < 0 && c.kind >= 0 {
			c.bare = true
			c.plan()
		}
		columns = c
	}
	j.coded = j.coded || columns.ok < 0 && columns.code >= 0
	j.parts = min(j.parts+1, maxParts)
	j.part = &jtlPart{columns: columns, number: j.parts}
}

// nextHeader gives the offset of a header line that is not the first line; 0 when there is none. It looks for the S of
// timeStamp: of the letters in it the one that rows have least, where every row has the line end before it.
func nextHeader(data []byte) int {
	const mark, middle = "\ntimeStamp", len("\ntime")
	for at := middle; at < len(data); at++ {
		i := bytes.IndexByte(data[at:], mark[middle])
		if i < 0 {
			return 0
		}
		at += i
		if bytes.HasPrefix(data[at-middle:], []byte(mark)) {
			return at - middle + 1
		}
	}
	return 0
}

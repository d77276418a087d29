package load

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// jtlBlock is what one block left to be joined in order.
type jtlBlock struct {
	block  parser.Block
	faults faultList
	torn   bool
}

// work reads the rows of a block, unless they must be read in order.
func (j *jtl) work(worker int, b parser.Block) *jtlBlock {
	out := &jtlBlock{block: b}
	if j.queued || b.Note == nil {
		return out
	}
	j.rows(j.count(worker, b.Note.(*jtlPart)), out)
	return out
}

func (j *jtl) join(out *jtlBlock) {
	if j.queued && out.block.Note != nil {
		j.rows(j.count(0, out.block.Note.(*jtlPart)), out)
	}
	j.faults.join(&out.faults)
	j.torn = j.torn || out.torn
}

// count gives the folds of a worker for a part.
func (j *jtl) count(worker int, p *jtlPart) *jtlFolds {
	f := j.folds[worker][p.number]
	if f == nil {
		f = &jtlFolds{plain: newFold(), times: stamps{order: p.columns.order}}
		if j.opts.ByLabel {
			f.labels = newLabels()
		}
		j.folds[worker][p.number] = f
	}
	return f
}

func (j *jtl) rows(f *jtlFolds, out *jtlBlock) {
	b, c := out.block, out.block.Note.(*jtlPart).columns
	data, line := b.Data, b.Line
	var r jtlRow
	nextQuote, literal := -1, 0 // up to literal no quote takes in the next line
	for pos := 0; pos < len(data); line++ {
		if nextQuote < pos {
			nextQuote = indexFrom(data, pos, quote)
		}
		if c.quick != nil && f.labels == nil {
			var n int
			if pos, n = c.quick.rows(data, pos, nextQuote, f, line); n > 0 {
				f.times.kind(millisecondPrec, 0)
				line += n
			}
		}
		end := indexFrom(data, pos, '\n')
		next := min(end+1, len(data))
		row, plain := trimCR(data[pos:end:cap(data)]), end <= nextQuote
		at := line
		if !plain {
			row, next, literal = c.rowAt(data, pos, literal)
			line += bytes.Count(data[pos:next-1], []byte{'\n'})
		}
		last := b.Last && next >= len(data)
		pos = next
		if len(row) == 0 || c.isHeader(row) {
			continue
		}
		c.read(row, plain, &f.times, &r)
		if last && end == len(data) && cutShort(row, c, r.fault) {
			out.torn = true
			out.faults.add(at, "the file ends inside this row: the tool was killed or had not written it out")
			continue
		}
		if r.fault != "" && !c.retry(row, &f.times, &r) {
			out.faults.add(at, r.fault)
			continue
		}
		f.add(&r, at)
	}
}

// rowAt gives the row with quotes that begins at pos, and where the next one begins.
func (c *jtlColumns) rowAt(data []byte, pos, literal int) (row []byte, next, stillLiteral int) {
	if pos < literal {
		line, n := firstLine(data[pos:])
		return line, pos + n, literal
	}
	row, n, open := c.takeRow(data[pos:])
	if open > 0 {
		literal = pos + open
	}
	return row, pos + n, literal
}

// retry reads a row once more without the NUL bytes that a crash of the machine left in it.
func (c *jtlColumns) retry(row []byte, times *stamps, r *jtlRow) bool {
	if bytes.IndexByte(row, 0) < 0 {
		return false
	}
	clean := bytes.ReplaceAll(row, []byte{0}, nil)
	c.read(clean, false, times, r)
	return r.fault == ""
}

// cutShort tells that the last row, which no line end follows, is not whole.
func cutShort(row []byte, c *jtlColumns, fault string) bool {
	return fault != "" || quoteOpen(row, c.delim) || len(allFields(row, c.delim)) < c.count
}

// indexFrom gives the place of the byte at or behind pos, or the data's length.
func indexFrom(data []byte, pos int, what byte) int {
	if i := bytes.IndexByte(data[pos:], what); i >= 0 {
		return pos + i
	}
	return len(data)
}

func trimCR(row []byte) []byte {
	if n := len(row); n > 0 && row[n-1] == '\r' {
		return row[:n-1]
	}
	return row
}

// transactions gives the fold of rows that sum up others.
func (f *jtlFolds) transactions() *fold {
	if f.sums == nil {
		f.sums = newFold()
	}
	return f.sums
}

// add counts a row.
func (f *jtlFolds) add(r *jtlRow, line int) {
	to := f.plain
	if r.sums {
		to = f.transactions()
	}
	r.into(to, line)
	if f.labels != nil && !r.sums {
		r.into(f.labels.of(r.label), line)
	}
}

func (r *jtlRow) into(f *fold, line int) {
	switch {
	case r.at < 0: // a file without timeStamp: totals only
		n, failed := stoodFor(r.many, r.failures())
		f.rows, f.failed = f.rows+n, f.failed+failed
	case r.many > 1:
		f.addMany(r.at+max(r.took, 0), r.took, r.many, r.failures(), r.users, line)
	default:
		f.add(r.at+max(r.took, 0), r.took, r.ok, r.users, line)
	}
}

// failures gives how many of the requests that the row stands for failed: ErrorCount's, and one at least when it is no success.
func (r *jtlRow) failures() int64 {
	switch {
	case !r.ok:
		return max(r.errors, 1)
	case r.many > 1:
		return r.errors
	}
	return 0
}

// finish joins what the workers counted and hands the loads over.
func (j *jtl) finish(l *parser.Lines) {
	parts := map[int]*jtlFolds{}
	for _, byPart := range j.folds {
		for number, f := range byPart {
			if have := parts[number]; have != nil {
				have.merge(f)
			} else {
				parts[number] = f
			}
		}
	}
	pattern := record.Load{From: record.Origin{File: j.path}, Tool: "jmeter"}
	var runs []*jtlFolds
	for _, number := range slices.Sorted(maps.Keys(parts)) {
		runs = append(runs, parts[number])
	}
	joined, final := joinOverlapping(runs)
	for _, f := range joined {
		pattern.Torn = j.torn && f == final
		f.deliver(j, l, pattern)
	}
	if (len(runs) == 0 || runs[0].all().rows == 0) && j.faults.n <= 1 { // one torn row, or none at all
		j.faults.note("holds no row that can be read: JMeter ended, or was killed, before anything was written out")
	} else if j.part.columns.time < 0 {
		j.faults.note("has no column timeStamp: only totals can be read")
	}
	if j.coded {
		j.faults.note("has no column success: responseCode tells what failed, all but 2xx and 3xx")
	}
	if j.doubt {
		j.faults.note("day and month cannot be told apart in timeStamp: read as month/day, as JMeter does")
	}
	j.faults.close()
}

func (f *jtlFolds) merge(o *jtlFolds) {
	f.plain.merge(o.plain)
	switch {
	case f.sums == nil:
		f.sums = o.sums
	case o.sums != nil:
		f.sums.merge(o.sums)
	}
	if f.labels != nil && o.labels != nil {
		f.labels.merge(o.labels)
	}
	f.times.merge(&o.times)
}

// joinOverlapping merges parts that lie in the same time: files of several generators that were put together. One that
// lies apart, before or behind, is another run: a clock may have been set back between two. last is what the last part
// went into.
func joinOverlapping(parts []*jtlFolds) (runs []*jtlFolds, last *jtlFolds) {
	spans := map[*jtlFolds][2]int64{}
	for _, f := range parts {
		begin, end := f.all().span()
		var apart []*jtlFolds
		for _, r := range runs {
			if at := spans[r]; at[0] > end || at[1] < begin {
				apart = append(apart, r)
				continue
			}
			begin, end = min(begin, spans[r][0]), max(end, spans[r][1])
			r.merge(f)
			f = r
		}
		spans[f] = [2]int64{begin, end}
		runs, last = append(apart, f), f
	}
	return runs, last
}

// all gives the fold that counts: the transactions in a file that holds nothing else.
func (f *jtlFolds) all() *fold {
	if f.plain.rows == 0 && f.sums != nil {
		return f.sums
	}
	return f.plain
}

func (f *jtlFolds) deliver(j *jtl, l *parser.Lines, pattern record.Load) {
	pattern.Start = f.times.like()
	if f.sums != nil && f.all() != f.sums {
		f.plain.sums = f.sums.rows
	}
	if f.times.prec >= time.Minute {
		f.all().perMinute(&gauges{l: l, sink: j.sink, tool: pattern.Tool}, pattern.Start)
		j.faults.note("the times tell the minute only: rates are those of whole minutes")
		return
	}
	f.all().appended = true
	for _, load := range f.all().harvest(pattern, j.faults.plain) {
		j.sink.Load(load)
	}
	if f.labels != nil {
		f.labels.deliver(l, j.sink, pattern, j.faults.plain)
	}
}

package load

import (
	"bytes"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// jtlColumns is how the rows of a JTL file are laid out. It is not changed once made.
type jtlColumns struct {
	delim  byte
	header []byte // the header line; nil without one
	count  int    // columns
	time   int    // columns of the fields, -1 when there is none
	took   int
	label  int
	code   int // responseCode
	msg    int
	thread int
	kind   int // dataType
	ok     int
	users  int
	many   int // SampleCount
	errors int // ErrorCount
	needed []int
	bare   bool      // rows without dataType are transaction controllers'
	quick  *jtlQuick // nil when the columns lie otherwise
	order  scan.DateOrder
}

// jtlHeader reads a header line; nil when the line is none.
//
//	timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,...
func jtlHeader(line []byte) *jtlColumns {
	if !bytes.Contains(line, []byte("label")) && !bytes.Contains(line, []byte("elapsed")) {
		return nil
	}
	delim := jtlDelimiter(line)
	c := noColumns(delim)
	for i, f := range allFields(line, delim) {
		c.count = i + 1
		if to := c.named(string(bytes.TrimSpace(f))); to != nil && *to < 0 {
			*to = i
		}
	}
	if c.label < 0 && c.took < 0 || c.ok < 0 && (c.time < 0 || c.took < 0) {
		return nil
	}
	c.header = bytes.Clone(line)
	return c.plan()
}

func (c *jtlColumns) named(name string) *int {
	switch name {
	case "timeStamp":
		return &c.time
	case "elapsed":
		return &c.took
	case "label":
		return &c.label
	case "responseCode":
		return &c.code
	case "responseMessage":
		return &c.msg
	case "threadName":
		return &c.thread
	case "dataType":
		return &c.kind
	case "success":
		return &c.ok
	case "allThreads":
		return &c.users
	case "SampleCount":
		return &c.many
	case "ErrorCount":
		return &c.errors
	}
	return nil
}

func noColumns(delim byte) *jtlColumns {
	return &jtlColumns{delim: delim, time: -1, took: -1, label: -1, code: -1, msg: -1, thread: -1, kind: -1, ok: -1, users: -1, many: -1, errors: -1}
}

// plan lists the columns that must be looked at, in order.
func (c *jtlColumns) plan() *jtlColumns {
	c.needed = nil
	for i := range c.count {
		switch i {
		case c.time, c.took, c.label, c.msg, c.ok, c.users, c.many, c.errors:
			c.needed = append(c.needed, i)
		case c.kind:
			if c.bare {
				c.needed = append(c.needed, i)
			}
		case c.code:
			if c.ok < 0 {
				c.needed = append(c.needed, i)
			}
		}
	}
	c.quick = newQuick(c)
	return c
}

// jtlGuess reads the layout off a row of a file without header: what JMeter up to 2.13 writes by default, and
// later ones with print_field_names=false. nil when the row is none of JMeter's.
//
//	1795393726508,88,GET /api/login,200,OK,Web Users 1-2,text,true,148,2,2,88
func jtlGuess(line []byte) *jtlColumns {
	delim := jtlDelimiter(line)
	fields := allFields(line, delim)
	c := noColumns(delim)
	c.count = len(fields)
	if len(fields) < 8 || len(fields) > 64 {
		return nil
	}
	var times stamps
	if _, ok := times.read(fields[0]); !ok {
		return nil
	}
	if _, ok := scan.Int(fields[1]); !ok {
		return nil
	}
	for i, f := range fields {
		if s := string(f); i > 1 && (s == "true" || s == "false") {
			c.ok = i
			break
		}
	}
	if c.ok < 0 {
		return nil
	}
	c.time, c.took, c.label = 0, 1, 2
	if c.ok >= 5 {
		c.msg = 4
	}
	c.guessUsers(fields)
	return c.plan()
}

// jtlDelimiter guesses the delimiter of a line: one of the usual four, or, where none of these stands in it, what follows the
// first word. default_delimiter of jmeter.properties may be any character, and JMeter finds it in a header in this way
// (CSVSaveService.java, DELIM_PATTERN).
func jtlDelimiter(line []byte) byte {
	if bytes.ContainsAny(line, ",;\t|") {
		return delimiterOf(line)
	}
	for _, b := range line {
		if word := b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'; !word && b < 0x80 && b != quote {
			return b
		}
	}
	return ','
}

// guessUsers finds allThreads by the columns behind success: bytes, grpThreads, allThreads up to 2.13;
// failureMessage, bytes, grpThreads, allThreads in 3.0; with sentBytes in between since 3.1.
func (c *jtlColumns) guessUsers(fields [][]byte) {
	at := c.ok + 3
	if at < len(fields) && len(fields[c.ok+1]) > 0 {
		if _, number := scan.Int(fields[c.ok+1]); number {
			c.users = at
			return
		}
	}
	switch {
	case len(fields) >= c.ok+9:
		c.users = c.ok + 5
	case len(fields) >= c.ok+5:
		c.users = c.ok + 4
	}
}

// begins tells whether a line begins as a row of this layout does, whatever quote stood open before it. It is
// asked only of layouts whose first column is the time.
func (c *jtlColumns) begins(line []byte) bool {
	i := bytes.IndexByte(line, c.delim)
	if i < 8 || i > 40 {
		return false
	}
	if c.isHeader(line) {
		return true
	}
	s := stamps{order: c.order}
	_, ok := s.read(line[:i])
	return ok
}

// ofDay tells that the times in the first rows of data have no date.
func (c *jtlColumns) ofDay(data []byte) bool {
	for range 3 {
		line, next := firstLine(data)
		data = data[next:]
		if f := allFields(line, c.delim); c.time >= 0 && c.time < len(f) {
			times := stamps{order: c.order}
			if _, ok := times.read(f[c.time]); ok {
				return times.lacks&record.LacksDate != 0
			}
		}
	}
	return false
}

func (c *jtlColumns) isHeader(line []byte) bool {
	return bytes.HasPrefix(line, []byte("timeStamp")) || c.header != nil && bytes.HasPrefix(line, c.header)
}

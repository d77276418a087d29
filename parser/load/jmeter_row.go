package load

import (
	"bytes"

	"oomortem/parser/scan"
)

// jtlRow is what one row of a JTL tells.
type jtlRow struct {
	at, took     int64 // start and duration, microseconds
	label        []byte
	ok           bool
	sums         bool // a transaction controller's row: sums up others
	users        int64
	many, errors int64
	fault        string // why the row cannot be used
}

// transactionMark begins the message of a transaction controller's row (TransactionController.java, 2.3 to 5.6).
const transactionMark = "Number of samples in transaction"

// read takes a row apart. plain says that it holds no quotes.
func (c *jtlColumns) read(row []byte, plain bool, times *stamps, r *jtlRow) {
	*r = jtlRow{at: unknown, took: unknown, ok: true, users: unknown, many: 1}
	pos, column := 0, 0
	for _, want := range c.needed {
		if pos < 0 {
			r.fault = "row has too few fields"
			return
		}
		var field []byte
		if plain {
			if skip := want - column; skip > 0 {
				if pos = skipFields(row, pos, skip, c.delim); pos < 0 {
					r.fault = "row has too few fields"
					return
				}
			}
			end := pos
			for end < len(row) && row[end] != c.delim {
				end++
			}
			field = row[pos:end]
			if pos = end + 1; end == len(row) {
				pos = -1
			}
			column = want + 1
		} else {
			for ; column <= want; column++ {
				if pos < 0 {
					r.fault = "row has too few fields"
					return
				}
				field, pos, _ = nextField(row, pos, c.delim)
			}
		}
		if !c.take(want, field, times, r) {
			return
		}
	}
}

// take reads one field; false when the row is of no use.
func (c *jtlColumns) take(column int, field []byte, times *stamps, r *jtlRow) bool {
	var ok bool
	switch column {
	case c.time:
		if r.at, ok = times.read(field); !ok {
			r.fault = "no time where timeStamp belongs"
			return false
		}
	case c.took:
		ms, ok := scan.Int(field)
		if !ok || ms < 0 || ms > 1<<40 {
			r.fault = "no number where elapsed belongs"
			return false
		}
		r.took = ms * millisecond
	case c.label:
		r.label = field
	case c.msg:
		r.sums = len(field) > 0 && field[0] == 'N' && bytes.HasPrefix(field, []byte(transactionMark))
	case c.kind: // asked for only when it tells
		r.sums = len(field) == 0
	case c.ok:
		switch {
		case string(field) == "true" || bytes.EqualFold(field, []byte("true")):
		case bytes.EqualFold(field, []byte("false")):
			r.ok = false
		default:
			r.fault = "neither true nor false where success belongs"
			return false
		}
	case c.code: // asked for only when nothing else tells
		r.ok = succeededBy(field)
	case c.users:
		if r.users, ok = scan.Int(field); !ok {
			r.users = unknown
		}
	case c.many:
		if r.many, ok = scan.Int(field); !ok || r.many < 1 {
			r.many = 1
		}
	case c.errors:
		r.errors, _ = scan.Int(field)
	}
	return true
}

// succeededBy tells a success by the response code alone: HTTP's 2xx and 3xx (isSuccessCode of HTTPSamplerBase.java).
// Failures have other numbers or a text, "Non HTTP response code: java.net.ConnectException". A sampler that sets no code
// tells nothing: its requests are not taken for failures.
func succeededBy(code []byte) bool {
	code = bytes.TrimSpace(code)
	n, ok := scan.Int(code)
	return len(code) == 0 || ok && n >= 200 && n < 400
}

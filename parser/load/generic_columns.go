package load

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// tableColumn is what one column of a table of load figures holds.
type tableColumn struct {
	heading  string
	quantity record.Quantity
	scale    float64 // to the base unit
	share    bool    // a share of the requests, times scale
	count    bool    // a number for each interval, not a rate
	total    bool    // a number since the start; of a heading alone: it says so
	success  bool    // the heading says that only requests that succeeded are counted
	known    bool
	mapped   bool // by the user
}

// headings are the words by which columns are known, the more telling ones first. A heading is compared without
// case, units and punctuation.
var headings = []struct {
	words    string
	quantity record.Quantity
	count    bool
}{
	{"error failed failure fail err ko", record.Errors, false},
	{"tps throughput transactionspersecond transpersec transaction/s transactions/s trans/s txn/s ops/s op/s opspersecond tpm transactionsperminute transactions/min transpermin trans/min txn/min ops/min", record.Throughput, false},
	{"rps qps requestspersecond requests/s request/s req/s reqs/s hits/s hitspersecond queries/s requestsperminute requestspermin requests/min request/min req/min reqs/min", record.Requests, false},
	{"responsetime latency rt elapsedtime avgrt meantesttime restime duration", record.Latency, false},
	{"users vus vuser threads activethreads concurrency clients connections", record.Users, false},
	{"requests samples hits transactions", record.Requests, true},
}

// readHeading tells what a heading stands for.
func readHeading(text string) tableColumn {
	c := tableColumn{heading: text, scale: 1}
	low := strings.ToLower(text)
	plain := strings.NewReplacer(" ", "", "_", "", "-", "", "(", "", ")", "", "[", "", "]", "", ".", "").Replace(low)
	parts := letters(low)
	c.total = saysTotal(parts)
	for _, h := range headings {
		for _, word := range strings.Fields(h.words) {
			if plain == word || len(word) > 3 && strings.Contains(plain, word) || slices.Contains(parts, word) {
				c.quantity, c.count, c.known = h.quantity, h.count, h.quantity == record.Users || !unfinished(parts)
				if c.known {
					c.units(low)
				}
				return c
			}
		}
	}
	return c
}

// letters gives the words of a heading, without digits and signs.
func letters(heading string) []string {
	return strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool { return r < 'a' || r > 'z' })
}

// unfinished tells that a heading is of requests under way, or of their size: active_requests, pending transactions.
// They are no completions.
func unfinished(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "active", "pending", "inflight", "flight", "queued", "queue", "waiting", "outstanding", "running", "concurrent", "open", "size", "bytes", "length":
			return true
		}
		return false
	})
}

// units reads the unit off the heading. A latency without a unit is not taken for one: 2 may be ms or s.
func (c *tableColumn) units(low string) {
	words := strings.FieldsFunc(low, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == '%' || r == 'µ') })
	has := func(any ...string) bool {
		for _, w := range words {
			for _, a := range any {
				if w == a {
					return true
				}
			}
		}
		return false
	}
	if c.quantity != record.Latency && c.quantity != record.Users && perMinute(low) {
		c.scale, c.count = 1./60, false
		c.succeeds(low)
		return
	}
	switch c.quantity {
	case record.Errors:
		if has("%", "pct", "percent", "percentage") {
			c.share, c.scale = true, .01
		} else if has("ratio", "share") || has("rate") && !strings.Contains(low, "/s") {
			c.share = true
		} else if has("count", "counts") { // error_count: of each row; "errors" alone may be a rate
			c.count = true
		}
	case record.Latency:
		switch {
		case has("ms", "millis", "msec", "milliseconds"):
			c.scale = 1e-3
		case has("us", "µs", "micros", "usec", "microseconds"):
			c.scale = 1e-6
		case has("s", "sec", "secs", "seconds"):
		default:
			c.known = false
		}
	case record.Requests:
		if strings.Contains(low, "/s") || has("rate") {
			c.count = false
		}
		if c.succeeds(low); c.success { // a rate without a unit, or in percent, is a share
			c.known = !has("%", "pct", "percent", "percentage", "ratio") && (!has("rate") || saysRate(low))
		}
	}
}

// succeeds makes a column of requests one of successes where its heading says so.
func (c *tableColumn) succeeds(low string) {
	if c.quantity == record.Requests && saysSuccess(letters(low)) {
		c.success, c.quantity = true, record.Throughput
	}
}

// isTimeHeading tells that a heading names the time column.
func isTimeHeading(text string) bool {
	low := strings.ToLower(strings.TrimSpace(text))
	for _, name := range []string{"time", "timestamp", "date", "datetime", "ts", "clock", "epoch", "zeit", "时间"} {
		if low == name || strings.HasPrefix(low, name+" ") || strings.HasPrefix(low, name+"_") || strings.HasPrefix(low, name+"(") {
			return true
		}
	}
	return false
}

// isNothing tells that a cell says "no value".
func isNothing(cell []byte) bool {
	switch string(bytes.ToLower(bytes.TrimSpace(cell))) {
	case "", "null", "nan", "n/a", "na", "-", "undefined", "<unknown>", "none", "inf", "+inf":
		return true
	}
	return false
}

// mapped gives the quantity that the user gave a heading with --map.
func mapped(columns map[string]string, heading string) (record.Quantity, bool) {
	for key, name := range columns {
		if !strings.EqualFold(name, heading) {
			continue
		}
		switch key {
		case "tps", "throughput":
			return record.Throughput, true
		case "requests", "rps":
			return record.Requests, true
		case "errors":
			return record.Errors, true
		case "latency":
			return record.Latency, true
		case "users":
			return record.Users, true
		}
	}
	return "", false
}

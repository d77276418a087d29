package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// A table of a rate of requests and of failures tells successes by their difference, if the requests hold the failures
// too. A share of failures is one of all requests, so that a column of requests beside it holds them. Of a rate of failures
// the rows show it: it never is above the requests, and in some rows it is all but the whole of them, where a rate of
// successes would be next to nothing. A column called throughput or tps is one of successes, unless it goes on as before
// where all but everything fails. What the user named is left as it is said.
const (
	nearlyAll   = .9 // of the requests
	failingRows = 2  // so many rows of that: one may be chance
	worthSaying = .1 // of the requests: what is left open is told of no less
)

// tableFailures is which column of a table is a rate of all requests, and which tells how many of them failed.
type tableFailures struct {
	rate, errors int  // columns; -1 for none
	within       bool // the rate holds the failures: they are taken off it
}

// findFailures finds out by the first rows whether the rate holds the failures.
func (r *tableReader) findFailures(rows [][]byte) {
	f := r.pair()
	if r.failures = f; f.rate < 0 || f.errors < 0 {
		return
	}
	rate, errors := &r.columns[f.rate], &r.columns[f.errors]
	requests := rate.quantity == record.Requests
	both := rate.total && errors.total
	if !errors.share && !both && (rate.count || rate.total || errors.total) || !errors.share && !requests { // in other units, or successes by its name
		return
	}
	c, sure := r.courseOf(f, rows), both || errors.saysUnit()
	switch {
	case c.above > 0:
	case sure && (c.failing >= failingRows || errors.share && requests):
		r.failures.within = true
	case requests && c.some > 0:
		r.faults.note(fmt.Sprintf("column %s may hold the failures of column %s too, and nothing shows it: it is read as it stands; a column of successes is named with --map tps=COLUMN",
			r.l.Text([]byte(rate.heading)), r.l.Text([]byte(errors.heading))))
	}
	if r.failures.within {
		rate.quantity = record.Requests
		r.faults.note(fmt.Sprintf("column %s holds the failures of column %s too: they are taken off it", r.l.Text([]byte(rate.heading)), r.l.Text([]byte(errors.heading))))
	}
}

// pair gives the one rate of a table and its failures, their share before their rate.
func (r *tableReader) pair() tableFailures {
	f := tableFailures{rate: -1, errors: -1}
	rates := 0
	for i, c := range r.columns {
		switch {
		case !c.known:
		case c.quantity == record.Throughput && (c.mapped || c.success):
			rates = 2 // successes, as is said
		case c.quantity == record.Throughput || c.quantity == record.Requests:
			rates++
			f.rate = i
		case c.quantity == record.Errors && (f.errors < 0 || c.share && !r.columns[f.errors].share):
			f.errors = i
		}
	}
	if rates != 1 {
		f.rate = -1
	}
	return f
}

// failureCourse counts the rows in which more failed than was asked for, nearly all did, or some.
type failureCourse struct{ above, failing, some int }

func (r *tableReader) courseOf(f tableFailures, rows [][]byte) (c failureCourse) {
	read := func(cells [][]byte, i int) (float64, bool) {
		if i >= len(cells) || isNothing(cells[i]) {
			return 0, false
		}
		v, ok := r.numbers.read(bytes.TrimSpace(cells[i]))
		return v * r.columns[i].scale, ok
	}
	type both struct{ rate, failed float64 }
	var told []both
	sum, since := 0.0, both{}
	for _, row := range rows {
		cells := allFields(row, r.delim)
		rate, ok := read(cells, f.rate)
		failed, ok2 := read(cells, f.errors)
		if !ok || !ok2 {
			continue
		}
		if x := (both{rate, failed}); r.columns[f.rate].total && r.columns[f.errors].total { // what came since the row before
			rate, failed, since = rate-since.rate, failed-since.failed, x
		}
		told, sum = append(told, both{rate, failed}), sum+rate
	}
	for _, x := range told {
		share := x.failed
		if !r.columns[f.errors].share && x.failed > 0 {
			share = x.failed / x.rate
		}
		if share > 1 {
			c.above++
		}
		if x.rate > 0 && share >= worthSaying {
			c.some++
		}
		// Successes would be next to nothing beside those of the whole file.
		if share >= nearlyAll && x.rate >= sum/float64(len(told))/2 {
			c.failing++
		}
	}
	return c
}

// saysUnit tells that a column of failures says what it is in: "error rate" alone may be a share, percent or a number in a
// second, "errors" a number in a second or in a row.
func (c *tableColumn) saysUnit() bool {
	return c.scale != 1 || !c.share && saysRate(c.heading) || c.share && !slices.Contains(letters(c.heading), "rate")
}

// saysRate tells that a heading says that its column counts by time: errors/s, failed_rps, failures_per_second.
func saysRate(heading string) bool {
	low := strings.ToLower(heading)
	return perMinute(low) || strings.Contains(low, "/s") || strings.Contains(low, "persec") || slices.ContainsFunc(letters(low), func(w string) bool {
		return w == "per" || w == "rps" || w == "tps" || w == "qps"
	})
}

// perMinute tells that a heading says that its column counts by the minute: requests/min, transactions_per_minute, tpm.
func perMinute(heading string) bool {
	words := letters(heading)
	for i, w := range words {
		switch {
		case w == "tpm", strings.HasSuffix(w, "perminute"), strings.HasSuffix(w, "permin"):
			return true
		case (w == "min" || w == "minute") && i > 0:
			if words[i-1] == "per" || strings.Contains(strings.ToLower(heading), "/"+w) {
				return true
			}
		}
	}
	return false
}

// saysSuccess tells that a heading's words are of requests that succeeded: success_rps, Successful requests/s.
func saysSuccess(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "success", "successes", "successful", "succeeded", "ok", "passed":
			return true
		}
		return false
	})
}

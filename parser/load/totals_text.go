package load

import (
	"bytes"
	"fmt"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// totalsText are the summaries that tools print:
//
//	wrk, wrk2  "  3018 requests in 5.05s, 380.20KB read" (those that were answered), "  Socket errors: connect 0, read 2, write 7106, timeout 0" (of these the timeouts were answered too, late), "  Non-2xx or 3xx responses: 5"
//	ab         "Complete requests:      12830", "Failed requests:        14209" (may exceed the complete ones), "Non-2xx responses:      5" (which may be among them), "Total of 930 requests completed" when it gave up, and why on stderr, "apr_socket_recv: Connection reset by peer (104)"
//	vegeta     "Requests      [total, rate, throughput]         720, 6.01, 6.01", "Success       [ratio]                           100.00%", "Status Codes  [code:count]                      0:124  200:596"
//	hey        "  [200]\t719 responses", and below "Error distribution:" "  [5]\tGet ...: connection refused"
//
// How long they measured stands in wrk's line of requests, in "Time taken for tests:   70.002 seconds", "Duration      [total, attack, wait]
// 2m0s, 1m59.9s, 31.5ms" and "  Total:	10.0130 secs"; the latencies in lines "  50%    5.62ms", "  50%     12" (ab, milliseconds), "  50% in 0.0056 secs"
// and "Latencies     [min, mean, 50, 90, 95, 99, max]  87.54µs, ...". wrk2 repeats its lines, corrected first.
//
// Sources: wrk src/wrk.c (response_complete), httpd support/ab.c (apr_err), vegeta lib/reporters.go.
func totalsText() parser.Format {
	return parser.Format{Name: "load-totals", Title: "printed totals of wrk, wrk2, ab, hey or vegeta", Sniff: func(h parser.Head) parser.Score {
		for _, line := range h.Lines(5) {
			for _, mark := range []string{"This is ApacheBench", "Requests      [total, rate"} {
				if bytes.HasPrefix(line, []byte(mark)) {
					return 90
				}
			}
			if bytes.HasPrefix(line, []byte("Summary:")) && bytes.Contains(h.Data, []byte("Response time histogram:")) && bytes.Contains(h.Data, []byte("Status code distribution:")) {
				return 85
			}
			if bytes.HasPrefix(line, []byte("Running ")) && bytes.Contains(line, []byte(" test @ ")) {
				return 90
			}
		}
		return 0
	}, Parse: parseTotalsText}
}

func parseTotalsText(l *parser.Lines, sink record.Sink) error {
	load := &record.Load{}
	share, errorsOnly, gaveUp := -1.0, false, false
	var answered, unanswered int64 // wrk's failures: among its requests, and beside them
	for l.Next() {
		line := bytes.TrimSpace(l.Bytes())
		switch {
		case toldTotals(&load.Totals, load.Tool, line):
		case bytes.HasPrefix(line, []byte("This is ApacheBench")):
			load.Tool, load.From = "ab", l.Origin()
		case bytes.HasPrefix(line, []byte("Running ")):
			load.Tool, load.From = "wrk", l.Origin()
		case bytes.HasPrefix(line, []byte("Summary:")):
			load.Tool, load.From, load.Planned = "hey", l.Origin(), true
		case load.Tool == "hey" && bytes.HasPrefix(line, []byte("Error distribution:")):
			errorsOnly = true
		case load.Tool == "hey" && bytes.HasPrefix(line, []byte{'['}):
			n, ok := heyCount(line, errorsOnly)
			if load.Samples += n; !ok {
				load.Failed += n
			}
		case bytes.HasPrefix(line, []byte("Requests      [total")):
			load.Tool, load.From = "vegeta", l.Origin()
			load.Samples, load.Planned = firstCount(line[bytes.IndexByte(line, ']')+1:]), true
		case bytes.HasPrefix(line, []byte("Success       [ratio]")):
			v, _ := word(line[bytes.IndexByte(line, ']')+1:])
			share, _ = scan.Float(bytes.TrimSuffix(v, []byte{'%'}))
		case bytes.HasPrefix(line, []byte("Complete requests:")):
			load.Samples, load.Planned = firstCount(line[len("Complete requests:"):]), true
		case bytes.HasPrefix(line, []byte("Failed requests:")):
			load.Failed = firstCount(line[len("Failed requests:"):])
		case bytes.HasPrefix(line, []byte("Total of ")) && bytes.HasSuffix(line, []byte("requests completed")):
			load.Totals.Unjudged = true
			if load.Samples = firstCount(line[len("Total of "):]); !gaveUp {
				stopped(l, sink, record.Stamp{}, "ab", endError, "ab gave up at the first connection error")
			}
		case load.Tool == "ab" && bytes.HasPrefix(line, []byte("apr_")) && !gaveUp:
			switch {
			case serverGone(line):
				gaveUp = true
				stopped(l, sink, record.Stamp{}, "ab", endTarget, "ab lost its target and gave up")
			case bytes.Contains(line, []byte("The timeout specified has expired")):
				gaveUp = true
				stopped(l, sink, record.Stamp{}, "ab", endTarget, "ab got no answer within its timeout and gave up")
			}
		case bytes.Contains(line, []byte(" requests in ")):
			load.Samples, load.Planned = firstCount(line), true
			_, took, _ := bytes.Cut(line, []byte(" requests in "))
			took, _, _ = bytes.Cut(took, []byte{','})
			load.Totals.Lasted = shortTime(took)
		case bytes.HasPrefix(line, []byte("Non-2xx or 3xx responses:")):
			answered += firstCount(line[bytes.IndexByte(line, ':')+1:])
		case bytes.HasPrefix(line, []byte("Non-2xx responses:")):
			load.Failed = max(load.Failed, firstCount(line[bytes.IndexByte(line, ':')+1:]))
		case bytes.HasPrefix(line, []byte("Socket errors:")):
			for _, part := range bytes.Split(line[len("Socket errors:"):], []byte{','}) {
				name, n := word(part)
				if string(name) == "timeout" {
					answered += firstCount(n)
				} else {
					unanswered += firstCount(n)
				}
			}
		case bytes.HasPrefix(line, []byte("Status Codes  [code:count]")):
			share, load.Failed = -1, 0
			for _, part := range bytes.Fields(line[len("Status Codes  [code:count]"):]) {
				code, n, _ := bytes.Cut(part, []byte{':'})
				if status, ok := scan.Int(code); !ok || status < 200 || status >= 400 {
					load.Failed += firstCount(n)
				}
			}
		}
	}
	if share >= 0 {
		load.Failed = load.Samples - int64(share/100*float64(load.Samples)+.5)
	}
	if load.Tool == "wrk" {
		load.Failed = min(answered, load.Samples) + unanswered
		load.Samples += unanswered
	}
	if load.Failed > load.Samples && load.Samples > 0 { // ab counts several faults of one request
		sink.Problem(record.Problem{From: load.From, Msg: fmt.Sprintf("%s counts %d failures in %d requests, several for one: all requests are taken as failed", load.Tool, load.Failed, load.Samples)})
		load.Failed = load.Samples
	}
	if load.Samples > 0 {
		sink.Load(load)
	}
	return nil
}

// firstCount reads the number at the beginning of b.
func firstCount(b []byte) int64 {
	n, _ := scan.Digits(bytes.TrimLeft(b, " \t"))
	return n
}

// heyCount reads "[200]	719 responses", or "[5]	Get ..." where errors are counted.
func heyCount(line []byte, errors bool) (n int64, ok bool) {
	inside, l := scan.Digits(line[1:])
	if errors {
		return inside, false
	}
	shut := bytes.IndexByte(line, ']')
	if l == 0 || shut < 0 {
		return 0, true
	}
	return firstCount(line[shut+1:]), inside >= 200 && inside < 400
}

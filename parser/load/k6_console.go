package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// k6's console output without a terminal (0.27 to 1.8), a line each second, time since the start:
//
//	running (0m10.0s), 000/040 VUs, 250 complete and 0 interrupted iterations
//	time="2026-11-23T01:01:29Z" level=warning msg="Request Failed" error="Get \"http://...\": connection refused"
//
// What is counted are iterations; of those the requests that k6 warns of are taken off. Requests that were answered
// with an error are not warned of: the raw results know better. A warning's time anchors the lines around it.
// Source: cmd/ui.go, lib/executor/helpers.go.
func k6Console() parser.Format {
	return parser.Format{Name: "k6-console", Title: "k6's console output", Live: true, Sniff: func(h parser.Head) parser.Score {
		for _, line := range h.Lines(200) {
			if _, ok := readRunning(line); ok {
				return 90
			}
		}
		return 0
	}, Parse: parseK6Console}
}

type k6Running struct {
	at          time.Duration
	users, done float64
}

// readRunning reads a line of progress.
func readRunning(line []byte) (r k6Running, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("running ("))
	shut := bytes.IndexByte(rest, ')')
	if !ok || shut < 0 {
		return r, false
	}
	d, err := time.ParseDuration(string(rest[:shut]))
	if err != nil || d < 0 {
		return r, false
	}
	r.at = d
	rest = bytes.TrimLeft(rest[shut+1:], ", ")
	users, n := scan.Digits(rest)
	comma := bytes.IndexByte(rest, ',')
	if n == 0 || comma < 0 {
		return r, false
	}
	done, n := scan.Digits(bytes.TrimLeft(rest[comma+1:], " "))
	r.users, r.done = float64(users), float64(done)
	return r, n > 0
}

func parseK6Console(l *parser.Lines, sink record.Sink) error {
	g := &gauges{l: l, sink: sink, tool: "k6"}
	var last k6Running
	failed, anchored, aborted, over := 0.0, false, false, false
	for l.Next() {
		line := l.Bytes()
		if r, ok := readRunning(line); ok {
			if length := r.at - last.at; length >= time.Second/2 && r.done >= last.done {
				at := sinceStart(r.at, 100*time.Millisecond)
				g.rates(at, max(r.done-last.done, failed), failed, length)
				g.put(record.Users, at, r.users)
				last, failed = r, 0
			}
			continue
		}
		switch {
		case bytes.HasPrefix(line, []byte("time=")):
			st, n := scan.ISO(bytes.TrimLeft(line[len("time="):], `"`))
			if n > 0 && st.Exact() && !anchored && last.at > 0 {
				anchored = true
				sink.Anchor(record.Anchor{From: l.Origin(), Stamp: sinceStart(last.at, time.Second), Instant: st.Wall, Slack: 2 * time.Second,
					Rule: "k6's warning tells its instant, the line of progress before it the time since the start"})
			}
			if bytes.Contains(line, []byte(`msg="Request Failed"`)) {
				failed++
			}
			aborted = aborted || bytes.Contains(line, []byte("level=error")) && bytes.Contains(line, []byte("abort"))
		case !over && (bytes.Contains(line, []byte("iterations..........")) || bytes.Contains(line, []byte("TOTAL RESULTS"))):
			over = true
			reason, text := endPlanned, "k6's test came to its end"
			if aborted {
				reason, text = endStopped, "k6's test was aborted"
			}
			stopped(l, sink, sinceStart(last.at, time.Second), "k6", reason, text)
		}
	}
	return nil
}

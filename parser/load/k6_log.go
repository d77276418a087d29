package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// k6's own log (0.27 to 1.8), what it writes to stderr beside its results: it tells that a run was broken off, and why.
//
//	time="2026-11-23T01:01:29Z" level=error msg="test run was aborted because k6 received a 'terminated' signal"
//	time="2026-11-23T01:01:29Z" level=error msg="thresholds on metrics 'x' were crossed; at least one has abortOnFail enabled, stopping test prematurely"
//	time="2026-11-23T01:01:29Z" level=error msg="test aborted: no more data"
//
// With lines of progress among them the file is k6Console's. Source: cmd/run.go, errext/abort_reason.go.
func k6Log() parser.Format {
	return parser.Format{Name: "k6-log", Title: "k6's log (stderr), which tells that a run was broken off", Live: true, Sniff: sniffK6Log, Parse: parseK6Log}
}

// sniffK6Log knows the log by what only k6 says: other Go programs write lines of the same shape.
func sniffK6Log(h parser.Head) parser.Score {
	for _, line := range h.Lines(200) {
		if bytes.HasPrefix(line, []byte(`time="`)) && (bytes.Contains(line, []byte(" executor=")) || k6Broke(line) != "" ||
			bytes.Contains(line, []byte(`msg="Stopping k6 `)) || bytes.Contains(line, []byte(" source=console"))) {
			return 75
		}
	}
	return 0
}

// k6Breaks is how k6 says that it broke a run off, and what that means.
var k6Breaks = []struct{ phrase, text string }{
	{"aborted because k6 received a", "k6 was told to stop by a signal"},
	{"stopping test prematurely", "k6 stopped the test because a threshold was crossed"},
	{`msg="test aborted`, "k6's script aborted the test"},
}

// k6Broke gives what the line says of a break, "" when it says none.
func k6Broke(line []byte) string {
	for _, b := range k6Breaks {
		if bytes.Contains(line, []byte(b.phrase)) {
			return b.text
		}
	}
	return ""
}

func parseK6Log(l *parser.Lines, sink record.Sink) error {
	for l.Next() {
		line, ok := bytes.CutPrefix(l.Bytes(), []byte(`time="`))
		if !ok {
			continue // of a stack trace
		}
		at, n := scan.ISO(line)
		if n == 0 {
			l.Problem("the time of the line is not readable: it is left out")
			continue
		}
		l.Seen(at)
		if text := k6Broke(line); text != "" {
			stopped(l, sink, at, "k6", endStopped, text)
		}
	}
	return nil
}

package load

import (
	"bytes"
	"encoding/json"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Tsung's statistics (1.5 to 1.8), dumped every 10 s by default, at the end of the interval, as text:
//
//	# stats: dump at 1795393735
//	stats: users 20 22
//	stats: request 181 34.51388950276244 22.27 247.415 7.886 0 0
//	stats: 200 181 181
//	stats: error_connect_econnrefused 176 176
//
// and with the JSON backend, which is left without its end after a kill:
//
//	{"timestamp": 1461690089,  "samples": [{"name": "users", "value": 2, "max": 6}, {"name": "request", "value": 8, "mean": 413.04, ...}, {"name": "http_200", "value": 8, "total": 8}]},
//
// The first number is that of the interval. Source: ts_stats_mon.erl, ts_mon.erl.
func tsung() parser.Format {
	return parser.Format{Name: "tsung", Title: "Tsung's statistics (tsung.log, text or JSON)", Sniff: func(h parser.Head) parser.Score {
		for _, line := range h.Lines(40) {
			if bytes.HasPrefix(line, []byte("# stats: dump at ")) {
				return 95
			}
			if line = bytes.TrimSpace(line); bytes.HasPrefix(line, []byte(`{"timestamp":`)) && bytes.Contains(line, []byte(`"samples"`)) {
				return 85
			}
		}
		return 0
	}, Parse: parseTsung}
}

// tsungDumpAt is what one dump counted.
type tsungDumpAt struct {
	sec              int64
	line             int
	requests         float64
	ok, bad, errors  float64 // by status codes, and errors without one
	codes, usersTold bool
	users, mean      float64 // mean in milliseconds
}

// count takes in one statistic by its name.
func (d *tsungDumpAt) count(name []byte, value, mean float64) {
	code, isCode := bytes.CutPrefix(name, []byte("http_"))
	switch {
	case string(name) == "request":
		d.requests, d.mean = value, mean
	case string(name) == "users":
		d.users, d.usersTold = value, true
	case bytes.HasPrefix(name, []byte("error_abort")): // sessions that end because of errors counted already
	case bytes.HasPrefix(name, []byte("error")):
		d.errors += value
	case len(code) == 3 && (isCode || len(name) == 3):
		if _, ok := scan.Int(code); ok {
			d.codes = true
			if code[0] == '2' || code[0] == '3' {
				d.ok += value
			} else {
				d.bad += value
			}
		}
	}
}

// longestDump is the longest interval between two dumps of one run, in seconds.
const longestDump = 3600

// tsungReader turns dumps into rates; a dump waits until the next one tells how long the first interval was.
type tsungReader struct {
	g       *gauges
	waiting *tsungDumpAt
	last    int64
}

func (r *tsungReader) dump(d *tsungDumpAt) {
	if w := r.waiting; w != nil && w.sec == d.sec { // the last dump, written at the end, may fall into the second of the one before
		w.ok, w.bad, w.errors, w.codes = w.ok+d.ok, w.bad+d.bad, w.errors+d.errors, w.codes || d.codes
		if w.requests += d.requests; d.requests > w.requests/2 {
			w.mean = d.mean
		}
		return
	}
	if r.waiting != nil {
		length := r.waiting.sec - r.last
		if length <= 0 || length > longestDump { // the first of the file, or of a run that was appended to it
			length = d.sec - r.waiting.sec
		}
		r.put(r.waiting, length)
	}
	r.waiting = d
}

func (r *tsungReader) put(d *tsungDumpAt, length int64) {
	r.last = d.sec
	if length <= 0 || length > longestDump {
		return
	}
	at := record.AtUnix(d.sec*int64(time.Second), time.Second)
	r.g.length = time.Duration(length) * time.Second
	ok := d.requests
	if d.codes {
		ok = d.ok
	}
	r.g.putLine(record.Throughput, at, ok/float64(length), d.line)
	r.g.putLine(record.Errors, at, (d.bad+d.errors)/float64(length), d.line)
	if d.requests > 0 && d.mean > 0 {
		r.g.putLine(record.Latency, at, d.mean/1000, d.line)
	}
	if d.usersTold {
		r.g.putLine(record.Users, at, d.users, d.line)
	}
}

func parseTsung(l *parser.Lines, sink record.Sink) error {
	r := &tsungReader{g: &gauges{l: l, sink: sink, tool: "tsung"}}
	var d *tsungDumpAt
	for l.Next() {
		line := l.Bytes()
		switch {
		case bytes.HasPrefix(line, []byte("# stats: dump at ")):
			if d != nil {
				r.dump(d)
			}
			sec, _ := scan.Int(bytes.TrimSpace(line[len("# stats: dump at "):]))
			d = &tsungDumpAt{sec: sec, line: l.Number()}
			if _, ok := scan.EpochNumber(sec); !ok {
				l.Problem("no time where the dump's belongs")
				d = nil
			}
		case bytes.HasPrefix(line, []byte("stats: ")) && d != nil:
			name, rest := word(line[len("stats: "):])
			value, rest := word(rest)
			mean, _ := word(rest)
			v, ok := scan.Float(value)
			m, _ := scan.Float(mean)
			if ok {
				d.count(name, v, m)
			} else if !bytes.HasPrefix(name, []byte("{")) && !l.Torn() {
				l.Problem("no number behind the name of a statistic")
			}
		default:
			if j := tsungJSON(l); j != nil {
				if d != nil {
					r.dump(d)
				}
				d = j
			}
		}
	}
	if d != nil {
		r.dump(d)
	}
	if w := r.waiting; w != nil {
		r.put(w, w.sec-r.last)
	}
	return nil
}

// tsungJSON reads a dump of the JSON backend, one line; nil when the line is none.
func tsungJSON(l *parser.Lines) *tsungDumpAt {
	line := bytes.TrimSpace(l.Bytes())
	if !bytes.HasPrefix(line, []byte(`{"timestamp":`)) {
		return nil
	}
	var dump struct {
		Timestamp int64
		Samples   []struct {
			Name        string
			Value, Mean float64
		}
	}
	// The last dump is followed by the end of the list on the same line, so what stands behind the object is let be.
	if err := json.NewDecoder(bytes.NewReader(line)).Decode(&dump); err != nil {
		l.Problem("a dump that is no whole JSON object: Tsung was killed or had not written it out")
		return nil
	}
	if _, ok := scan.EpochNumber(dump.Timestamp); !ok {
		l.Problem("no time where timestamp belongs")
		return nil
	}
	d := &tsungDumpAt{sec: dump.Timestamp, line: l.Number()}
	for _, s := range dump.Samples {
		d.count([]byte(s.Name), s.Value, s.Mean)
	}
	return d
}

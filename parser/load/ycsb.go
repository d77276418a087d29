package load

import (
	"bytes"
	"math"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// YCSB's status lines (0.1 to 0.17), local time with a colon before the milliseconds, latencies in microseconds:
//
//	2016-05-31 22:33:15:329 5180 sec: 396265670 operations; 66103 current ops/sec; est completion in 49 seconds [INSERT: Count=661025, Max=218111, Min=345, Avg=3021.97, 90=8279, ...]
//
// Decimals follow the locale ("Avg=19,59, 90=45"); old versions write [READ AverageLatency(us)=782.17]; operations
// that failed have groups of their own, [READ-FAILED: Count=3, ...], or [READ-TIMEOUT: ...] with reportlatencyforeacherror, and
// are counted among the operations too. What a group counts is of its interval. Sources: Client.java, ClientThread.java,
// StatusThread.java, DBWrapper.java (measure).
func ycsb() parser.Format {
	return parser.Format{Name: "ycsb", Title: "YCSB's status lines", Sniff: func(h parser.Head) parser.Score {
		for _, line := range h.Lines(200) {
			if _, ok := readStatus(line); ok {
				return 95
			}
		}
		return 0
	}, Parse: parseYCSB}
}

type ycsbStatus struct {
	at        record.Stamp
	sec, rate float64
	done      float64 // operations since the start
	n, failed float64 // operations in the groups
	counted   bool    // a group tells how many
	latency   float64 // weighted mean, microseconds; 0 when not told
}

func readStatus(line []byte) (s ycsbStatus, ok bool) {
	if !bytes.Contains(line, []byte(" operations;")) {
		return s, false
	}
	st, n := scan.ISO(line)
	if n < 19 || len(line) < 24 {
		return s, false
	}
	if rest := line[n:]; rest[0] == ':' {
		ms, l := scan.Digits(rest[1:])
		if l == 3 {
			st.Wall, st.Prec = st.Wall.Add(time.Duration(ms)*time.Millisecond), time.Millisecond
			n += 4
		}
	}
	first, _ := word(line[n:])
	s.at = st
	s.sec, _ = number(first)
	if _, rest, ok := bytes.Cut(line[n:], []byte("sec: ")); ok {
		first, _ = word(rest)
		s.done, _ = number(first)
	}
	if i := bytes.Index(line, []byte(" current ops/sec")); i > 0 {
		begin := bytes.LastIndexByte(line[:i], ' ') + 1
		if s.rate, ok = number(line[begin:i]); !ok {
			return s, false
		}
		s.group(line[i:])
		return s, true
	}
	return s, false
}

// group reads the "[READ: Count=..., Avg=...]" behind the rate.
func (s *ycsbStatus) group(rest []byte) {
	var sum float64
	for {
		open := bytes.IndexByte(rest, '[')
		if open < 0 {
			break
		}
		rest = rest[open+1:]
		body := rest
		if shut := bytes.IndexByte(rest, ']'); shut >= 0 {
			body = rest[:shut]
		}
		count, told := ycsbValue(body, "Count=")
		avg, avgTold := ycsbValue(body, "Avg=")
		if !avgTold {
			avg, avgTold = ycsbValue(body, "AverageLatency(us)=")
			count = 1
		}
		name, _ := word(body)
		switch {
		case bytes.HasPrefix(name, []byte("Intended-")): // the same ones, by the time at which they were due
		case ycsbFailed(name):
			if told {
				s.failed, s.counted = s.failed+count, true
			}
		case bytes.HasPrefix(name, []byte("CLEANUP")):
		case avgTold:
			s.counted = s.counted || told
			s.n += count
			sum += avg * count
		}
	}
	if s.n > 0 {
		s.latency = sum / s.n
	}
}

// ycsbFailed tells that a group is of operations that failed: READ-FAILED, or the operation and its status. READ-MODIFY-WRITE
// is an operation.
func ycsbFailed(name []byte) bool {
	name = bytes.TrimSuffix(name, []byte{':'})
	for _, op := range []string{"READ-MODIFY-WRITE", "READ", "UPDATE", "INSERT", "SCAN", "DELETE"} {
		if rest, ok := bytes.CutPrefix(name, []byte(op)); ok {
			return len(rest) > 1 && rest[0] == '-'
		}
	}
	return bytes.Contains(name, []byte("FAILED"))
}

// ycsbValue reads a value up to the ", " that ends it.
func ycsbValue(body []byte, key string) (float64, bool) {
	i := bytes.Index(body, []byte(key))
	if i < 0 {
		return 0, false
	}
	v := body[i+len(key):]
	if end := bytes.Index(v, []byte(", ")); end >= 0 {
		v = v[:end]
	}
	return number(bytes.TrimRight(v, ", "))
}

// failures gives an interval's length in seconds and its failures by the second; 0 where the first line of a file is not the
// run's: what it counts is of a shorter time than it has run.
func (s *ycsbStatus) failures(last ycsbStatus) (length, perSecond float64) {
	length = s.sec - last.sec
	if length <= 0 || last.sec == 0 && math.Abs(s.done-s.rate*s.sec) > .02*s.done {
		return 0, 0
	}
	return length, s.failed / length
}

func parseYCSB(l *parser.Lines, sink record.Sink) error {
	g := &gauges{l: l, sink: sink, tool: "ycsb"}
	var last ycsbStatus
	counts := false // old versions tell no numbers in their groups
	for l.Next() {
		s, ok := readStatus(l.Bytes())
		if !ok {
			if bytes.Contains(l.Bytes(), []byte(" operations;")) && bytes.Contains(l.Bytes(), []byte("ops/sec")) {
				l.Problem("not as YCSB writes it: expected 2021-02-20 04:20:41:000 10 sec: 5000 operations; 500 current ops/sec")
			}
			continue
		}
		l.Seen(s.at)
		counts = counts || s.counted
		length, failed := s.failures(last)
		g.length = time.Duration(length * float64(time.Second))
		g.put(record.Throughput, s.at, max(s.rate-failed, 0))
		if length > 0 && (s.counted || counts && s.rate == 0) {
			g.put(record.Errors, s.at, failed)
		}
		last = s
		if s.latency > 0 {
			g.put(record.Latency, s.at, s.latency/second)
		}
	}
	return nil
}

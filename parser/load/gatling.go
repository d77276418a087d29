package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Gatling's simulation.log as text, tab separated (versions: 2.0 to 3.12.0; from 3.13 on it is binary):
//
//	REQUEST		ping request	1509787167394	1509787167845	OK
//
//	version    RUN ...   REQUEST
//	2.0-2.1    3rd       scenario uid REQUEST groups name start sent respStart end OK|KO message
//	2.2-2.3    first     REQUEST scenario uid groups name start end OK|KO message
//	3.0-3.3    first     REQUEST uid groups name start end OK|KO message
//	3.4-3.12   first     REQUEST groups name start end OK|KO message
//
// The version that RUN names is not to be trusted (2.x always writes 2.0), so a request is read from its OK or KO:
// the numbers before it are the times. Source: LogFileDataWriter.scala at the tags.
func gatlingText(o Options) parser.Format {
	return parser.Format{
		Name:  "gatling",
		Title: "Gatling simulation.log, text (2.0 to 3.12)",
		Sniff: sniffGatling,
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseGatling(l, sink, o, 1<<20) },
		Raw:   true,
	}
}

func sniffGatling(h parser.Head) parser.Score {
	for _, line := range h.Lines(50) {
		for _, mark := range []string{"RUN\t", "REQUEST\t", "USER\t", "ASSERTION\t"} {
			at := bytes.Index(line, []byte(mark))
			if at == 0 || at > 0 && line[at-1] == '\t' {
				return 90
			}
		}
	}
	return 0
}

func parseGatling(l *parser.Lines, sink record.Sink, o Options, size int) error {
	f := rowFile{tool: "gatling", opts: o, size: size, open: func([]byte) (bool, rowReader) { return false, gatlingRow }}
	f.read(l, sink)
	return nil
}

func gatlingRow(c *counted, line []byte, number int) string {
	switch {
	case bytes.HasPrefix(line, []byte("REQUEST\t")):
		return gatlingRequest(c, line[len("REQUEST\t"):], number, false)
	case bytes.HasPrefix(line, []byte("USER\t")):
		return gatlingUser(c, line[len("USER\t"):], number)
	case bytes.Contains(line, []byte("\tREQUEST\t")):
		return gatlingRequest(c, line[bytes.Index(line, []byte("\tREQUEST\t"))+len("\tREQUEST\t"):], number, true)
	case bytes.Contains(line, []byte("\tUSER\t")):
		return gatlingUser(c, line[bytes.Index(line, []byte("\tUSER\t"))+len("\tUSER\t"):], number)
	}
	for _, kind := range []string{"RUN\t", "GROUP\t", "ERROR\t", "ASSERTION\t"} {
		if at := bytes.Index(line, []byte(kind)); at == 0 || at > 0 && line[at-1] == '\t' {
			return ""
		}
	}
	return "not as Gatling writes it: expected REQUEST, USER, GROUP, ERROR, RUN, ASSERTION"
}

// gatlingRequest reads the fields up to OK or KO. four says that four times stand before it, not two.
func gatlingRequest(c *counted, rest []byte, number int, four bool) string {
	var times [4]int64 // the last numbers read, the latest last
	var label, field []byte
	n := 0
	for begin := rest; len(rest) > 0; {
		before := max(len(begin)-len(rest)-1, 0)
		field, rest = tabField(rest)
		if v, ok := scan.Int(field); ok && v >= 0 {
			if copy(times[:], times[1:]); n == 0 {
				label = begin[:before]
			}
			times[3] = v
			n++
			continue
		}
		if ok := string(field) == "OK"; n >= 2 && (ok || string(field) == "KO") {
			start, end := times[2], times[3]
			if four && n >= 4 {
				start = times[0]
			}
			gatlingCount(c, start, end, ok, label, number)
			return ""
		}
		n = 0
	}
	return "not as Gatling writes it: expected REQUEST ... start end OK|KO"
}

func gatlingCount(c *counted, start, end int64, ok bool, label []byte, number int) {
	c.times.kind(time.Millisecond, 0)
	took := (end - start) * millisecond
	if end > 1e14 || start > end {
		took = unknown
	}
	c.add(0, min(end, 1e14)*millisecond, took, ok, unknown, label, number)
}

// gatlingUser reads "... START 1509787167379 0" or "... END 1509787167379 1509787169286".
func gatlingUser(c *counted, rest []byte, number int) string {
	var last, first int64
	by := int32(0)
	for len(rest) > 0 {
		var field []byte
		field, rest = tabField(rest)
		switch {
		case bytes.HasSuffix(field, []byte("START")):
			by = 1
		case bytes.HasSuffix(field, []byte("END")):
			by = -1
		default:
			if v, ok := scan.Int(field); ok && by != 0 && v > 0 {
				if last = v; first == 0 {
					first = v
				}
			}
		}
	}
	if by == 0 || last == 0 {
		return "not as Gatling writes it: expected USER ... START|END time"
	}
	if by > 0 {
		last = first
	}
	c.fold(0).move(min(last, 1e14)*millisecond, by, number)
	return ""
}

// tabField gives the first field of a tab separated rest and what comes behind its tab.
func tabField(rest []byte) (field, more []byte) {
	if i := bytes.IndexByte(rest, '\t'); i >= 0 {
		return rest[:i], rest[i+1:]
	}
	return rest, nil
}

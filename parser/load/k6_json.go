package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
)

func k6JSON(o Options) parser.Format {
	return parser.Format{
		Name:  "k6-json",
		Title: "k6 --out json (a JSON object for each line)",
		Sniff: func(h parser.Head) parser.Score {
			line := h.Line()
			kind := jsonField(line, "type")
			if len(line) > 0 && line[0] == '{' && bytes.Contains(line, []byte(`"metric"`)) && (string(kind) == "Metric" || string(kind) == "Point") {
				return 95
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseK6JSON(l, sink, o, 1<<20) },
		Raw:   true,
	}
}

func parseK6JSON(l *parser.Lines, sink record.Sink, o Options, size int) error {
	f := rowFile{tool: "k6", opts: o, size: size, open: func([]byte) (bool, rowReader) { return false, k6JSONRow }}
	f.read(l, sink)
	return nil
}

// k6JSONRow reads one line. Points of other metrics, and the definitions of metrics, are passed over by their
// names alone.
func k6JSONRow(c *counted, line []byte, number int) string {
	if line[0] != '{' || line[len(line)-1] != '}' {
		return "line is no JSON object"
	}
	p := k6Point{rank: k6Rank(jsonField(line, "metric"))}
	if p.rank == k6Other || string(jsonField(line, "type")) != "Point" {
		return ""
	}
	p.time, p.value = jsonField(line, "time"), jsonField(line, "value")
	tags := line[max(bytes.Index(line, []byte(`"tags"`)), 0):]
	p.expected = jsonField(tags, "expected_response")
	p.told = p.expected != nil
	if !p.told {
		p.status, p.errorCode = jsonField(tags, "status"), jsonField(tags, "error_code")
	}
	if c.labels != nil {
		p.name = jsonField(tags, "name")
	}
	return p.count(c, number)
}

// jsonField gives the value behind the first key of that name in a line of JSON: a string's text as it is written,
// or a number, without looking at how deep it lies; nil when there is none.
func jsonField(line []byte, key string) []byte {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte(key))
		if i < 0 {
			return nil
		}
		at += i + len(key)
		if begin := at - len(key); begin == 0 || line[begin-1] != '"' || at >= len(line) || line[at] != '"' {
			continue
		}
		rest := bytes.TrimLeft(line[at+1:], " ")
		if len(rest) < 2 || rest[0] != ':' {
			continue
		}
		rest = bytes.TrimLeft(rest[1:], " ")
		if len(rest) > 0 && rest[0] == quote {
			return jsonText(rest[1:])
		}
		if end := bytes.IndexAny(rest, ",}] \r\n"); end >= 0 {
			return rest[:end]
		}
		return rest
	}
}

// jsonText gives a string up to its closing quote.
func jsonText(b []byte) []byte {
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], quote)
		if i < 0 {
			return b
		}
		at += i
		slashes := 0
		for slashes < at && b[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return b[:at]
		}
		at++
	}
}

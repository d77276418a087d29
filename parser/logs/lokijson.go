package logs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// lokiJSON is an answer of Loki's, GET /loki/api/v1/query_range, or what is pushed to it: streams with their labels, each line
// behind its nanoseconds, the latest first unless asked otherwise:
//
//	{"status":"success","data":{"resultType":"streams","result":[
//	  {"stream":{"host":"kvm01","job":"systemd-journal"},"values":[["1612333801250000000","Out of memory: ..."], ...]}]}}
//	{"streams":[{"stream":{"host":"kvm01"},"values":[["1612333801250000000","text"]]}]}
//
// Specification: grafana.com/docs/loki, "Loki HTTP API".
var lokiJSON = parser.Format{
	Name: "loki-json", Title: "Loki: answers of its HTTP API in JSON",
	Sniff: sniffLoki,
	Parse: turned(readLoki),
	Raw:   true,
}

func sniffLoki(h parser.Head) parser.Score {
	head := bytes.TrimLeft(h.Data[:min(len(h.Data), 4<<10)], " \t\r\n\ufeff")
	if !bytes.HasPrefix(head, []byte{'{'}) {
		return 0
	}
	plain := bytes.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, head)
	if bytes.Contains(plain, []byte(`"resultType":"streams"`)) || bytes.HasPrefix(plain, []byte(`{"streams":[{"stream":{`)) {
		return 95
	}
	return 0
}

// lokiHosts and lokiPrograms are labels that name the host and the program, the best first: promtail's and Alloy's examples
// relabel journald's fields so.
var (
	lokiHosts    = []string{"hostname", "host", "nodename", "node_name", "node", "instance"}
	lokiPrograms = []string{"syslog_identifier", "identifier", "app_name", "container"}
)

// readLoki goes through the answer: below each "values" stand the lines of the stream before it.
func readLoki(lines *parser.Lines, sink record.Sink, order *backwards) error {
	order.sorted = true
	text := &tokenText{r: lines.Stream()}
	d := json.NewDecoder(text)
	text.d = d
	c := contained{reading: reading{lines: lines, sink: sink}}
	for {
		t, err := d.Token()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			lines.ProblemAt(text.line(), "the answer is cut off or damaged here: the lines before are read")
			return nil
		}
		switch t {
		case "stream":
			var labels map[string]string
			if err = d.Decode(&labels); err == nil {
				c.of(labels)
			}
		case "values":
			err = readStream(&c, d, text, order)
		}
		if err != nil && !isType(err) {
			lines.ProblemAt(text.line(), "the answer is cut off or damaged here: the lines before are read")
			return nil
		}
	}
}

// of takes host and program from a stream's labels.
func (c *contained) of(labels map[string]string) {
	best := func(names []string) string {
		for _, n := range names {
			if v := labels[n]; v != "" {
				return v
			}
		}
		return ""
	}
	c.host, c.container = []byte(best(lokiHosts)), best(lokiPrograms)
	if labels["transport"] == "kernel" || labels["__journal__transport"] == "kernel" {
		c.container = cmp.Or(c.container, "kernel")
	}
	if len(c.host) == 0 {
		c.host = nil
	}
}

// readStream reads [["ns","text"], ...]; the third member, if there is one, is metadata.
func readStream(c *contained, d *json.Decoder, text *tokenText, order *backwards) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return err
	}
	for d.More() {
		var entry []json.RawMessage
		if err := d.Decode(&entry); err != nil {
			return err
		}
		if len(entry) < 2 || len(entry[0]) < 2 || len(entry[1]) < 2 || entry[1][0] != '"' {
			continue
		}
		at, ok := scan.Epoch(bytes.Trim(entry[0], `"`))
		if !ok {
			at = record.Stamp{Lacks: record.LacksWall}
		}
		order.saw(at)
		c.inner(at, record.Origin{File: c.lines.Path, Line: text.line()}, scan.AppendJSON(nil, entry[1][1:len(entry[1])-1]))
	}
	_, err := d.Token()
	return err
}

// isType tells a value of another kind than was expected, behind which the text goes on.
func isType(err error) bool {
	var kind *json.UnmarshalTypeError
	return errors.As(err, &kind)
}

// tokenText gives a decoder its text, but not endlessly for one token, and counts the lines that the decoder has read.
type tokenText struct {
	r     io.Reader
	d     *json.Decoder
	given int64
	ends  []int64 // offsets of line ends that were given and not counted yet
	lines int
}

var errLongToken = errors.New("a token without end")

func (t *tokenText) Read(p []byte) (int, error) {
	if t.given-t.d.InputOffset() > 2*parser.MaxLine {
		return 0, errLongToken
	}
	n, err := t.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			t.ends = append(t.ends, t.given+int64(i))
		}
	}
	t.given += int64(n)
	return n, err
}

// line gives the number of the line at which the decoder is.
func (t *tokenText) line() int {
	at, _ := slices.BinarySearch(t.ends, t.d.InputOffset())
	t.lines += at
	t.ends = t.ends[at:]
	return t.lines + 1
}

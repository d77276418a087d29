package load

import (
	"bytes"
	"encoding/gob"
	"errors"
	"io"
	"strconv"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// vegeta's results (12.x). The row's time is the start of the request; a code of 200..399 without error succeeded.
// As CSV without header, 12 columns (lib/results.go, NewCSVEncoder):
//
//	1795396090052802278,200,18914728,0,0,,,db1,0,GET,http://127.0.0.1:18082/api/v1/orders,Q29udGVudC1MZW5n...
//	timestamp ns,code,latency ns,bytes out,bytes in,error,body,attack,seq,method,url,headers
//
// as JSON, a line for each:
//
//	{"attack":"a","seq":0,"code":200,"timestamp":"2026-11-23T00:28:29.838081851Z","latency":32546637,"error":"",...}
//
// and as it comes from "vegeta attack": a stream of gob values.
func vegetaFormats(o Options) []parser.Format {
	return []parser.Format{
		{Name: "vegeta-csv", Title: "vegeta encode -to csv", Sniff: sniffVegetaCSV, Raw: true,
			Parse: func(l *parser.Lines, sink record.Sink) error { return parseVegetaCSV(l, sink, o, 1<<20) }},
		{Name: "vegeta-json", Title: "vegeta encode -to json", Sniff: sniffVegetaJSON, Raw: true,
			Parse: func(l *parser.Lines, sink record.Sink) error { return parseVegetaJSON(l, sink, o, 1<<20) }},
		{Name: "vegeta-gob", Title: "vegeta attack's binary results (gob)", Sniff: sniffVegetaGob, Raw: true,
			Parse: func(l *parser.Lines, sink record.Sink) error { return parseVegetaGob(l, sink, o) }},
	}
}

func parseVegetaCSV(l *parser.Lines, sink record.Sink, o Options, size int) error {
	f := rowFile{tool: "vegeta", opts: o, size: size, open: func([]byte) (bool, rowReader) { return false, vegetaCSVRow }, begins: vegetaBegins}
	f.read(l, sink)
	return nil
}

func parseVegetaJSON(l *parser.Lines, sink record.Sink, o Options, size int) error {
	f := rowFile{tool: "vegeta", opts: o, size: size, open: func([]byte) (bool, rowReader) { return false, vegetaJSONRow }}
	f.read(l, sink)
	return nil
}

func sniffVegetaCSV(h parser.Head) parser.Score {
	f := allFields(h.Line(), ',')
	if len(f) != 12 || !vegetaBegins(h.Line()) {
		return 0
	}
	return 85
}

// vegetaBegins tells a line that begins with a time in nanoseconds: the text of an error may go on on other lines.
func vegetaBegins(line []byte) bool {
	stamp, _, ok := bytes.Cut(line, []byte{','})
	if !ok || len(stamp) != 19 {
		return false
	}
	_, ok = scan.Epoch(stamp)
	return ok
}

func sniffVegetaJSON(h parser.Head) parser.Score {
	line := h.Line()
	if len(line) > 0 && line[0] == '{' && jsonField(line, "latency") != nil && jsonField(line, "seq") != nil && jsonField(line, "attack") != nil {
		return 85
	}
	return 0
}

func sniffVegetaGob(h parser.Head) parser.Score {
	head := h.Data[:min(len(h.Data), 400)]
	if bytes.Contains(head, []byte("Result")) && bytes.Contains(head, []byte("Attack")) && bytes.Contains(head, []byte("BytesOut")) {
		return 90
	}
	return 0
}

func vegetaCSVRow(c *counted, line []byte, number int) string {
	var fields [11][]byte
	pos := 0
	for i := range fields {
		if pos < 0 {
			return "row has too few fields: expected 12"
		}
		fields[i], pos, _ = nextField(line, pos, ',')
	}
	at, ok1 := scan.Int(fields[0])
	code, ok2 := scan.Int(fields[1])
	took, ok3 := scan.Int(fields[2])
	if pos < 0 {
		return "row has too few fields: expected 12"
	}
	if !ok1 || !ok2 || !ok3 {
		return "no number where timestamp, code or latency belongs"
	}
	return vegetaCount(c, at, took, code, len(fields[5]) > 0, fields[10], number)
}

// vegetaCount counts a result and gives what is wrong with it, or "".
func vegetaCount(c *counted, atNano, tookNano, code int64, failed bool, label []byte, number int) string {
	if atNano < year1990*1000 || atNano > year2100*1000 {
		return "the time of the result lies before 1990 or after 2100"
	}
	c.times.kind(time.Nanosecond, 0)
	at, took := atNano/1000, tookNano/1000
	if took < 0 || took > maxTook {
		took = 0
	}
	c.add(0, at+took, took, code >= 200 && code < 400 && !failed, unknown, label, number)
	return ""
}

func vegetaJSONRow(c *counted, line []byte, number int) string {
	if line[0] != '{' || line[len(line)-1] != '}' {
		return "line is no JSON object"
	}
	st, n := scan.ISO(jsonField(line, "timestamp"))
	code, ok1 := scan.Int(jsonField(line, "code"))
	took, ok2 := scan.Int(jsonField(line, "latency"))
	if n == 0 || !ok1 || !ok2 {
		return "no number where timestamp, code or latency belongs"
	}
	return vegetaCount(c, st.Wall.UnixNano(), took, code, len(jsonField(line, "error")) > 0, jsonField(line, "url"), number)
}

// vegetaResult has the names that vegeta's Result has in its stream; what is not needed is left out.
type vegetaResult struct {
	Code      uint16
	Timestamp time.Time
	Latency   time.Duration
	Error     string
	URL       string
}

func parseVegetaGob(l *parser.Lines, sink record.Sink, o Options) error {
	c := &counted{}
	if o.ByLabel {
		c.labels = newLabels()
	}
	bad := &faults{path: l.Path, sink: sink}
	d := gob.NewDecoder(l.Rest())
	pattern := record.Load{From: record.Origin{File: l.Path}, Tool: "vegeta"}
	for n := 1; ; n++ {
		var r vegetaResult
		err := d.Decode(&r)
		if err != nil {
			if n == 1 {
				return err
			}
			switch {
			case errors.Is(err, io.EOF):
			case errors.Is(err, io.ErrUnexpectedEOF):
				pattern.Torn = true
				bad.note("the file ends inside a result: vegeta was killed or had not written it out")
			default:
				bad.note("the results are damaged from here on: " + strconv.Quote(err.Error()))
			}
			break
		}
		if fault := vegetaCount(c, r.Timestamp.UnixNano(), int64(r.Latency), int64(r.Code), r.Error != "", []byte(r.URL), n); fault != "" {
			bad.add(n, fault)
		}
	}
	c.deliver(l, sink, pattern, bad)
	bad.close()
	return nil
}

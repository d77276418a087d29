package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// k6's raw results (versions seen: 0.26 with 15 columns, 2021 with 18, 1.8.1 with 19), a row for each metric of
// each request, stamped with its end:
//
//	metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,...
//	http_req_duration,1795395609,67.381208,,,,true,,GET,http://127.0.0.1/api/v1/orders,HTTP/1.1,redis1,,200,,,...
//
// and as JSON, a line for each:
//
//	{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-23T00:23:13.248438711Z","value":1.2,"tags":{"expected_response":"true","status":"200"}}}
//
// A request is its http_req_duration row. It failed when k6 did not expect the response; files that do not tell
// (before 0.31, or --system-tags without it) are judged by status and error code, as k6 does by default: 200..399.
// The status of a grpc_req_duration row is gRPC's code, of which 0 alone is success (k6 lib/netext/grpcext/conn.go).
// https://grafana.com/docs/k6/latest/results-output/real-time/csv/ and /json/
func k6CSV(o Options) parser.Format {
	return parser.Format{
		Name:  "k6-csv",
		Title: "k6 --out csv",
		Sniff: func(h parser.Head) parser.Score {
			if bytes.HasPrefix(h.Line(), []byte("metric_name,timestamp,metric_value")) {
				return 100
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseK6CSV(l, sink, o, 1<<19) },
		Raw:   true,
	}
}

func parseK6CSV(l *parser.Lines, sink record.Sink, o Options, size int) error {
	f := rowFile{tool: "k6", opts: o, size: size, open: func(line []byte) (bool, rowReader) {
		return true, k6Columns(line).row
	}, begins: k6Begins}
	f.read(l, sink)
	return nil
}

// k6Begins tells a line that begins with a metric and a time: the text of an error or a tag may go on on other lines.
func k6Begins(line []byte) bool {
	_, rest, _ := bytes.Cut(line, []byte{','})
	stamp, _, ok := bytes.Cut(rest, []byte{','})
	var times stamps
	if ok {
		_, ok = times.read(stamp)
	}
	return ok
}

// k6Table is where the columns are; -1 for those that the file lacks.
type k6Table struct {
	metric, time, value, errorCode, expected, status, name int
	last                                                   int
}

func k6Columns(header []byte) *k6Table {
	t := &k6Table{metric: -1, time: -1, value: -1, errorCode: -1, expected: -1, status: -1, name: -1}
	for i, f := range allFields(header, ',') {
		to := map[string]*int{"metric_name": &t.metric, "timestamp": &t.time, "metric_value": &t.value,
			"error_code": &t.errorCode, "expected_response": &t.expected, "status": &t.status, "name": &t.name}[string(f)]
		if to != nil {
			*to, t.last = i, i
		}
	}
	return t
}

// The ranks of k6's metrics as evidence of requests.
const (
	k6HTTP = iota
	k6GRPC
	k6Iterations
	k6Users = -1
	k6Other = -2
)

func k6Rank(metric []byte) int {
	switch string(metric) {
	case "http_req_duration":
		return k6HTTP
	case "grpc_req_duration":
		return k6GRPC
	case "iteration_duration":
		return k6Iterations
	case "vus":
		return k6Users
	}
	return k6Other
}

// k6Point is one measurement that counts.
type k6Point struct {
	rank                              int
	time, value                       []byte
	expected, status, errorCode, name []byte
	told                              bool // expected is told at all
}

func (t *k6Table) row(c *counted, line []byte, number int) string {
	comma := bytes.IndexByte(line, ',')
	if comma < 0 {
		return "row has too few fields: expected metric_name,timestamp,metric_value"
	}
	p := k6Point{rank: k6Rank(line[:comma])}
	if p.rank == k6Other {
		return ""
	}
	for i, pos := 0, 0; i <= t.last; i++ {
		if pos < 0 {
			return "row has too few fields"
		}
		var field []byte
		field, pos, _ = nextField(line, pos, ',')
		switch i {
		case t.time:
			p.time = field
		case t.value:
			p.value = field
		case t.expected:
			p.expected, p.told = field, true
		case t.status:
			p.status = field
		case t.errorCode:
			p.errorCode = field
		case t.name:
			p.name = field
		}
	}
	return p.count(c, number)
}

// count puts a point into the fold of its rank.
func (p *k6Point) count(c *counted, line int) string {
	at, ok := c.times.read(p.time)
	if !ok {
		return "no time where timestamp belongs"
	}
	value, ok := scan.Float(p.value)
	if !ok {
		return "no number where value belongs"
	}
	if p.rank == k6Users {
		c.fold(k6Iterations).users(at, int64(value), line)
		return ""
	}
	took := int64(unknown)
	if value >= 0 && value < 1e12 {
		took = int64(value * millisecond)
	}
	c.add(p.rank, at, took, p.ok(), unknown, p.name, line)
	return ""
}

func (p *k6Point) ok() bool {
	if p.rank == k6Iterations {
		return true
	}
	if p.told && len(p.expected) > 0 {
		return string(p.expected) != "false"
	}
	if len(p.errorCode) > 0 && string(p.errorCode) != "0" {
		return false
	}
	if len(p.status) == 0 {
		return true
	}
	status, _ := scan.Int(p.status)
	if p.rank == k6GRPC {
		return status == 0
	}
	return status >= 200 && status < 400
}

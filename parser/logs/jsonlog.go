package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// jsonLog is log lines as JSON objects, one a line, as the common shippers write them:
//
//	{"log":"text\n","stream":"stdout","time":"2021-02-19T20:20:44.706123456Z"}                          docker json-file
//	{"date":1613766044.706123,"log":"text","kubernetes":{"pod_name":"web-1"}}                           fluent-bit
//	{"appname":"kernel","host":"kvm01","message":"text","timestamp":"2021-02-19T20:20:44.706Z"}         vector
//	{"@timestamp":"2021-02-19T20:20:44.706Z","host":{"name":"kvm01"},"message":"text"}                  filebeat
//	{"jsonPayload":{"message":"text"},"timestamp":"2021-02-19T20:20:44.706Z"}                           Google Cloud
//	{"Computer":"kvm01","ProcessName":"kernel","SyslogMessage":"text","TimeGenerated":"2021-02-19T20:20:44.706Z"}   Azure
//	{"preview":false,"result":{"_raw":"text","_time":"2021-02-19 20:20:44.706 UTC","host":"kvm01"}}     Splunk
//	{"component":"virt-launcher","msg":"...","pos":"...","timestamp":"2021-02-19T20:20:44.706Z"}        KubeVirt
//
// Specifications: docs.docker.com/engine/logging/drivers/json-file, docs.fluentbit.io, vector.dev/docs.
var jsonLog = parser.Format{
	Name: "json-log", Title: "JSON log lines: docker, fluent-bit, vector, filebeat, Google Cloud, KubeVirt",
	Sniff: sniffJSONLog,
	Parse: turned(readJSONLog),
	Raw:   true,
}

// shipped is one such object.
type shipped struct {
	message, time, host, program []byte
	pid                          int64
	written                      []byte // the time in words, "Mar  5 10:20:30"
	stream                       []byte // of the container: stdout, stderr
	contained                    bool   // program is a container's name
	rank                         [4]int // how good the names were that gave them, by field
}

// fieldNames ranks the names of each field; the first is the best. What is not here is not read.
var fieldNames = [4]map[string]int{
	ranked("MESSAGE", "message", "log", "msg", "jsonPayload.message", "jsonPayload.MESSAGE", "textPayload", "line", "_source.message", "short_message",
		"SyslogMessage", "result._raw", "attributes.message"),
	ranked("__REALTIME_TIMESTAMP", "timestamp", "@timestamp", "time", "date", "ts", "_source.@timestamp", "TimeGenerated", "result._time", "attributes.timestamp",
		"receiveTimestamp"),
	ranked("_HOSTNAME", "hostname", "host", "host.name", "host.hostname", "kubernetes.host", "_source.host.name", "jsonPayload._HOSTNAME", "jsonPayload.hostname",
		"HostName", "Computer", "result.host", "attributes.host"),
	ranked("SYSLOG_IDENTIFIER", "appname", "program", "ident", "process.name", "kubernetes.container_name", "container_name", "jsonPayload.SYSLOG_IDENTIFIER", "ProcessName", "_COMM"),
}

func ranked(names ...string) map[string]int {
	m := map[string]int{}
	for i, n := range names {
		m[n] = len(names) - i
	}
	return m
}

func (s *shipped) field(key []byte, v value) bool {
	fields := [4]*[]byte{&s.message, &s.time, &s.host, &s.program}
	for i, names := range fieldNames {
		if rank := names[string(key)]; rank > s.rank[i] && (v.quoted || i == 1) {
			if i == 1 && len(v.raw) > 0 && v.raw[0] > '9' { // of syslog, which tells less than the shipper's own
				s.written = v.raw
				continue
			}
			s.rank[i] = rank
			*fields[i] = v.raw
			if i == 3 {
				s.contained = bytes.HasSuffix(key, []byte("container_name"))
			}
		}
	}
	switch string(key) {
	case "stream":
		s.stream = v.raw
	case "SYSLOG_PID", "_PID", "pid", "procid", "process.pid":
		s.pid, _ = scan.Int(v.raw)
	}
	return true
}

// stamp reads the time, a number or a string.
func (s *shipped) stamp() (record.Stamp, bool) {
	if at, ok := scan.Epoch(s.time); ok {
		return at, true
	}
	if s.time == nil {
		at, n := scan.RFC3164(s.written)
		return at, n > 0 && n == len(s.written)
	}
	at, n := scan.ISO(s.time)
	if n > 0 && n < len(s.time) && at.Lacks != 0 { // Splunk's "2024-03-05 10:20:30.000 UTC"
		off, z, known := scan.Zone(s.time[n:])
		if n += z; known {
			at.Wall, at.Lacks = at.Wall.Add(-off), 0
		}
	}
	return at, n > 0 && n == len(s.time)
}

func sniffJSONLog(h parser.Head) parser.Score {
	good, seen := 0, 0
	for _, l := range h.Lines(sniffed) {
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		seen++
		var s shipped
		var o object
		if l[0] == '{' && o.fields(l, s.field) && s.message != nil {
			if _, ok := s.stamp(); ok {
				good++
			}
		}
	}
	return share(72, good, seen)
}

func readJSONLog(lines *parser.Lines, sink record.Sink, order *backwards) error {
	c := contained{reading: reading{lines: lines, sink: sink}}
	file := containerOf(lines.Path)
	var text []byte
	for lines.Next() {
		b := lines.Bytes()
		var s shipped
		var o object
		if !o.fields(b, s.field) || s.message == nil {
			if len(bytes.TrimSpace(b)) > 0 {
				c.garbage.add(lines.Number())
			}
			continue
		}
		at, ok := s.stamp()
		if !ok {
			at = record.Stamp{Lacks: record.LacksWall}
		}
		order.saw(at)
		if isLauncher(b) {
			c.send(at, launcherName, nil, 0, b)
			continue
		}
		text = scan.AppendJSON(text[:0], s.message)
		c.container, c.host = file, s.host
		if s.program == nil {
			c.message(at, text, streamOf(s.stream), s.partial(text))
			continue
		}
		if s.contained {
			c.container = c.names.text(lines, s.program)
			c.inner(at, lines.Origin(), text)
			continue
		}
		c.send(at, s.program, s.host, s.pid, bytes.TrimRight(text, "\r\n"))
	}
	c.end()
	return nil
}

// partial tells a piece of a longer line: docker cuts lines at 16 KiB, and only the last piece ends with a line end.
func (s *shipped) partial(text []byte) bool {
	return len(text) >= 16<<10 && text[len(text)-1] != '\n'
}

// send passes on a message whose program the object names.
func (c *contained) send(at record.Stamp, program, host []byte, pid int64, text []byte) {
	c.garbage.end(c.lines)
	p := piece{at: at, program: program, text: text}
	if len(program) > 0 && isKernel(program) {
		p.kernel(text)
	}
	c.stamped = true
	c.lines.Seen(p.at)
	if !c.lines.Interest.Wants(p.program, p.text) {
		return
	}
	c.last = record.Line{At: p.at, Host: c.names.text(c.lines, host), Program: c.names.text(c.lines, p.program), PID: int(max(0, min(pid, 1<<31)))}
	l := c.last
	l.From, l.Text = c.lines.Origin(), c.lines.Text(p.text)
	c.sink.Line(l)
}

package metrics

// Zabbix's real-time export, one JSON object a line:
//
//	{"host":{"host":"Host B","name":"Host B visible"},"groups":[...],"itemid":3,"name":"Available memory","clock":1519304285,"ns":123456789,"value":1,"type":3}
//	{"host":{...},"itemid":3,"name":"Available memory","clock":1519311600,"count":60,"min":1,"avg":1,"max":1,"type":3}
//
// and what the API answers to history.get and trend.get, where items have no names and all values are texts:
//
//	{"jsonrpc":"2.0","result":[{"itemid":"23296","clock":"1351090996","value":"6000000000","ns":"563157632"}],"id":1}
//
// Specification: Zabbix manual, "history.get", and appendix "Newline-delimited JSON export protocol" (4.0 to 7.0). The second form is an hour's
// trend: its average counts, at the begin of the hour. The unit is not in the file; memory items are in bytes.

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var zabbixNDJSON = parser.Format{
	Name: "zabbix", Title: "Zabbix: real-time export of history and trends, NDJSON; answers of the API",
	Sniff: func(h parser.Head) parser.Score {
		l := h.Line()
		if has(l, "{") && bytes.Contains(l, []byte(`"itemid":`)) && bytes.Contains(l, []byte(`"clock":`)) {
			return 92
		}
		return 0
	},
	Parse: parseZabbix,
}

type zabbixRow struct {
	host, name        string
	item              string
	clock, ns         int64
	value, avg        float64
	hasValue, hasMean bool
	answer            bool // of the API
}

func parseZabbix(lines *parser.Lines, sink record.Sink) error {
	c := newCurves(lines, sink)
	bad := 0
	for lines.Next() {
		l := lines.Bytes()
		if len(trim(l)) == 0 {
			continue
		}
		var row zabbixRow
		j := &jsonScan{buf: l, end: len(l), eof: true}
		if !row.read(j, c.zabbix) || row.clock == 0 && !row.answer {
			if bad++; bad <= 20 && !lines.Torn() {
				c.problem(lines.Number(), "the line is left out: an object with itemid, clock and value was expected")
			}
			continue
		}
		if !row.answer {
			c.zabbix(&row)
		}
	}
	return nil
}

// read reads an object; each takes the rows of an answer.
func (row *zabbixRow) read(j *jsonScan, each func(*zabbixRow)) bool {
	if !j.take('{') {
		return false
	}
	for {
		k, ok := j.key()
		if !ok {
			return j.at > 0 && j.buf[j.at-1] == '}'
		}
		key := string(k)
		if j.peek() == '{' && key == "host" {
			var inner zabbixRow
			if !inner.read(j, each) {
				return false
			}
			row.host = inner.host
			continue
		}
		if key == "result" && j.take('[') {
			row.answer = true
			for j.item() {
				inner := zabbixRow{answer: true}
				if !inner.read(j, each) {
					return false
				}
				if inner.clock != 0 {
					each(&inner)
				}
			}
			continue
		}
		if c := j.peek(); c == '{' || c == '[' {
			if !j.skip() {
				return false
			}
			continue
		}
		t, quoted, ok := j.scalar()
		if !ok {
			return false
		}
		row.field(key, t, quoted)
	}
}

func (row *zabbixRow) field(key string, t []byte, quoted bool) {
	switch key {
	case "host":
		row.host = unescaped(t)
	case "name":
		row.name = unescaped(t)
	case "itemid":
		row.item = string(t)
	case "clock":
		row.clock, _ = scan.Int(t)
	case "ns":
		row.ns, _ = scan.Int(t)
	case "value":
		if !quoted || row.answer {
			row.value, row.hasValue = scan.Float(t)
		}
	case "avg", "value_avg":
		row.avg, row.hasMean = scan.Float(t)
	}
}

// zabbixNames are items of the templates "Linux memory" and "Windows memory" (7.0), whose names began with "Linux: " and
// "Windows: " in 6.2 and 6.4.
var zabbixNames = map[string]record.Quantity{
	"Available memory": record.HostAvailable, "Total memory": record.HostTotal, "Used memory": record.HostUsed,
	"Free swap space": record.HostSwapFree, "Total swap space": record.HostSwapTotal, "Memory available": record.HostAvailable,
}

func (c *curves) zabbix(row *zabbixRow) {
	s := c.get([]byte(row.host+"\x00"+row.item), func() *record.Series {
		s := &record.Series{Name: cmp.Or(row.name, "item"), Subject: row.host, Labels: []record.Attr{{Key: "itemid", Value: row.item}}}
		if row.host != "" {
			s.Labels = slices.Insert(s.Labels, 0, record.Attr{Key: "host", Value: row.host})
		}
		if q, ok := zabbixNames[strings.TrimPrefix(strings.TrimPrefix(row.name, "Linux: "), "Windows: ")]; ok {
			s.Quantity, s.Unit = q, record.Bytes
		}
		return s
	})
	switch {
	case row.hasValue:
		c.sample(record.AtUnix(row.clock*1e9+row.ns, 1), c.lines.Number(), s, row.value)
	case row.hasMean:
		if s != nil {
			s.Step = time.Hour
		}
		c.sample(record.AtUnix(row.clock*1e9, time.Second), c.lines.Number(), s, row.avg)
	}
}

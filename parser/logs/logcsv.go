package logs

import (
	"bytes"
	"encoding/csv"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// logCSV is log lines as a table, as the stores of logs give them to be saved, mostly the latest first:
//
//	"@timestamp","host.name",message                      Kibana; its times are "Feb 3, 2021 @ 06:30:01.250"
//	timestamp,source,message                              Graylog
//	Date,Host,Service,Message                             Datadog
//	"_raw","_time",host,index,source                      Splunk
//	"TimeGenerated [UTC]",Computer,ProcessName,SyslogMessage    Azure Log Analytics; "2/3/2021, 6:30:01.250 AM"
//	@timestamp,@message                                   CloudWatch Logs Insights, whose times are UTC (docs.aws.amazon.com)
//
// The columns are found by their headings and stand in any order.
var logCSV = parser.Format{
	Name: "log-csv", Title: "CSV exports of logs: Kibana, Graylog, Datadog, Splunk, Azure, CloudWatch",
	Sniff: sniffLogCSV,
	Parse: turned(readLogCSV),
	Raw:   true,
}

// logHeadings ranks the names of the columns as fieldNames does those of objects: message, time, host, program.
var logHeadings = [4]map[string]int{
	ranked("message", "_raw", "msg", "@message", "syslogmessage", "log", "line"),
	ranked("@timestamp", "timestamp", "_time", "timegenerated [utc]", "timegenerated", "time", "date", "datetime"),
	ranked("host.name", "host.hostname", "hostname", "host", "computer", "agent.hostname", "source"),
	ranked("process.name", "program", "syslog_identifier", "processname", "appname", "application_name", "service"),
}

// logColumns are where message, time, host and program stand; -1 when they do not.
type logColumns struct {
	at        [4]int
	utc       bool // the times are of UTC, as their heading says
	delimiter rune
}

// findLogColumns reads the line of headings.
func findLogColumns(line []byte) (c logColumns, ok bool) {
	c.delimiter = ','
	for _, d := range ";\t" {
		if bytes.Count(line, []byte(string(d))) > bytes.Count(line, []byte(string(c.delimiter))) {
			c.delimiter = d
		}
	}
	names := c.cells(line)
	c.at = [4]int{-1, -1, -1, -1}
	best := [4]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		c.utc = c.utc || strings.HasSuffix(name, "[utc]") || name == "@message"
		for f := range logHeadings {
			if rank := logHeadings[f][name]; rank > best[f] {
				best[f], c.at[f] = rank, i
			}
		}
	}
	return c, c.at[0] >= 0 && c.at[1] >= 0
}

// cells reads one row.
func (c *logColumns) cells(row []byte) []string {
	r := csv.NewReader(bytes.NewReader(row))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = c.delimiter, true, -1
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

// time reads a row's time. Twelve hours with a mark belong to dates with the month first.
func (c *logColumns) time(cell string) (record.Stamp, bool) {
	if at, ok := scan.Epoch([]byte(cell)); ok {
		return at, true
	}
	order := scan.NoOrder
	if upper := strings.ToUpper(cell); strings.HasSuffix(upper, "AM") || strings.HasSuffix(upper, "PM") {
		order = scan.MonthFirst
	}
	at, either := written([]byte(strings.Replace(cell, " @ ", " ", 1)), order)
	if c.utc {
		at.Lacks &^= record.LacksZone
	}
	return at, !at.IsZero() && either == nil && at.Lacks&record.LacksDate == 0
}

func sniffLogCSV(h parser.Head) parser.Score {
	lines := h.Lines(sniffed)
	if len(lines) < 2 {
		return 0
	}
	c, ok := findLogColumns(lines[0])
	if !ok {
		return 0
	}
	first := bytes.Clone(lines[1])
	for _, l := range lines[2:] {
		if !open(first) {
			break
		}
		first = append(append(first, '\n'), l...)
	}
	row := c.cells(first)
	if len(row) <= c.at[1] {
		return 0
	}
	if _, ok := c.time(row[c.at[1]]); !ok {
		return 0
	}
	return 80
}

func readLogCSV(lines *parser.Lines, sink record.Sink, order *backwards) error {
	if !lines.Next() {
		return nil
	}
	columns, _ := findLogColumns(lines.Bytes())
	c := contained{reading: reading{lines: lines, sink: sink}}
	var row []byte
	var begun record.Origin
	unclosed := false
	for lines.Next() {
		if len(row) == 0 {
			begun = lines.Origin()
		} else {
			row = append(row, '\n')
		}
		row = append(row, lines.Bytes()...)
		unclosed = unclosed != open(lines.Bytes())
		if unclosed && len(row) < parser.MaxLine && !lines.Torn() { // a message of several lines
			continue
		}
		columns.row(&c, row, begun, order)
		row, unclosed = row[:0], false
	}
	if len(row) > 0 {
		lines.ProblemAt(begun.Line, "the quoted cell that begins in this row never ends: the row is left out")
	}
	return nil
}

// open tells that the text closes a quote which is open before it, or leaves one open.
func open(text []byte) bool { return bytes.Count(text, []byte{'"'})%2 != 0 }

// row passes a row's message on.
func (c *logColumns) row(out *contained, row []byte, begun record.Origin, order *backwards) {
	cells := c.cells(row)
	if len(cells) == 0 {
		return
	}
	of := func(field int) string {
		if i := c.at[field]; i >= 0 && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	if of(0) == "" {
		out.garbage.add(begun.Line)
		return
	}
	at, ok := c.time(of(1))
	if !ok {
		at = record.Stamp{Lacks: record.LacksWall}
	}
	order.saw(at)
	out.host, out.container = nil, of(3)
	if host := of(2); host != "" && !strings.ContainsAny(host, `/\`) { // Splunk's source is a file
		out.host = []byte(host)
	}
	out.inner(at, begun, []byte(of(0)))
}

package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

const jtlHead = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,allThreads\n"

// Rows without a column success.
const (
	codeHead = "timeStamp,elapsed,label,responseCode\n"
	codeNote = "x.jtl: has no column success: responseCode tells what failed"
)

func coded(codes ...string) (rows string) {
	for _, code := range codes {
		rows += "1795393700000,100,a," + code + "\n"
	}
	return rows
}

func TestJTLRows(t *testing.T) {
	row := "1795393700000,100,a,200,OK,t 1-1,true,3\n"
	for _, c := range []struct {
		name, text    string
		n, failed     int64
		problems      int
		firstProblem  string
		torn, planned bool
	}{
		{"plain", jtlHead + row + row, 2, 0, 0, "", false, false},
		{"windows line ends", strings.ReplaceAll(jtlHead+row+row, "\n", "\r\n"), 2, 0, 0, "", false, false},
		{"no line end", jtlHead + row + strings.TrimSuffix(row, "\n"), 2, 0, 0, "", false, false},
		{"torn", jtlHead + row + "1795393700001,5,a,200,O", 1, 0, 1, "x.jtl:3: the file ends inside", true, false},
		{"torn in a quote", jtlHead + row + `1795393700001,5,"a, b`, 1, 0, 1, "x.jtl:3: the file ends inside", true, false},
		{"text code", jtlHead + "1795393700000,0,a,Non HTTP response code: java.net.ConnectException,x,t,false,3\n", 1, 1, 0, "", false, false},
		{"quoted comma", jtlHead + `1795393700000,9,"a, b",200,"x ""y"", z",t,false,3` + "\n" + row, 2, 1, 0, "", false, false},
		{"newline in a message", jtlHead + "1795393700000,9,a,500,\"one\ntwo,\nthree\",t,false,3\n" + row, 2, 1, 0, "", false, false},
		{"quote never closed", jtlHead + "1795393700000,9,a,500,\"one\n" + row + row, 2, 0, 1, "x.jtl:2: ", false, false},
		{"quote inside a field", jtlHead + "1795393700000,9,5\" disk,200,OK,t,true,3\n" + row, 2, 0, 0, "", false, false},
		{"bad time", jtlHead + "soon,9,a,200,OK,t,true,3\n" + row, 1, 0, 1, "x.jtl:2: no time where timeStamp belongs", false, false},
		{"bad success", jtlHead + "1795393700000,9,a,200,OK,t,maybe,3\n" + row, 1, 0, 1, "x.jtl:2: neither true nor false", false, false},
		{"negative elapsed", jtlHead + "1795393700000,-9,a,200,OK,t,true,3\n" + row, 1, 0, 1, "x.jtl:2: no number where elapsed belongs", false, false},
		{"too few fields", jtlHead + "1795393700000,9\n" + row, 1, 0, 1, "x.jtl:2: row has too few fields", false, false},
		{"blank lines", jtlHead + "\n" + row + "\n\n" + row, 2, 0, 0, "", false, false},
		{"NUL bytes of a crash", jtlHead + row + "\x00\x00\x00\x00" + row, 2, 0, 0, "", false, false},
		{"appended run, other columns", jtlHead + row + "timeStamp,elapsed,label,success\n1795393701000,3,b,false\n", 2, 1, 0, "", false, false},
		{"transactions beside samples", jtlHead + row + "1795393700000,100,tx,200,\"Number of samples in transaction : 1, number of failing samples : 0\",t,true,3\n", 1, 0, 0, "", false, false},
		{"SampleCount", "timeStamp,elapsed,label,success,SampleCount,ErrorCount\n1795393700000,9,a,true,5,2\n", 5, 2, 0, "", false, false},
		{"SampleCount without ErrorCount", "timeStamp,elapsed,label,success,SampleCount\n1795393700000,9,a,false,5\n", 5, 1, 0, "", false, false},
		{"no success, numbers", codeHead + coded("200", "204", "302", "399", "404", "500", "503", "199", "0"), 9, 5, 1, codeNote, false, false},
		{"no success, texts", codeHead + coded("200", "Non HTTP response code: java.net.ConnectException", `"Non HTTP response code: a, b"`, "OK"), 4, 3, 1, codeNote, false, false},
		{"no success, no code", codeHead + coded("200", "", `""`), 3, 0, 1, codeNote, false, false},
		{"no success in the first part", codeHead + coded("503") + jtlHead + "1795393701000,5,a,503,OK,t,true,3\n", 2, 1, 1, codeNote, false, false},
		{"success says otherwise", jtlHead + "1795393700000,9,a,404,Not Found,t,true,3\n1795393700000,9,a,200,OK,t,false,3\n", 2, 1, 0, "", false, false}, // an assertion, or a sampler that ignores the code
	} {
		t.Run(c.name, func(t *testing.T) {
			s := read(t, "x.jtl", c.text)
			n, failed, _ := s.total()
			if n != c.n || failed != c.failed || len(s.problems) != c.problems {
				t.Fatalf("%d requests, %d failed, problems %v; want %d, %d, %d", n, failed, s.problems, c.n, c.failed, c.problems)
			}
			if c.problems > 0 {
				if got := fmt.Sprintf("%v: %s", s.problems[0].From, s.problems[0].Msg); !strings.HasPrefix(got, c.firstProblem) {
					t.Errorf("problem %q, want %q", got, c.firstProblem)
				}
			}
			if last := s.loads[len(s.loads)-1]; last.Torn != c.torn {
				t.Errorf("torn %v", last.Torn)
			}
		})
	}
}

// TestXMLCounts: ErrorCount (ec) is of the SampleCount (sc) requests that the element stands for, of one where it is not told; with
// and without a time.
func TestXMLCounts(t *testing.T) {
	for attributes, want := range map[string][2]int64{
		`s="false" ec="2"`:                              {1, 1},
		`s="false" sc="5" ec="2"`:                       {5, 2},
		`s="true" sc="5" ec="2" t="9"`:                  {5, 2},
		`s="false" sc="5" ec="7" ts="1795393700000"`:    {5, 5},
		`s="false" sc="99999999999" ts="1795393700000"`: {1, 1},
		`s="false" sc="99999999999" ec="99999999999"`:   {1, 1},
	} {
		n, failed, _ := read(t, "x.xml", `<testResults version="1.2"><httpSample `+attributes+"/></testResults>").total()
		if n != want[0] || failed != want[1] {
			t.Errorf("%s: %d of %d failed, want %d of %d", attributes, failed, n, want[1], want[0])
		}
	}
}

// TestJTLBareTransactions: without responseMessage a transaction controller's row is known by its empty dataType and
// by lying around the sample before it. A sampler that sets no type is counted.
func TestJTLBareTransactions(t *testing.T) {
	const head = "timeStamp,elapsed,label,responseCode,threadName,dataType,success,bytes,grpThreads,allThreads\n"
	const first = 1795393700000
	row := func(at, took int, label, code, kind string) string {
		return fmt.Sprintf("%d,%d,%s,%s,t 1-1,%s,true,10,1,1\n", first+at, took, label, code, kind)
	}
	var nested, timers, typeless, mixed strings.Builder
	for at := 0; at < 10000; at += 1000 {
		nested.WriteString(row(at, 50, "GET", "200", "text") + row(at+50, 40, "GET", "200", "text") + row(at, 90, "TX", "200", "") + row(at, 95, "outer", "", ""))
		timers.WriteString(row(at, 50, "GET", "200", "text") + row(at+550, 40, "GET", "200", "text") + row(at, 90, "TX", "200", "")) // 500 ms of a timer left out
		typeless.WriteString(row(at, 50, "GET", "200", "text") + row(at+50, 60, "queue", "", ""))
		mixed.WriteString(row(at, 50, "GET", "200", "text") + row(at, 50, "TX", "200", "") + row(at+60, 60, "queue", "", ""))
	}
	for _, c := range []struct {
		name, text string
		n, sums    int64
	}{
		{"nested", nested.String(), 20, 20},
		{"elapsed without timers", timers.String(), 20, 10},
		{"a sampler without type", typeless.String(), 20, 0},
		{"both", mixed.String(), 30, 0},
		{"nothing but transactions", strings.Repeat(row(0, 50, "TX", "200", ""), 1) + row(1000, 50, "TX", "200", ""), 2, 0},
	} {
		if n, _, sums := read(t, "x.jtl", head+c.text).total(); n != c.n || sums != c.sums {
			t.Errorf("%s: %d requests and %d sums, want %d and %d", c.name, n, sums, c.n, c.sums)
		}
	}
}

func TestJTLManyFaults(t *testing.T) {
	s := read(t, "x.jtl", jtlHead+strings.Repeat("x,9,a,200,OK,t,true,3\n", 50)+"1795393700000,9,a,200,OK,t,true,3\n")
	if len(s.problems) != maxFaults+1 || !strings.HasPrefix(s.problems[maxFaults].Msg, "30 more like these") {
		t.Errorf("%d problems, the last %v", len(s.problems), s.problems[len(s.problems)-1])
	}
}

func TestJTLTimes(t *testing.T) {
	for _, c := range []struct {
		stamp, start string
		lacks        bool // the zone
	}{
		{"1795393700123", "2026-11-23T00:28:20", false},
		{"1795393700", "2026-11-23T00:28:20", false},
		{"2026/11/23 00:28:20.123", "2026-11-23T00:28:20", true},
		{"2026-11-23 00:28:20", "2026-11-23T00:28:20", true},
		{"2026-11-23T01:28:20.123+0100", "2026-11-23T00:28:20", false},
		{"11/23/26 12:28:20 AM", "2026-11-23T00:28:20", true},
		{"11/23/2026 12:28:20 PM", "2026-11-23T12:28:20", true},
		{"23.11.2026 00:28:20", "2026-11-23T00:28:20", true},
		{"23/11/2026 00:28:20", "2026-11-23T00:28:20", true},
		{"23-Nov-2026 00:28:20", "2026-11-23T00:28:20", true},
		{"23-Nov-26 00:28:20.123", "2026-11-23T00:28:20", true},
		{"23/Nov/2026:00:28:20 +0100", "2026-11-22T23:28:20", false},
		{"23 Nov 2026 00:28:20", "2026-11-23T00:28:20", true},
		{"Mon Nov 23 00:28:20 UTC 2026", "2026-11-23T00:28:20", false},
		{"Mon Nov 23 00:28:20 GMT+01:00 2026", "2026-11-22T23:28:20", false},
		{"Mon Nov 23 00:28:20 CET 2026", "2026-11-23T00:28:20", true},
		{"Mo Nov 23 00:28:20 MEZ 2026", "2026-11-23T00:28:20", true},
		{`"Nov 23, 2026 12:28:20 AM"`, "2026-11-23T00:28:20", true},
		{`"Mon, 23 Nov 2026 00:28:20 GMT"`, "2026-11-23T00:28:20", false},
		{"2026-11-23_00:28:20", "2026-11-23T00:28:20", true},
		{"2026/11/23 12:28:20 AM", "2026-11-23T00:28:20", true},
		{"2026-11-23 01:28:20 PM", "2026-11-23T13:28:20", true},
		{"2026-11-23 00:28:20 UTC", "2026-11-23T00:28:20", false},
		{"20261123002820", "2026-11-23T00:28:20", true},
		{"20261123002820123", "2026-11-23T00:28:20", true},
	} {
		s := read(t, "x.jtl", jtlHead+c.stamp+",0,a,200,OK,t 1-1,true,3\n")
		if len(s.loads) != 1 {
			t.Errorf("%s: not read: %v", c.stamp, s.problems)
			continue
		}
		start := s.loads[0].Start
		if !start.Wall.Equal(at(c.start)) || (start.Lacks != 0) != c.lacks {
			t.Errorf("%s: read as %v, want %s", c.stamp, start, c.start)
		}
	}
	for _, stamp := range []string{"20261323002820", "20261123252820", "99999999999999", "31-Feb-2026 00:28:20", "23-Nov-2026", "Mon Nov 23 00:28:20 UTC", "Nov", "20261123002820UTC9"} {
		if s := read(t, "x.jtl", jtlHead+stamp+",0,a,200,OK,t 1-1,true,3\n"); len(s.loads) != 0 {
			t.Errorf("%s read as a time: %s", stamp, s.dump())
		}
	}
	if s := read(t, "x.jtl", jtlHead+"03/04/26 12:28:20,0,a,200,OK,t,true,3\n"); len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, "month/day") {
		t.Errorf("day or month: %v", s.problems)
	}
}

// TestJTLOrder: completion counts, whatever order the rows come in.
func TestJTLOrder(t *testing.T) {
	rows := []string{"1795393700000,2500,a,200,OK,t,true,3\n", "1795393702900,50,a,200,OK,t,true,3\n", "1795393701000,0,a,200,OK,t,false,3\n"}
	want := read(t, "x.jtl", jtlHead+rows[0]+rows[1]+rows[2])
	for _, p := range [][3]int{{0, 2, 1}, {1, 0, 2}, {2, 1, 0}} {
		got := read(t, "x.jtl", jtlHead+rows[p[0]]+rows[p[1]]+rows[p[2]])
		if got.dump() != want.dump() {
			t.Errorf("order %v:\n%s\nwant\n%s", p, got.dump(), want.dump())
		}
	}
	if b := want.loads[0].Buckets; len(b) != 3 || b[2].OK != 2 || b[1].Failed != 1 || b[1].Active != 1 {
		t.Errorf("buckets %+v", b)
	}
}

func TestJTLByLabel(t *testing.T) {
	text := jtlHead
	for i := range 300 {
		text += fmt.Sprintf("%d,9,l%d,200,OK,t,%v,3\n", 1795393700000+i, i%3, i%3 > 0)
	}
	s := readBytes("x.jtl", []byte(text), Options{ByLabel: true})
	if len(s.loads) != 4 || s.loads[1].Label != "l0" || s.loads[1].Failed != 100 || s.loads[3].Label != "l2" || s.loads[3].Samples != 100 || s.loads[0].Samples != 300 {
		t.Errorf("%s", s.dump())
	}
}

// TestJTLParts: files put together are one load when they lie in the same time, two when one follows the other.
func TestJTLParts(t *testing.T) {
	row := func(sec int) string {
		return fmt.Sprintf("%d,9,a,200,OK,t,true,3\n", 1795393700000+sec*1000)
	}
	if s := read(t, "x.jtl", jtlHead+row(0)+row(9)+jtlHead+row(5)); len(s.loads) != 1 || s.loads[0].Samples != 3 {
		t.Errorf("overlapping parts:\n%s", s.dump())
	}
	if s := read(t, "x.jtl", jtlHead+row(0)+row(9)+jtlHead+row(50)); len(s.loads) != 2 || s.loads[1].From.Line != 5 {
		t.Errorf("parts one after the other:\n%s", s.dump())
	}
}

// TestJTLSample checks the made-up two minutes against what their generator counted.
func TestJTLSample(t *testing.T) {
	want := map[string]int64{}
	for line := range strings.Lines(string(fixture(t, "jmeter-csv/hp-server-sample/WANT"))) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[key] = num(value)
	}
	s := readFile("input.jtl", fixture(t, "jmeter-csv/hp-server-sample/input.jtl"))
	n, failed, _ := s.total()
	if n != want["rows"] || failed != want["failed"] || n-failed != want["succeeded"] || len(s.loads) != 1 || len(s.problems) != 0 {
		t.Fatalf("%d rows, %d failed, %d loads, %v; want %v", n, failed, len(s.loads), s.problems, want)
	}
	l := s.loads[0]
	first, last := l.Start.Wall.UnixMilli(), l.End().Wall.UnixMilli()
	if first > want["first-start-ms"] || first <= want["first-start-ms"]-1000 || last <= want["last-end-ms"] || last > want["last-end-ms"]+1000 {
		t.Errorf("from %d to %d; want %v", first, last, want)
	}
	for ms := want["refused-from-ms"] + 1000; ms < want["refused-to-ms"]-1000; ms += 1000 {
		if b := l.Buckets[(ms-first)/1000]; b.OK > 2 || b.Failed < 40 { // a request that began before may still end
			t.Errorf("at %d: %+v while everything is refused", ms, b)
		}
	}
}

func TestNextHeader(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "S": 0, "timeStamp": 0, "\ntimeStamp": 1, "1,S\ntimeStamp,x": 4, "1,timeStamp,S\n2": 0, "S,timeS\ntimeStam": 0, "SSS\n\ntimeStamp": 5,
	} {
		if got := nextHeader([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestJTLDelimiters: default_delimiter of jmeter.properties may be any character; JMeter finds it in a header between the first
// two names (DELIM_PATTERN in CSVSaveService.java).
func TestJTLDelimiters(t *testing.T) {
	for _, d := range []string{"~", "^", ":", "#", " ", "\x01"} {
		for name, text := range map[string]string{"header": jtlHead, "no header": ""} {
			text += strings.Repeat("1795393700000,12,x,200,OK,t,true,3\n", 2) + "1795393701000,12,x,500,,t,false,3\n"
			s := read(t, "x.jtl", strings.ReplaceAll(text, ",", d))
			if n, failed, _ := s.total(); n != 3 || failed != 1 || len(s.problems) > 0 {
				t.Errorf("%q, %s: %d requests, %d failed, %v", d, name, n, failed, s.problems)
			}
		}
	}
}

// TestJTLTimesOfDay: jmeter.save.saveservice.timestamp_format=HH:mm:ss.SSS names no day. Rows stand in the order of their ends:
// one that began at 23:59:59 and took 4 s stands behind one of 00:00:01. 40000 rows, ten a second, from 23:30 on are 4000 s,
// in whatever blocks they are read.
func TestJTLTimesOfDay(t *testing.T) {
	var b strings.Builder
	b.WriteString(jtlHead)
	for i := range 40000 {
		at := (23*3600+1800)*1000 + i*100
		took := 10
		if i == 18025 { // of 00:00:02.500
			at, took = at-3500, 4000
		}
		fmt.Fprintf(&b, "%s,%d,x,200,OK,t,true,3\n", time.UnixMilli(int64(at)).UTC().Format("15:04:05.000"), took)
	}
	for _, size := range []int{1000, 1 << 18} {
		var s seen
		parseJTL(parser.NewLines("x.jtl", strings.NewReader(b.String()), &s), &s, Options{}, size)
		if n, _, _ := s.total(); len(s.loads) != 1 || n != 40000 || len(s.loads[0].Buckets) != 4000 || s.loads[0].Start.Wall.Format(time.TimeOnly) != "23:30:00" {
			t.Errorf("blocks of %d: %d requests in %d loads: %v", size, n, len(s.loads), s.problems)
		}
	}
}

// TestJTLMinutes: a spreadsheet saves times to the minute. 20 requests a minute are a third of one a second; in the third minute
// every second one failed, in the fourth there were none.
func TestJTLMinutes(t *testing.T) {
	var b strings.Builder
	b.WriteString(jtlHead)
	for _, minute := range []int{0, 1, 2, 4} {
		for i := range 20 {
			fmt.Fprintf(&b, "2026-11-23 08:%02d,12,x,200,OK,t,%v,3\n", minute, minute != 2 || i%2 == 0)
		}
	}
	s := read(t, "x.csv", b.String())
	const third = 20. / 60
	if got := s.values(record.Throughput); !slices.Equal(got, []float64{third, third, third / 2, 0, third}) {
		t.Errorf("throughput %v", got)
	}
	if got := s.values(record.Errors); !slices.Equal(got, []float64{0, 0, third / 2, 0, 0}) {
		t.Errorf("errors %v", got)
	}
	if len(s.loads) != 0 || len(s.problems) != 1 || !s.samples[0].At.Wall.Equal(at("2026-11-23T08:01:00")) || s.samples[0].Series.Step != time.Minute {
		t.Errorf("%s", s.dump())
	}
}

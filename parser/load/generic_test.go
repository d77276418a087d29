package load

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// values lists what a quantity's samples say, in order.
func (s *seen) values(q record.Quantity) (all []float64) {
	for _, x := range s.samples {
		if x.Series.Quantity == q {
			all = append(all, x.Value)
		}
	}
	return all
}

// rowsOf writes a heading and rows of 10 s each, the values by a function of the row's number.
func rowsOf(heading string, n int, value func(i int) string) string {
	var b strings.Builder
	b.WriteString(heading + "\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,%s\n", 1795393700+10*i, value(i))
	}
	return b.String()
}

// TestTableTotals: columns that count since the start are differenced over the 10 s between rows, those of single
// intervals are not, and requests under way are none that completed.
func TestTableTotals(t *testing.T) {
	sum := func(i int) string { return fmt.Sprintf("%d,%d", 1000*i, 20*i) } // 100/s, 2/s
	single := func(i int) string { return fmt.Sprintf("%d,%d", 1000+i%3, i%2) }
	for _, c := range []struct {
		name, text       string
		requests, errors float64 // the last of them; -1 for none
		problems         int
	}{
		{"Prometheus names", rowsOf("time,requests_total,errors_total", 5, sum), 100, 2, 0},
		{"words", rowsOf("time,Total Requests,Total Errors", 5, sum), 100, 2, 0},
		{"no word, many rows", rowsOf("time,requests,errors", 40, sum), 100, 2, 2},
		{"no word, few rows", rowsOf("time,requests,errors", 6, sum), 500, 100, 2},         // may be a ramp
		{"single intervals", rowsOf("time,requests,errors", 40, single), 100, 1, 0},        // row 39: 1000 in 10 s, 1/s as written
		{"total of each row", rowsOf("time,total_requests,errors", 40, single), 100, 1, 0}, // it falls: no sum
		{"failures counted", rowsOf("time,requests,error_count", 40, single), 100, .1, 0},  // row 39: 1 in 10 s
		{"a rate", rowsOf("time,requests/s,errors/s", 40, sum), 39000, 780, 0},
		{"under way", rowsOf("time,active_requests,errors", 5, single), -1, 0, 1},
	} {
		s := read(t, "table.csv", c.text)
		for q, want := range map[record.Quantity]float64{record.Requests: c.requests, record.Errors: c.errors} {
			got := s.values(q)
			if want < 0 && len(got) == 0 {
				continue
			}
			if len(got) == 0 || math.Abs(got[len(got)-1]-want) > 1e-9 {
				t.Errorf("%s: %s %v, want %v", c.name, q, got, want)
			}
		}
		if len(s.problems) != c.problems {
			t.Errorf("%s: problems %v", c.name, s.problems)
		}
	}
}

// TestMappedTotals: a column that the user names is differenced like one that the heading names; what --map calls a rate stays
// one, and it is said. Rows are 10 s apart and 1000 more each: 100/s.
func TestMappedTotals(t *testing.T) {
	sum := func(i int) string { return fmt.Sprint(1000 * i) }
	single := func(i int) string { return fmt.Sprint(1000 + i%3) }
	for _, c := range []struct {
		name, kind, heading string
		rows                int
		row                 func(i int) string
		q                   record.Quantity
		last                float64
		said                string
	}{
		{"requests, many rows", "requests", "Anfragen", 40, sum, record.Requests, 100, "column Anfragen never falls: read as a count since the start"},
		{"requests, few rows", "requests", "Anfragen", 8, sum, record.Requests, 7000, "column Anfragen never falls, in too few rows to tell counts since the start: if it is one, write total into its heading"},
		{"requests, named", "requests", "Anfragen total", 8, sum, record.Requests, 100, ""},
		{"a rate, many rows", "tps", "Anfragen", 40, sum, record.Throughput, 39000, "column Anfragen never falls and is read as a rate, as --map says: if it counts since the start, say --map requests=Anfragen"},
		{"a rate that falls", "tps", "Anfragen", 40, single, record.Throughput, 1000, ""},
		{"a rate by its heading", "tps", "Anfragen/s", 40, sum, record.Throughput, 39000, ""},
		{"three rows", "tps", "Anfragen", 3, sum, record.Throughput, 2000, ""},
	} {
		s := readBytes("t.csv", []byte(rowsOf("time,"+c.heading, c.rows, c.row)), Options{Columns: map[string]string{c.kind: c.heading}})
		v, said := s.values(c.q), ""
		for _, p := range s.problems {
			said += p.Msg
		}
		if len(v) == 0 || v[len(v)-1] != c.last || said != c.said {
			t.Errorf("%s: %v, %q; want %v at last, %q", c.name, v, said, c.last, c.said)
		}
	}
}

// TestTableFailures: failures are taken off a rate that holds them, and off no other. In rows 30 to 39 of 40 all but
// everything fails.
func TestTableFailures(t *testing.T) {
	steady := func(before, after string) func(i int) string {
		return func(i int) string {
			if i < 30 {
				return before
			}
			return after
		}
	}
	const taken, open = " too: they are taken off it", " too, and nothing shows it: it is read as it stands; a column of successes is named with --map tps=COLUMN"
	for _, c := range []struct {
		heading       string
		before, after string  // the cells of a row
		done          float64 // a second in the last row; -1: no column of successes
		said          string
	}{
		{"requests_per_second,failures_per_second", "20,0", "40,40", 0, taken},
		{"Requests/s,Failures/s", "20,0.5", "40,38", 2, taken},
		{"rps,err/s", "20,0", "40,40", 0, taken},
		{"err/s,rps", "0,20", "40,40", 0, taken},
		{"total_rps,success_rps,failed_rps", "20,20,0", "40,1,39", 1, ""},
		{"total_rps,successful_requests/s,failed_rps", "20,20,0", "40,1,39", 1, ""},
		{"throughput,error_rate_percent", "20,0", "40,99.5", .2, taken}, // 0.5 % of 40
		{"error %,throughput", "0,20", "100,40", 0, taken},
		{"requests/min,failures/min", "1200,0", "2400,2340", 1, taken},
		{"rps,error %", "20,0", "40,50", 20, taken}, // a share of all requests
		{"rps,error ratio", "20,0", "40,.5", 20, taken},
		{"rps,err/s", "20,0", "0.5,40", -1, ""},                // above: successes
		{"rps,err/s", "20,0", "20,15", -1, open},               // 5 or 20 succeed
		{"rps,err/s", "20,0", "1,0.95", -1, open},              // next to nothing is done, and as much fails
		{"rps,errors", "20,0", "40,40", -1, open},              // in a second, or in a row of 10 s
		{"rps,error_rate", "20,0", "40,1", -1, open},           // all, 1 % or one in a second
		{"rps,err/s", "20,0", "20,1", -1, ""},                  // no great matter
		{"tps,err/s", "20,0", "40,40", 40, ""},                 // successes by its name
		{"throughput,error %", "20,0", "0.2,99", .2, ""},       // as well
		{"throughput,error_rate", "20,0", "40,1", 40, ""},      // all, or 1 %
		{"rps,request success rate", "20,100", "40,0", -1, ""}, // no rate
	} {
		s := read(t, "table.csv", rowsOf("time,"+c.heading, 40, steady(c.before, c.after)))
		v, said := s.values(record.Throughput), ""
		for _, p := range s.problems {
			said += p.Msg
		}
		if !strings.HasSuffix(said, c.said) || c.said == "" && said != "" {
			t.Errorf("%s %s: said %q, want %q", c.heading, c.after, said, c.said)
		}
		if c.done < 0 && len(v) > 0 || c.done >= 0 && (len(v) != 40 || math.Abs(v[39]-c.done) > 1e-9) {
			t.Errorf("%s %s: %v done a second, want %v", c.heading, c.after, v, c.done)
		}
	}
	s := readBytes("t.csv", []byte(rowsOf("time,rps,err/s", 40, steady("20,0", "40,40"))), Options{Columns: map[string]string{"tps": "rps"}})
	if v := s.values(record.Throughput); len(v) != 40 || v[39] != 40 || len(s.problems) != 0 {
		t.Errorf("named by the user: %s", s.dump())
	}
}

// TestTablePerMinute: a rate by the minute is a sixtieth of it by the second, however far apart the rows are.
func TestTablePerMinute(t *testing.T) {
	for _, c := range []struct {
		heading, kind string // kind when the user named the column
		q             record.Quantity
		want          float64 // of 1200
	}{
		{"transactions_per_minute", "", record.Throughput, 20},
		{"transactions/min", "", record.Throughput, 20},
		{"tpm", "", record.Throughput, 20},
		{"TPM (DB)", "", record.Throughput, 20},
		{"transactions_per_minute", "tps", record.Throughput, 20},
		{"requests/min", "", record.Requests, 20},
		{"Requests per minute", "", record.Requests, 20},
		{"requestsPerMin", "", record.Requests, 20},
		{"Throughput (req/min)", "", record.Throughput, 20},
		{"successful requests/min", "", record.Throughput, 20},
		{"tps,errors/min", "", record.Errors, 20},
		{"transactions_per_second", "", record.Throughput, 1200},
		{"requests", "", record.Requests, 120},          // in the 10 s of a row
		{"throughput min", "", record.Throughput, 1200}, // the least
		{"tps,latency per minute (ms)", "", record.Latency, 1.2},
	} {
		o := Options{}
		if c.kind != "" {
			o.Columns = map[string]string{c.kind: c.heading}
		}
		cells := "1200" + strings.Repeat(",1200", strings.Count(c.heading, ","))
		s := readBytes("t.csv", []byte(rowsOf("time,"+c.heading, 3, func(int) string { return cells })), o)
		if v := s.values(c.q); len(v) == 0 || math.Abs(v[len(v)-1]-c.want) > 1e-9 {
			t.Errorf("%s: %s %v, want %v", c.heading, c.q, v, c.want)
		}
	}
}

// TestTableClocks: where the time of a row stands and how it counts.
func TestTableClocks(t *testing.T) {
	for _, c := range []struct {
		heading, cell string
		at            string // wall time; "" for what went by since the start
		mono          time.Duration
	}{
		{"Elapsed scenario time mm:ss,tps", "05:30,7", "", 330 * time.Second},
		{"Elapsed scenario time mm:ss,tps", "1:05:30,7", "", 3930 * time.Second},
		{"Elapsed scenario time mm:ss,tps", "75:30,7", "", 4530 * time.Second},
		{"Elapsed,tps", "00:05,7", "", 5 * time.Second},
		{"elapsed_ms,tps", "5000,7", "", 5 * time.Second},
		{"elapsed (s),tps", "5,7", "", 5 * time.Second},
		{"elapsed min,tps", "1.5,7", "", 90 * time.Second},
		{"time,tps", "5,7", "", 5 * time.Second},
		{"time (hh:mm:ss),tps", "2026-11-23 00:05:30,7", "2026-11-23T00:05:30", 0},
		{"date,time,tps", "2026-11-23,00:28:20,7", "2026-11-23T00:28:20", 0},
		{"time,date,tps", "00:28:20,23.11.2026,7", "2026-11-23T00:28:20", 0},
		{"Date;Time;tps", "23.11.2026;00:28:20;7", "2026-11-23T00:28:20", 0},
		{"date,time,tps", "2026-11-23 00:28:20,153,7", "2026-11-23T00:28:20", 0}, // "time" is how long requests took
		{"timestamp,elapsed_ms,tps", "1795393700,153,7", "2026-11-23T00:28:20", 0},
	} {
		s := read(t, "table.csv", c.heading+"\n"+c.cell+"\n")
		if len(s.samples) == 0 {
			t.Errorf("%s: nothing read: %s", c.heading, s.dump())
			continue
		}
		x := s.valueAt(t, record.Throughput, 2)
		switch {
		case x.Value != 7:
			t.Errorf("%s: value %v", c.heading, x.Value)
		case c.at != "" && (x.At.Lacks&record.LacksWall != 0 || !x.At.Wall.Equal(at(c.at))),
			c.at == "" && (x.At.Lacks&record.LacksWall == 0 || x.At.Mono != c.mono):
			t.Errorf("%s: %s read as %v", c.heading, c.cell, x.At)
		}
	}
	// Without "mm:ss" or "elapsed" a heading says nothing of minutes: it is a time of day.
	if x := read(t, "table.csv", "time,tps\n10:05,7\n").valueAt(t, record.Throughput, 2); x.At.Wall.Hour() != 10 {
		t.Errorf("a time of day read as %v", x.At)
	}
	if s := read(t, "table.csv", "label,elapsed,tps\nlogin,153,7\n"); s.input.Format == "load-table" {
		t.Errorf("a response time taken for the clock: %s", s.dump())
	}
}

// TestTableNumbers: how tables write numbers, learned from all cells.
func TestTableNumbers(t *testing.T) {
	for _, c := range []struct {
		delim string
		cells []string
		want  float64 // of the first
	}{
		{",", []string{"1.20K"}, 1200},
		{",", []string{"100k"}, 100000},
		{",", []string{"3.4 Mil"}, 3.4e6},
		{",", []string{"127 req/s"}, 127},
		{",", []string{"1.2 K req/s"}, 1200},
		{",", []string{`"1,234.5"`}, 1234.5},
		{",", []string{`"1,234"`}, 1234},
		{",", []string{`"12,5"`}, 12.5},
		{";", []string{"1.234,5"}, 1234.5},
		{";", []string{"1.234", "0,5"}, 1234},
		{";", []string{"1,234"}, 1.234},
		{";", []string{"49.1"}, 49.1},
		{",", []string{"1e3"}, 1000},
	} {
		text := "time" + c.delim + "tps\n"
		for i, cell := range c.cells {
			text += fmt.Sprintf("%d%s%s\n", 1795393700+i, c.delim, cell)
		}
		s := read(t, "table.csv", text)
		if len(s.problems) > 0 || len(s.samples) != len(c.cells) || math.Abs(s.samples[0].Value-c.want) > 1e-9 {
			t.Errorf("%v: %s", c.cells, s.dump())
		}
	}
	for _, cell := range []string{"fast", "12 apples", "1..2", "-", "K", strings.Repeat("9", 50)} {
		if s := read(t, "table.csv", "time,tps\n1795393700,"+cell+"\n"); len(s.samples) != 0 {
			t.Errorf("%q: %s", cell, s.dump())
		}
	}
	text := "Zeit;Anfragen/s\n23.11.2026 00:28:20;1.234,5\n"
	if s := readBytes("t.csv", []byte(text), Options{Columns: map[string]string{"tps": "Anfragen/s"}}); len(s.samples) != 1 || s.samples[0].Value != 1234.5 {
		t.Errorf("mapped: %s", s.dump())
	}
}

// TestTableUnread: a table without throughput says which columns it may be in.
func TestTableUnread(t *testing.T) {
	s := read(t, "table.csv", "time,success,fail,total\n1795393700,90,10,100\n1795393701,90,10,100\n")
	if len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, "success, total") || !strings.Contains(s.problems[0].Msg, "--map") {
		t.Errorf("%v", s.problems)
	}
	s = readBytes("table.csv", []byte("time,success,fail,total\n1795393700,90,10,100\n"), Options{Columns: map[string]string{"tps": "success"}})
	if len(s.problems) != 0 || len(s.values(record.Throughput)) != 1 {
		t.Errorf("mapped: %s", s.dump())
	}
}

// TestFailuresSinceStart: counts since the start of all requests and of the failed ones, a row in 10 s: 20 requests a second, of
// which all failed from 400 to 490 s. The failures stand still most of the time, and are counts since the start all the same;
// what succeeded is the difference. Without any failure nothing is taken off.
func TestFailuresSinceStart(t *testing.T) {
	table := func(begin, end int) string {
		var b strings.Builder
		b.WriteString("time,total_requests,failed_requests\n")
		failed := 0
		for s := 0; s <= 800; s += 10 {
			if s > begin && s <= end {
				failed += 200
			}
			fmt.Fprintf(&b, "%d,%d,%d\n", 1795393700+s, 20*s, failed)
		}
		return b.String()
	}
	s := read(t, "x.csv", table(400, 490))
	done, failed := 0.0, 0.0
	for _, v := range s.values(record.Throughput) {
		done += 10 * v
	}
	for _, v := range s.values(record.Errors) {
		failed += 10 * v
	}
	if done != 20*710 || failed != 20*90 {
		t.Errorf("%v done, %v failed: %v", done, failed, s.problems)
	}
	s = read(t, "x.csv", table(900, 900))
	if got := s.values(record.Requests); len(got) != 80 || got[0] != 20 || len(s.problems) != 0 {
		t.Errorf("without failures: %v", s.dump())
	}
}

// TestNamedColumns: who names a column of a table has it read as one of load, also where the heading over the times tells
// nothing and where Grafana wrote it.
func TestNamedColumns(t *testing.T) {
	for name, head := range map[string]string{"a spreadsheet's": "when,good,bad", "Grafana's": `"Time","good","bad"`} {
		text := []byte(head + "\n2026-11-20 10:00:00,100.5,7\n2026-11-20 10:00:01,101.5,8\n2026-11-20 10:00:02,99,9\n")
		s := readBytes("t.csv", text, Options{Columns: map[string]string{"tps": "good", "errors": "bad"}})
		if len(s.samples) != 6 || s.samples[0].Value != 100.5 || s.samples[1].Value != 7 || s.samples[5].At.Wall.Second() != 2 {
			t.Errorf("%s: %+v", name, s.samples)
		}
		if s := readBytes("t.csv", text, Options{}); len(s.samples) > 0 {
			t.Errorf("%s: %d samples of load without a word", name, len(s.samples))
		}
	}
}

package load

import (
	"bytes"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Locust's history of statistics (1.0 and later, *_stats_history.csv), a row each second, times in epoch seconds:
//
//	Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,...,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,...
//	1571128022,100,,Aggregated,38.878642,0.000000,99,...,1204,0,99,99.228094,...
//
// and up to 0.14, a row each two seconds: "Type","Name","Timestamp","# requests","# failures",...
//
// Requests/s is a mean of ten seconds that comes late and stands still in a hang: rates are taken from the
// differences of the totals instead. Names beside Aggregated (--csv-full-history) are parts of it and count only
// when asked for. Counters start anew when statistics are reset. Source: locust/stats.py.
func locust(o Options) parser.Format {
	return parser.Format{
		Name:  "locust",
		Title: "Locust's *_stats_history.csv",
		Sniff: func(h parser.Head) parser.Score {
			if locustColumns(h.Line()) != nil {
				return 95
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseLocust(l, sink, o) },
	}
}

// locustTable is where the columns are, -1 for those that are not there.
type locustTable struct{ time, users, name, kind, total, failed, avg int }

func locustColumns(header []byte) *locustTable {
	if !bytes.Contains(header, []byte("Name")) || !bytes.Contains(header, []byte("Failure")) && !bytes.Contains(header, []byte("# failures")) {
		return nil
	}
	t := &locustTable{-1, -1, -1, -1, -1, -1, -1}
	for i, f := range allFields(header, ',') {
		to := map[string]*int{"Timestamp": &t.time, "User Count": &t.users, "Name": &t.name, "Type": &t.kind,
			"Total Request Count": &t.total, "# requests": &t.total, "Total Failure Count": &t.failed, "# failures": &t.failed,
			"Total Average Response Time": &t.avg, "Average response time": &t.avg}[string(f)]
		if to != nil {
			*to = i
		}
	}
	if t.time < 0 || t.name < 0 || t.total < 0 || t.failed < 0 {
		return nil
	}
	return t
}

// locustCount is the totals that a row tells.
type locustCount struct {
	at             record.Stamp
	sec, n, failed float64
	users, sum     float64 // sum of all response times, milliseconds
	usersTold      bool
}

func parseLocust(l *parser.Lines, sink record.Sink, o Options) error {
	if !l.Next() {
		return fmt.Errorf("no header line")
	}
	t := locustColumns(l.Bytes())
	if t == nil {
		return fmt.Errorf("not as Locust writes its header: expected Timestamp, Name, Total Request Count, Total Failure Count")
	}
	bad := &faults{path: l.Path, sink: sink}
	sets, before := gaugeSets{tool: "locust", key: "name", faults: bad}, map[string]locustCount{}
	for l.Next() {
		f := allFields(l.Bytes(), ',')
		if len(f) > t.time && string(f[t.time]) == "Timestamp" {
			continue // appended runs
		}
		now, ok := t.row(f)
		if !ok {
			what := "no number where Timestamp or a total belongs"
			if l.Torn() {
				what = "the file ends inside this row: the tool was killed or had not written it out"
			}
			bad.add(l.Number(), what)
			continue
		}
		name := l.Text(f[t.name])
		if name == "Aggregated" || name == "Total" {
			name = ""
		} else if !o.ByLabel {
			continue
		}
		g := sets.of(l, name, l.Number())
		if g == nil {
			continue
		}
		if now.usersTold {
			g.put(record.Users, now.at, now.users)
		}
		if last, seen := before[name]; !seen || g.difference(last, now) {
			before[name] = now
		}
	}
	bad.close()
	return nil
}

func (t *locustTable) row(f [][]byte) (c locustCount, ok bool) {
	if len(f) <= max(t.time, t.name, t.total, t.failed, t.avg) {
		return c, false
	}
	st, ok1 := scan.Epoch(f[t.time])
	n, ok2 := scan.Int(f[t.total])
	failed, ok3 := scan.Int(f[t.failed])
	if !ok1 || !ok2 || !ok3 {
		return c, false
	}
	c = locustCount{at: st, sec: float64(st.Wall.UnixMicro()) / second, n: float64(n), failed: float64(failed)}
	if t.avg >= 0 {
		avg, _ := scan.Float(f[t.avg])
		c.sum = avg * c.n
	}
	if t.users >= 0 {
		users, told := scan.Int(f[t.users])
		c.users, c.usersTold = float64(users), told
	}
	return c, true
}

// difference hands over the rates between two rows; false when they have the same time and now is to be passed over.
func (g *gauges) difference(last, now locustCount) bool {
	length := now.sec - last.sec
	if length <= 0 {
		return length < 0 // a run was appended whose clock is behind: its rows are differences among themselves
	}
	if now.n < last.n { // reset
		last = locustCount{}
	}
	n, failed := now.n-last.n, max(now.failed-last.failed, 0)
	g.length = time.Duration(length * float64(time.Second))
	g.put(record.Throughput, now.at, max(n-failed, 0)/length)
	g.put(record.Errors, now.at, failed/length)
	if n > 0 && now.sum > last.sum {
		g.put(record.Latency, now.at, (now.sum-last.sum)/n/1000)
	}
	return true
}

// Locust's totals at its end (*_stats.csv; *_requests.csv up to 0.12, where the sum is named Total), without times:
//
//	Type,Name,Request Count,Failure Count,Median Response Time,...
//	"Method","Name","# requests","# failures","Median response time",...
func locustStats() parser.Format {
	return parser.Format{Name: "locust-stats", Title: "Locust's *_stats.csv (totals)", Sniff: func(h parser.Head) parser.Score {
		for _, first := range []string{"Type,Name,", "Method,Name,"} {
			if line := h.Line(); bytes.HasPrefix(bytes.ReplaceAll(line, []byte{quote}, nil), []byte(first)) && locustTotals(line) != nil {
				return 90
			}
		}
		return 0
	}, Parse: parseLocustStats}
}

// locustSums is where the columns of the totals are, -1 for those that are not there.
type locustSums struct{ name, total, failed, rate, p50, p95, p99 int }

// locustTotals is where the columns stand; nil when the header is another.
func locustTotals(header []byte) *locustSums {
	t := &locustSums{-1, -1, -1, -1, -1, -1, -1}
	for i, f := range allFields(header, ',') {
		switch string(f) {
		case "Name":
			t.name = i
		case "Request Count", "# requests":
			t.total = i
		case "Failure Count", "# failures":
			t.failed = i
		case "Requests/s": // since the first request
			t.rate = i
		case "50%":
			t.p50 = i
		case "95%":
			t.p95 = i
		case "99%":
			t.p99 = i
		case "Timestamp":
			return nil
		}
	}
	if t.name < 0 || t.total < 0 || t.failed < 0 {
		return nil
	}
	return t
}

func parseLocustStats(l *parser.Lines, sink record.Sink) error {
	var t *locustSums
	for l.Next() {
		if t == nil {
			if t = locustTotals(l.Bytes()); t == nil {
				return fmt.Errorf("not as Locust writes its header: expected Type,Name,Request Count,Failure Count")
			}
			continue
		}
		f := allFields(l.Bytes(), ',')
		if len(f) <= max(t.name, t.total, t.failed) {
			continue
		}
		if name := string(f[t.name]); name != "Aggregated" && name != "Total" {
			continue
		}
		n, ok1 := scan.Int(f[t.total])
		failed, ok2 := scan.Int(f[t.failed])
		if !ok1 || !ok2 || n < failed || failed < 0 {
			l.Problem("no number where Request Count or Failure Count belongs")
			continue
		}
		totals := marks(column(f, t.p50), column(f, t.p95), column(f, t.p99), time.Millisecond)
		totals.Lasted = spanOf(float64(n)/column(f, t.rate), time.Second)
		sink.Load(&record.Load{From: l.Origin(), Tool: "locust", Samples: n, Failed: failed, Totals: totals})
	}
	return nil
}

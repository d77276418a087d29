package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// folder writes the files of a run.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// analysed runs the program and reads its report.
func analysed(t *testing.T, args ...string) *verdict.Report {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"analyze", "-q", "-f", "json"}, args...)); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	r := &verdict.Report{}
	if err := json.Unmarshal(out.Bytes(), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// sysbenchFalling gives sysbench's reports of ten minutes, with nothing done from second 360 on.
func sysbenchFalling() string {
	b := &strings.Builder{}
	b.WriteString("sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\n")
	for s := 1; s <= 600; s++ {
		tps := 400 + float64(s*37%11)
		if s >= 360 {
			tps = 0
		}
		fmt.Fprintf(b, "[ %ds ] thds: 4 tps: %.2f qps: %.2f (r/w/o: 1/1/1) lat (ms,95%%): 43.39 err/s: 0.00 reconn/s: 0.00\n", s, tps, 20*tps)
	}
	return b.String()
}

// memoryUntil gives a Prometheus answer of an hour from 08:00 UTC, so that the run has something to be laid beside.
func memoryHour() string {
	b := &strings.Builder{}
	b.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"node_memory_MemAvailable_bytes"},"values":[`)
	from := time.Date(2021, 2, 20, 8, 0, 0, 0, time.UTC).Unix()
	for i := range int64(240) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `[%d,"%d"]`, from+15*i, 8<<30+i%7<<20)
	}
	b.WriteString(`]}]}}`)
	return b.String()
}

// TestAnchor: throughput falls 360 s after sysbench's start, wherever that is said or found to be.
func TestAnchor(t *testing.T) {
	start := time.Date(2021, 2, 20, 8, 10, 0, 0, time.UTC)
	for _, c := range []struct {
		name, file string
		args       []string
		written    time.Time // when the file was last written
		placed     bool
	}{
		{"afloat", "sysbench.txt", nil, time.Time{}, false},
		{"by the user", "sysbench.txt", []string{"--anchor", "sysbench.txt=2021-02-20T08:10:00Z"}, time.Time{}, true},
		{"by the user in a zone", "sysbench.txt", []string{"--anchor", "sys*=2021-02-20 16:10:00", "--tz", "+08:00"}, time.Time{}, true},
		{"by its name", "sysbench-20210220T081000Z.txt", nil, time.Time{}, true},
		{"by the file's time", "sysbench.txt", nil, start.Add(600 * time.Second), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t, map[string]string{c.file: sysbenchFalling(), "memory.json": memoryHour()})
			written := c.written
			if written.IsZero() {
				written = start.AddDate(1, 0, 0) // a copy, made long after
			}
			if err := os.Chtimes(filepath.Join(dir, c.file), written, written); err != nil {
				t.Fatal(err)
			}
			r := analysed(t, append(c.args, dir)...)
			if len(r.Incidents) != 1 || r.Incidents[0].Throughput == nil {
				t.Fatalf("incidents: %+v", r.Incidents)
			}
			onset := r.Incidents[0].Throughput.Onset
			if placed := onset.Sub(start.Add(360*time.Second)).Abs() < 5*time.Second; placed != c.placed {
				t.Errorf("the fall is at %v: placed %v, want %v", onset, placed, c.placed)
			}
			if known := !r.Load.Start.IsZero(); known != c.placed {
				t.Errorf("the load's start is known: %v, want %v", known, c.placed)
			}
		})
	}
}

func TestAnchorsAndMapsThatAreWrong(t *testing.T) {
	dir := folder(t, map[string]string{"sysbench.txt": sysbenchFalling()})
	for want, args := range map[string][]string{
		"no input of the run has that name": {"--anchor", "hey.csv=2021-02-20T08:10:00Z"},
		"want FILE=TIME":                    {"--anchor", "2021-02-20T08:10:00Z"},
		"want a full date and time":         {"--anchor", "sysbench.txt=08:10"},
		"want KIND=COLUMN":                  {"--map", "speed=Durchsatz"},
		"--map time=COLUMN names":           {"--map", "tps=Durchsatz"}, // no input has the column
		"no server to ask":                  {"--query", "up"},
		"tell the time of the run":          {"--prometheus", "http://localhost:9090"},
		"want an address":                   {"--prometheus", "localhost:9090", "--since", "2021-02-20T08:00:00Z"},
		"is not after":                      {"--prometheus", "http://localhost:9090", "--since", "2021-02-20T08:00:00Z", "--until", "2021-02-20T08:00:00Z"},
	} {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, append(append([]string{"analyze", "-q"}, args...), dir)); status != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: status %d, %s", args, status, &errs)
		}
	}
}

func TestParseBeginning(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	for _, c := range []struct {
		text  string
		zone  *time.Location
		want  string // UTC, or local digits when it lacks the zone
		lacks record.Lack
		prec  time.Duration
		whole bool
	}{
		{"2021-02-20", nil, "2021-02-20 00:00:00", record.LacksZone, 24 * time.Hour, true},
		{"2021-02-20 08:10:00", nil, "2021-02-20 08:10:00", record.LacksZone, time.Second, false},
		{"2021-02-20 08:10", nil, "2021-02-20 08:10:00", record.LacksZone, time.Minute, false},
		{"2021-02-20 08:10:00", shanghai, "2021-02-20 00:10:00", 0, time.Second, false},
		{"2021-02-20T08:10:00+08:00", nil, "2021-02-20 00:10:00", 0, time.Second, false},
		{"1613779800", nil, "2021-02-20 00:10:00", 0, time.Second, false},
	} {
		st, whole, err := parseBeginning("--anchor", c.text, c.zone)
		if err != nil || st.Wall.UTC().Format(time.DateTime) != c.want || st.Lacks != c.lacks || st.Prec != c.prec || whole != c.whole {
			t.Errorf("%s: %+v %v %v", c.text, st, whole, err)
		}
	}
}

// TestMap: a table that no rule knows is read when the user says what its columns hold.
func TestMap(t *testing.T) {
	b := &strings.Builder{}
	b.WriteString("Stempel;Durchsatz;Ausfall\n")
	for i := range 100 {
		fmt.Fprintf(b, "%s;%d;0\n", time.Date(2021, 2, 20, 8, 0, 5*i, 0, time.UTC).Format("2006-01-02T15:04:05Z"), 100+i%3)
	}
	dir := folder(t, map[string]string{"werte.csv": b.String()})
	r := analysed(t, "--map", "time=Stempel", "--map", "tps=Durchsatz", "--map", "errors=Ausfall", dir)
	if len(r.Run.Inputs) != 1 || r.Run.Inputs[0].Format != "load-table" || r.Load == nil || r.Load.Steady < 100 || r.Load.Steady > 102 {
		t.Errorf("%+v %+v", r.Run.Inputs, r.Load)
	}
}

// TestLive: what a server tells goes to the same session as the files.
func TestLive(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		asked = append(asked, r.FormValue("query"))
		switch {
		case r.FormValue("start") != "1613808000.000" || r.FormValue("end") != "1613811600.000":
			fmt.Fprintf(w, `{"status":"error","errorType":"bad_data","error":"another span: %v"}`, r.Form)
		case strings.Contains(r.FormValue("query"), "MemAvailable"):
			fmt.Fprint(w, memoryHour())
		default:
			fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)
		}
	}))
	defer server.Close()
	span := []string{"--since", "2021-02-20T08:00:00Z", "--until", "2021-02-20T09:00:00Z"}
	r := analysed(t, append(span, "--prometheus", server.URL, "--query", "my_rate")...)
	if len(r.Run.Inputs) != 1 || r.Run.Inputs[0].Samples != 240 || r.Run.Inputs[0].Format != "prometheus-json" || !strings.HasSuffix(r.Run.Inputs[0].Path, "/node_memory") {
		t.Errorf("inputs %+v", r.Run.Inputs)
	}
	if asked[len(asked)-1] != "my_rate" {
		t.Errorf("asked for %q", asked)
	}
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)
	}))
	defer empty.Close()
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer locked.Close()
	for want, url := range map[string]string{
		"connection refused": "http://127.0.0.1:1",
		"knows none":         empty.URL,
		"401 Unauthorized":   locked.URL,
	} {
		var out, errs bytes.Buffer
		args := append([]string{"analyze", "-q", "--prometheus", strings.Replace(url, "//", "//user:secret@", 1)}, span...)
		if status := run(strings.NewReader(""), &out, &errs, args); status != exitUnusable || !strings.Contains(errs.String(), want) || strings.Contains(errs.String(), "secret") {
			t.Errorf("%s: status %d, %s", want, status, &errs)
		}
	}
}

func TestQueryName(t *testing.T) {
	for query, want := range map[string]string{
		`{__name__=~"node_memory_(MemTotal|MemFree)_bytes"}`: "node_memory",
		`sum(rate(http_requests_total{code="200"}[1m]))`:     "http_requests_total",
		`process_resident_memory_bytes`:                      "process_resident_memory_bytes",
		`rate(tps[1m])`:                                      "query",
		``:                                                   "query",
	} {
		if got := queryName(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

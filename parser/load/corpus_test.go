package load

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// corpus is a folder of samples, each with a .src beside it whose "expected:" says what a right parse gives.
var corpus = flag.String("dir", "", "folder of samples with .src files to check against")

// TestCorpus checks every sample of the folder whose expectation is written in one of the regular forms.
func TestCorpus(t *testing.T) {
	if *corpus == "" {
		t.Skip("needs -dir")
	}
	sources, err := filepath.Glob(filepath.Join(*corpus, "*", "*.src"))
	if err != nil || len(sources) == 0 {
		t.Fatal("no .src files below", *corpus)
	}
	checked := 0
	for _, source := range sources {
		sample := strings.TrimSuffix(source, ".src")
		want, err := os.ReadFile(source)
		data, err2 := os.ReadFile(sample)
		if err != nil || err2 != nil {
			continue
		}
		_, expected, _ := strings.Cut(string(want), "expected:")
		for _, e := range expectations {
			if strings.HasPrefix(string(data), "<?xml") && e.folder == "jmeter-csv" {
				continue // two XML files lie among the CSV ones; their .src counted their lines
			}
			if m := e.form.FindStringSubmatch(expected); m != nil && strings.Contains(source, e.folder) {
				checked++
				t.Run(filepath.Base(sample), func(t *testing.T) {
					e.check(t, readFile(sample, data), m)
				})
			}
		}
	}
	t.Logf("%d samples checked", checked)
}

// readFile reads a sample as the program would read the file, compression and all.
func readFile(path string, data []byte) *seen { return readBytes(path, data, Options{}) }

// expectation is one regular form of what a .src says.
type expectation struct {
	folder string
	form   *regexp.Regexp
	check  func(t *testing.T, s *seen, m []string)
}

var expectations = []expectation{
	{"jmeter-csv", regexp.MustCompile(`rows=(\d+) \(of which transaction-controller rows=(\d+), plain samples=(\d+)\); failed rows=(\d+) \(of which transaction rows=(\d+)\)(?:; unparseable rows=(\d+))?(?:; first sample start=\S+ \((\d+)\), last sample start=\S+ \((\d+)\))?`), checkJTL},
	{"k6-csv", regexp.MustCompile(`http_reqs points=(\d+); http_req_failed=1 points=(\d+); first=(\d+) \S+ last=(\d+)`), checkCounts},
	{"k6-csv", regexp.MustCompile(`(\d+) http_reqs rows, (\d+) with status 404`), checkCounts},
	{"jmeter-xml", regexp.MustCompile(`top-level samples=(\d+) .*nested sub-samples=(\d+); top-level failed=(\d+);(?:.*first ts=\S+ \((\d+)\))?`), checkXML},
	{"gatling-", regexp.MustCompile(`REQUEST=(\d+) KO=(\d+) `), checkCounts},
	{"vegeta", regexp.MustCompile(`(\d+) results, (\d+) with error`), checkCounts},
	{"vegeta", regexp.MustCompile(`requests (\d+), success`), checkRows},
	{"hey", regexp.MustCompile(`rows=(\d+), all status 200`), checkRows},
	{"ab", regexp.MustCompile(`rows=(\d+) \(minus header\)`), checkRows},
	{"wrk", regexp.MustCompile(`(\d+) requests in`), checkRows},
	{"siege", regexp.MustCompile(`per-hit lines: (\d+) lines`), checkRows},
	{"tsung", regexp.MustCompile(`per-request dump: (\d+) lines incl\. header`), func(t *testing.T, s *seen, m []string) {
		if n, _, _ := s.total(); n != num(m[1])-1 {
			t.Errorf("got %d requests, want %s less the header", n, m[1])
		}
	}},
	{"pgbench/pgbench_log.", regexp.MustCompile(`lines=(\d+) first=1 1 `), checkRows},
	{"k6-summary", regexp.MustCompile(`http_reqs.count=(\d+); http_req_failed passes=(\d+)`), checkCounts},
	{"k6-summary", regexp.MustCompile(`(\d+) http requests, (\d+) failed`), checkCounts},
	{"pgbench", regexp.MustCompile(`(\d+) progress lines`), checkIntervals},
	{"pgbench/pgbench_log_agg", regexp.MustCompile(`lines=(\d+) first=17`), checkIntervals},
	{"sysbench", regexp.MustCompile(`(\d+) interval lines`), checkIntervals},
	{"jmeter-log", regexp.MustCompile(`delta lines \(\+\)=(\d+)`), checkIntervals},
	{"tsung", regexp.MustCompile(`dumps every 10 s=(\d+)`), checkIntervals},
	{"ycsb", regexp.MustCompile(`^ ?(\d+) rows?[;,]`), checkIntervals},
	{"vegeta", regexp.MustCompile(`lines=(\d+), error!=""=(\d+)`), checkCounts},
}

// checkCounts compares requests, failures, and where told the seconds of the first and last.
func checkCounts(t *testing.T, s *seen, m []string) {
	n, failed, _ := s.total()
	if n != num(m[1]) || failed != num(m[2]) {
		t.Errorf("got %d requests, %d failed; want %s, %s\n%v", n, failed, m[1], m[2], s.problems)
	}
	if len(m) > 4 && len(s.loads) > 0 {
		first, last := s.loads[0].Start.Wall.Unix(), s.loads[0].End().Wall.Unix()-1
		if first > num(m[3]) || first < num(m[3])-2 || last != num(m[4]) {
			t.Errorf("got seconds %d to %d; want %s to %s", first, last, m[3], m[4])
		}
	}
}

func checkJTL(t *testing.T, s *seen, m []string) {
	rows, sums, plain, failed, failedSums := num(m[1]), num(m[2]), num(m[3]), num(m[4]), num(m[5])
	plain -= num(m[6]) // the truth counts the row that is cut
	if plain == 0 {    // generated parents: they are the samples
		plain, sums, failedSums = rows, 0, 0
	}
	gotRows, gotFailed, gotSums := s.total()
	if gotRows != plain || gotFailed != failed-failedSums || gotSums != sums {
		t.Errorf("got %d samples, %d failed, %d transaction rows; want %d, %d, %d\n%v", gotRows, gotFailed, gotSums, plain, failed-failedSums, sums, s.problems)
	}
	if m[6] != "" && int64(len(s.problems)) != num(m[6]) {
		t.Errorf("got problems %v, want %s", s.problems, m[6])
	}
	if m[7] != "" && len(s.loads) > 0 {
		checkFirst(t, s, num(m[7]), sums > 0)
	}
}

func checkRows(t *testing.T, s *seen, m []string) {
	if n, _, _ := s.total(); n != num(m[1]) {
		t.Errorf("got %d requests, want %s\n%v", n, m[1], s.problems)
	}
}

// checkIntervals compares the number of intervals that tell a throughput.
func checkIntervals(t *testing.T, s *seen, m []string) {
	n := int64(0)
	for _, x := range s.samples {
		if x.Series.Quantity == record.Throughput {
			n++
		}
	}
	if n != num(m[1]) {
		t.Errorf("got %d intervals, want %s\n%v", n, m[1], s.problems)
	}
}

func checkXML(t *testing.T, s *seen, m []string) {
	n, failed, sums := s.total()
	if sums > 0 && num(m[2]) > 0 { // samples inside transactions count: the truth counts the outer ones only
		if n+sums < num(m[1]) {
			t.Errorf("got %d samples and %d transactions; want at least %s", n, sums, m[1])
		}
	} else if n+sums != num(m[1]) || sums == 0 && failed != num(m[3]) {
		t.Errorf("got %d samples, %d failed, %d transactions; want %s, %s\n%v", n, failed, sums, m[1], m[3], s.problems)
	}
	if m[4] != "" && len(s.loads) > 0 {
		checkFirst(t, s, num(m[4]), sums > 0)
	}
}

// checkFirst compares the first bucket with the first start in the file, in milliseconds. With transactions in
// the file the truth's first start is that of a transaction, which began up to a think time before its first sample.
func checkFirst(t *testing.T, s *seen, ms int64, transactions bool) {
	t.Helper()
	late := int64(0)
	if transactions {
		late = 1500
	}
	if got := s.loads[0].Start.Wall.UnixMilli(); got > ms+late || got < ms-1000 {
		t.Errorf("first bucket begins at %d, first request at %d", got, ms)
	}
}

func num(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// TestIncident: one outage, seen by three tools that write every request. The truth (truth.txt beside the files): the
// server was killed at 1795393749.812 and back at 1795393755.815. Failures are faster than answers, so that the rate
// of all requests rises while that of the successful ones is 0.
func TestIncident(t *testing.T) {
	if *corpus == "" {
		t.Skip("needs -dir")
	}
	for _, name := range []string{"jmeter.jtl", "k6.csv.gz", "k6.ndjson.gz", "vegeta.csv"} {
		path := filepath.Join(*corpus, "incident-memcg-oom", name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		l := readFile(path, data).loads[0]
		at := func(sec int64) record.Bucket { return l.Buckets[sec-l.Start.Wall.Unix()] }
		for sec := int64(1795393750); sec < 1795393755; sec++ {
			if b := at(sec); b.OK > 0 || b.Failed == 0 {
				t.Errorf("%s at %d: %+v inside the outage", name, sec, b)
			}
		}
		for _, sec := range []int64{1795393747, 1795393748, 1795393757, 1795393758} {
			if b := at(sec); b.OK == 0 || b.Failed > 0 {
				t.Errorf("%s at %d: %+v outside the outage", name, sec, b)
			}
		}
	}
}

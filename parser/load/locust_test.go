package load

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestLocustOutage: the truth of the run (truth.txt: dead from 1795393749.8 to 1795393755.8) shows in the
// differences of the totals, within the second or two that Locust's rows come late.
func TestLocustOutage(t *testing.T) {
	path := "locust/2.12-full-history/locust2.12-full-history.csv"
	s := readFile(path, fixture(t, path))
	var failures, requests float64
	before := map[int64]float64{}
	var last int64
	for _, x := range s.samples {
		sec := x.At.Wall.Unix()
		switch x.Series.Quantity {
		case record.Throughput:
			before[sec] = x.Value
		case record.Errors:
			if last > 0 {
				failures += x.Value * float64(sec-last)
				requests += (x.Value + before[sec]) * float64(sec-last)
			}
			last = sec
			if x.Value > 1 && (sec < 1795393749 || sec > 1795393758) {
				t.Errorf("%v failures a second at %d, outside the outage", x.Value, sec)
			}
		}
	}
	for sec := int64(1795393752); sec <= 1795393755; sec++ {
		if v, ok := before[sec]; !ok || v > 0 {
			t.Errorf("%v successful requests a second at %d, inside the outage", v, sec)
		}
	}
	// The first row stands before the second from which differences are taken: its requests are missing.
	if failures != 119 || math.Abs(requests-1063) > 30 {
		t.Errorf("%v failures and %v requests in all; the last totals are 119 and 1063", failures, requests)
	}
}

func TestLocustAppended(t *testing.T) {
	var b strings.Builder
	b.WriteString("Timestamp,User Count,Type,Name,Requests/s,Failures/s,Total Request Count,Total Failure Count,Total Average Response Time\n")
	for _, start := range []int{1795393700, 1795390000} {
		for i := range 3 {
			fmt.Fprintf(&b, "%d,5,,Aggregated,7,0,%d,0,10\n", start+i, 7*i)
		}
	}
	s := read(t, "stats_history.csv", b.String())
	n := 0
	for _, x := range s.samples {
		if x.Series.Quantity == record.Throughput {
			if n++; x.Value != 7 {
				t.Errorf("line %d: %v a second, want 7", x.Line, x.Value)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d differences, want 4", n)
	}
}

// TestLocustOldTotals: _requests.csv of Locust up to 0.12, whose first column was Method and whose sum was named Total
// (requests_csv in its stats.py).
func TestLocustOldTotals(t *testing.T) {
	const text = `"Method","Name","# requests","# failures","Median response time","Average response time","Min response time","Max response time","Average Content Size","Requests/s"
"GET","/a, b",70,1,12,15,4,200,10,3.50
"POST","/c",30,2,12,15,4,200,10,1.50
"None","Total",100,3,12,15,4,200,10,5.00
`
	s := read(t, "run_requests.csv", text)
	if n, failed, _ := s.total(); n != 100 || failed != 3 || len(s.loads) != 1 || len(s.problems) > 0 {
		t.Errorf("%d requests, %d failed:\n%s", n, failed, s.dump())
	}
}

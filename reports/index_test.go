package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
)

func outcome(i int) verdict.Outcome {
	sure, steady, met := .9, 1000.0+float64(i), i%2 == 0
	return verdict.Outcome{
		Run: fmt.Sprintf("team/run-%04d", i), Path: fmt.Sprintf("/archive/team/run-%04d", i), Status: verdict.StatusOK, Cause: verdict.HostOvercommit, Confidence: &sure,
		Headline: "the host ran out", Start: time.Date(2021, 2, 19, 23, 0, i, 0, time.FixedZone("", 8*3600)), Hosts: []string{"h1"}, Victims: []string{"vm-1"},
		Steady: &steady, TargetMet: &met, Report: fmt.Sprintf("team/run-%04d/report.html", i), Throughput: "▁█ █",
	}
}

// each gives the runs one by one, without an error.
func each(runs []verdict.Outcome) iter.Seq2[verdict.Outcome, error] {
	return func(yield func(verdict.Outcome, error) bool) {
		for _, o := range runs {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func indexOf(t *testing.T, runs []verdict.Outcome, patterns []verdict.Pattern) string {
	t.Helper()
	var b bytes.Buffer
	if err := Index(&b, each(runs), patterns, verdict.Tool{Name: "oomortem", Version: "v1"}, ""); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// embedded gives the page's data as the script reads it.
func embedded(t *testing.T, page string) (data struct {
	Rows     []map[string]any
	Patterns [][]int
}) {
	t.Helper()
	_, rest, ok := strings.Cut(page, `id="data">`)
	text, _, ok2 := strings.Cut(rest, "</script>")
	if !ok || !ok2 {
		t.Fatal("no data in the page")
	}
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestIndex(t *testing.T) {
	var runs []verdict.Outcome
	for i := range 2000 {
		runs = append(runs, outcome(i))
	}
	runs = append(runs, verdict.Outcome{Run: "broken", Path: "broken", Status: verdict.StatusFailed, Error: "is damaged"})
	pattern := verdict.Pattern{Kind: verdict.VictimVaries, Statement: verdict.Say("h1 is too small"), Confidence: .9, Runs: []string{runs[3].Run, runs[7].Run}}
	page := indexOf(t, runs, []verdict.Pattern{pattern})
	data := embedded(t, page)
	if len(data.Rows) != 2001 || data.Rows[7]["run"] != "team/run-0007" || data.Rows[7]["start"] != "2021-02-19T23:00:07+08:00" {
		t.Errorf("%d rows, the eighth %v", len(data.Rows), data.Rows[7])
	}
	if _, known := data.Rows[2000]["steady"]; known || data.Rows[2000]["says"] != "is damaged" || data.Rows[2000]["cause"] != "failed" {
		t.Errorf("the broken run: %v", data.Rows[2000])
	}
	if fmt.Sprint(data.Patterns) != "[[3 7]]" {
		t.Errorf("runs of the pattern: %v", data.Patterns)
	}
	for _, want := range []string{"h1 is too small", `<a href="./team/run-0003/report.html">team/run-0003</a>`, "the first 500 of 2001 runs", "<strong>2000</strong> host-overcommit"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"http://", "https://", "src="} {
		if strings.Contains(page, never) {
			t.Errorf("the page asks for something: %q", never)
		}
	}
}

func TestIndexEmpty(t *testing.T) {
	if page := indexOf(t, nil, nil); !strings.Contains(page, "0 runs") || len(embedded(t, page).Rows) != 0 {
		t.Error("an empty page does not say so")
	}
}

// TestIndexHostile has names that would act if they were not escaped.
func TestIndexHostile(t *testing.T) {
	o := outcome(1)
	o.Run = `</script><img onerror="x">`
	o.Report = "javascript:alert(1)/a b#c?.html"
	o.Headline, o.Victims = "\x1b[2Jred\u202e", []string{`"><b>`}
	nan := math.NaN()
	o.Lost = nil
	page := indexOf(t, []verdict.Outcome{o}, []verdict.Pattern{{Statement: verdict.Say("%v", verdict.Name("<i>")), Confidence: nan, Runs: []string{o.Run}}})
	data := embedded(t, page)
	if got := data.Rows[0]["href"]; got != "./javascript:alert%281%29/a%20b%23c%3F.html" {
		t.Errorf("link %q", got)
	}
	for _, never := range []string{"<img", "<b>", "<i>", "\x1b", "\u202e"} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}

func TestRunsJSONL(t *testing.T) {
	var b bytes.Buffer
	if err := RunsJSONL(&b, each([]verdict.Outcome{outcome(1), {Run: "x", Path: "p", Status: verdict.StatusFailed, Error: "torn"}})); err != nil {
		t.Fatal(err)
	}
	want := `{"run":"team/run-0001","path":"/archive/team/run-0001","status":"ok","cause":"host-overcommit","confidence":0.9,"headline":"the host ran out",` +
		`"start":"2021-02-19T23:00:01+08:00","hosts":["h1"],"victims":["vm-1"],"aggressors":[],"steady":1001,"target_met":false,"report":"team/run-0001/report.html","throughput":"▁█ █"}
{"run":"x","path":"p","status":"failed","error":"torn","hosts":[],"victims":[],"aggressors":[]}
`
	if b.String() != want {
		t.Errorf("got %s\nwant %s", &b, want)
	}
}

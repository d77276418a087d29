package reports

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// rendered writes a report as text, without colours.
func rendered(t *testing.T, r *verdict.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := text.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// No line is wider than the terminal, at any width, and none ends in blanks; the samples' commands all fit.
func TestTextFitsEveryWidth(t *testing.T) {
	for name, r := range samples() {
		for width := 60; width <= 160; width += 7 {
			for i, l := range strings.Split(rendered(t, r, Options{Width: width}), "\n") {
				if wide(l) > width {
					t.Errorf("%s at %d: line %d has %d columns: %s", name, width, i+1, wide(l), l)
				}
				if strings.TrimRight(l, " ") != l {
					t.Errorf("%s at %d: line %d ends in blanks: %q", name, width, i+1, l)
				}
			}
		}
	}
}

// Colours change nothing but the colours.
func TestColourIsOnlyColour(t *testing.T) {
	for name, r := range samples() {
		plain, coloured := rendered(t, r, Options{}), rendered(t, r, Options{Color: true})
		if plain != "" && plain == coloured {
			t.Errorf("%s: no colour at all", name)
		}
		for _, c := range []string{ansiReset, ansiBold, ansiDim, ansiRed, ansiGreen, ansiYellow} {
			coloured = strings.ReplaceAll(coloured, c, "")
		}
		if plain != coloured {
			t.Errorf("%s: the words differ with colours", name)
		}
	}
}

func TestBriefFitsATicket(t *testing.T) {
	for name, r := range samples() {
		for _, f := range []Reporter{text, markdown, jira} {
			var b bytes.Buffer
			if err := f.Write(&b, r, Options{Brief: true}); err != nil {
				t.Fatal(err)
			}
			if b.Len() > 4096 {
				t.Errorf("%s as %s: %d bytes", name, f.Name, b.Len())
			}
		}
	}
	brief := rendered(t, hpServer(), Options{Brief: true})
	for _, want := range []string{"host-overcommit, very likely (0.93)", "vm-k8s-worker-1", "messages:4128: Killed process 7569", "Do first"} {
		if !strings.Contains(brief, want) {
			t.Errorf("the ticket form lacks %q", want)
		}
	}
}

func TestEmptyReportIsOneSentence(t *testing.T) {
	for _, r := range []*verdict.Report{nil, {}} {
		if got := rendered(t, r, Options{}); got != "Nothing to report: no input was analysed.\n" {
			t.Errorf("%q", got)
		}
	}
}

// What the first ten seconds must tell of run 1, with the numbers of the run.
func TestSummarySaysWhatMatters(t *testing.T) {
	got := rendered(t, hpServer(), Options{Width: 100})
	for _, want := range []string{
		"host-overcommit, very likely (0.93)",                               // ICD 203: .80 to .95
		"2021-02-20 04:20:41 +08:00 (2021-02-19 20:20:41 UTC), ± 1 s",       // both clocks
		"VM vm-k8s-worker-1 on hp-server (pid 7569, qemu-kvm)",              //
		"held 16.0 GiB, badness 256",                                        // 16804812 kB / 2^20 = 16.03
		"VM vm-k8s-worker-2, +6.6 GiB since 04:03 (97 % of all growth)",     // 6941574 kB = 6.62 GiB
		"29.39 million of 50 million (59 %), target missed by 20.61",        // 29386627 / 50000000
		"1,779/s, then 0/s from 04:20:37 ± 5 s on; it never recovered",      //
		"strong: 5 observations for it (+31 dB), 1 against (-1.5 dB)",       // 10 + 12 + 4 + 3 + 2
		"together              61.5 GiB  80.0 GiB",                          // 64521979 kB; 2·8 + 4·16 GiB
		"promised to RAM                          128 %                 96", // 80 / 62.63; 60 / 62.63
		"messages:4128: Killed process 7569 (qemu-kvm), UID 107",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
}

// A healthy run is told in little, and blames nobody.
func TestHealthyIsShort(t *testing.T) {
	got := rendered(t, healthy(), Options{})
	if n := strings.Count(got, "\n"); n > 45 {
		t.Errorf("%d lines", n)
	}
	for _, word := range []string{"Victim", "Aggressor", "killed", "Evidence"} {
		if strings.Contains(got, word) {
			t.Errorf("it speaks of %q", word)
		}
	}
}

// The times of a log without year and zone are told as they are written, and neither is made up.
func TestUnknownYearAndZone(t *testing.T) {
	got := rendered(t, logOnly(), Options{})
	if !strings.Contains(got, "Feb 20 04:20:41") || strings.Contains(got, "2021-02-20 ") || strings.Contains(got, "UTC)") {
		t.Errorf("times are not as written:\n%s", got)
	}
}

func TestKillIsMarkedInOneColumn(t *testing.T) {
	lines := strings.Split(rendered(t, hpServer(), Options{}), "\n")
	at, rows := -1, 0
	for _, l := range lines {
		if i := strings.IndexRune(l, '▲'); i >= 0 {
			if c := wide(l[:i]); c != at {
				t.Errorf("the caret stands in column %d, the line in %d", c, at)
			}
			break
		}
		if i := strings.IndexRune(l, '│'); i >= 0 && strings.ContainsAny(l, "▁▂▃▄▅▆▇█") {
			if at < 0 {
				at = wide(l[:i])
			}
			if c := wide(l[:i]); c != at {
				t.Errorf("the kill stands in column %d of %q, elsewhere in %d", c, l, at)
			}
			rows++
		}
	}
	if rows < 11 { // throughput in 3 rows, errors, host in 2, six VMs: but the highest row may be blank
		t.Errorf("the kill's line crosses %d rows of curves", rows)
	}
}

func TestBins(t *testing.T) {
	nan := math.NaN()
	for _, x := range []struct {
		name string
		t    []int64
		v    []float64
		n    int
		hold int64
		want []float64
	}{
		{"one value a piece", []int64{0, 10, 20, 30}, []float64{1, 2, 3, 4}, 4, 0, []float64{1, 2, 3, 4}},
		{"the median", []int64{0, 1, 2, 10, 11, 12, 20, 30}, []float64{1, 2, 1.5, 3, 3, 4, 9, 9}, 4, 0, []float64{1.5, 3, 9, 9}},
		{"a dip stands out", []int64{0, 1, 2, 3, 4, 30}, []float64{100, 100, 5, 100, 100, 100}, 2, 0, []float64{5, 100}},
		{"a gap is a gap", []int64{0, 30}, []float64{1, 2}, 4, 0, []float64{1, nan, nan, 2}},
		{"held between samples", []int64{0, 30}, []float64{1, 2}, 4, 30, []float64{1, 1, 1, 2}},
		{"nothing after the end", []int64{0, 10}, []float64{1, 2}, 4, 30, []float64{1, 2, nan, nan}},
		{"no numbers", []int64{0, 10, 20}, []float64{nan, math.Inf(1), 3}, 4, 0, []float64{nan, nan, 3, nan}},
	} {
		got := bins(x.t, x.v, 0, 40, x.n, x.hold)
		for i := range got {
			if got[i] != x.want[i] && !(math.IsNaN(got[i]) && math.IsNaN(x.want[i])) {
				t.Errorf("%s: %v, want %v", x.name, got, x.want)
				break
			}
		}
	}
}

func TestTickStep(t *testing.T) {
	const hour = 3600 * 1000
	for _, x := range []struct {
		span int64
		n    int
		want int64
	}{{5 * hour, 40, hour}, {5 * hour, 34, 2 * hour}, {12 * hour, 38, 3 * hour}, {hour / 2, 80, 5 * 60 * 1000}} {
		if got := tickStep(x.span, x.n); got != x.want {
			t.Errorf("%d ms on %d columns: a tick every %d min", x.span, x.n, got/60000)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, x := range []struct {
		in    string
		width int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"held 16.0 GiB of it", 11, []string{"held", "16.0 GiB of", "it"}},
		{"now ± 5 s", 6, []string{"now", "± 5 s"}},
		{"a/b/cccc/dddd", 9, []string{"a/b/cccc/", "dddd"}},
		{"xxxxxxxxxx", 4, []string{"xxxx", "xxxx", "xx"}},
		{"内部错误：结束", 6, []string{"内部错", "误：结", "束"}},
		{"", 5, []string{""}},
	} {
		if got := wrap(x.in, x.width); !reflect.DeepEqual(got, x.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", x.in, x.width, got, x.want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, x := range []struct {
		in    string
		width int
		want  string
	}{{"vm-k8s-worker-1", 15, "vm-k8s-worker-1"}, {"vm-k8s-worker-1", 11, "vm-k8…ker-1"}, {"虚拟机虚拟机", 7, "虚拟…机"}, {"abcdef", 3, "ab…"}} {
		got := short(x.in, x.width)
		if got != x.want || wide(got) > x.width {
			t.Errorf("short(%q, %d) = %q (%d columns), want %q", x.in, x.width, got, wide(got), x.want)
		}
	}
}

func TestShellLines(t *testing.T) {
	got := shellLines("virsh setmaxmem vm-1 5632M --config && virsh setmem vm-1 5632M --config   # then restart it", 45)
	want := []string{"virsh setmaxmem vm-1 5632M --config &&", "  virsh setmem vm-1 5632M --config", "# then restart it"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	quoted := "echo 'a very long text that must stay in one piece --really'"
	if got := shellLines(quoted, 30); len(got) != 1 || got[0] != quoted {
		t.Errorf("a quoted text was broken: %q", got)
	}
}

func TestClockface(t *testing.T) {
	moment := time.Date(2021, 2, 19, 20, 20, 41, 0, time.UTC)
	for _, x := range []struct {
		clock      verdict.Clock
		full, also string
	}{
		{verdict.Clock{Zone: "+08:00", Year: 2021}, "2021-02-20 04:20:41 +08:00", "2021-02-19 20:20:41 UTC"},
		{verdict.Clock{Zone: "-03:30", Year: 2021}, "2021-02-19 16:50:41 -03:30", "20:20:41 UTC"},
		{verdict.Clock{Zone: "+00:00", Year: 2021}, "2021-02-19 20:20:41 UTC", ""},
		{verdict.Clock{}, "2021-02-19 20:20:41 UTC", ""},
		{verdict.Clock{Assumed: true}, "Feb 19 20:20:41", ""},
	} {
		f := facing(x.clock)
		if f.full(moment) != x.full || f.utc(moment) != x.also {
			t.Errorf("%+v: %q and %q, want %q and %q", x.clock, f.full(moment), f.utc(moment), x.full, x.also)
		}
	}
}

// A language translates formats and words and may order and spell values its own way.
func TestVoice(t *testing.T) {
	v := voice{language{
		phrases: map[string]string{"%v on %v": "%[2]v 上的 %[1]v", "Timeline": "时间线"},
		value: func(a any) any {
			if n, ok := a.(verdict.Count); ok {
				return verdict.Count(n/10000).String() + " 万"
			}
			return a
		},
	}}
	if got := v.sayf("%v on %v", verdict.Name("vm"), verdict.Count(29380000)); got != "2,938 万 上的 vm" {
		t.Errorf("%q", got)
	}
	if got := v.word("Timeline") + v.word("Inputs"); got != "时间线Inputs" {
		t.Errorf("%q", got)
	}
	if _, err := speak("tlh"); err == nil || !strings.Contains(err.Error(), "there are: en") {
		t.Errorf("an unknown language gives %v", err)
	}
	if got := v.say(verdict.Say("97 %% of it")); got != "97 % of it" {
		t.Errorf("%q", got)
	}
}

func TestCSV(t *testing.T) {
	start := at("2021-02-20 04:00:00").UnixMilli()
	r := &verdict.Report{Clock: verdict.Clock{Zone: "+08:00"}, Curves: []verdict.Curve{
		{Name: "TPS", Role: "throughput", Unit: record.PerSecond, T: []int64{start, start + 5000, start + 10000}, V: []float64{1779.25, math.NaN(), 0}},
		{Name: "rss", Subject: "=vm, \"1\"", Role: "vm", Unit: record.Bytes, T: []int64{start + 1000, start + 11000}, V: []float64{17179869184, 17179869185}},
	}}
	var b bytes.Buffer
	if err := csvCurves.Write(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	want := `time,TPS (1/s),"rss =vm, ""1"" (bytes)"
2021-02-20T04:00:00+08:00,1779.25,17179869184
2021-02-20T04:00:05+08:00,,
2021-02-20T04:00:10+08:00,0,17179869185
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestJUnitVerdicts(t *testing.T) {
	for _, x := range []struct {
		name      string
		r         *verdict.Report
		fail, led string
	}{
		{"incident and missed target", hpServer(), `failures="2" skipped="0"`, `type="host-overcommit"`},
		{"healthy", healthy(), `failures="0" skipped="0"`, `value="healthy"`},
		{"no target", logOnly(), `failures="1" skipped="1"`, "no target was set"},
		{"nothing", &verdict.Report{}, `failures="0" skipped="2"`, "no input was analysed"},
	} {
		var b bytes.Buffer
		if err := junit.Write(&b, x.r, Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), x.fail) || !strings.Contains(b.String(), x.led) {
			t.Errorf("%s: want %s and %s in\n%s", x.name, x.fail, x.led, b.String())
		}
	}
}

// TestOtherRuns: a load tool that was started three times. Every form says which runs were left out, and none is called by
// the name of one that was.
func TestOtherRuns(t *testing.T) {
	r := healthy()
	r.Title, r.Run.Hosts = "", nil
	r.Run.Inputs = []verdict.Input{{Path: "a/run1.jtl"}, {Path: "a/run2.jtl"}, {Path: "a/run3.jtl"}}
	r.Load.OtherRuns = []string{"a/run1.jtl", "a/run3.jtl"}
	for form, want := range map[string]string{
		"text": "other runs of the load tool", "markdown": "other runs of the load tool", "html": "other runs of the load tool", "jira": "other runs of the load tool",
		"junit": "other runs of the load tool", "json": "other_runs",
	} {
		f, _ := ByName(form)
		var b bytes.Buffer
		if err := f.Write(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		said := b.String()
		i := strings.Index(said, want)
		if i < 0 || !strings.Contains(said[i:], "run1.jtl") || !strings.Contains(said[i:], "run3.jtl") {
			t.Errorf("%s does not say which runs were left out", form)
		}
	}
	if got := (composer{r: r}).title(); got != "run2.jtl" {
		t.Errorf("it is called %q", got)
	}
}

func TestEventsText(t *testing.T) {
	var b bytes.Buffer
	rows := []verdict.EventRow{
		{At: at("2021-02-20 04:20:41"), Uncertainty: time.Second, Host: "hp-server", Source: src("messages", 4128), Kind: record.OOMKill, Text: "killed qemu-kvm\x1b[2J"},
		{Kind: record.LinkDown, Host: "hp-server", Text: "vnet2 went away"},
	}
	if err := EventsText(&b, rows, Options{}); err != nil {
		t.Fatal(err)
	}
	want := `2021-02-20 04:20:41 +08:00 ± 1 s  oom-kill   hp-server  killed qemu-kvm\x1b[2J  [messages:4128]
time unknown                      link-down  hp-server  vnet2 went away
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// Every format can be chosen by its name and by its endings, and no two formats by the same.
func TestReportersAreDistinct(t *testing.T) {
	taken := map[string]string{}
	for _, f := range All() {
		if f.Title == "" || f.Write == nil || len(f.Endings) == 0 {
			t.Errorf("%s lacks a title, a writer or an ending", f.Name)
		}
		for _, key := range append([]string{f.Name}, f.Endings...) {
			if taken[key] != "" {
				t.Errorf("%s is taken by %s and %s", key, taken[key], f.Name)
			}
			taken[key] = f.Name
		}
		if got, ok := ByName(f.Name); !ok || got.Name != f.Name {
			t.Errorf("%s is not found by its name", f.Name)
		}
	}
}

// TestNoTime: a ring buffer tells of two kills and of no time. Nobody is told that they happened in the year 1.
func TestNoTime(t *testing.T) {
	r := &verdict.Report{Incidents: []verdict.Incident{
		{Cause: verdict.CgroupLimit, Confidence: .8, Headline: verdict.Say("A cgroup hit its memory limit and the kernel killed %v in it; the host had memory left", verdict.Name("a"))},
		{Cause: verdict.HostReboot, Confidence: .9, Headline: verdict.Say("The host went down")},
	}}
	for _, name := range []string{"text", "markdown", "html", "jira", "svg"} {
		reporter, ok := ByName(name)
		if !ok {
			t.Fatalf("no format %s", name)
		}
		var b bytes.Buffer
		if err := reporter.Write(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		if said := b.String(); strings.Contains(said, "0001-01-01") || name == "text" && strings.Count(said, "time not known") < 2 {
			t.Errorf("%s:\n%s", name, said)
		}
	}
}

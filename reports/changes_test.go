package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// twoSeries is one on the clock and one that no clock can place.
func twoSeries() []verdict.SeriesChanges {
	at := float64(time.Date(2021, 2, 19, 20, 0, 0, 0, time.UTC).Unix())
	one := verdict.SeriesChanges{
		Name: "rss_bytes", Labels: []record.Attr{{Key: "domain", Value: "vm-1"}}, Unit: record.Bytes, Source: verdict.Source{File: "vm.json"},
		Zone: time.FixedZone("+08:00", 8*3600), StuckSince: math.NaN(),
	}
	for i := range 160 {
		v := 8.0 * (1 << 30)
		if i >= 80 {
			v = 14 * (1 << 30)
		}
		one.T, one.V = append(one.T, at+float64(i)*30), append(one.V, v)
	}
	one.Changes = []verdict.Change{
		{Shape: "surge", At: one.T[80], Uncertainty: 30, Before: 8 << 30, After: 14 << 30, Confidence: .966},
		{Shape: "gap", At: one.T[159], Uncertainty: 30, Before: 14 << 30, After: math.NaN(), Confidence: .9},
	}
	two := verdict.SeriesChanges{
		Name: "v\x1b[31m\u202e", Source: verdict.Source{File: "v.csv"}, Lacks: record.LacksWall, T: []float64{0, 1, 2.5}, V: []float64{1, 1, 9}, StuckSince: math.NaN(),
		Changes: []verdict.Change{{Shape: "shift", At: 2.5, Uncertainty: 1, Before: 1, After: 9, Confidence: .5}},
	}
	return []verdict.SeriesChanges{one, two}
}

// The keys and their meaning are the contract's.
func TestChangesJSONL(t *testing.T) {
	var b bytes.Buffer
	if err := ChangesJSONL(&b, twoSeries()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{"series":"rss_bytes","labels":{"domain":"vm-1"},"unit":"bytes","shape":"surge","at":"2021-02-20T04:40:00+08:00","uncertainty_s":30,` +
			`"before":8589934592,"after":15032385536,"confidence":0.97,"source":"vm.json"}`,
		`{"series":"rss_bytes","labels":{"domain":"vm-1"},"unit":"bytes","shape":"gap","at":"2021-02-20T05:19:30+08:00","uncertainty_s":30,` +
			`"before":15032385536,"after":null,"confidence":0.9,"source":"vm.json"}`,
		`{"series":"v\u001b[31m\u202e","labels":{},"shape":"shift","at":2.5,"at_lacks":["clock"],"uncertainty_s":1,"before":1,"after":9,"confidence":0.5,"source":"v.csv"}`,
	}
	got := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			t.Errorf("line %d:\n%s\nwant\n%s", i+1, got[min(i, len(got)-1)], w)
		}
	}
	for _, line := range got {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func TestChangesText(t *testing.T) {
	var b bytes.Buffer
	if err := ChangesText(&b, twoSeries(), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{
		`rss_bytes{domain="vm-1"}  [vm.json]` + "\n",
		"  160 samples, 8.0–14.0 GiB; 2021-02-20 04:00:00 +08:00 to 2021-02-20 05:19:30 +08:00\n",
		"  2021-02-20 04:40:00 +08:00 ± 30 s  surge  8.0 GiB → 14.0 GiB  (0.97)\n",
		"  2021-02-20 05:19:30 +08:00 ± 30 s  gap  14.0 GiB → nothing more  (0.90)\n",
		"  at 2.5 ± 1  shift  1 → 9  (0.50)\n",
	} {
		if !strings.Contains(b.String(), w) {
			t.Errorf("not said: %q", w)
		}
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Error("a name acts on the terminal")
	}
	for line := range strings.Lines(b.String()) {
		if strings.ContainsAny(line, "▁▇") {
			spark := []rune(strings.TrimSuffix(line, "\n"))
			if len(spark) > 80 || strings.Contains(line, "GiB") {
				t.Errorf("the sparkline is %d wide: %q", len(spark), line)
			}
			if i := strings.IndexRune(line, '│'); i < 0 {
				t.Errorf("no mark in %q", line)
			}
		}
	}
}

// A series without changes, without samples at more than one time, and no series at all are plain sentences.
func TestChangesTextOfNothing(t *testing.T) {
	for want, all := range map[string][]verdict.SeriesChanges{
		"No series was found": nil,
		"no change":           {{Name: "x", T: []float64{5}, V: []float64{1}, StuckSince: math.NaN()}},
		"be slow to believe":  {{Name: "x", T: []float64{5, 6}, V: []float64{1, 2}, Restless: true, StuckSince: math.NaN()}},
		"no longer measured":  {{Name: "x", T: []float64{5, 6, 7}, V: []float64{1, 2, 2}, StuckSince: 6}},
		"never measured anew": {{Name: "x", T: []float64{5, 6, 7}, V: []float64{2, 2, 2}, StuckSince: 5}},
	} {
		var b bytes.Buffer
		if err := ChangesText(&b, all, Options{}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%q not said in %q, %v", want, b.String(), err)
		}
	}
}

func someSuspects() []verdict.Suspect {
	at := time.Date(2021, 2, 20, 4, 5, 0, 0, time.FixedZone("+08:00", 8*3600))
	return []verdict.Suspect{
		{Rank: 1, Name: "rss", Labels: []record.Attr{{Key: "domain", Value: "vm-2"}}, Unit: record.Bytes, Source: verdict.Source{File: "vm.json"}, Entity: "vm-2",
			Score: 1.91, ChangeAt: at, Before: 7.5 * (1 << 30), After: 14 << 30},
		{Rank: 2, Name: "rss", Labels: []record.Attr{{Key: "domain", Value: "vm-1"}}, Unit: record.Bytes, Source: verdict.Source{File: "vm.json"},
			Score: .07, ChangeAt: at, Before: 16 << 30, After: math.NaN(), Note: verdict.Say("it ends here")},
		{Rank: 3, Name: "idle", Source: verdict.Source{File: "vm.json"}, Before: 1, After: 1},
	}
}

func TestSuspectsWriters(t *testing.T) {
	var b bytes.Buffer
	if err := SuspectsJSONL(&b, someSuspects()); err != nil {
		t.Fatal(err)
	}
	want := `{"rank":1,"series":"rss","labels":{"domain":"vm-2"},"unit":"bytes","entity":"vm-2","score":1.91,"change_at":"2021-02-20T04:05:00+08:00","before":8053063680,"after":15032385536,"source":"vm.json"}
{"rank":2,"series":"rss","labels":{"domain":"vm-1"},"unit":"bytes","score":0.07,"change_at":"2021-02-20T04:05:00+08:00","before":17179869184,"after":null,"note":"it ends here","source":"vm.json"}
{"rank":3,"series":"idle","labels":{},"score":0,"change_at":null,"before":1,"after":1,"source":"vm.json"}
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
	b.Reset()
	if err := SuspectsText(&b, someSuspects(), Options{}); err != nil {
		t.Fatal(err)
	}
	want = `   score  changed at                    before     after  series
1   1.91  2021-02-20 04:05:00 +08:00   7.5 GiB  14.0 GiB  rss{domain="vm-2"}
2   0.07  2021-02-20 04:05:00 +08:00  16.0 GiB     ended  rss{domain="vm-1"} (it ends here)
1 more series did not change
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
	b.Reset()
	if err := SuspectsText(&b, nil, Options{}); err != nil || !strings.HasPrefix(b.String(), "No series has enough samples") {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// full is a disk that is.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRowsOnAFullDisk(t *testing.T) {
	for name, err := range map[string]error{
		"changes text":   ChangesText(full{}, twoSeries(), Options{}),
		"changes jsonl":  ChangesJSONL(full{}, twoSeries()),
		"suspects text":  SuspectsText(full{}, someSuspects(), Options{}),
		"suspects jsonl": SuspectsJSONL(full{}, someSuspects()),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package load

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"oomortem/parser"
)

// fuzz feeds a reader its own fixtures, changed: it must not panic, no number of failures may exceed that of
// requests, and no input may grow into more rows than it has bytes for.
func fuzz(f *testing.F, name string) {
	formats := FormatsWith(Options{ByLabel: true})
	format := formats[slices.IndexFunc(formats, func(x parser.Format) bool { return x.Name == name })]
	for _, x := range owned(f) {
		if x.format == name {
			f.Add(x.data[:min(len(x.data), 6000)])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s seen
		err := format.Parse(parser.NewLines("x", bytes.NewReader(data), &s), &s)
		for _, l := range s.loads {
			if l.Failed > l.Samples || l.Samples < 0 || l.Failed < 0 {
				t.Errorf("%d failed of %d", l.Failed, l.Samples)
			}
		}
		if err == nil && len(s.loads)+len(s.samples) > len(data)*8+64 {
			t.Errorf("%d loads and %d samples from %d bytes", len(s.loads), len(s.samples), len(data))
		}
	})
}

func FuzzJMeterCSV(f *testing.F)        { fuzz(f, "jmeter-csv") }
func FuzzJMeterXML(f *testing.F)        { fuzz(f, "jmeter-xml") }
func FuzzJMeterLog(f *testing.F)        { fuzz(f, "jmeter-log") }
func FuzzK6CSV(f *testing.F)            { fuzz(f, "k6-csv") }
func FuzzK6JSON(f *testing.F)           { fuzz(f, "k6-json") }
func FuzzGatling(f *testing.F)          { fuzz(f, "gatling") }
func FuzzGatlingBinary(f *testing.F)    { fuzz(f, "gatling-binary") }
func FuzzHey(f *testing.F)              { fuzz(f, "hey") }
func FuzzAB(f *testing.F)               { fuzz(f, "ab") }
func FuzzMolotov(f *testing.F)          { fuzz(f, "molotov") }
func FuzzTsungDump(f *testing.F)        { fuzz(f, "tsung-dump") }
func FuzzTsung(f *testing.F)            { fuzz(f, "tsung") }
func FuzzLocust(f *testing.F)           { fuzz(f, "locust") }
func FuzzLocustStats(f *testing.F)      { fuzz(f, "locust-stats") }
func FuzzK6Console(f *testing.F)        { fuzz(f, "k6-console") }
func FuzzK6Log(f *testing.F)            { fuzz(f, "k6-log") }
func FuzzPgbench(f *testing.F)          { fuzz(f, "pgbench") }
func FuzzSysbench(f *testing.F)         { fuzz(f, "sysbench") }
func FuzzYCSB(f *testing.F)             { fuzz(f, "ycsb") }
func FuzzHDRLog(f *testing.F)           { fuzz(f, "hdr-log") }
func FuzzArtillery(f *testing.F)        { fuzz(f, "artillery") }
func FuzzJMeterDashboard(f *testing.F)  { fuzz(f, "jmeter-dashboard") }
func FuzzLoadSummary(f *testing.F)      { fuzz(f, "load-summary") }
func FuzzLoadTotals(f *testing.F)       { fuzz(f, "load-totals") }
func FuzzVegetaCSV(f *testing.F)        { fuzz(f, "vegeta-csv") }
func FuzzVegetaJSON(f *testing.F)       { fuzz(f, "vegeta-json") }
func FuzzVegetaGob(f *testing.F)        { fuzz(f, "vegeta-gob") }
func FuzzSiege(f *testing.F)            { fuzz(f, "siege") }
func FuzzSiegeLog(f *testing.F)         { fuzz(f, "siege-log") }
func FuzzPgbenchLog(f *testing.F)       { fuzz(f, "pgbench-log") }
func FuzzPgbenchAggregate(f *testing.F) { fuzz(f, "pgbench-aggregate") }
func FuzzLocustWorkers(f *testing.F)    { fuzz(f, "locust-workers") }
func FuzzTaurusStats(f *testing.F)      { fuzz(f, "taurus-stats") }
func FuzzLoadTable(f *testing.F)        { fuzz(f, "load-table") }

// TestEveryReaderIsFuzzed: a new format comes with a target of its own.
func TestEveryReaderIsFuzzed(t *testing.T) {
	source, err := os.ReadFile("fuzz_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range Formats() {
		if !bytes.Contains(source, []byte(`fuzz(f, "`+x.Name+`")`)) {
			t.Errorf("%s has no fuzz target", x.Name)
		}
	}
}

// FuzzSniff: recognizing anything never panics, and what is recognized is read without a fault of ours.
func FuzzSniff(f *testing.F) {
	for _, x := range owned(f) {
		f.Add(x.data[:min(len(x.data), 3000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, x := range Formats() {
			x.Sniff(parser.Head{Name: "x", Data: data, Whole: true})
		}
	})
}

// FuzzBlocks: the size of the blocks changes nothing.
func FuzzBlocks(f *testing.F) {
	splittable := []string{"jmeter-csv", "k6-csv", "k6-json", "gatling"}
	for _, x := range owned(f) {
		for i, name := range splittable {
			if x.format == name {
				f.Add(byte(i), uint16(64), x.data[:min(len(x.data), 4000)])
			}
		}
	}
	f.Fuzz(func(t *testing.T, which byte, size uint16, data []byte) {
		name := splittable[int(which)%len(splittable)]
		want, _ := parseBySize(name, data, 1<<20)
		if got, _ := parseBySize(name, data, 64+int(size)); got != want {
			t.Errorf("%s in blocks of %d:\n%s\nwant\n%s", name, 64+int(size), got, want)
		}
	})
}

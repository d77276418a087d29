package logs

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

const fixtures = "../../fixtures/logs"

// fixture is one input below fixtures/logs/FORMAT/CASE.
type fixture struct {
	format, name string
	data         []byte
}

func allFixtures(t testing.TB) []fixture {
	t.Helper()
	var all []fixture
	err := filepath.WalkDir(fixtures, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "ORIGIN" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				return err
			}
			if data, err = io.ReadAll(z); err != nil {
				return err
			}
		}
		rel, _ := filepath.Rel(fixtures, path)
		format, name, _ := strings.Cut(filepath.ToSlash(rel), "/")
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "ORIGIN")); err != nil {
			t.Errorf("%s has no ORIGIN", rel)
		}
		all = append(all, fixture{format, name, data})
		return nil
	})
	if err != nil || len(all) < 30 {
		t.Fatalf("%d fixtures: %v", len(all), err)
	}
	return all
}

// read reads data through recognition.
func read(data []byte, interest *parser.Interest) *kept {
	k := &kept{}
	parser.Read(parser.NewInput("in", bytes.NewReader(data), time.Time{}), Formats(), interest, k)
	return k
}

func TestEachFixtureIsRecognizedAgainstAllFormats(t *testing.T) {
	have := map[string]bool{}
	for _, f := range allFixtures(t) {
		have[f.format] = true
		if k := read(f.data, nil); k.input.Format != f.format {
			t.Errorf("%s/%s was read as %q (%v)", f.format, f.name, k.input.Format, k.problems)
		}
	}
	for _, f := range Formats() {
		if !have[f.Name] {
			t.Errorf("no fixture of %s", f.Name)
		}
	}
}

// killed is what is known, from outside the log, about one kill in a fixture.
type killed struct {
	host, program string
	wall          string // in the stamp's own digits; "" when it tells none
	mono          time.Duration
	lacks         record.Lack
	text          string
}

func TestTheKillStandsWhereTheTruthPutsIt(t *testing.T) {
	const (
		second = "Out of memory: Killed process 162 (qemu-kvm)" // A-6.12-double: at uptime 31.95554, booted 00:44:26.14 UTC
		up     = 31955540 * time.Microsecond
		third  = "Out of memory: Killed process 263 (qemu-system-x86)" // C2: at 01:21:16.200 UTC, printk 208.05661
		up3    = 208056610 * time.Microsecond
		made   = "Memory cgroup out of memory: Killed process 4711 (qemu-kvm)"
		up4    = 1234567890 * time.Microsecond
	)
	local := record.LacksYear | record.LacksZone
	want := map[string]killed{
		"dmesg/dmesg":             {"", "kernel", "", up, record.LacksWall, second},
		"dmesg/dmesg-r":           {"", "kernel", "", up, record.LacksWall, second},
		"dmesg/dmesg-x":           {"", "kernel", "", up, record.LacksWall, second},
		"dmesg/dmesg-busybox":     {"", "kernel", "", up, record.LacksWall, second},
		"dmesg/console":           {"", "kernel", "", up, record.LacksWall, second},
		"dmesg-json/dmesg-J":      {"", "kernel", "", up, record.LacksWall, second},
		"kmsg/kmsg":               {"", "kernel", "", 0, record.LacksWall, second},
		"dmesg-T/dmesg-T":         {"", "kernel", "2026-11-23 00:44:57", 0, record.LacksZone, second},
		"dmesg-T/dmesg-T.zh_CN":   {"", "kernel", "2026-11-23 00:44:57", 0, record.LacksZone, second},
		"dmesg-T/dmesg-Tx":        {"", "kernel", "2026-11-23 00:44:57", 0, record.LacksZone, second},
		"dmesg-iso/dmesg-iso":     {"", "kernel", "2026-11-23 00:44:57.95554", 0, 0, second},
		"plain/dmesg-t":           {"", "", "", 0, 0, second},
		"syslog/busybox":          {"node-1", "kernel", "0000-11-23 00:44:58", up, local, second},
		"journal/compact":         {"node-1", "kernel", "2026-11-23 01:44:58.09654", up, 0, second},
		"journal/regular":         {"node-1", "kernel", "2026-11-23 01:44:58.09654", up, 0, second},
		"journal-export/tail":     {"node-1", "kernel", "2026-11-23 01:44:58.09654", up, 0, second},
		"journal-verbose/tail":    {"node-1", "kernel", "2026-11-23 01:44:58.09654", up, 0, second},
		"journal-json/daemons":    {"node-1", "kernel", "2026-11-23 01:44:58.09654", up, 0, second},
		"syslog/rsyslog":          {"kvm-node-07", "kernel", "0000-11-23 09:21:17", up3, local, third},
		"syslog/short-precise":    {"kvm-node-07", "kernel", "0000-11-23 09:21:17.33522", 0, local, third},
		"syslog-iso/rsyslog":      {"kvm-node-07", "kernel", "2026-11-23 01:21:17.10497", up3, 0, third},
		"syslog-iso/short-iso":    {"kvm-node-07", "kernel", "2026-11-23 01:21:17", 0, 0, third},
		"journal-full/short-full": {"kvm-node-07", "kernel", "2026-11-23 09:21:17", 0, record.LacksZone, third},
		"dmesg/short-monotonic":   {"kvm-node-07", "kernel", "", up3, record.LacksWall, third},
		"journal-json/journal-k":  {"kvm-node-07", "kernel", "2026-11-23 01:21:17.33522", up3, 0, third},
		"euleros/messages":        {"", "kernel", "2026-01-26 01:36:56.00021", 1234568100 * time.Microsecond, 0, made},
		"cri/launcher":            {"kvm01", "kernel", "2021-02-19 20:20:46.5", up4, 0, made},
		"json-log/docker":         {"kvm01", "kernel", "2021-02-19 20:20:45.1", up4, 0, made},
		"json-log/fluent-bit":     {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"json-log/vector":         {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"json-log/filebeat":       {"kvm01", "kernel", "2021-02-19 20:20:45.1", up4, 0, made},
		"json-log/google":         {"", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"loki-json/query-range":   {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"loki-json/push":          {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"log-csv/kibana":          {"kvm01", "", "2021-02-19 20:20:45.1", 0, record.LacksZone, made}, // in the zone of the browser
		"log-csv/graylog":         {"kvm01", "", "2021-02-19 20:20:45.1", 0, 0, made},
		"log-csv/datadog":         {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"log-csv/splunk":          {"kvm01", "", "2021-02-19 20:20:45.1", 0, 0, made},
		"log-csv/azure":           {"kvm01", "kernel", "2021-02-19 20:20:45.1", 0, 0, made},
		"log-csv/cloudwatch":      {"", "", "2021-02-19 20:20:45.1", 0, 0, made},
		"console/glued":           {"", "kernel", "", 35420000 * time.Microsecond, record.LacksWall, "Out of memory: Killed process 4711 (qemu-kvm)"},
		"libvirtd/zh_CN":          {"", "libvirtd", "2026-11-23 01:15:36.577", 0, 0, "virHostCPUGetTscInfo:1481"},
		"qemu/vm-db-master-1":     {"", "qemu", "2026-11-23 01:16:56.843", 0, 0, "shutting down, reason=crashed"},
		"rfc5424/rsyslog":         {"kvm-node-02", "kernel", "", 0, 0, "Killed process 1834 (qemu-system-x86)"},
		"syslog/gb18030":          {"kvm-node-02", "kernel", "", 0, local, "Killed process 1834 (qemu-system-x86)"},
		"syslog/utf-16":           {"kvm-node-02", "kernel", "", 0, local, "Killed process 1834 (qemu-system-x86)"},
		"audit/start-stop":        {"kvm01", "audit", "2021-02-20 04:20:41.25", 0, 0, "op=stop reason=crashed"},
		"logcat/brief":            {"", "lowmemorykiller", "", 0, 0, "Killing 'com.example.app' (4711)"},
		"logcat/threadtime":       {"", "lmkd", "0000-05-09 14:52:38.123", 0, local, "Kill 'com.example.app' (4711)"},
	}
	for _, f := range allFixtures(t) {
		name := f.format + "/" + strings.SplitN(f.name, "/", 2)[0]
		w, ok := want[name]
		if !ok {
			t.Errorf("%s: nothing says what it holds", name)
			continue
		}
		var found []record.Line
		for _, l := range read(f.data, nil).lines {
			if strings.Contains(l.Text, w.text) {
				found = append(found, l)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s: %q stands in %d lines", name, w.text, len(found))
			continue
		}
		l := found[0]
		wall := ""
		if !l.At.Wall.IsZero() {
			wall = l.At.Wall.UTC().Format("2006-01-02 15:04:05.999999999")
		}
		if l.Host != w.host || l.Program != w.program || l.At.Lacks != w.lacks || w.wall != "" && wall != w.wall || w.mono != 0 && l.At.Mono != w.mono {
			t.Errorf("%s: line %+v at %q\nwant %+v", name, l, wall, w)
		}
	}
}

func formatNamed(t testing.TB, name string) parser.Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %s", name)
	return parser.Format{}
}

// TestCutsLeaveWhatStoodBefore is the law of the cut: an input cut at any byte gives what the lines before the cut
// give in the whole one; only the last record may differ.
func TestCutsLeaveWhatStoodBefore(t *testing.T) {
	for _, f := range allFixtures(t) {
		format := formatNamed(t, f.format)
		whole := readAs(t, format, f.data, "", nil, 0)
		step := max(1, len(f.data)/60|1)
		for cut := 1; cut < len(f.data); cut += step {
			got := readAs(t, format, f.data[:cut], "", nil, 0).lines
			n := max(0, len(got)-1)
			if n > len(whole.lines) || n > 0 && !reflect.DeepEqual(got[:n], whole.lines[:n]) {
				t.Errorf("%s/%s cut at %d: %s", f.format, f.name, cut, firstDifference(got[:n], whole.lines))
				break
			}
			complete, ends := 0, bytes.Count(f.data[:cut], []byte{'\n'})
			for _, l := range whole.lines {
				if l.From.Line <= ends {
					complete++
				}
			}
			if f.format != journal.Name && f.name != "utf-16/messages" && len(got) < complete-1 {
				t.Errorf("%s/%s cut at %d: %d lines, %d stood before the cut", f.format, f.name, cut, len(got), complete)
				break
			}
		}
	}
}

// FuzzLogs reads anything as every envelope, one at a time: no fault, origins that lie in the input, and the same lines
// whether sifted, in blocks of any size, or not.
func FuzzLogs(f *testing.F) {
	formats := Formats()
	for _, x := range allFixtures(f) {
		for i, format := range formats {
			if format.Name == x.format {
				f.Add(byte(i), x.data[:min(len(x.data), 2<<10)])
			}
		}
	}
	f.Add(byte(0), torture(func(i int) string { return "Feb 20 04:20:41" })[:4000])
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		format := formats[int(which)%len(formats)]
		all := readAs(t, format, data, "", nil, 0)
		for _, p := range all.problems {
			if strings.Contains(p.Msg, "a defect of oomortem") {
				t.Fatalf("%s: %s", format.Name, p.Msg)
			}
		}
		ends := bytes.Count(data, []byte{'\n'})
		for _, l := range all.lines {
			if l.From.Line < 0 || format.Name != journal.Name && !bytes.HasPrefix(data, []byte{0xff}) && !bytes.HasPrefix(data, []byte{0xfe}) && l.From.Line > ends+1 {
				t.Fatalf("%s: a line from %v in an input of %d lines", format.Name, l.From, ends)
			}
		}
		if format.Sift == nil {
			return
		}
		unsifted := format
		unsifted.Sift, unsifted.Begins = nil, nil
		want := readAs(t, unsifted, data, "", wishes(), 0)
		for _, size := range []int{64, 1000} {
			if got := readAs(t, format, data, "", wishes(), size); len(got.lines)+len(want.lines) > 0 && !reflect.DeepEqual(got.lines, want.lines) {
				t.Fatalf("%s in blocks of %d: %s", format.Name, size, firstDifference(got.lines, want.lines))
			}
		}
	})
}

// FuzzRecognition reads anything by recognition, with readers' wishes.
func FuzzRecognition(f *testing.F) {
	for _, x := range allFixtures(f) {
		f.Add(x.data[:min(len(x.data), 2<<10)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range Formats() { // of which recognition forgives a fault
			format.Sniff(parser.Head{Name: "in", Data: data, Whole: true, Magic: data[:min(len(data), 16)]})
		}
		for _, p := range read(data, wishes()).problems {
			if strings.Contains(p.Msg, "a defect of oomortem") {
				t.Fatal(p.Msg)
			}
		}
	})
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// changesOf runs the command on a text and gives its rows.
func changesOf(t *testing.T, text string, flags ...string) []map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	args := append([]string{"changes", "-q", "-f", "jsonl"}, append(flags, "-")...)
	if status := run(strings.NewReader(text), &out, &errs, args); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	var rows []map[string]any
	for line := range strings.Lines(out.String()) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// Eighty values, ten more from the fiftieth on: however their places are told, the change is at the fiftieth.
func TestChangesOfAnyTable(t *testing.T) {
	value := func(i int) float64 { return float64(100+10*(i/50)) + float64(i*7%5)/4 }
	table := func(header string, row func(i int) string) string {
		var b strings.Builder
		b.WriteString(header)
		for i := range 80 {
			fmt.Fprintf(&b, row(i)+"\n", value(i))
		}
		return b.String()
	}
	month := func(i int) string { return fmt.Sprintf("%d-%02d", 1949+i/12, 1+i%12) }
	for _, c := range []struct {
		name, text string
		at         any
		series     string
	}{
		{"one a line", table("", func(int) string { return "%g" }), 50., "value"},
		{"a heading", table("load\n", func(int) string { return "%g" }), 50., "load"},
		{"an index", table("index,load\n", func(i int) string { return fmt.Sprint(i+1) + ",%g" }), 51., "load"},
		{"years", table("year;load\n", func(i int) string { return fmt.Sprint(1871+i) + ";%g" }), 1921., "load"},
		{"months", table("month,load\n", func(i int) string { return month(i) + ",%g" }), "1953-03-01T00:00:00Z", "load"},
		{"epochs", table("timestamp,load\n", func(i int) string { return fmt.Sprint(1700000000+60*i) + ",%g" }), "2023-11-14T23:03:20Z", "load"},
		{"blanks", table("", func(i int) string { return fmt.Sprintf("  %d.5", i) + "   %g" }), 50.5, "value"},
		{"the Turing data set's", `{"name":"x","n_obs":80,"n_dim":1,"time":{"index":[0]},"series":[{"label":"V1","raw":[` +
			strings.ReplaceAll(strings.TrimSuffix(table("", func(int) string { return "%g," }), ",\n"), "\n", "") + `]}]}`, 50., "x"},
	} {
		rows := changesOf(t, c.text)
		if len(rows) != 1 || rows[0]["at"] != c.at || rows[0]["shape"] != "shift" || rows[0]["series"] != c.series {
			t.Errorf("%s: %v, want one shift of %s at %v", c.name, rows, c.series, c.at)
			continue
		}
		if _, number := c.at.(float64); number != (fmt.Sprint(rows[0]["at_lacks"]) == "[clock]") {
			t.Errorf("%s: at is %v and at_lacks %v", c.name, rows[0]["at"], rows[0]["at_lacks"])
		}
	}
}

// The archived run's fall, its recovery of memory and the VM that grew, with the host's zone.
func TestChangesOfARun(t *testing.T) {
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, []string{"changes", "-f", "jsonl", "../../fixtures/runs/hp-server-1"}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	for _, w := range []string{`"series":"TPS","labels":{},"unit":"1/s","shape":"drop","class":"death","at":"2021-02-20T04:20:35+08:00","uncertainty_s":5,`,
		`"domain":"vm-k8s-worker-2","instance":"hp-server:9177","job":"libvirt"},"unit":"bytes","shape":"surge","at":"2021-02-20T04:0`} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("not listed: %s\n%s", w, &out)
		}
	}
}

// The order of the files does not show.
func TestChangesInAnyOrder(t *testing.T) {
	dir := t.TempDir()
	for k, name := range []string{"a.csv", "b.csv"} {
		var b strings.Builder
		b.WriteString("timestamp,rss_bytes\n")
		for i := range 60 {
			fmt.Fprintf(&b, "%d,%d\n", 1700000000+60*(i+60*k), 4000000000+(i*7%5)*10000000+k*1000000000)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var outs []string
	for _, order := range [][]string{{"a.csv", "b.csv"}, {"b.csv", "a.csv"}} {
		for _, command := range [][]string{{"changes"}, {"suspects", "--at", time.Unix(1700003600, 0).UTC().Format(time.RFC3339)}} {
			var out, errs bytes.Buffer
			args := append(append([]string{}, command...), filepath.Join(dir, order[0]), filepath.Join(dir, order[1]))
			if status := run(strings.NewReader(""), &out, &errs, args); status != exitDone || out.Len() == 0 {
				t.Fatalf("%v: status %d: %s", args, status, &errs)
			}
			outs = append(outs, out.String())
		}
	}
	if outs[0] != outs[2] || outs[1] != outs[3] {
		t.Errorf("another order, another answer:\n%s\n%s", outs[:2], outs[2:])
	}
}

// wide is a table of series that each lose more than half at another moment.
func wide(rows, columns int) string {
	var b strings.Builder
	b.WriteString("timestamp")
	for j := range columns {
		fmt.Fprintf(&b, ",svc-%d_queue", j)
	}
	for i := range rows {
		fmt.Fprintf(&b, "\n%d", 1600000000+i)
		for j := range columns {
			level := 1000
			if i > rows/20+j*7%(rows*9/10) {
				level = 400
			}
			fmt.Fprintf(&b, ",%d", level+(i*7919+j*104729)%61)
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// BenchmarkChangesMillion is a million points through the whole command: it has to take less than a second.
func BenchmarkChangesMillion(b *testing.B) { benchmarkRows(b, wide(1_000_000, 1), "changes") }

// BenchmarkChangesThousand is a thousand series of ten thousand points through the whole command: less than 5 s on 2 cores.
func BenchmarkChangesThousand(b *testing.B) { benchmarkRows(b, wide(10_000, 1000), "changes") }

// BenchmarkSuspectsThousand ranks the same thousand series.
func BenchmarkSuspectsThousand(b *testing.B) {
	benchmarkRows(b, wide(10_000, 1000), "suspects", "--at", "2020-09-13T13:26:40Z")
}

func benchmarkRows(b *testing.B, text string, args ...string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if status := run(strings.NewReader(text), io.Discard, io.Discard, append(args, "-q", "-f", "jsonl", "-")); status != exitDone {
			b.Fatalf("status %d", status)
		}
	}
}

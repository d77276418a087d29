package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// level is what the fixtures' series were made of: 10, from 20 on 16, from 45 on 4, and a small pattern on top.
func level(i int) float64 {
	switch {
	case i < 20:
		return 10 + float64(i*7%5)/10
	case i < 45:
		return 16 + float64(i*7%5)/10
	}
	return 4 + float64(i*7%5)/10
}

func TestValueTables(t *testing.T) {
	month := func(i int) record.Stamp {
		return record.Stamp{Wall: time.Date(1949+i/12, time.Month(1+i%12), 1, 0, 0, 0, 0, time.UTC), Prec: 24 * time.Hour, Lacks: record.LacksZone}
	}
	for _, c := range []struct {
		path, name string
		missing    int
		at         func(i int) record.Stamp
	}{
		{"value-table/one-a-line/levels.txt", "value", -1, unplaced},
		{"value-table/index-and-value/two-columns.csv", "throughput_guess", -1, unplaced},
		{"value-table/months/passengers.csv", "passengers", 30, month},
		{"value-table/blanks/gnuplot.dat", "value", -1, func(i int) record.Stamp {
			return record.Stamp{Mono: time.Duration(i) * 250 * time.Millisecond, Lacks: record.LacksWall}
		}},
		{"series-json/levels/levels.json", "levels", 30, unplaced},
	} {
		s := readFile(t, fixtures+"/"+c.path)
		x := s.find(t, c.name)
		i := 0
		for _, y := range s.samples {
			if y.Series != x {
				continue
			}
			if i == c.missing {
				i++
			}
			if d := y.Value - level(i); d > 1e-9 || d < -1e-9 || y.At != c.at(i) {
				t.Fatalf("%s: value %d is %v at %+v, want %v at %+v", c.path, i, y.Value, y.At, level(i), c.at(i))
			}
			i++
		}
		if i != 60 {
			t.Errorf("%s: %d values, want 60", c.path, i)
		}
	}
}

// What is no table of numbers, or too little of one, is left to others.
func TestNotValueTables(t *testing.T) {
	for name, text := range map[string]string{
		"a word among them":   "1\n2\n3\nfour\n5\n",
		"ragged rows":         "1,2\n1,2,3\n1,2\n1,2\n1,2\n",
		"three rows":          "1\n2\n3\n",
		"words":               "one\ntwo\nthree\nfour\nfive\n",
		"two lines of header": "a,b\nc,d\n1,2\n1,2\n1,2\n1,2\n",
	} {
		if s := read(t, "x", text); s.input.Format != "" {
			t.Errorf("%s: taken for %s", name, s.input.Format)
		}
	}
}

// The kind of the first column decides where a row stands.
func TestValueAxis(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       record.Stamp // of the third row
		series     int
	}{
		{"two columns that both wander", "5,1\n4,2\n6,3\n5,4\n5,5\n", unplaced(2), 2},
		{"years", "year,gdp\n1960,1\n1961,2\n1962,3\n1963,9\n", record.Stamp{Mono: 1962 * time.Second, Lacks: record.LacksWall}, 1},
		{"R's row names", "\"\",\"x\"\n\"1\",5\n\"2\",6\n\"3\",7\n\"4\",7\n", record.Stamp{Mono: 3 * time.Second, Lacks: record.LacksWall}, 1},
		{"epochs without a heading", "1600000000,5\n1600000060,6\n1600000120,7\n1600000180,7\n", record.At(time.Unix(1600000120, 0), time.Second), 1},
		{"a first column that grows, under a heading of its own", "sent,lost\n1,0\n2,0\n3,0\n4,1\n", unplaced(2), 2},
	} {
		s := read(t, "x", c.text)
		if s.input.Format != "value-table" || len(s.series) != c.series || s.samples[2*c.series].At != c.want {
			t.Errorf("%s: read as %q, %d series, third row at %+v, want %+v", c.name, s.input.Format, len(s.series), s.samples, c.want)
		}
	}
}

// A value that the cut may have shortened is left out, so that 1234 does not become 12.
func TestTornValueIsLeftOut(t *testing.T) {
	s := read(t, "x", "1\n2\n3\n4\n5\n12")
	if len(s.samples) != 5 {
		t.Errorf("%d values, want the five whole ones", len(s.samples))
	}
}

func BenchmarkValueTable(b *testing.B) {
	row := []byte("1600000000,1234.5,17,0.25\n")
	text := strings.Repeat(string(row), 100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		readAs(valueTable, "x", []byte(text))
	}
}

func FuzzValueTable(f *testing.F) { fuzz(f, valueTable) }
func FuzzSeriesJSON(f *testing.F) { fuzz(f, seriesJSON) }

// echo "$(date '+%F %T') $(cat memory.current)" in a loop: the blank between date and time parts no columns.
func TestValuesBehindDateAndTime(t *testing.T) {
	text := ""
	for i := range 6 {
		text += fmt.Sprintf("2026-11-23 00:28:%d0 %d %d\n", i, 419430400+4096*i, i)
	}
	s := read(t, "memory.current.txt", text)
	x, y := s.find(t, "column 2"), s.find(t, "column 3")
	if v := s.values(x); len(v) != 6 || v[5] != 419450880 || len(s.values(y)) != 6 { // 419430400 + 5 × 4096
		t.Errorf("%v, %v", v, s.values(y))
	}
	if at := first(s, x).At; at.Wall.Format(time.DateTime) != "2026-11-23 00:28:00" || at.Lacks != record.LacksZone || s.input.Format != "value-table" {
		t.Errorf("%+v of %q", at, s.input.Format)
	}
}

package metrics

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
)

var corpus = flag.String("dir", "", "folder of samples, each with a .src beside it that says what a right parse gives")

// expectation is what the regular part of a .src says.
type expectation struct {
	points      []int // per series
	rows        int   // distinct times, or rows of the file; -1 unknown
	series      int
	first, last time.Time
	errorBody   bool
	value       float64 // of the first memory free
	hasValue    bool
}

var (
	rePoints  = regexp.MustCompile(`points=\[([0-9, ]+)\]`)
	reRows    = regexp.MustCompile(`rows \(minus header\)=(\d+)|(?:^|\W)(\d+) (?:data )?(?:rows|blocks)\b|(\d+) samples per section`)
	reSeries  = regexp.MustCompile(`(?:^|\W)(\d+) series`)
	reRangeMS = regexp.MustCompile(`time range (\d{13})\.\.(\d{13}) ms`)
	reRangeS  = regexp.MustCompile(`Z \((\d{10})\) \.\. \S+ \((\d{10})\)`)
	reRangeZ  = regexp.MustCompile(`in UTC (\S+Z) \.\. (\S+Z)`)
	reFree    = regexp.MustCompile(`first kbmemfree (\d+)`)
)

func expect(src string) expectation {
	e := expectation{rows: -1, series: -1}
	if _, after, ok := strings.Cut(src, "expected:"); ok {
		src = after
	}
	if m := rePoints.FindStringSubmatch(src); m != nil {
		for _, n := range strings.Split(m[1], ",") {
			v, _ := strconv.Atoi(strings.TrimSpace(n))
			e.points = append(e.points, v)
		}
	}
	if m := reRows.FindStringSubmatch(src); m != nil {
		e.rows, _ = strconv.Atoi(m[1] + m[2] + m[3])
	}
	if m := reSeries.FindStringSubmatch(src); m != nil {
		e.series, _ = strconv.Atoi(m[1])
	}
	if m := reRangeMS.FindStringSubmatch(src); m != nil {
		a, _ := strconv.ParseInt(m[1], 10, 64)
		b, _ := strconv.ParseInt(m[2], 10, 64)
		e.first, e.last = time.UnixMilli(a).UTC(), time.UnixMilli(b).UTC()
	} else if m := reRangeS.FindStringSubmatch(src); m != nil {
		a, _ := strconv.ParseInt(m[1], 10, 64)
		b, _ := strconv.ParseInt(m[2], 10, 64)
		e.first, e.last = time.Unix(a, 0).UTC(), time.Unix(b, 0).UTC()
	} else if m := reRangeZ.FindStringSubmatch(src); m != nil {
		e.first, _ = time.Parse(time.RFC3339, m[1])
		e.last, _ = time.Parse(time.RFC3339, strings.TrimSuffix(m[2], ";"))
	}
	if m := reFree.FindStringSubmatch(src); m != nil {
		v, _ := strconv.Atoi(m[1])
		e.value, e.hasValue = float64(v)*1024, true
	}
	e.errorBody = strings.Contains(src, "status=error")
	return e
}

// check compares a parse with the expectation and gives what differs.
func (e expectation) check(s *seen) (checked int, wrong []string) {
	differ := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if e.errorBody {
		checked++
		if len(s.samples) != 0 || !s.said("error instead of data") {
			differ("an error body gave %d samples", len(s.samples))
		}
	}
	if e.points != nil {
		checked++
		got, want := 0, 0
		for _, n := range e.points {
			want += n
		}
		got = len(s.samples)
		for _, p := range s.problems { // values that are no numbers are counted in the note
			n := 0
			fmt.Sscanf(p.Msg, "%d values from here on are NaN", &n)
			got += n
		}
		if got != want {
			differ("%d points, want %d", got, want)
		}
		if len(s.samples) > 0 && len(s.series) != len(e.points) {
			differ("%d series, want %d", len(s.series), len(e.points))
		}
	}
	if e.rows >= 0 {
		checked++
		rows := s.times()
		if lines := distinctLines(s); lines == e.rows {
			rows = lines
		}
		if rows != e.rows {
			differ("%d rows, want %d", rows, e.rows)
		}
	}
	if !e.first.IsZero() && len(s.samples) > 0 {
		checked++
		shift := e.first.Sub(s.input.First.Wall)
		zone := time.Duration(0)
		if s.samples[0].At.Lacks != 0 { // local digits: a shift of quarters of an hour is the zone
			zone = shift.Round(15 * time.Minute)
		}
		if d := s.input.Last.Wall.Add(zone).Sub(e.last).Abs(); shift != zone || d >= time.Second {
			differ("times %v .. %v, want %v .. %v", s.input.First.Wall, s.input.Last.Wall, e.first, e.last)
		}
	}
	if e.hasValue {
		checked++
		if v := s.samples[0].Value; v != e.value {
			differ("first value %v, want %v", v, e.value)
		}
	}
	return checked, wrong
}

func distinctLines(s *seen) int {
	set := map[int]bool{}
	for _, x := range s.samples {
		set[x.Line] = true
	}
	return len(set)
}

// TestCorpus reads a folder of samples and compares each with its .src: go test -run Corpus . -args -dir DIR
func TestCorpus(t *testing.T) {
	if *corpus == "" {
		t.Skip("no -dir given")
	}
	files, checks, unread, bad := 0, 0, 0, 0
	err := filepath.WalkDir(*corpus, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".src") {
			return err
		}
		src, err := os.ReadFile(path + ".src")
		if err != nil {
			return nil
		}
		files++
		s := &seen{}
		parser.Walk([]string{path}, nil, s, func(in *parser.Input) { parser.Read(in, Formats(), nil, s) })
		if s.input.Format == "" {
			unread++
			t.Logf("not ours or not known: %s", path)
			return nil
		}
		if s.input.Format == "sysstat-binary" {
			return nil // recognized, and no more
		}
		n, wrong := expect(string(src)).check(s)
		checks += n
		if len(wrong) > 0 {
			bad++
			t.Errorf("%s as %s: %s", path, s.input.Format, strings.Join(wrong, "; "))
		}
		if n == 0 {
			t.Logf("nothing regular to check: %s as %s, %d samples of %d series", path, s.input.Format, len(s.samples), len(s.series))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d not recognized, %d checks, %d files differ", files, unread, checks, bad)
}

package load

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// seen is a sink that keeps everything.
type seen struct {
	record.Discard
	loads    []*record.Load
	samples  []record.Sample
	events   []record.Event
	anchors  []record.Anchor
	facts    []record.Fact
	problems []record.Problem
	input    record.Input
}

func (s *seen) Load(l *record.Load)      { s.loads = append(s.loads, l) }
func (s *seen) Sample(x record.Sample)   { s.samples = append(s.samples, x) }
func (s *seen) Event(e record.Event)     { s.events = append(s.events, e) }
func (s *seen) Anchor(a record.Anchor)   { s.anchors = append(s.anchors, a) }
func (s *seen) Fact(f record.Fact)       { s.facts = append(s.facts, f) }
func (s *seen) Problem(p record.Problem) { s.problems = append(s.problems, p) }
func (s *seen) Input(i record.Input)     { s.input = i }

// read reads a text as the whole program would: recognized among all load formats.
func read(t testing.TB, name, text string) *seen {
	t.Helper()
	return readBytes(name, []byte(text), Options{})
}

func readBytes(name string, data []byte, o Options) *seen {
	var s seen
	parser.Walk([]string{"-"}, bytes.NewReader(data), &s, func(in *parser.Input) {
		in.Path = name
		parser.Read(in, FormatsWith(o), nil, &s)
	})
	return &s
}

// total adds up the loads without label.
func (s *seen) total() (samples, failed, sums int64) {
	for _, l := range s.loads {
		if l.Label == "" {
			samples, failed, sums = samples+l.Samples, failed+l.Failed, sums+l.Sums
		}
	}
	return
}

// dump writes everything seen in a form to compare.
func (s *seen) dump() string {
	var b strings.Builder
	for _, l := range s.loads {
		fmt.Fprintf(&b, "load %s %q %v %v n=%d failed=%d sums=%d planned=%v torn=%v every=%d lead=%d\n", l.Tool, l.Label, l.Start, l.Width, l.Samples, l.Failed, l.Sums, l.Planned, l.Torn, l.LatencyEvery, l.LatencyLead)
		for i, x := range l.Buckets {
			if !x.Silent() {
				fmt.Fprintf(&b, " %d %+v\n", i, x)
			}
		}
		for i, h := range l.Latency {
			if h != nil {
				fmt.Fprintf(&b, " latency %d n=%d p50=%d p99=%d\n", i, h.TotalCount(), h.ValueAtQuantile(50), h.ValueAtQuantile(99))
			}
		}
	}
	for _, x := range s.samples {
		fmt.Fprintf(&b, "sample %v %s %s %v line %d\n", x.At, x.Series, x.Series.Quantity, x.Value, x.Line)
	}
	for _, e := range s.events {
		fmt.Fprintf(&b, "event %v %s %v %s\n", e.At, e.Kind, e.Attr, e.Text)
	}
	for _, a := range s.anchors {
		fmt.Fprintf(&b, "anchor %+v\n", a)
	}
	for _, p := range s.problems {
		fmt.Fprintf(&b, "problem %v: %s\n", p.From, p.Msg)
	}
	return b.String()
}

// sample gives the text of a fixture.
func fixture(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../fixtures/load", path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.999", text)
	if err != nil {
		panic(err)
	}
	return t
}

// TestGatlingSmallReads: where the reads of a file end changes no name, also when one ends behind a string's bytes.
func TestGatlingSmallReads(t *testing.T) {
	for _, f := range owned(t) {
		if f.format != "gatling-binary" {
			continue
		}
		parse := func(r io.Reader) string {
			var s seen
			if err := parseGatlingBinary(parser.NewLines("x", r, &s), &s, Options{ByLabel: true}); err != nil {
				return err.Error()
			}
			return s.dump()
		}
		if got, want := parse(iotest.OneByteReader(bytes.NewReader(f.data))), parse(bytes.NewReader(f.data)); got != want {
			t.Errorf("%s: read byte by byte\n%s\nwant\n%s", f.path, got, want)
		}
	}
}

// TestVegetaWithoutTime: a result without a usable time is said to be left out, in each of vegeta's forms.
func TestVegetaWithoutTime(t *testing.T) {
	type Result struct {
		Attack    string
		Code      uint16
		Timestamp time.Time
		Latency   time.Duration
		BytesOut  uint64
	}
	var stream bytes.Buffer
	e := gob.NewEncoder(&stream)
	for _, when := range []time.Time{at("2026-11-23T00:28:29.8"), {}} {
		if err := e.Encode(&Result{Attack: "a", Code: 200, Timestamp: when, Latency: time.Millisecond, BytesOut: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"gob": stream.String(),
		"csv": "1795396090052802278,200,18914728,0,0,,,db1,0,GET,http://h/,eA==\n0,200,18914728,0,0,,,db1,0,GET,http://h/,eA==\n",
		"json": `{"attack":"a","seq":0,"code":200,"timestamp":"2026-11-23T00:28:29.8Z","latency":1000,"error":""}` + "\n" +
			`{"attack":"a","seq":1,"code":200,"timestamp":"0001-01-01T00:00:00Z","latency":1000,"error":""}` + "\n",
	} {
		s := read(t, name, text)
		if n, _, _ := s.total(); n != 1 || len(s.problems) != 1 {
			t.Errorf("%s: %d results, problems %v", name, n, s.problems)
		}
	}
}

// TestGatlingDamagedCount: a count of groups that cannot be ends the reading there, and is said; it is not taken for another.
func TestGatlingDamagedCount(t *testing.T) {
	for _, f := range owned(t) {
		if !strings.Contains(f.path, "3.14-groups") {
			continue
		}
		var whole seen
		if err := parseGatlingBinary(parser.NewLines("x", bytes.NewReader(f.data), &whole), &whole, Options{}); err != nil || len(whole.problems) > 0 {
			t.Fatal(err, whole.problems)
		}
		told := 0
		for at := len(f.data) / 2; at < len(f.data)-8; at++ {
			if f.data[at] != 1 || !bytes.Equal(f.data[at+1:at+5], []byte{0, 0, 0, 1}) {
				continue // no request inside one group
			}
			damaged := bytes.Clone(f.data)
			damaged[at+1] = 0x80
			var s seen
			parseGatlingBinary(parser.NewLines("x", bytes.NewReader(damaged), &s), &s, Options{})
			for _, p := range s.problems {
				if strings.Contains(p.Msg, "things are said to follow") {
					told++
				}
			}
			break
		}
		if told != 1 {
			t.Errorf("the damage was told %d times, want once", told)
		}
		return
	}
	t.Fatal("no such fixture")
}

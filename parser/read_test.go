package parser

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestSpan: the span of an input is told by the stamps that tell most; what tells no time does not count.
func TestSpan(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 28, 20, 0, time.UTC)
	exact := func(s int) record.Stamp { return record.Stamp{Wall: day.Add(time.Duration(s) * time.Second)} }
	since := func(s int) record.Stamp {
		return record.Stamp{Mono: time.Duration(s) * time.Second, Prec: time.Second, Lacks: record.LacksWall}
	}
	tod := record.Stamp{Wall: time.Date(0, 1, 1, 10, 0, 0, 0, time.UTC), Lacks: record.LacksDate | record.LacksZone}
	none := record.Stamp{Prec: time.Second, Lacks: record.LacksZone} // the pattern of a column without a value
	for _, c := range []struct {
		name        string
		stamps      []record.Stamp
		first, last record.Stamp
	}{
		{"nothing", []record.Stamp{{}, none}, record.Stamp{}, record.Stamp{}},
		{"exact", []record.Stamp{none, exact(5), exact(1), exact(9), {}}, exact(1), exact(9)},
		{"since a start", []record.Stamp{since(5), since(0), since(7)}, since(0), since(7)},
		{"mixed", []record.Stamp{since(5), tod, since(1)}, tod, tod},
		{"mixed with dates", []record.Stamp{since(5), tod, exact(2), tod, since(1), exact(3)}, exact(2), exact(3)},
	} {
		n := &counter{Sink: record.Discard{}}
		for _, s := range c.stamps {
			n.Sample(record.Sample{At: s})
		}
		if n.first != c.first || n.last != c.last {
			t.Errorf("%s: %+v to %+v, want %+v to %+v", c.name, n.first, n.last, c.first, c.last)
		}
	}
	n := &counter{Sink: record.Discard{}}
	n.Load(&record.Load{Start: none, Samples: 12, Width: time.Second})
	if !n.first.IsZero() || n.samples != 12 {
		t.Errorf("totals give the time %+v", n.first)
	}
	n.Load(&record.Load{Start: exact(0), Width: time.Second, Buckets: make([]record.Bucket, 3)})
	if n.first != exact(0) || n.last != exact(3) {
		t.Errorf("a load gives %+v to %+v", n.first, n.last)
	}
}

// TestFaultOfRecognition: a format that breaks off while it looks at an input costs nobody the input, and does not end the
// program. Where no other format knows the input, the fault is told.
func TestFaultOfRecognition(t *testing.T) {
	faulty := Format{
		Name:  "faulty",
		Sniff: func(h Head) Score { return Score(h.Data[len(h.Data)]) },
		Parse: func(l *Lines, _ record.Sink) error { l.Next(); _ = l.Bytes()[len(l.Bytes())]; return nil },
	}
	sound := Format{Name: "sound", Sniff: func(Head) Score { return 20 }, Parse: func(*Lines, record.Sink) error { return nil }}
	for name, formats := range map[string][]Format{"sound": {faulty, sound}, "faulty": {faulty}} {
		got := &told{}
		Read(NewInput("in", strings.NewReader("text\n"), time.Time{}), formats, nil, got)
		if got.input.Format != name || (name == "faulty") != (len(got.problems) == 1 && strings.Contains(got.problems[0].Msg, "a defect of oomortem")) {
			t.Errorf("%d formats: read as %q, problems %v", len(formats), got.input.Format, got.problems)
		}
	}
}

// told keeps what is said of an input.
type told struct {
	record.Discard
	input    record.Input
	problems []record.Problem
}

func (s *told) Input(in record.Input)    { s.input = in }
func (s *told) Problem(p record.Problem) { s.problems = append(s.problems, p) }

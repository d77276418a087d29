package parser

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// dashed is a log whose lines begin with a dash, so that the tests need no real one.
var dashed = Format{
	Name: "dashed", Log: true,
	Sniff: func(h Head) Score {
		for _, l := range h.Lines(5) {
			if !bytes.HasPrefix(l, []byte("- ")) {
				return 0
			}
		}
		return 75
	},
	Parse: func(lines *Lines, sink record.Sink) error {
		for lines.Next() {
			lines.Seen(record.Stamp{Mono: time.Duration(lines.Number()) * time.Second})
			sink.Line(record.Line{From: lines.Origin(), Text: string(lines.Bytes())})
		}
		return nil
	},
	Sift: func(*Interest) Sieve { return Sieve{Fate: func([]byte) Fate { return Drop }} },
}

// heard passes what it hears to channels.
type heard struct {
	record.Discard
	lines  chan string
	inputs chan record.Input
}

func (h heard) Line(l record.Line)    { h.lines <- l.Text }
func (h heard) Input(in record.Input) { h.inputs <- in }

func ignored(string) {}

// listening reads what is written, as it comes; pauses are what the reader says of itself when nothing more does.
func listening() (w *io.PipeWriter, h heard, pauses chan record.Input) {
	r, w := io.Pipe()
	h = heard{lines: make(chan string), inputs: make(chan record.Input, 1)}
	pauses = make(chan record.Input, 100)
	go func() {
		l := Recognize("log", r, []Format{dashed}, ignored)
		l.Pause = func(in record.Input) { pauses <- in }
		l.Parse(nil, h)
	}()
	return w, h, pauses
}

// TestLiveGivesEachLineAtOnce: the pipe's writer waits until its bytes are read, and writes the next line only when the
// one before has come out at the end.
func TestLiveGivesEachLineAtOnce(t *testing.T) {
	w, h, pauses := listening()
	for _, line := range []string{"- one", "- two", "- three"} {
		io.WriteString(w, line[:3])
		io.WriteString(w, line[3:]+"\n")
		if got := <-h.lines; got != line {
			t.Fatalf("%q came, want %q", got, line)
		}
	}
	io.WriteString(w, "- torn")
	var last record.Input
	for last.Lines != 3 {
		last = <-pauses
	}
	if last.Format != "dashed" || last.First.Mono != time.Second || last.Last.Mono != 3*time.Second {
		t.Errorf("the summary so far is %+v", last)
	}
	w.Close()
	if got := <-h.lines; got != "- torn" {
		t.Errorf("the last line, which has no end, came as %q", got)
	}
	if in := <-h.inputs; in.Lines != 4 || in.Bytes != int64(len("- one\n- two\n- three\n- torn")) {
		t.Errorf("the summary at the end is %+v", in)
	}
}

// TestLiveTakesPrefixesOff: what docker compose logs -f and kubectl logs -f --prefix show is the log without their prefixes,
// each line as soon as it is whole.
func TestLiveTakesPrefixesOff(t *testing.T) {
	for _, prefix := range []string{"web-1  | ", "[pod/web-7d4b9/nginx] "} {
		w, h, pauses := listening()
		for _, line := range []string{"- one", "- two", "- three"} {
			io.WriteString(w, prefix[:3])
			io.WriteString(w, prefix[3:]+line+"\n")
			if got := <-h.lines; got != line {
				t.Fatalf("%q came, want %q", got, line)
			}
		}
		io.WriteString(w, prefix+"- torn")
		var last record.Input
		for last.Lines != 3 {
			last = <-pauses
		}
		w.Close()
		if got := <-h.lines; got != "- torn" {
			t.Errorf("the last line, which has no end, came as %q", got)
		}
		if in := <-h.inputs; in.Lines != 4 || in.Format != "dashed" {
			t.Errorf("the summary at the end is %+v", in)
		}
	}
}

// reads gives its pieces one Read each; an empty one is a mark.
type reads []string

func (m *reads) Read(p []byte) (int, error) {
	if len(*m) == 0 {
		return 0, io.EOF
	}
	n := copy(p, (*m)[0])
	*m = (*m)[1:]
	return n, nil
}

// TestLiveTellsWhereThePastEnds: behind all lines before the mark, and before the first one behind it.
func TestLiveTellsWhereThePastEnds(t *testing.T) {
	past := strings.Repeat("- old\n", 30_000) // more than the head
	for _, r := range []reads{{"- old\n", "", "- new\n"}, {"- o", "ld\n", "", "- new\n"}, append(split(past), "", "- new\n")} {
		var seen []string
		l := Recognize("log", &r, []Format{dashed}, ignored)
		lines := collectLines{seen: &seen}
		l.CaughtUp = func() { seen = append(seen, "caught up") }
		l.Parse(nil, lines)
		n := len(seen)
		if n < 3 || seen[n-1] != "- new" || seen[n-2] != "caught up" || seen[n-3] != "- old" {
			t.Errorf("of %d the last are %q", n, seen[max(n-3, 0):])
		}
	}
}

// TestLiveTakesAllForNewWhenRecognizedLate: the past alone did not show what the input is.
func TestLiveTakesAllForNewWhenRecognizedLate(t *testing.T) {
	r, w := io.Pipe()
	long := Format{Name: "long", Log: true, Parse: dashed.Parse, Sniff: func(h Head) Score { return Score(80 * min(bytes.Count(h.Data, []byte{'\n'})/2, 1)) }}
	var seen []string
	ended := make(chan bool)
	puzzled := make(chan string, 1)
	go func() {
		defer close(ended)
		l := Recognize("log", r, []Format{long}, func(why string) { puzzled <- why })
		l.CaughtUp = func() { seen = append(seen, "caught up") }
		l.Parse(nil, collectLines{seen: &seen})
	}()
	io.WriteString(w, "- old\n")
	w.Write(nil) // the mark
	<-puzzled
	io.WriteString(w, "- new\n")
	w.Close()
	<-ended
	if strings.Join(seen, ",") != "caught up,- old,- new" {
		t.Errorf("%q", seen)
	}
}

func split(text string) (out reads) {
	for len(text) > 0 {
		n := min(len(text), 50_000)
		out, text = append(out, text[:n]), text[n:]
	}
	return out
}

type collectLines struct {
	record.Discard
	seen *[]string
}

func (c collectLines) Line(l record.Line) { *c.seen = append(*c.seen, l.Text) }

// TestRecognize: what is of no use is told, what may become something is waited for.
func TestRecognize(t *testing.T) {
	for _, c := range []struct {
		name  string
		gives reads
		known bool
		why   string
	}{
		{"a log", reads{"- a\n"}, true, ""},
		{"nothing", reads{}, false, "is empty"},
		{"binary", reads{"\x7fELF\x00\x01\xff\xfe"}, false, "binary"},
		{"packed", reads{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"}, false, "is packed (gzip)"},
		{"prose", reads{"dear diary,\n"}, false, "plain text without a known layout"},
		{"a log behind a pause", reads{"", "- a\n", ""}, true, ""},
	} {
		l := Recognize("log", &c.gives, []Format{dashed}, ignored)
		if l.Known != c.known || !strings.Contains(l.Why, c.why) {
			t.Errorf("%s: known %v, %q", c.name, l.Known, l.Why)
		}
	}
}

// TestRecognizeWaits: a puzzled look is told once, and ends when the input shows what it is.
func TestRecognizeWaits(t *testing.T) {
	r, w := io.Pipe()
	puzzled := make(chan string, 10)
	known := make(chan bool)
	banner := Format{Name: "banner", Log: true, Sniff: func(h Head) Score {
		if bytes.Contains(h.Data, []byte("begin")) {
			return 80
		}
		return 0
	}}
	go func() {
		known <- Recognize("log", r, []Format{banner}, func(why string) { puzzled <- why }).Known
	}()
	io.WriteString(w, "something else\n")
	if why := <-puzzled; !strings.Contains(why, "waiting for more") {
		t.Errorf("puzzled: %s", why)
	}
	io.WriteString(w, "begin\n")
	if !<-known {
		t.Error("it is not recognized after all")
	}
	w.Close()
}

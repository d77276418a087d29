package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"oomortem/correlate"
	"oomortem/correlate/verdict"
	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/reports"
)

// read reads all that is kept into a new session, as analyze reads files; with pastOnly, what stood there when the watch
// began.
func (w *watch) read(pastOnly bool) *correlate.Session {
	s := correlate.NewSession(w.opt)
	in := newReader(s, w.loads)
	for _, part := range w.parts(pastOnly) {
		part(in)
	}
	return s
}

// parts gives what a report is made of as it is now; it may be read while more comes.
func (w *watch) parts(pastOnly bool) (all []func(*reader)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sources {
		losses := slices.Clone(s.losses)
		all = append(all, func(in *reader) {
			for _, l := range losses {
				in.sink.Problem(record.Problem{From: record.Origin{File: l.name()}, Msg: l.text})
			}
		})
		for _, t := range s.tapes {
			all = append(all, t.part(pastOnly))
		}
		for _, t := range s.tables {
			upTo := t.size()
			if pastOnly {
				upTo.bytes = t.past
			} else {
				t.seen = upTo
			}
			if upTo.bytes > 0 {
				all = append(all, func(in *reader) { in.input(t.input(upTo)) })
			}
		}
	}
	return all
}

func (t *tape) part(pastOnly bool) func(*reader) {
	lines, problems, summary, left := t.lines[:len(t.lines):len(t.lines)], slices.Clone(t.problems), t.input, t.leftOut()
	if pastOnly {
		lines = lines[:t.pastKept]
	}
	if t.left == 0 {
		left = ""
	}
	return func(in *reader) {
		name := t.name()
		replay(lines, name, in.sink)
		for _, p := range problems {
			p.From.File = name
			in.sink.Problem(p)
		}
		if left != "" {
			in.sink.Problem(record.Problem{From: record.Origin{File: name}, Msg: left})
		}
		summary.Path, summary.Rotation = name, parser.RotationOf(name)
		if info, err := os.Stat(filepath.Join(t.w.root, name)); err == nil && info.Mode().IsRegular() {
			summary.Modified = info.ModTime()
		}
		in.sink.Input(summary)
	}
}

// judge reports when there is an incident that was not reported yet, or at the end. Settled tells that nothing more comes
// that could change it.
func (w *watch) judge(settled, last bool) error {
	begin := time.Now()
	w.mu.Lock()
	w.first = time.Time{}
	w.mu.Unlock()
	s := w.read(false)
	if !s.Read() {
		return nil
	}
	r, settle := s.Report(), w.settle
	if settled {
		settle = 0
	}
	if unknown := s.Unknown(); last && len(unknown) > 0 {
		w.tell("--anchor " + strings.Join(unknown, ", ") + ": nothing that was watched has that name")
	}
	fresh, undecided := w.known.fresh(r, settle)
	w.tablesDue = time.Now().Add(max(w.settle, rest*time.Since(begin)))
	w.undecided = undecided
	if len(fresh) == 0 && !last {
		return nil
	}
	for _, i := range fresh {
		w.known.add(r.Incidents[i : i+1])
	}
	r = w.hushed(s, r)
	if err := w.publish(r); err != nil {
		return err
	}
	for _, i := range fresh {
		w.call(r, i)
	}
	return nil
}

// hushed gives the session's report as it may be told.
func (w *watch) hushed(s *correlate.Session, r *verdict.Report) *verdict.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flags.know(s)
	return w.flags.names.Report(r)
}

// publish writes a report to all its places.
func (w *watch) publish(r *verdict.Report) error {
	for _, t := range w.targets {
		err := w.write(t.file, func(out io.Writer, o reports.Options) error {
			if t.file == "" && t.reporter.Name == "text" { // events stand before it
				io.WriteString(out, "\n")
			}
			return t.reporter.Write(out, r, o)
		})
		if err != nil {
			return err
		}
		if t.file != "" {
			w.tell(reports.Sentence(w.flags.lang, r.Verdict.Headline) + "; the report is in " + t.file)
		}
	}
	return nil
}

// rest is how many times as long as a report took the watch waits before it reads tables that grew again.
const rest = 20

// past makes the incidents known that stood in the logs when the watch began.
func (w *watch) past() {
	names := w.names()
	if len(names) == 0 {
		return
	}
	said := "following " + strings.Join(names, ", ")
	if s := w.read(true); s.Read() {
		r := s.Report()
		w.known.add(r.Incidents)
		if n := len(r.Incidents); n > 0 {
			said += fmt.Sprintf("; %d incident(s) stood there already and are no news (--from-start reports them)", n)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.say(said)
}

// names gives each source with what it was recognized as.
func (w *watch) names() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, s := range w.sources {
		if s.refuse != "" {
			continue
		}
		format := " (nothing in it yet)"
		if n := len(s.tapes); n > 0 {
			format = fmt.Sprintf(" (%s, line %d)", s.tapes[n-1].input.Format, s.tapes[n-1].input.Lines)
		} else if n := len(s.tables); n > 0 {
			format = " (" + s.tables[n-1].format + ")"
		}
		out = append(out, s.name+format)
	}
	return out
}

// write writes a report where it belongs, with nothing else between its lines.
func (w *watch) write(file string, render func(io.Writer, reports.Options) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flags.write(w.stdout, file, render)
}

// jsonLine writes a report as one line of JSON.
var jsonLine = reports.Reporter{
	Name: "jsonl",
	Write: func(w io.Writer, r *verdict.Report, o reports.Options) error {
		whole, err := asJSON(r)
		if err != nil {
			return err
		}
		var line bytes.Buffer
		if err := json.Compact(&line, whole); err != nil {
			return err
		}
		line.WriteByte('\n')
		_, err = w.Write(line.Bytes())
		return err
	},
}

// asJSON gives the report as analyze writes it.
func asJSON(r *verdict.Report) ([]byte, error) {
	format, err := reporterNamed("json", "")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = format.Write(&b, r, reports.Options{})
	return b.Bytes(), err
}

package main

import (
	"io"
	"path/filepath"
	"strings"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate"
	"oomortem/correlate/cause"
	"oomortem/parser"
	"oomortem/parser/facts"
	"oomortem/parser/load"
	"oomortem/parser/logs"
	"oomortem/parser/messages"
	"oomortem/parser/metrics"
	"oomortem/parser/record"
	"oomortem/reports"
)

// formats joins the lists of what can be read. The order breaks ties of recognition only.
func formats() []parser.Format { return formatsWith(load.Options{}) }

func formatsWith(loads load.Options) []parser.Format {
	var all []parser.Format
	for _, f := range logs.Formats() {
		f.Log = true
		all = append(all, f)
	}
	all = append(all, load.FormatsWith(loads)...)
	all = append(all, metrics.Formats()...)
	return append(all, facts.Formats()...)
}

func hypotheses() []cause.Hypothesis { return cause.All() }

func reporters() []reports.Reporter { return reports.All() }

// read hands everything that the paths name to the session.
func read(tree store.Tree, paths []string, stdin io.Reader, s *correlate.Session) {
	newReader(s, load.Options{}).paths(tree, paths, stdin)
}

// reader reads inputs into a session.
type reader struct {
	formats  []parser.Format
	interest *parser.Interest
	sink     record.Sink
}

func newReader(s record.Sink, loads load.Options) *reader {
	return &reader{formats: formatsWith(loads), interest: interest(), sink: understand(s)}
}

// interest is what the readers of messages want of a log.
func interest() *parser.Interest {
	i := &parser.Interest{}
	for _, m := range messages.All() {
		i.WantMarked(m.Sources, m.Wants, parser.Marks{Starts: m.Starts, Holds: m.Holds})
	}
	return i
}

// understand gives a sink that turns log lines into what they mean.
func understand(s record.Sink) record.Sink { return messages.Dispatch(messages.All(), s) }

func (r *reader) paths(tree store.Tree, paths []string, stdin io.Reader) {
	root := runRoot(tree, paths)
	parser.WalkTree(tree, paths, stdin, r.sink, func(in *parser.Input) {
		in.Path = strings.TrimPrefix(in.Path, root)
		r.input(in)
	})
}

func (r *reader) input(in *parser.Input) { parser.Read(in, r.formats, r.interest, r.sink) }

// rejoin reads a message that the rotation of its log cut.
func rejoin(before, after []record.Line) []record.Event { return messages.Rejoin(before, after) }

// runRoot gives the folder that all paths lie in, with its last slash: reports name the evidence from there on, as
// "messages:412", because the run's place on somebody's disk proves nothing.
func runRoot(tree parser.Tree, paths []string) string {
	root := ""
	for i, p := range paths {
		dir := filepath.ToSlash(store.Clean(p)) + "/"
		if info, err := tree.Stat(p); err != nil || !info.IsDir() {
			dir = dir[:strings.LastIndex(strings.TrimSuffix(dir, "/"), "/")+1]
		}
		if i == 0 {
			root = dir
		}
		for root != "" && !strings.HasPrefix(dir, root) {
			root = root[:strings.LastIndex(strings.TrimSuffix(root, "/"), "/")+1]
		}
	}
	return root
}

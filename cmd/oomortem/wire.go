package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"oomortem/correlate"
	"oomortem/correlate/cause"
	"oomortem/parser"
	"oomortem/parser/facts"
	"oomortem/parser/load"
	"oomortem/parser/logs"
	"oomortem/parser/messages"
	"oomortem/parser/metrics"
	"oomortem/reports"
)

// formats joins the lists of what can be read. The order breaks ties of recognition only.
func formats() []parser.Format {
	var all []parser.Format
	for _, f := range logs.Formats() {
		f.Log = true
		all = append(all, f)
	}
	all = append(all, load.Formats()...)
	all = append(all, metrics.Formats()...)
	return append(all, facts.Formats()...)
}

func hypotheses() []cause.Hypothesis { return cause.All() }

func reporters() []reports.Reporter { return reports.All() }

// read hands everything that the paths name to the session.
func read(paths []string, stdin io.Reader, s *correlate.Session) {
	readers := messages.All()
	interest := &parser.Interest{}
	for _, r := range readers {
		interest.Want(r.Sources, r.Wants)
	}
	sink := messages.Dispatch(readers, s)
	all := formats()
	root := runRoot(paths)
	parser.Walk(paths, stdin, sink, func(in *parser.Input) {
		in.Path = strings.TrimPrefix(in.Path, root)
		parser.Read(in, all, interest, sink)
	})
}

// runRoot gives the folder that all paths lie in, with its last slash: reports name the evidence from there on, as
// "messages:412", because the run's place on somebody's disk proves nothing.
func runRoot(paths []string) string {
	root := ""
	for i, p := range paths {
		dir := filepath.ToSlash(filepath.Clean(p)) + "/"
		if info, err := os.Stat(p); err != nil || !info.IsDir() {
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

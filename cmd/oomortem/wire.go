package main

import (
	"io"

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
	all = append(all, logs.Formats()...)
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
	parser.Walk(paths, stdin, sink, func(in *parser.Input) {
		parser.Read(in, all, interest, sink)
	})
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// A worker is this program again, one for each core: it reads jobs from its input, one JSON object a line, and answers
// each with a line. A run that takes a worker down with it (an endless loop, all the memory there is) costs that
// process and nothing else; no recover() could promise that.
const workerCommand = "batch-worker"

// exitMemory is how a worker ends that went over its memory.
const exitMemory = 77

// job is one run for a worker.
type job struct {
	Name   string   `json:"name"`
	Dir    string   `json:"dir"` // for the results
	Paths  []string `json:"paths"`
	Limit  limit    `json:"limit"`
	Resume bool     `json:"resume"`
	Hide   []byte   `json:"hide,omitempty"` // the key for pseudonyms; none: all is told
}

// answer says what became of it.
type answer struct {
	Kept   bool   `json:"kept,omitempty"`
	Status string `json:"status,omitempty"`
	Broken string `json:"broken,omitempty"` // the results cannot be written: no use to go on

	Names []reports.Pseudonym `json:"names,omitempty"` // what its pseudonyms stand for
}

// worker does jobs.
type worker struct {
	shared
	options correlate.Options
	formats []reports.Reporter
	key     string
}

func batchWorkerCommand() *cobra.Command {
	var w worker
	var memory int64
	c := &cobra.Command{
		Use: workerCommand, Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return w.serve(c.InOrStdin(), c.OutOrStdout(), memory) },
	}
	w.add(c)
	c.Flags().Int64Var(&memory, "memory", 0, "bytes that this worker may take")
	return c
}

func (w *worker) serve(in io.Reader, out io.Writer, memory int64) (err error) {
	signal.Ignore(os.Interrupt) // the terminal sends it to all; who started the worker decides
	if w.options, err = w.shared.options(); err != nil {
		return failure{exitUsage, err}
	}
	if w.formats, err = reportFormats(w.format); err != nil {
		return failure{exitUsage, err}
	}
	debug.SetGCPercent(400) // a run is small against the machine: collect more seldom
	if memory > 0 {
		debug.SetMemoryLimit(memory * 9 / 10)
		go watchMemory(memory)
	}
	jobs := make(chan job)
	go readJobs(in, jobs)
	answers := json.NewEncoder(out)
	for j := range jobs {
		if err := answers.Encode(w.do(j)); err != nil {
			return nil // nobody listens any more
		}
	}
	return nil
}

// readJobs ends the process when its input does: whoever started it is gone, and somebody else may be at its run soon.
func readJobs(in io.Reader, jobs chan<- job) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var j job
		if err != nil || json.Unmarshal(line, &j) != nil {
			os.Exit(exitDone)
		}
		jobs <- j
	}
}

// watchMemory ends the process before the machine has to. The limit of the collector is softer: it is kept by working more.
func watchMemory(most int64) {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		time.Sleep(50 * time.Millisecond)
		metrics.Read(sample)
		if int64(sample[0].Value.Uint64()-sample[1].Value.Uint64()) > most {
			os.Exit(exitMemory)
		}
	}
}

// do analyses a run, or finds that it was done.
func (w *worker) do(j job) answer {
	if err := os.MkdirAll(j.Dir, 0o755); err != nil {
		return answer{Broken: err.Error()}
	}
	sweep(j.Dir)
	w.secrecy = secrecyOf(j)
	if w.key == "" {
		w.key = w.toolKey(w.format)
	}
	key := inputKey(j.Paths, w.key)
	if old, ok := readResult(j.Dir); ok && j.Resume && old.Key == key && w.whole(j.Dir, old) && !j.Limit.wider(old.Limit) {
		clearAttempt(j.Dir)
		return answer{Kept: true, Status: old.Outcome.Status}
	}
	os.Remove(filepath.Join(j.Dir, resultFile))
	if err := markAttempt(j.Dir, attempts(j.Dir)+1); err != nil {
		return answer{Broken: err.Error()}
	}
	res := w.analyse(j)
	res.Key = key
	if err := writeJSON(filepath.Join(j.Dir, resultFile), res); err != nil {
		return answer{Broken: err.Error()}
	}
	clearAttempt(j.Dir)
	return answer{Status: res.Outcome.Status, Names: w.given()}
}

// whole tells that the reports of a result are there.
func (w *worker) whole(dir string, r result) bool {
	for _, f := range w.formats {
		if _, err := os.Stat(reportFile(dir, f)); err != nil && r.Outcome.Status == verdict.StatusOK {
			return false
		}
	}
	return true
}

func reportFile(dir string, r reports.Reporter) string {
	return filepath.Join(dir, "report"+r.Endings[0])
}

// analyse never fails: what goes wrong is the result.
func (w *worker) analyse(j job) (res result) {
	defer func() {
		if fault := recover(); fault != nil {
			res = failed(fmt.Sprintf("the analysis broke off (%v): a defect of oomortem, please report it", w.line(fmt.Sprint(fault))))
		}
	}()
	opt := w.options
	if opt.Title == "" {
		opt.Title = j.Name
	}
	s := correlate.NewSession(opt)
	read(j.Paths, nil, s)
	w.know(s)
	if !s.Read() {
		return w.unread(s)
	}
	report := w.secrecy.report(s.Report())
	digest := pattern.Take(j.Name, report)
	for _, f := range w.formats {
		err := atomically(reportFile(j.Dir, f), func(out io.Writer) error { return f.Write(out, report, w.page(nil)) })
		if err != nil {
			return failed(w.line(err.Error()))
		}
	}
	o := verdict.Concluded(j.Name, "", report)
	o.Headline = reports.Sentence(w.lang, report.Verdict.Headline)
	return result{Outcome: o, Digest: &digest, Mishaps: mishaps(report)}
}

// unread is the result of a run of which nothing could be read: with the first reason.
func (w *worker) unread(s *correlate.Session) result {
	problems := s.Problems()
	if len(problems) == 0 {
		return result{Outcome: verdict.Outcome{Status: verdict.StatusSkipped, Error: nothingRead}}
	}
	first := problems[0]
	return failed(nothingRead + ": " + w.line(first.From.String()) + ": " + w.problem(first.Msg))
}

func failed(why string) result {
	return result{Outcome: verdict.Outcome{Status: verdict.StatusFailed, Error: why}}
}

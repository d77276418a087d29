package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
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
	Dir    string   `json:"dir"`   // for the results
	Paths  [][]byte `json:"paths"` // bytes: the name of a file need be no text
	Limit  limit    `json:"limit"`
	Tried  int      `json:"tried,omitempty"` // how many workers began with it
	Resume bool     `json:"resume"`
	Hide   []byte   `json:"hide,omitempty"` // the key for pseudonyms; none: all is told
}

func newJob(r archived, lim limit, tried int, resume bool, hide []byte) job {
	j := job{Name: r.Name, Dir: r.dir, Limit: lim, Tried: tried, Resume: resume, Hide: hide}
	for _, p := range r.Paths {
		j.Paths = append(j.Paths, []byte(p))
	}
	return j
}

func (j job) paths() []string {
	var out []string
	for _, p := range j.Paths {
		out = append(out, string(p))
	}
	return out
}

// answer says what became of it.
type answer struct {
	Kept   bool   `json:"kept,omitempty"`
	Result result `json:"result"`
	Broken string `json:"broken,omitempty"` // the results cannot be written: no use to go on

	Names []reports.Pseudonym `json:"names,omitempty"` // what its pseudonyms stand for
}

// worker does jobs.
type worker struct {
	shared
	out     string
	options correlate.Options
	formats []reports.Reporter
	results store.Store
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
	c.Flags().StringVar(&w.out, "out", "", "place for the results")
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
	if w.results, err = w.access.Store(w.out); err != nil {
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
	w.results.Sweep(j.Dir)
	w.secrecy = secrecyOf(j)
	if w.key == "" {
		w.key = w.toolKey(w.format)
	}
	key := inputKey(w.access.Tree(), j.paths(), w.key)
	old, found, err := w.before(j.Dir)
	switch {
	case err != nil:
		return answer{Broken: err.Error()}
	case found && j.Resume && old.Key == key && !j.Limit.wider(old.Limit):
		if j.Tried > 0 {
			err = clearAttempt(w.results, j.Dir)
		}
	default:
		old, err = w.anew(j, key)
		found = false
	}
	if err != nil {
		return answer{Broken: err.Error()}
	}
	return answer{Kept: found, Result: old, Names: w.names.Names()}
}

// before gives the result that is there with all its reports, if there is one.
func (w *worker) before(dir string) (r result, whole bool, err error) {
	names, err := w.results.List(dir)
	if err != nil || !slices.Contains(names, resultFile) {
		return r, false, err
	}
	r, whole, err = readResult(w.results, dir)
	for _, f := range w.formats {
		whole = whole && (r.Outcome.Status != verdict.StatusOK || slices.Contains(names, path.Base(reportFile(dir, f))))
	}
	return r, whole, err
}

// anew analyses a run. While its reports are being written there is no result of it.
func (w *worker) anew(j job, key string) (result, error) {
	err := w.results.Remove(j.Dir + "/" + resultFile)
	if err == nil {
		err = markAttempt(w.results, j.Dir, j.Tried+1)
	}
	if err != nil {
		return result{}, err
	}
	res := w.analyse(j)
	res.Key = key
	if lost := w.access.Lost(); lost != nil {
		res = failed(fmt.Sprintf("could not be read to its end: %v; the batch tries it again when it is started again", w.names.Problem(lost.Error())))
		res.Key = keyUnread
	}
	res, err = res.settle(w.results, j.Dir)
	if err != nil {
		return res, err
	}
	return res, clearAttempt(w.results, j.Dir)
}

// keyUnread is no run's key: what has it is done again.
const keyUnread = "unread"

// reportFile gives a report's name in the place for results.
func reportFile(dir string, r reports.Reporter) string { return dir + "/report" + r.Endings[0] }

// analyse never fails: what goes wrong is the result.
func (w *worker) analyse(j job) (res result) {
	defer func() {
		if fault := recover(); fault != nil {
			res = failed(fmt.Sprintf("the analysis broke off (%v): a defect of oomortem, please report it", w.names.Line(fmt.Sprint(fault))))
		}
	}()
	opt := w.options
	if opt.Title == "" {
		opt.Title = j.Name
	}
	s := correlate.NewSession(opt)
	read(w.access.Tree(), j.paths(), nil, s)
	w.know(s)
	if !s.Read() {
		return w.unread(s)
	}
	report := w.names.Report(s.Report())
	digest := pattern.Take(j.Name, report)
	for _, f := range w.formats {
		err := w.results.Write(reportFile(j.Dir, f), func(out io.Writer) error { return f.Write(out, report, w.page(nil)) })
		if err != nil {
			return failed(w.names.Line(err.Error()))
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
	return failed(nothingRead + ": " + w.names.Line(first.From.String()) + ": " + w.names.Problem(first.Msg))
}

func failed(why string) result {
	return result{Outcome: verdict.Outcome{Status: verdict.StatusFailed, Error: why}}
}

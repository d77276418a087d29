package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oomortem/cmd/oomortem/store"
)

// spread is an array job.
type spread struct {
	Name, Out, Image, Claim, Mount, Secret, Memory, CPUs, Namespace string
	Workers, Shards, Last, MaxFailed                                int
	Command, Merge                                                  []string

	places         *store.Access
	apply, wait    bool
	timeout, every time.Duration
	local          string // where Out lies on this machine
	lang           string // of the page of all runs
	job            string // of Slurm: the array's number, and behind a comma that of the job that merges
	again          string // the command that waits again
}

// perWorker is how many shards each worker gets: enough that a slow one holds up little, few enough that each is worth
// a start (measured with Indexed Jobs and arrays: 8 to 10).
const perWorker = 8

func submitCommand() *cobra.Command {
	s := spread{places: new(store.Access)}
	c := &cobra.Command{
		Use:   "submit k8s|slurm --out DIR ROOT... [-- BATCH-FLAGS]",
		Short: "print the job that runs a batch on many machines, or hand it to kubectl or sbatch and wait",
		Long: `submit prints a Kubernetes Indexed Job or a Slurm array script in which each worker does a part of the runs. ROOT and --out
are paths as the workers see them, or s3://BUCKET/PREFIX. Flags behind "--" go to oomortem batch. With --apply the job is piped to kubectl
or sbatch, with --wait its end is waited for, failed shards are named, and the parts are merged: here if --out (or --local) can be
reached from here, else by a job in the cluster. --wait without --apply waits for a job that was submitted before.`,
		Example: `  oomortem submit k8s --claim archive --out /data/results /data/runs -- --target 50M > job.yaml
  oomortem submit k8s --claim archive --out /data/results --apply --wait /data/runs
  oomortem submit k8s --secret s3-credentials --out s3://reports/2021 s3://archive/2021 > job.yaml
  oomortem submit slurm --workers 20 --out /nfs/results --apply --wait /nfs/runs`,
		RunE: func(c *cobra.Command, args []string) error { return s.run(c, args) },
	}
	p := c.Flags()
	p.StringVar(&s.Out, "out", "", "the batch's place for results, shared by all workers")
	p.StringVar(&s.Name, "name", "oomortem", "name of the job")
	p.IntVar(&s.Workers, "workers", 4, "workers at the same time")
	p.IntVar(&s.Shards, "shards", 0, "parts of the batch (default: 8 for each worker)")
	p.StringVar(&s.CPUs, "cpus", "1", "cores of each worker")
	p.StringVar(&s.Memory, "memory", "", "memory of each worker (default: 2Gi, for Slurm 2G)")
	p.StringVar(&s.Image, "image", "localhost/oomortem:latest", "container image (k8s); the default is what podman calls one built here")
	p.StringVar(&s.Claim, "claim", "oomortem", "PersistentVolumeClaim that holds archive and results, unless both are in buckets (k8s)")
	p.StringVar(&s.Mount, "mount", "/data", "where the claim is mounted (k8s)")
	p.StringVar(&s.Secret, "secret", "", "Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for buckets, where the pods have no role (k8s)")
	addEndpoint(c, s.places)
	p.StringVarP(&s.Namespace, "namespace", "n", "", "namespace of the job (k8s; default: kubectl's)")
	p.BoolVar(&s.apply, "apply", false, "pipe the job to kubectl or sbatch")
	p.BoolVar(&s.wait, "wait", false, "wait for the job, tell what failed, and merge")
	p.DurationVar(&s.timeout, "timeout", 0, "stop waiting after so long, as 24h; the job goes on (default: wait to the end)")
	p.DurationVar(&s.every, "every", 5*time.Second, "time between two looks at the job")
	p.StringVar(&s.local, "local", "", "where --out lies on this machine (default: at the same path, if it does)")
	p.StringVar(&s.job, "job", "", "`NUMBER` of the array to wait for, as --apply printed it (slurm)")
	return c
}

func (s *spread) run(c *cobra.Command, args []string) error {
	name, err := s.fill(args, c.ArgsLenAtDash())
	if err != nil {
		return failure{exitUsage, err}
	}
	s.again = waitAgain(c.Flags(), name)
	job, err := s.render(name)
	if err != nil {
		return failure{exitUsage, err}
	}
	if !s.apply && !s.wait {
		if _, err := c.OutOrStdout().Write(job); err != nil {
			return failure{exitUnusable, err}
		}
		return nil
	}
	e := s.engine(name)
	if s.apply {
		said, err := e.submit(c.Context(), job)
		if err != nil {
			return failure{exitUnusable, err}
		}
		fmt.Fprint(c.OutOrStdout(), said)
	}
	if !s.wait {
		fmt.Fprintf(c.OutOrStdout(), "wait for it with: %s\n", e.again())
		return nil
	}
	return s.follow(c, e)
}

// label is what both engines take for a name (RFC 1123).
var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$`)

// amount is a size as both engines take it.
var amount = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?[KMGT]?i?$`)

// jobNumbers are those of an array and of the job that merges it.
var jobNumbers = regexp.MustCompile(`^[0-9]+(,[0-9]+)?$`)

// fill works out what the template needs; dash is where the batch's own flags begin, -1 without any.
func (s *spread) fill(args []string, dash int) (engine string, err error) {
	var passed []string
	if dash >= 0 {
		args, passed = args[:dash], args[dash:]
	}
	if len(args) == 0 || args[0] != "k8s" && args[0] != "slurm" {
		return "", errors.New("want `submit k8s` or `submit slurm`")
	}
	engine, roots := args[0], args[1:]
	if s.Shards == 0 {
		s.Shards = perWorker * s.Workers
	}
	if s.Memory == "" {
		s.Memory = map[string]string{"k8s": "2Gi", "slurm": "2G"}[engine]
	}
	if s.local == "" {
		s.local = s.Out
	}
	if err := s.check(engine, roots, passed); err != nil {
		return "", err
	}
	s.Last, s.MaxFailed = s.Shards-1, max(1, s.Shards/10)
	if store.NoFile(s.Out) && !slices.ContainsFunc(roots, func(r string) bool { return !store.NoFile(r) }) {
		s.Claim = ""
	}
	s.Command = append([]string{"oomortem", "batch", "--out", s.Out, "--jobs", s.CPUs}, passed...)
	s.lang = languageOf(passed)
	s.Merge = []string{"oomortem", "merge", s.Out}
	if s.lang != "en" {
		s.Merge = append(s.Merge, "--lang", s.lang)
	}
	if e := s.places.Endpoint; e != "" {
		s.Command = append(s.Command, "--s3-endpoint", e)
		s.Merge = append(s.Merge, "--s3-endpoint", e)
	}
	if engine == "k8s" {
		s.Command = append(s.Command, "--shards", strconv.Itoa(s.Shards)) // with JOB_COMPLETION_INDEX
	}
	s.Command = append(s.Command, roots...)
	return engine, nil
}

// languageOf gives the language among the flags of a batch. What is wrong with these the batch itself tells.
func languageOf(flags []string) string {
	f := batchCommand().Flags()
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.SetOutput(io.Discard)
	_ = f.Parse(flags)
	return f.Lookup("lang").Value.String()
}

// check tells what is wrong with the flags. What was submitted before needs no runs named to be waited for.
func (s *spread) check(engine string, roots, passed []string) error {
	cpus, notWhole := strconv.Atoi(s.CPUs)
	before := s.wait && !s.apply
	switch {
	case s.Out == "":
		return errors.New("--out is missing: name the folder for the results, as the workers see it")
	case len(roots) == 0 && !before:
		return errors.New("nothing to read: name the folders that hold the runs, as the workers see them")
	case strings.ContainsFunc(strings.Join(append(passed, s.Out, s.Claim, s.Image, s.Secret, s.places.Endpoint), ""), unicode.IsControl):
		return errors.New("a control character in a path or a name: neither engine takes it")
	case s.Workers < 1 || s.Shards < 1:
		return fmt.Errorf("--workers %d --shards %d: want at least 1 of each", s.Workers, s.Shards)
	case s.Shards > 100_000:
		return fmt.Errorf("--shards %d: Kubernetes takes no more than 100000", s.Shards)
	case !label.MatchString(s.Name):
		return fmt.Errorf("--name %s: want small letters, digits and - (at most 53), as both engines do", s.Name)
	case s.Namespace != "" && !label.MatchString(s.Namespace):
		return fmt.Errorf("--namespace %s: want small letters, digits and -", s.Namespace)
	case !amount.MatchString(s.Memory):
		return fmt.Errorf("--memory %s: want a size as 2Gi (k8s) or 2G (Slurm)", s.Memory)
	case notWhole != nil || cpus < 1:
		return fmt.Errorf("--cpus %s: want a whole number", s.CPUs)
	case s.every <= 0 || s.timeout < 0:
		return fmt.Errorf("--every %v --timeout %v: want times as 5s and 24h", s.every, s.timeout)
	case engine == "k8s" && (!filepath.IsAbs(s.Out) && !store.NoFile(s.Out) || !filepath.IsAbs(s.Mount)):
		return errors.New("--out and --mount: want absolute paths inside the container")
	case engine == "slurm" && before && !jobNumbers.MatchString(s.job):
		return errors.New("--job is missing: name the array's number, as --apply printed it; squeue lists them")
	}
	return nil
}

// waitAgain gives the command that waits for the same job: the same flags, but nothing that submits.
func waitAgain(flags *pflag.FlagSet, engine string) string {
	words := []string{"oomortem", "submit", engine, "--wait"}
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "apply", "wait", "job":
		default:
			words = append(words, shellQuote("--"+f.Name+"="+f.Value.String()))
		}
	})
	return strings.Join(words, " ")
}

package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
)

// manifests are the jobs for the engines, as templates.
//
//go:embed manifests/k8s.yaml manifests/slurm.sh
var manifests embed.FS

// spread is an array job.
type spread struct {
	Name, Out, Image, Claim, Mount, Secret, Memory, CPUs, Merge string
	Workers, Shards, Last, MaxFailed                            int
	Command                                                     []string

	places store.Access
	apply  bool
}

// perWorker is how many shards each worker gets: enough that a slow one holds up little, few enough that each is worth
// a start (measured with Indexed Jobs and arrays: 8 to 10).
const perWorker = 8

func submitCommand() *cobra.Command {
	var s spread
	c := &cobra.Command{
		Use:   "submit k8s|slurm --out DIR ROOT... [-- BATCH-FLAGS]",
		Short: "print the job that runs a batch on many machines, or hand it to kubectl or sbatch",
		Long: `submit prints a Kubernetes Indexed Job or a Slurm array script in which each worker does a part of the runs. ROOT and --out
are paths as the workers see them, or s3://BUCKET/PREFIX. Flags behind "--" go to oomortem batch. With --apply the job is piped to kubectl or sbatch.`,
		Example: `  oomortem submit k8s --claim archive --out /data/results /data/runs -- --target 50M > job.yaml
  oomortem submit k8s --secret s3-credentials --out s3://reports/2021 s3://archive/2021 > job.yaml
  oomortem submit slurm --workers 20 --out /nfs/results --apply /nfs/runs`,
		RunE: func(c *cobra.Command, args []string) error { return s.run(c, args) },
	}
	p := c.Flags()
	p.StringVar(&s.Out, "out", "", "the batch's place for results, shared by all workers")
	p.StringVar(&s.Name, "name", "oomortem", "name of the job")
	p.IntVar(&s.Workers, "workers", 4, "workers at the same time")
	p.IntVar(&s.Shards, "shards", 0, "parts of the batch (default: 8 for each worker)")
	p.StringVar(&s.CPUs, "cpus", "1", "cores of each worker")
	p.StringVar(&s.Memory, "memory", "", "memory of each worker (default: 2Gi, for Slurm 2G)")
	p.StringVar(&s.Image, "image", "oomortem:latest", "container image (k8s)")
	p.StringVar(&s.Claim, "claim", "oomortem", "PersistentVolumeClaim that holds archive and results, unless both are in buckets (k8s)")
	p.StringVar(&s.Mount, "mount", "/data", "where the claim is mounted (k8s)")
	p.StringVar(&s.Secret, "secret", "", "Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for buckets, where the pods have no role (k8s)")
	addEndpoint(c, &s.places)
	p.BoolVar(&s.apply, "apply", false, "pipe the job to kubectl or sbatch")
	return c
}

func (s *spread) run(c *cobra.Command, args []string) error {
	engine, err := s.fill(args, c.ArgsLenAtDash())
	if err != nil {
		return failure{exitUsage, err}
	}
	job, err := s.render(engine)
	if err != nil {
		return failure{exitUsage, err}
	}
	if !s.apply {
		_, err = c.OutOrStdout().Write(job)
	} else if engine == "k8s" {
		err = pipe(c.OutOrStdout(), c.ErrOrStderr(), job, "kubectl", "apply", "-f", "-")
	} else {
		err = s.queue(c.OutOrStdout(), c.ErrOrStderr(), job)
	}
	if err != nil {
		return failure{exitUnusable, err}
	}
	return nil
}

// label is what both engines take for a name (RFC 1123).
var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$`)

// amount is a size as both engines take it.
var amount = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?[KMGT]?i?$`)

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
	cpus, notWhole := strconv.Atoi(s.CPUs)
	switch {
	case s.Out == "":
		return "", errors.New("--out is missing: name the folder for the results, as the workers see it")
	case len(roots) == 0:
		return "", errors.New("nothing to read: name the folders that hold the runs, as the workers see them")
	case strings.ContainsFunc(strings.Join(append(passed, s.Out, s.Claim, s.Image, s.Secret, s.places.Endpoint), ""), unicode.IsControl):
		return "", errors.New("a control character in a path or a name: neither engine takes it")
	case s.Workers < 1 || s.Shards < 1:
		return "", fmt.Errorf("--workers %d --shards %d: want at least 1 of each", s.Workers, s.Shards)
	case s.Shards > 100_000:
		return "", fmt.Errorf("--shards %d: Kubernetes takes no more than 100000", s.Shards)
	case !label.MatchString(s.Name):
		return "", fmt.Errorf("--name %s: want small letters, digits and - (at most 53), as both engines do", s.Name)
	case !amount.MatchString(s.Memory):
		return "", fmt.Errorf("--memory %s: want a size as 2Gi (k8s) or 2G (Slurm)", s.Memory)
	case notWhole != nil || cpus < 1:
		return "", fmt.Errorf("--cpus %s: want a whole number", s.CPUs)
	case engine == "k8s" && (!filepath.IsAbs(s.Out) && !store.NoFile(s.Out) || !filepath.IsAbs(s.Mount)):
		return "", errors.New("--out and --mount: want absolute paths inside the container")
	}
	s.Last, s.MaxFailed = s.Shards-1, max(1, s.Shards/10)
	if store.NoFile(s.Out) && !slices.ContainsFunc(roots, func(r string) bool { return !store.NoFile(r) }) {
		s.Claim = ""
	}
	s.Command = append([]string{"oomortem", "batch", "--out", s.Out, "--jobs", s.CPUs}, passed...)
	s.Merge = "oomortem merge " + shellQuote(s.Out)
	if e := s.places.Endpoint; e != "" {
		s.Command = append(s.Command, "--s3-endpoint", e)
		s.Merge += " --s3-endpoint " + shellQuote(e)
	}
	if engine == "k8s" {
		s.Command = append(s.Command, "--shards", strconv.Itoa(s.Shards)) // with JOB_COMPLETION_INDEX
	}
	s.Command = append(s.Command, roots...)
	return engine, nil
}

func (s *spread) render(engine string) ([]byte, error) {
	file := map[string]string{"k8s": "k8s.yaml", "slurm": "slurm.sh"}[engine]
	t, err := template.New(file).Funcs(template.FuncMap{
		"json": func(v string) (string, error) { // a JSON string is a YAML string too
			data, err := json.Marshal(v)
			return string(data), err
		},
		"quote": shellQuote,
	}).ParseFS(manifests, "manifests/"+file)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, s)
	return b.Bytes(), err
}

// queue hands the array to Slurm, and a job that merges once all its tasks have ended, however they did.
func (s *spread) queue(out, errs io.Writer, job []byte) error {
	var id bytes.Buffer
	if err := pipe(&id, errs, job, "sbatch", "--parsable"); err != nil {
		return err
	}
	number, _, _ := strings.Cut(strings.TrimSpace(id.String()), ";") // "ID;CLUSTER"
	if _, err := strconv.Atoi(number); err != nil {
		return fmt.Errorf("sbatch answered %q, want the job's number", id.String())
	}
	fmt.Fprintf(out, "job %s: %d shards\n", number, s.Shards)
	return pipe(out, errs, nil, "sbatch", "--dependency=afterany:"+number, "--job-name="+s.Name+"-merge", "--wrap", s.Merge)
}

// pipe runs a tool of the engine with the job on its input.
func pipe(out, errs io.Writer, in []byte, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), out, errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s %s: %w; without --apply the job is printed", name, strings.Join(args, " "), err)
	}
	return nil
}

// shellQuote gives a word that a POSIX shell takes as it is.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// engine runs array jobs on many machines.
type engine interface {
	submit(ctx context.Context, job []byte) (said string, err error)
	look(ctx context.Context) (headway, error)
	failures(ctx context.Context) []string            // of the shards, each with the place that tells more
	join(ctx context.Context, say func(string)) error // merges in the cluster, for an --out that is not seen from here
	again() string                                    // the command that waits again
}

func (s *spread) engine(name string) engine {
	if name == "k8s" {
		return &kubernetes{spread: s}
	}
	return newSlurm(s)
}

// headway is how far an array job is.
type headway struct {
	shards, done, working, failed int
	unknown                       int       // ended, and the engine has forgotten how
	began                         time.Time // zero if it is not known
	ended, merged                 bool
	why                           string // nothing is at work, or what ended it
}

func (st headway) told() string {
	s := fmt.Sprintf("%d of %d shards done, %d at work", st.done, st.shards, st.working)
	if st.failed > 0 {
		s += fmt.Sprintf(", %d failed", st.failed)
	}
	if st.unknown > 0 {
		s += fmt.Sprintf(", %d ended unseen", st.unknown)
	}
	if st.why != "" {
		s += " (" + printable(st.why) + ")"
	}
	return s
}

// errNoJob says that the engine knows no such job, which no waiting changes.
var errNoJob = errors.New("there is no such job")

// answering is how long one question to an engine may take.
const answering = time.Minute

// ask runs a tool of the engine and gives what it prints; its complaint is part of the error.
func ask(ctx context.Context, in []byte, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = time.Second // a child of the tool may hold its output open
	var errs bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &errs
	out, err := cmd.Output()
	if err != nil {
		return string(out), fmt.Errorf("running %s: %w", printable(strings.Join(cmd.Args, " ")), complaint(err, errs.String()))
	}
	return string(out), nil
}

// complaint joins a tool's end with what it said.
func complaint(err error, said string) error {
	if said = strings.TrimSpace(said); said == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, printable(strings.ReplaceAll(said, "\n", "; ")))
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// process is a worker.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Reader
}

var (
	errSlow   = errors.New("too slow")
	errMemory = errors.New("too much memory")
	errGone   = errors.New("the worker ended")
)

func start(args []string, memory int64, cores int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program to start it as a worker: %w", err)
	}
	cmd := exec.Command(self, append(args, fmt.Sprintf("--memory=%d", memory))...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a worker: %w", err)
	}
	return &process{cmd: cmd, in: in, lines: bufio.NewReader(out)}, nil
}

// ask gives the worker a job and waits for the answer, for so long.
func (w *process) ask(ctx context.Context, j job, most time.Duration) (answer, error) {
	data, err := json.Marshal(j)
	if err != nil {
		return answer{}, err
	}
	if _, err := w.in.Write(append(data, '\n')); err != nil {
		return answer{}, w.why()
	}
	ctx, cancel := context.WithTimeoutCause(ctx, most, errSlow)
	defer cancel()
	kill := context.AfterFunc(ctx, func() { w.cmd.Process.Kill() })
	line, err := w.lines.ReadBytes('\n')
	kill()
	var a answer
	switch {
	case err == nil && json.Unmarshal(line, &a) == nil:
		return a, nil
	case ctx.Err() != nil:
		return a, context.Cause(ctx)
	}
	return a, w.why()
}

// why gives the reason for a worker's end.
func (w *process) why() error {
	w.cmd.Wait()
	if w.cmd.ProcessState != nil && w.cmd.ProcessState.ExitCode() == exitMemory {
		return errMemory
	}
	return errGone
}

// end lets an idle worker go and stops any other.
func (w *process) end() {
	if w == nil {
		return
	}
	w.in.Close()
	w.cmd.Wait()
}

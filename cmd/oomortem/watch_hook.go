package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// hooks are whom to call for each incident. They are called one after the other, beside the watch, and stop nobody.
type hooks struct {
	program string
	args    []string
	webhook string

	queue chan call
	group sync.WaitGroup
	tell  func(string)
}

// call is one incident to tell of.
type call struct {
	report []byte
	env    []string
}

const (
	programTime = time.Minute      // how long --exec may run
	answerTime  = 10 * time.Second // how long an answer may take
	tries       = 4                // with 1, 2 and 4 seconds between them
	mostCalls   = 100              // waiting
)

func (h *hooks) add(c *cobra.Command) {
	p := c.Flags()
	p.StringVar(&h.program, "exec", "", "start `PROGRAM` for each incident; words behind -- are its arguments, no shell is between")
	p.StringVar(&h.webhook, "webhook", "", "POST the JSON report to `URL` for each incident")
}

// check finds what is wrong with the hooks before it is too late.
func (h *hooks) check() error {
	if h.program == "" && len(h.args) > 0 {
		return errors.New("the words behind -- are the arguments of --exec PROGRAM, which is not given")
	}
	if h.program != "" {
		path, err := exec.LookPath(h.program)
		if err != nil {
			return fmt.Errorf("--exec %s: %w; name a program that exists and may be started, its arguments go behind --", h.program, errors.Unwrap(err))
		}
		h.program = path
	}
	if h.webhook != "" {
		u, err := url.Parse(h.webhook)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("--webhook %s: want an address as https://chat.example.com/hook", h.webhook)
		}
	}
	return nil
}

func (h *hooks) start(tell func(string)) {
	h.tell, h.queue = tell, make(chan call, mostCalls)
	h.group.Go(func() {
		for c := range h.queue {
			if err := h.run(c); err != nil {
				h.tell("--exec: " + err.Error())
			}
			if err := h.post(c); err != nil {
				h.tell("--webhook: " + err.Error())
			}
		}
	})
}

// finish waits for the calls that are under way.
func (h *hooks) finish() {
	close(h.queue)
	h.group.Wait()
}

// call tells of the i-th incident of a report.
func (w *watch) call(r *verdict.Report, i int) {
	if w.hooks.program == "" && w.hooks.webhook == "" {
		return
	}
	data, err := asJSON(r)
	if err != nil {
		w.tell("the incident cannot be passed on: " + err.Error())
		return
	}
	select {
	case w.hooks.queue <- call{data, environment(r, i, w.flags.lang)}:
	default:
		w.tell(fmt.Sprintf("%d incidents wait for --exec and --webhook already: this one is not passed on", mostCalls))
	}
}

// environment describes an incident to a program. Log text in it can do no harm to a terminal.
func environment(r *verdict.Report, i int, lang string) []string {
	in := &r.Incidents[i]
	env := []string{
		"OOMORTEM_INCIDENT=" + strconv.Itoa(i),
		"OOMORTEM_CAUSE=" + string(in.Cause),
		"OOMORTEM_CONFIDENCE=" + strconv.FormatFloat(in.Confidence, 'f', 2, 64),
		"OOMORTEM_AT=" + in.At.Format(time.RFC3339),
		"OOMORTEM_HEADLINE=" + printable(reports.Sentence(lang, in.Headline)),
	}
	if v := in.Victim; v != nil {
		env = append(env, "OOMORTEM_VICTIM="+printable(v.Name), "OOMORTEM_HOST="+printable(v.Host))
	}
	return env
}

// run starts the program of --exec.
func (h *hooks) run(c call) error {
	if h.program == "" {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), programTime)
	defer stop()
	cmd := exec.CommandContext(ctx, h.program, h.args...)
	cmd.Stdin, cmd.Env = bytes.NewReader(c.report), append(os.Environ(), c.env...)
	cmd.WaitDelay = time.Second // for those whom it started and left behind
	said, err := cmd.CombinedOutput()
	if len(said) > 0 {
		h.tell("--exec says: " + string(bytes.TrimSpace(said[:min(len(said), 1000)])))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s was ended: it had not come to an end within %v", h.program, programTime)
	}
	if err != nil {
		return fmt.Errorf("running %s: %w", h.program, err)
	}
	return nil
}

// post sends the report; it is tried again when the network or the server fails, but not when the server refuses it.
func (h *hooks) post(c call) error {
	if h.webhook == "" {
		return nil
	}
	client := &http.Client{Timeout: answerTime}
	var err error
	for try := range tries {
		if try > 0 {
			time.Sleep(time.Second << (try - 1))
		}
		var final bool
		if final, err = h.postOnce(client, c); err == nil || final {
			return err
		}
	}
	return fmt.Errorf("%w; given up after %d tries", err, tries)
}

func (h *hooks) postOnce(client *http.Client, c call) (final bool, err error) {
	answer, err := client.Post(h.webhook, "application/json", bytes.NewReader(c.report))
	if err != nil {
		return false, fmt.Errorf("posting the report: %w", err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode/100 == 2 {
		return true, nil
	}
	final = answer.StatusCode/100 == 4 && answer.StatusCode != http.StatusTooManyRequests
	return final, fmt.Errorf("posting the report: the server answers %s; check the address", answer.Status)
}

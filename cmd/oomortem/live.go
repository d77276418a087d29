package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/parser"
	"oomortem/parser/metrics"
)

// live is what to ask a Prometheus server for.
type live struct {
	server  string
	queries []string
	step    time.Duration
}

func (l *live) add(c *cobra.Command) {
	p := c.Flags()
	p.StringVar(&l.server, "prometheus", "", "ask the Prometheus at `URL` for the memory of hosts and VMs between --since and --until")
	p.StringArrayVar(&l.queries, "query", nil, "ask --prometheus for this expression as well, as 'sum(rate(http_requests_total{code=\"200\"}[1m]))'")
	p.DurationVar(&l.step, "step", 15*time.Second, "resolution of what --prometheus answers")
}

// span gives the time to ask for; zero when there is nobody to ask.
func (l *live) span(opt correlate.Options) (s [2]time.Time, err error) {
	switch {
	case l.server == "" && len(l.queries) > 0:
		return s, errors.New("--query: there is no server to ask; add --prometheus URL")
	case l.server == "":
		return s, nil
	case opt.Since.IsZero():
		return s, errors.New("--prometheus: tell the time of the run with --since TIME and --until TIME (without --until: up to now)")
	case l.step < time.Second:
		return s, fmt.Errorf("--step %v: want a second at least", l.step)
	}
	u, err := url.Parse(l.server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return s, fmt.Errorf("--prometheus %s: want an address as http://prometheus:9090", l.server)
	}
	s = [2]time.Time{opt.Since, opt.Until}
	if s[1].IsZero() {
		s[1] = time.Now()
	}
	if !s[1].After(s[0]) {
		return s, fmt.Errorf("--prometheus: --until %s is not after --since %s", s[1].Format(time.RFC3339), s[0].Format(time.RFC3339))
	}
	return s, nil
}

// patience is how long one answer may take.
const patience = 2 * time.Minute

// ask reads the server's answers as inputs, named after the server and what was asked for.
func (l *live) ask(ctx context.Context, span [2]time.Time, in *reader) error {
	if l.server == "" {
		return nil
	}
	u, err := url.Parse(l.server)
	if err != nil {
		return fmt.Errorf("asking Prometheus: %w", err)
	}
	server := metrics.Server{URL: l.server, Client: &http.Client{Timeout: patience}}
	named, answered := map[string]int{}, 0
	for _, query := range append(metrics.DefaultQueries(), l.queries...) {
		body, err := server.Range(ctx, query, span[0], span[1], l.step)
		if errors.Is(err, metrics.ErrNoSeries) {
			continue
		}
		if err != nil {
			return err
		}
		answered++
		name := u.Host + "/" + queryName(query)
		if named[name]++; named[name] > 1 {
			name += fmt.Sprintf("-%d", named[name])
		}
		in.input(parser.NewInput(name, body, time.Time{}))
		body.Close()
	}
	if answered == 0 {
		return fmt.Errorf("%s knows none of the usual series of memory between %s and %s; name your own with --query", u.Redacted(), span[0].Format(time.RFC3339), span[1].Format(time.RFC3339))
	}
	return nil
}

// queryName gives the metric's name in an expression, or the beginning of it: the first name of several words.
func queryName(query string) string {
	best := "query"
	for _, name := range strings.FieldsFunc(query, func(r rune) bool {
		return r != '_' && r != ':' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	}) {
		if name = strings.Trim(name, "_"); strings.Contains(name, "_") {
			return name
		} else if len(name) > len(best) {
			best = name
		}
	}
	return best
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// secrecy are the flags for what leaves the house, and the one redactor of this invocation.
type secrecy struct {
	redact  bool
	mapFile string
	names   *reports.Redactor // nil: all is told
	batch   bool              // many processes are at work
	ledger  *ledger           // of a batch
}

// add adds the flags to a command, whose words and files (the flags that name one) tell names too.
func (x *secrecy) add(c *cobra.Command, files ...string) {
	c.Flags().BoolVar(&x.redact, "redact", false, "replace hosts, VMs, pods, users, addresses, ids and paths by pseudonyms, on stderr too")
	c.Flags().StringVar(&x.mapFile, "redact-map", "", "with --redact (which it implies), write which pseudonym stands for what to `FILE`")
	inner := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		words := args
		if dash := c.ArgsLenAtDash(); dash >= 0 {
			words = args[:dash] // the rest is for another program
		}
		return x.hushed(append(typed(c, files), words...), func() error { return inner(c, args) })
	}
}

// typed gives what stands behind flags; of FILE=TIME also the file.
func typed(c *cobra.Command, flags []string) []string {
	var words []string
	for _, name := range flags {
		f := c.Flags().Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			words = append(words, v)
			if i := strings.LastIndexByte(v, '='); i > 0 {
				words = append(words, v[:i])
			}
		}
	}
	return words
}

// on tells whether anything is to be hidden.
func (x *secrecy) on() bool { return x.redact || x.mapFile != "" }

// hushed runs a command with its redactor, keeps its error from telling a name, and writes the mapping behind it.
func (x *secrecy) hushed(paths []string, command func() error) error {
	if !x.on() {
		return command()
	}
	if err := x.open(); err != nil {
		return failure{exitUnusable, err}
	}
	x.names.Know(pathNames(paths))
	err := command()
	if saved := x.save(); err == nil && saved != nil {
		err = failure{exitUnusable, saved}
	}
	if err == nil {
		return nil
	}
	status := exitUsage
	if f := (failure{}); errors.As(err, &f) {
		status = f.status
	}
	return failure{status, errors.New(x.names.Line(err.Error()))}
}

// open makes the redactor.
func (x *secrecy) open() (err error) {
	if !x.batch {
		x.names = reports.NewRedactor(nil)
		return nil
	}
	if x.ledger, err = openLedger(x.mapFile); err == nil {
		x.names = reports.NewRedactor(x.ledger.key)
	}
	return err
}

// pathNames takes the words of a command line for what they are: somebody's files.
func pathNames(paths []string) []verdict.Named {
	var names []verdict.Named
	for _, p := range paths {
		if u, err := url.Parse(p); err == nil && u.Hostname() != "" { // of a server, or a bucket
			names = append(names, verdict.Named{Kind: "host", Name: u.Hostname()})
		}
		if clean := filepath.ToSlash(store.Clean(p)); p != "" && p != "-" && clean != "." && clean != "/" {
			names = append(names, verdict.Named{Kind: "file", Name: clean})
			if p != clean {
				names = append(names, verdict.Named{Kind: "file", Name: p})
			}
		}
	}
	return names
}

// know learns the names that a run's inputs hold.
func (x *secrecy) know(s *correlate.Session) {
	if x.names != nil { // gathering them costs
		x.names.Know(s.Names())
	}
}

// save writes the mapping for those who keep it, readable to its owner alone.
func (x *secrecy) save() error {
	if x.mapFile == "" {
		return nil
	}
	if x.ledger != nil {
		return writeMapping(x.ledger.part.mappingFile(x.mapFile), x.ledger.entries())
	}
	return writeMapping(x.mapFile, x.names.Names())
}

func writeMapping(file string, names []reports.Pseudonym) error {
	b, err := json.MarshalIndent(names, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(b, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the mapping of --redact-map %s: %w", file, err)
	}
	return nil
}

// readMapping reads what an earlier invocation wrote; there may be none.
func readMapping(file string) ([]reports.Pseudonym, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []reports.Pseudonym
	if err == nil {
		err = json.Unmarshal(b, &names)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the mapping of --redact-map %s: %w; name the one of an earlier batch, or a new file", file, err)
	}
	return names, nil
}

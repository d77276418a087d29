package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Exit statuses (contract).
const (
	exitDone     = 0
	exitFound    = 1 // --fail-on was given and such a thing was found
	exitUsage    = 2
	exitUnusable = 3 // the input could not be analysed
)

// failure is an error that ends the program with a status of its own.
type failure struct {
	status int
	error
}

func (f failure) Unwrap() error { return f.error }

// run is the program: it never exits, so that tests can call it.
func run(stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	root := rootCommand(stdin, stdout, stderr)
	root.SetArgs(bare(root, args))
	err := root.Execute()
	if err == nil {
		return exitDone
	}
	var f failure
	if !errors.As(err, &f) {
		f = failure{exitUsage, err}
	}
	if f.status != exitFound {
		fmt.Fprintf(stderr, "oomortem: %v\n", f.error)
	}
	return f.status
}

// bare lets `oomortem PATH...` mean `oomortem analyze PATH...`: the first word that is no flag and no command is a path.
// A command behind flags goes before them, as cobra looks for the flags at the command alone.
func bare(root *cobra.Command, args []string) []string {
	if len(args) == 0 {
		return args
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "-h" || a == "--help" || a == "--version" {
			return args
		}
		if len(a) > 1 && a[0] == '-' {
			if takesValue(root, a) {
				i++
			}
			continue
		}
		if a == "help" || a == "completion" || a == cobra.ShellCompRequestCmd || a == cobra.ShellCompNoDescRequestCmd ||
			slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == a }) {
			return slices.Concat(args[i:i+1], args[:i], args[i+1:])
		}
		return append([]string{"analyze"}, args...)
	}
	return append([]string{"analyze"}, args...)
}

// takesValue tells that the next word belongs to the flag: -f json.
func takesValue(root *cobra.Command, word string) bool {
	for _, c := range root.Commands() {
		f := c.Flags().Lookup(strings.TrimPrefix(word, "--"))
		if !strings.HasPrefix(word, "--") {
			f = c.Flags().ShorthandLookup(word[len(word)-1:])
		}
		if f != nil {
			return f.NoOptDefVal == ""
		}
	}
	return false
}

func rootCommand(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "oomortem PATH...",
		Short: "finds out why a load run died",
		Long: `oomortem reads what a failed load run left behind - /var/log/messages, libvirt's logs, the load tool's results,
memory curves, virsh and kubectl listings - puts it on one clock and prints the root cause, with file and line for
every claim. Give it files, folders, archives or "-"; together they are one run.`,
		Example: `  oomortem /var/log/messages
  oomortem analyze run42/ --target 50M -o report.md -o report.json
  oomortem events /var/log/messages
  oomortem watch /var/log/messages`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return failure{exitUsage, fmt.Errorf("%w; see `%s --help`", err, c.CommandPath())}
	})
	root.AddCommand(analyzeCommand(), eventsCommand(), changesCommand(), suspectsCommand(), formatsCommand(), causesCommand(), versionCommand(),
		batchCommand(), batchWorkerCommand(), mergeCommand(), compareCommand(), submitCommand(), planCommand(), watchCommand())
	return root
}

// needPaths asks for at least one path, in the user's words; a server to ask will do.
func needPaths(c *cobra.Command, args []string) error {
	server := c.Flags().Lookup("prometheus")
	if len(args) == 0 && (server == nil || server.Value.String() == "") {
		return failure{exitUsage, fmt.Errorf("nothing to read: name files, folders or - for standard input; see `%s --help`", c.CommandPath())}
	}
	return nil
}

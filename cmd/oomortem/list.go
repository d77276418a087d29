package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "list what oomortem reads",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var list strings.Builder
			for _, f := range formats() {
				fmt.Fprintf(&list, "%-20s %s\n", f.Name, f.Title)
			}
			return tell(c, list.String())
		},
	}
}

func causesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "causes [NAME]",
		Short: "list what oomortem can conclude, or explain one cause",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var names []string
			var list strings.Builder
			for _, h := range hypotheses() {
				if len(args) == 1 && args[0] == string(h.Name) {
					return tell(c, fmt.Sprintf("%s: %s\n\n%s\n", h.Name, h.Title, h.Doc))
				}
				names = append(names, string(h.Name))
				fmt.Fprintf(&list, "%-16s %s\n", h.Name, h.Title)
			}
			if len(args) == 1 {
				return failure{exitUsage, fmt.Errorf("no cause is named %q; there are %s", args[0], strings.Join(names, ", "))}
			}
			return tell(c, list.String())
		},
	}
	c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, h := range hypotheses() {
			names = append(names, string(h.Name))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return tell(c, "oomortem "+version()+"\n")
		},
	}
}

// tell prints on stdout, which may be a full disk.
func tell(c *cobra.Command, text string) error {
	if _, err := io.WriteString(c.OutOrStdout(), text); err != nil {
		return failure{exitUnusable, fmt.Errorf("writing to stdout: %w", err)}
	}
	return nil
}

// version is the module's version when it was installed as one, else "devel".
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" && !strings.Contains(info.Main.Version, "+dirty") {
		return info.Main.Version
	}
	return "devel"
}

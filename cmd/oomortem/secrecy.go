package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// secrecy are the flags for reports that leave the house.
type secrecy struct {
	redact  bool
	mapFile string
}

func (x *secrecy) add(c *cobra.Command) {
	c.Flags().BoolVar(&x.redact, "redact", false, "replace hosts, VMs, pods, users, addresses, ids and paths by pseudonyms")
	c.Flags().StringVar(&x.mapFile, "redact-map", "", "with --redact (which it implies), write which pseudonym stands for what to `FILE`")
}

// apply gives the report as it may be told, and writes the mapping for those who keep it, readable to its owner alone.
func (x *secrecy) apply(r *verdict.Report) (*verdict.Report, error) {
	if !x.redact && x.mapFile == "" {
		return r, nil
	}
	told, names := reports.Redact(r)
	if x.mapFile == "" {
		return told, nil
	}
	b, err := json.MarshalIndent(names, "", "  ")
	if err == nil {
		err = os.WriteFile(x.mapFile, append(b, '\n'), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("writing the mapping of --redact-map %s: %w", x.mapFile, err)
	}
	return told, nil
}

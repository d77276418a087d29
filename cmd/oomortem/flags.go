package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/araddon/dateparse"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate"
	"oomortem/reports"
)

// shared are the flags that every analysing command has (contract).
type shared struct {
	format       string
	outputs      []string
	zone         string
	year         int
	since, until string
	target       string
	title        string
	lang         string
	brief        bool
	color        string
	quiet        bool
	verbose      bool
	secrecy
	access store.Access
}

func (f *shared) add(c *cobra.Command) {
	p := c.Flags()
	p.StringVarP(&f.format, "format", "f", "", "how to print: "+strings.Join(formatNames(), ", ")+" (default: from the -o file's ending, else text)")
	p.StringArrayVarP(&f.outputs, "output", "o", nil, "write the report to `FILE`, format from its ending; may be given several times")
	p.StringVar(&f.zone, "tz", "", "time zone of logs that do not tell it, as +08:00 or Asia/Shanghai (default: inferred)")
	p.IntVar(&f.year, "year", 0, "year of logs that do not tell it (default: inferred)")
	p.StringVar(&f.since, "since", "", "leave out everything before this time")
	p.StringVar(&f.until, "until", "", "leave out everything after this time")
	p.StringVar(&f.target, "target", "", "business volume that the run had to reach, as 50000000, 50M or 50e6")
	p.StringVar(&f.title, "title", "", "title of the report")
	p.StringVar(&f.lang, "lang", "en", "language of the report: "+strings.Join(reports.Languages(), ", "))
	p.BoolVar(&f.brief, "brief", false, "a ticket form of at most 4 kB (text, markdown, jira)")
	p.StringVar(&f.color, "color", "auto", "colour in the terminal: auto, always, never")
	p.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on stderr")
	p.BoolVarP(&f.verbose, "verbose", "v", false, "list every problem of the inputs on stderr")
	addEndpoint(c, &f.access)
	f.secrecy.add(c, "output", "redact-map", "out", "runs-from", "catalog", "anchor", "capacity", "rules", "s3-endpoint", "exec", "webhook")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(reports.Languages(), cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

// addEndpoint adds the flag that tells where s3://... leads.
func addEndpoint(c *cobra.Command, places *store.Access) {
	c.Flags().StringVar(&places.Endpoint, "s3-endpoint", "", "address of the object store that s3://BUCKET/PREFIX leads to (default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else Amazon's) as `URL`")
}

func formatNames() []string {
	var names []string
	for _, r := range reporters() {
		names = append(names, r.Name)
	}
	return names
}

// options turns the flags into the session's options, or says what is wrong with one.
func (f *shared) options() (correlate.Options, error) {
	opt := correlate.Options{Year: f.year, Title: f.title, Tool: tool(), Hypotheses: hypotheses(), Rejoin: rejoin}
	var err error
	if opt.Zone, err = parseZone(f.zone); err != nil {
		return opt, err
	}
	if opt.Target, err = parseVolume(f.target); err != nil {
		return opt, err
	}
	if opt.Since, err = parseTime("--since", f.since, opt.Zone); err != nil {
		return opt, err
	}
	if opt.Until, err = parseTime("--until", f.until, opt.Zone); err != nil {
		return opt, err
	}
	if f.year != 0 && (f.year < 1990 || f.year > 2100) {
		return opt, fmt.Errorf("--year %d: want a year between 1990 and 2100", f.year)
	}
	if !slices.Contains(reports.Languages(), f.lang) {
		return opt, fmt.Errorf("--lang %s: want one of %s", f.lang, strings.Join(reports.Languages(), ", "))
	}
	if f.color != "auto" && f.color != "always" && f.color != "never" {
		return opt, fmt.Errorf("--color %s: want auto, always or never", f.color)
	}
	return opt, nil
}

// parseZone reads "+08:00" or an IANA name.
func parseZone(s string) (*time.Location, error) {
	if s == "" {
		return nil, nil
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, s); err == nil {
			_, off := t.Zone()
			return time.FixedZone(s, off), nil
		}
	}
	if loc, err := time.LoadLocation(s); err == nil && s != "Local" {
		return loc, nil
	}
	return nil, fmt.Errorf("--tz %s: want an offset as +08:00 or a name as Asia/Shanghai", s)
}

// parseVolume reads 50000000, 50M, 1.5G, 50e6.
func parseVolume(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	number, scale := s, 1.0
	switch s[len(s)-1] {
	case 'k', 'K':
		number, scale = s[:len(s)-1], 1e3
	case 'm', 'M':
		number, scale = s[:len(s)-1], 1e6
	case 'g', 'G':
		number, scale = s[:len(s)-1], 1e9
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64)
	if err != nil || !(n > 0 && n*scale <= 1e18) { // NaN is neither
		return 0, fmt.Errorf("--target %s: want a number of transactions as 50000000, 50M or 50e6", s)
	}
	return n * scale, nil
}

// parseTime reads a time that the user typed; without an offset it is in the zone given, else UTC.
func parseTime(flag, s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if zone == nil {
		zone = time.UTC
	}
	t, err := dateparse.ParseIn(s, zone, dateparse.RetryAmbiguousDateWithSwap(true))
	if err != nil || t.Year() < 1990 || t.Year() > 2100 || !hasYear(s) { // "04:20:41" would become 2041-04-20
		return time.Time{}, fmt.Errorf("%s %s: want a full date and time as 2021-02-20T04:20:00+08:00", flag, s)
	}
	return t, nil
}

// hasYear tells that four digits stand together, as in a year or an epoch.
func hasYear(s string) bool {
	run := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			run = 0
			continue
		}
		if run++; run == 4 {
			return true
		}
	}
	return false
}

// target is one place that a report goes to.
type target struct {
	file     string // "" is stdout
	reporter reports.Reporter
}

// targets works out the reports to write: one for each -o, or one on stdout.
func (f *shared) targets() ([]target, error) {
	if len(f.outputs) == 0 {
		r, err := reporterNamed(f.format, "text")
		return []target{{"", r}}, err
	}
	var out []target
	for _, file := range f.outputs {
		name := f.format
		if name == "" {
			name = byEnding(filepath.Ext(file))
		}
		r, err := reporterNamed(name, "")
		if err != nil {
			return nil, fmt.Errorf("-o %s: the ending names no format; add -f with one of %s", file, strings.Join(formatNames(), ", "))
		}
		if file == "-" {
			file = ""
		}
		out = append(out, target{file, r})
	}
	return out, nil
}

func reporterNamed(name, fallback string) (reports.Reporter, error) {
	if name == "" {
		name = fallback
	}
	if r, ok := reports.ByName(name); ok {
		return r, nil
	}
	return reports.Reporter{}, fmt.Errorf("-f %s: want one of %s", name, strings.Join(formatNames(), ", "))
}

// page tells how wide and how colourful the writer is.
func (f *shared) page(w any) reports.Options {
	opt := reports.Options{Width: 80, Color: f.color == "always", Lang: f.lang, Brief: f.brief}
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return opt
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width >= 60 {
		opt.Width = width
	}
	opt.Color = f.color == "always" || f.color == "auto" && os.Getenv("NO_COLOR") == ""
	return opt
}

// byEnding gives the name of the format that a file's ending chooses, "" when none does.
func byEnding(ext string) string {
	for _, r := range reporters() {
		if slices.Contains(r.Endings, ext) {
			return r.Name
		}
	}
	return ""
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// plan is what `oomortem plan` was asked for.
type plan struct {
	shared
	volume   string
	monthly  string
	months   float64
	tps      float64
	capacity string
	sustain  time.Duration
	ram      string
	vms      []string
	rules    string
}

func planCommand() *cobra.Command {
	var p plan
	c := &cobra.Command{
		Use:   "plan [RUN]",
		Short: "length of a stability run for a business volume; VM sizes that fit a host",
		Long: `plan works out how long a stability run must last: the business volume of the maintenance period over the throughput, which
is given or taken from a capacity run. With an existing RUN it tells whether that one was long enough, how far its memory
would have reached, which VM sizes fit its host and what to record next time.`,
		Example: `  oomortem plan --monthly 10M --months 3 --tps 1000
  oomortem plan --volume 50M --capacity capacity-run/results.jtl run42/
  oomortem plan --ram 62.6G --vm db=16G --vm web=48G
  oomortem plan --rules alerts.yaml`,
		RunE: func(c *cobra.Command, args []string) error { return p.run(c, args) },
	}
	p.add(c)
	f := c.Flags()
	f.StringVar(&p.volume, "volume", "", "business volume of the maintenance period, as 100M")
	f.StringVar(&p.monthly, "monthly", "", "business volume of a month, with --months")
	f.Float64Var(&p.months, "months", 0, "months of the maintenance period")
	f.Float64Var(&p.tps, "tps", 0, "transactions a second that the run will make")
	f.StringVar(&p.capacity, "capacity", "", "take the throughput from this capacity run's `PATH`: the highest that it sustained")
	f.DurationVar(&p.sustain, "sustain", 10*time.Minute, "how long a throughput must have held to count as sustained")
	f.StringVar(&p.ram, "ram", "", "RAM of a host, with --vm")
	f.StringArrayVar(&p.vms, "vm", nil, "a VM and its size, `NAME=SIZE`; repeat it")
	f.StringVar(&p.rules, "rules", "", "write Prometheus recording and alert rules to `FILE` (- is stdout)")
	return c
}

func (p *plan) run(c *cobra.Command, args []string) error {
	volume, err := p.check(args)
	if err != nil {
		return failure{exitUsage, err}
	}
	w := bufio.NewWriter(c.OutOrStdout())
	rate, err := p.rate(c, w)
	if err != nil {
		return err
	}
	if volume > 0 {
		p.length(w, volume, rate)
	}
	if len(p.vms) > 0 {
		if err := p.fit(w); err != nil {
			return failure{exitUsage, err}
		}
	}
	if len(args) > 0 {
		r, err := p.report(c, args)
		if err != nil {
			return err
		}
		p.existing(w, p.names.Report(r), volume, rate)
	}
	if p.rules != "" {
		if err := p.writeRules(w); err != nil {
			return failure{exitUnusable, err}
		}
	}
	if err := w.Flush(); err != nil {
		return failure{exitUnusable, fmt.Errorf("writing the plan: %w", err)}
	}
	return nil
}

// check gives the volume, or tells what is wrong with the flags.
func (p *plan) check(args []string) (volume float64, err error) {
	if len(args) == 0 && p.volume == "" && p.monthly == "" && p.capacity == "" && len(p.vms) == 0 && p.rules == "" {
		return 0, errors.New("nothing to plan: give --volume or --monthly and --months with --tps, an existing RUN, or --ram and --vm; see `oomortem plan --help`")
	}
	switch {
	case p.format != "" && p.format != "text" || len(p.outputs) > 0:
		return 0, errors.New("-f and -o: a plan is printed as text")
	case p.volume != "" && p.monthly != "":
		return 0, errors.New("--volume and --monthly: want one of them")
	case (p.monthly != "") != (p.months > 0):
		return 0, errors.New("--monthly and --months: want both, months above 0")
	case p.tps < 0 || p.tps > 1e9:
		return 0, fmt.Errorf("--tps %v: want transactions a second", p.tps)
	case p.tps > 0 && p.capacity != "":
		return 0, errors.New("--tps and --capacity: want one of them")
	case (p.ram != "") != (len(p.vms) > 0):
		return 0, errors.New("--ram and --vm: want both")
	case p.sustain < 10*time.Second:
		return 0, fmt.Errorf("--sustain %v: want 10s or more", p.sustain)
	}
	if volume, err = parseVolume(p.volume); err != nil {
		return 0, fmt.Errorf("--volume %s: want a number of transactions as 50000000, 50M or 50e6", p.volume)
	}
	month, err := parseVolume(p.monthly)
	if err != nil {
		return 0, fmt.Errorf("--monthly %s: want a number of transactions as 10M", p.monthly)
	}
	if month > 0 {
		volume = month * p.months
	}
	if volume > 0 && p.tps == 0 && p.capacity == "" && len(args) == 0 {
		return 0, errors.New("the throughput is missing: give --tps, or --capacity with the files of a capacity run")
	}
	return volume, nil
}

// rate gives the throughput to plan with, and says where it comes from; 0 when none was given.
func (p *plan) rate(c *cobra.Command, w io.Writer) (float64, error) {
	if p.capacity == "" {
		return p.tps, nil
	}
	r, err := p.report(c, []string{p.capacity})
	if err != nil {
		return 0, err
	}
	rate, since, ok := r.Sustained(p.sustain)
	if !ok {
		return 0, failure{exitUnusable, fmt.Errorf("%s shows no throughput over %v: give --tps, or a shorter --sustain", printable(p.capacity), p.sustain)}
	}
	fmt.Fprintln(w, p.sayf("Capacity: %v, the highest mean of successful transactions over %v, from %v on (%v).",
		verdict.Rate(rate), verdict.Span(p.sustain), verdict.Name(r.Clock.Local(since).Format("2006-01-02 15:04:05")), verdict.Name(p.names.Line(runName(p.capacity)))))
	return rate, nil
}

// sayf gives a sentence in the language asked for.
func (p *plan) sayf(format string, args ...any) string {
	return reports.Sentence(p.lang, verdict.Say(format, args...))
}

// length tells how long a run must last.
func (p *plan) length(w io.Writer, volume, rate float64) {
	if p.monthly != "" {
		month, _ := parseVolume(p.monthly)
		fmt.Fprintln(w, p.sayf("Volume: %v (%v a month for %v months).", verdict.Count(volume), verdict.Count(month), p.months))
	}
	if rate <= 0 {
		return
	}
	fmt.Fprintln(w, p.sayf("Length: %v = %v / %v.", inHours(volume/rate), verdict.Count(volume), verdict.Rate(rate)))
	if p.capacity != "" {
		fmt.Fprintln(w, "        "+p.sayf("%v at four fifths of the capacity, where a stability run is safer.", inHours(volume/rate/.8)))
	}
}

// inHours gives seconds as a length of time.
func inHours(seconds float64) verdict.Span {
	return verdict.Span(min(seconds, 1e9) * float64(time.Second))
}

// existing tells what a run that was made says for the plan.
func (p *plan) existing(w io.Writer, r *verdict.Report, volume, rate float64) {
	fmt.Fprintln(w, "\n"+p.sayf("The run: %v", r.Verdict.Headline))
	if l := r.Load; l != nil && l.Achieved > 0 {
		p.made(w, l, volume, rate)
	} else {
		fmt.Fprintln(w, p.sayf("How much it made is not known: no load tool's results are among its files."))
	}
	p.survival(w, r, volume)
	p.sizes(w, r.Capacity)
	if len(r.Missing) > 0 {
		fmt.Fprintln(w, "\n"+p.sayf("Record next time:"))
		for _, m := range r.Missing {
			fmt.Fprintln(w, p.sayf("- %v (it would tell %v)", m.What, m.WouldTell))
		}
	}
}

// made tells how far a run came.
func (p *plan) made(w io.Writer, l *verdict.Load, volume, rate float64) {
	did, took := verdict.Count(l.Achieved), verdict.Span(l.Duration)
	switch {
	case volume > 0 && l.Achieved >= volume:
		fmt.Fprintln(w, p.sayf("It made %v in %v: %v of the volume, long enough.", did, took, verdict.Share(l.Achieved/volume)))
	case volume > 0:
		fmt.Fprintln(w, p.sayf("It made %v in %v: %v of the volume, not long enough.", did, took, verdict.Share(l.Achieved/volume)))
	default:
		fmt.Fprintln(w, p.sayf("It made %v in %v.", did, took))
	}
	if volume > l.Achieved && l.Steady > 0 {
		fmt.Fprintln(w, p.sayf("At its steady %v the volume takes %v.", verdict.Rate(l.Steady), inHours(volume/l.Steady)))
	}
	if rate > 0 && l.Steady > 0 {
		fmt.Fprintln(w, p.sayf("It ran at %v of the maximum (%v of %v).", verdict.Share(l.Steady/rate), verdict.Rate(l.Steady), verdict.Rate(rate)))
	}
}

// survival tells how far the memory would have reached.
func (p *plan) survival(w io.Writer, r *verdict.Report, volume float64) {
	switch r.Verdict.Cause {
	case verdict.HostOvercommit, verdict.HostConsumer, verdict.CgroupLimit, verdict.GuestOOM:
		fmt.Fprintln(w, p.sayf("It failed for memory, so a longer run on the same sizes would fail too."))
		return
	}
	s, ok := pattern.Survive(r)
	loses, left, lasts := verdict.Bytes(3600*s.PerSecond), verdict.Bytes(s.Left), inHours(s.Lasts)
	switch {
	case !ok:
		fmt.Fprintln(w, p.sayf("Whether a longer run would survive is not known: there is no curve of the host's available memory."))
	case s.PerSecond == 0:
		fmt.Fprintln(w, p.sayf("The host's available memory shows no steady loss in the run's second half; %v are left.", left))
	case s.Volume <= 0:
		fmt.Fprintln(w, p.sayf("The host loses %v of available memory an hour (second half of the run); %v are left, for %v more, if it goes on like that.", loses, left, lasts))
	case volume <= 0:
		fmt.Fprintln(w, p.sayf("The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, if it goes on like that.", loses, left, lasts, verdict.Count(s.Volume)))
	case s.Volume < volume:
		fmt.Fprintln(w, p.sayf("The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, before the volume asked for, if it goes on like that.", loses, left, lasts, verdict.Count(s.Volume)))
	default:
		fmt.Fprintln(w, p.sayf("The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, beyond the volume asked for, if it goes on like that.", loses, left, lasts, verdict.Count(s.Volume)))
	}
}

// writeRules writes the alert rules.
func (p *plan) writeRules(w io.Writer) error {
	data, err := ruleFile.ReadFile("manifests/rules.yaml")
	if err != nil {
		return err
	}
	if p.rules == "-" {
		_, err = w.Write(data)
		return err
	}
	if err := os.WriteFile(p.rules, data, 0o644); err != nil {
		return fmt.Errorf("writing %s: %w", p.rules, err)
	}
	_, err = fmt.Fprintln(w, p.sayf("Alert rules are in %v (check them with promtool check rules).", verdict.Name(p.names.Line(strings.TrimSpace(p.rules)))))
	return err
}

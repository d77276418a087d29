package pattern

import (
	"fmt"
	"math"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

var fixedByChange = Rule{
	Kind:  verdict.FixedByChange,
	Title: "since the VMs were given other sizes it has not failed any more",
	Doc: `Needs runs of one host in the order of time: some failed for memory with one set of VM sizes, and none since the sizes were
changed. How sure it is depends on how many failed and held (Fisher's exact test), on whether the promises fit into the RAM
since, and on whether the later runs lasted beyond the point where the earlier ones failed.`,
	Find: func(runs []Run) []verdict.Pattern {
		var out []verdict.Pattern
		hosts, groups := byKey(runs, func(r Run) string {
			if r.Start.IsZero() || len(r.Sizes) == 0 {
				return ""
			}
			return r.Host
		})
		for _, host := range hosts {
			its := groups[host]
			from := 0
			for i := 1; i < len(its); i++ {
				if sizes(its[i]) == sizes(its[i-1]) {
					continue
				}
				until := i + 1
				for until < len(its) && sizes(its[until]) == sizes(its[i]) {
					until++
				}
				if p, ok := fixed(host, its[from:i], its[i:until]); ok {
					out = append(out, p)
				}
				from = i
			}
		}
		return out
	},
}

// sizes writes down what the VMs were promised.
func sizes(r Run) string {
	var b strings.Builder
	for _, s := range r.Sizes {
		fmt.Fprintf(&b, "%s=%d ", s.Name, s.Bytes)
	}
	return b.String()
}

func fixed(host string, before, after []Run) (verdict.Pattern, bool) {
	failed := failures(before)
	if len(failed) == 0 || len(failures(after)) > 0 {
		return verdict.Pattern{}, false
	}
	var held []Run
	for _, r := range after {
		if r.Cause == verdict.Healthy {
			held = append(held, r)
		}
	}
	if len(held) == 0 {
		return verdict.Pattern{}, false
	}
	was, is := failed[len(failed)-1], held[0]
	p := verdict.Pattern{Host: host, Subject: string(was.Cause), Runs: append(names(failed), names(held)...)}
	p.Statement = verdict.Say("%v failed for memory in %v of %v runs until the VM sizes were changed from %v to %v in all; since then %v of %v held",
		verdict.Name(host), len(failed), len(before), verdict.Bytes(was.Promised), verdict.Bytes(is.Promised), len(held), len(after))
	separated := fisher(len(failed), len(before), len(held))
	p.Evidence = append(p.Evidence,
		// Between any two runs something else changes as well, which nobody wrote down.
		verdict.RunsEvidence{Text: verdict.Say("other things may have changed at the same time"), Weight: -3},
		verdict.RunsEvidence{Text: verdict.Say("%v of %v failed before, 0 of %v since", len(failed), len(before), len(held)), Weight: decibans(separated)})
	if e, ok := fits(was, is); ok {
		p.Evidence = append(p.Evidence, e)
	}
	p.Evidence = append(p.Evidence, outlasted(failed, held)...)
	p.Confidence = sure(p.Evidence, append(failed, held...))
	return p, true
}

// fisher is the chance that all failures lie among the first runs by luck alone: the ways to choose the failures among
// the earlier runs, of all ways to choose them.
func fisher(failed, before, after int) float64 {
	p := 1.0
	for i := range failed {
		p *= float64(before-i) / float64(before+after-i)
	}
	return p
}

// fits compares promise and RAM before and after.
func fits(was, is Run) (verdict.RunsEvidence, bool) {
	if was.RAM == 0 || is.RAM == 0 || was.Promised == 0 || is.Promised == 0 {
		return verdict.RunsEvidence{}, false
	}
	before, after := float64(was.Promised)/float64(was.RAM), float64(is.Promised)/float64(is.RAM)
	text := verdict.Say("promised per RAM: %v before, %v since", verdict.Share(before), verdict.Share(after))
	switch {
	case before > 1 && after <= 1:
		return verdict.RunsEvidence{Text: text, Weight: 8}, true
	case after < before:
		return verdict.RunsEvidence{Text: text, Weight: 3}, true
	}
	return verdict.RunsEvidence{Text: text, Weight: -6}, true
}

// outlasted compares how far the runs went with where the failures came: in transactions, else in time.
func outlasted(failed, held []Run) []verdict.RunsEvidence {
	_, far := limits(known(failed, func(r Run) float64 { return r.Failure.Volume }))
	if far == 0 {
		_, long := limits(known(failed, func(r Run) float64 { return r.Failure.After }))
		_, lasted := limits(known(held, func(r Run) float64 { return load(r).Duration }))
		if long == 0 || lasted == 0 {
			return nil
		}
		return []verdict.RunsEvidence{{Text: verdict.Say("the longest run since lasted %v, the latest failure came after %v", span(lasted), span(long)), Weight: reach(lasted, long)}}
	}
	_, went := limits(known(held, func(r Run) float64 { return load(r).Achieved }))
	if went == 0 {
		return nil
	}
	return []verdict.RunsEvidence{{Text: verdict.Say("%v transactions since, the latest failure came after %v", verdict.Count(went), verdict.Count(far)), Weight: reach(went, far)}}
}

// reach weighs how far beyond the failures a run went; one that ended before them shows nothing.
func reach(went, far float64) float64 {
	switch {
	case went < far:
		return -10
	case went < 1.5*far:
		return 3
	}
	return 5
}

func load(r Run) Load {
	if r.Load == nil {
		return Load{}
	}
	return *r.Load
}

// span gives seconds as a length of time.
func span(seconds float64) verdict.Span {
	return verdict.Span(time.Duration(math.Round(seconds)) * time.Second)
}

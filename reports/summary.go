package reports

import (
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// summary is what the engineer who opens the ticket reads: what, why, how sure, what it cost, what to do.
func (c composer) summary() section {
	v := c.r.Verdict
	var f facts
	f.add(c.word("Cause"), c.likelihood(v.Cause, v.Confidence), c.mood())
	f.add(c.word("Evidence"), c.quality(), neutral)
	if in := c.worst; in != nil {
		f.add(c.word("When"), c.when(in), neutral)
		f.add(c.word("Victim"), c.victim(in), bad)
		f.add(c.word("Aggressor"), c.aggressors(in), doubtful)
	}
	c.impact(&f)
	if len(c.r.Recommendations) > 0 {
		f.add(c.word("Do first"), c.sentence(c.r.Recommendations[0].Action), good)
	}
	s := section{brief: 1}
	if said := c.explanation(); said != "" {
		s.blocks = append(s.blocks, prose{text: said})
	}
	if len(f) > 0 {
		s.blocks = append(s.blocks, f)
	}
	return s
}

// explanation joins what the verdict says of itself, without what stands elsewhere: the headline above it and the
// way it came about below.
func (c composer) explanation() string {
	told := map[string]bool{"": true, c.headline(): true}
	if in := c.worst; in != nil {
		for _, t := range []verdict.Text{in.Headline, in.Condition, in.Set, in.Mechanism, in.Effect} {
			told[c.say(t)] = true
		}
	}
	var all []string
	for _, t := range c.r.Verdict.Explanation {
		if told[c.say(t)] {
			continue
		}
		said := c.sentence(t)
		if stop := c.word("."); !strings.HasSuffix(said, stop) {
			said += stop
		}
		all = append(all, said)
	}
	return strings.Join(all, c.word(" "))
}

// likelihood gives "host-overcommit, very likely (0.93)".
func (c composer) likelihood(cause verdict.Cause, p float64) string {
	if cause == "" {
		return ""
	}
	if p <= 0 {
		return c.causeName(cause)
	}
	return c.sayf("%v, %v (%v)", c.causeName(cause), c.word(verdict.Likelihood(p)), chance(p))
}

// chance gives a probability: "0.93", "<0.01".
func chance(p float64) string {
	if p > 0 && p < 0.005 {
		return "<0.01"
	}
	return strconv.FormatFloat(p, 'f', 2, 64)
}

// quality says how much evidence there is, which is another question than how likely the cause is.
func (c composer) quality() string {
	if c.worst == nil || len(c.worst.Evidence) == 0 {
		return ""
	}
	said := c.weighed(c.worst.Evidence)
	if n := len(c.r.Missing); n > 0 {
		said += c.word("; ") + c.sayf("%v missing, see below", c.counted(n, "thing", "things"))
	}
	return said
}

// weighed gives "strong: 8 observations for it (+41 dB), 1 against (-2 dB), from 5 files". A net weight of 20 dB is
// a likelihood ratio of 100, 10 dB one of 10.
func (c composer) weighed(evidence []verdict.Evidence) string {
	var pro, con int
	var up, down float64
	files := map[string]bool{}
	for _, e := range evidence {
		if e.Weight < 0 {
			con++
			down += e.Weight
		} else {
			pro++
			up += e.Weight
		}
		if e.Source.File != "" {
			files[e.Source.File] = true
		}
	}
	word := "thin"
	switch net := up + down; {
	case net >= 20 && len(files) > 1:
		word = "strong"
	case net >= 10:
		word = "partial"
	}
	said := c.sayf("%v: %v for it (%v)", c.word(word), c.counted(pro, "observation", "observations"), decibans(up))
	if con > 0 {
		said += c.word(", ") + c.sayf("%v against (%v)", con, decibans(down))
	}
	if len(files) > 0 {
		said += c.word(", ") + c.sayf("from %v", c.counted(len(files), "file", "files"))
	}
	return said
}

// decibans gives "+12 dB"; a weight below a tenth is none.
func decibans(w float64) string {
	s := strconv.FormatFloat(w, 'f', 0, 64)
	if w > -10 && w < 10 {
		s = strings.TrimSuffix(strconv.FormatFloat(w, 'f', 1, 64), ".0")
	}
	if w > 0 {
		s = "+" + s
	}
	return s + " dB"
}

// when gives the incident's moment, locally and in UTC, and how exact it is.
func (c composer) when(in *verdict.Incident) string {
	if in.At.IsZero() {
		return ""
	}
	said := c.full(in.At)
	if u := c.utc(in.At); u != "" {
		said = c.bracketed(said, u)
	}
	if c.label == "" {
		said = c.bracketed(said, c.word("as written; no input tells the time zone"))
	}
	for _, e := range in.Timeline {
		if e.At.Equal(in.At) && e.Uncertainty > 0 {
			return said + c.word(", ") + strings.TrimLeft(c.give(e.Uncertainty), " ")
		}
	}
	return said
}

// give gives " ± 5 s", "" for nothing.
func (v voice) give(u verdict.Seconds) string {
	if u <= 0 {
		return ""
	}
	return " ± " + v.blur(u)
}

// blur gives an uncertainty: "5 s", "20 ms"; "" when it is not known.
func (v voice) blur(u verdict.Seconds) string {
	switch d := time.Duration(u); {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return v.word("<1 ms")
	case d < 100*time.Millisecond:
		return v.sayf("%v ms", d.Milliseconds())
	}
	return v.amount(verdict.Span(u))
}

func (c composer) victim(in *verdict.Incident) string {
	p := in.Victim
	if p == nil {
		return ""
	}
	said := c.party(p.Kind, p.Name, p.Host)
	var inner []string
	if pid, ok := p.PID.Get(); ok {
		inner = append(inner, "pid "+strconv.FormatInt(pid, 10))
	}
	if p.Comm != "" && p.Comm != p.Name {
		inner = append(inner, c.name(p.Comm))
	}
	if len(inner) > 0 {
		said = c.bracketed(said, strings.Join(inner, c.word(", ")))
	}
	if rss, ok := p.RSS.Get(); ok {
		said += c.word(", ") + c.sayf("held %v", verdict.Bytes(rss))
	}
	if b, ok := p.Badness.Get(); ok {
		said += c.word(", ") + c.sayf("badness %v", b)
	}
	if adj, ok := p.Adj.Get(); ok && adj != 0 {
		said += c.word(", ") + "oom_score_adj " + strconv.FormatInt(adj, 10)
	}
	return said
}

// party gives "VM vm-k8s-worker-1 on hp-server".
func (c composer) party(kind, name, host string) string {
	said := strings.TrimSpace(c.kind(kind) + " " + c.name(name))
	if host != "" && host != name {
		said = c.sayf("%v on %v", said, verdict.Name(host))
	}
	return said
}

// aggressors names who used the memory up, the first three.
func (c composer) aggressors(in *verdict.Incident) string {
	var all []string
	for i, a := range in.Aggressors {
		if i == 3 {
			all = append(all, c.sayf("and %v more", len(in.Aggressors)-i))
			break
		}
		said := c.party(a.Kind, a.Name, "")
		switch {
		case a.Growth > 0:
			said += c.word(", ") + "+" + verdict.Bytes(a.Growth).String()
		case a.Bytes > 0 && a.Share == 0:
			said = c.beside(said, c.sayf("held %v", verdict.Bytes(a.Bytes)))
		}
		if !a.Since.IsZero() {
			said = c.beside(said, c.sayf("since %v", c.minute(a.Since)))
		}
		if a.Share > 0 {
			said = c.bracketed(said, c.sayf("%v of all growth", verdict.Share(a.Share)))
		}
		all = append(all, said)
	}
	return strings.Join(all, c.word("; "))
}

package pattern

import (
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// Run is what the rules need of one run's report. It keeps its JSON form between the machines of a batch.
type Run struct {
	Name       string        `json:"name"`
	Cause      verdict.Cause `json:"cause"`
	Confidence float64       `json:"confidence"`
	Start      time.Time     `json:"start,omitzero"` // with the host's offset; zero when year or zone are stand-ins
	Zoned      bool          `json:"zoned,omitempty"`
	Host       string        `json:"host,omitempty"`
	Failure    *Failure      `json:"failure,omitempty"` // the incident that the verdict is about
	RAM        int64         `json:"ram,omitempty"`     // 0: not known, here and below
	Promised   int64         `json:"promised,omitempty"`
	Sizes      []Size        `json:"sizes,omitempty"` // of the VMs, by name
	Load       *Load         `json:"load,omitempty"`
}

// Failure is what went wrong.
type Failure struct {
	At         time.Time `json:"at,omitzero"`
	Cause      string    `json:"cause"`
	Kind       string    `json:"kind,omitempty"` // of the victim
	Victim     string    `json:"victim,omitempty"`
	Comm       string    `json:"comm,omitempty"`
	Growth     *Growth   `json:"growth,omitempty"` // of the victim, when it is known to grow
	Aggressor  *Growth   `json:"aggressor,omitempty"`
	After      float64   `json:"after,omitempty"`  // seconds since the load began
	Volume     float64   `json:"volume,omitempty"` // transactions until then
	FlatVictim bool      `json:"flat,omitempty"`   // the victim is known not to have grown
}

// Growth is who grew, and how fast.
type Growth struct {
	Kind       string  `json:"kind"`
	Name       string  `json:"name"`
	PerSecond  float64 `json:"per_second,omitempty"`  // bytes
	PerMillion float64 `json:"per_million,omitempty"` // bytes for a million transactions
}

// Size is what a VM was promised, in bytes.
type Size struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Load is what the load tool saw.
type Load struct {
	Tool     string    `json:"tool,omitempty"`
	Series   string    `json:"series,omitempty"`
	Duration float64   `json:"duration"` // seconds
	Achieved float64   `json:"achieved"`
	Steady   float64   `json:"steady,omitempty"`
	Steps    []float64 `json:"steps,omitempty"` // mean throughput of equal stretches of the plateau
}

// Take gives what the rules need of a report.
func Take(name string, r *verdict.Report) Run {
	run := Run{Name: name, Cause: r.Verdict.Cause, Confidence: r.Verdict.Confidence, Zoned: r.Clock.Zone != "" && !r.Clock.Assumed}
	if !r.Clock.Assumed {
		run.Start = r.Clock.Local(r.Run.Start)
	}
	if len(r.Run.Hosts) > 0 {
		run.Host = r.Run.Hosts[0]
	}
	if c := r.Capacity; c != nil {
		run.RAM, run.Promised = c.RAM.Or(0), c.Promised.Or(0)
		if c.Host != "" {
			run.Host = c.Host
		}
		for _, vm := range c.VMs {
			if bytes, ok := vm.Promised.Get(); ok {
				run.Sizes = append(run.Sizes, Size{vm.Name, bytes})
			}
		}
		slices.SortFunc(run.Sizes, func(a, b Size) int { return strings.Compare(a.Name, b.Name) })
	}
	worst := r.Worst()
	run.Load = takeLoad(r, worst)
	if worst != nil && run.Cause != verdict.Healthy {
		run.Failure = takeFailure(r, worst)
		if worst.Victim != nil && worst.Victim.Host != "" {
			run.Host = worst.Victim.Host
		}
	}
	return run
}

func takeFailure(r *verdict.Report, in *verdict.Incident) *Failure {
	f := &Failure{Cause: string(in.Cause)}
	if !r.Clock.Assumed {
		f.At = r.Clock.Local(in.At)
	}
	if v := in.Victim; v != nil {
		f.Kind, f.Victim, f.Comm = v.Kind, stem(v.Kind, v.Name), v.Comm
	}
	rate := 0.0
	if in.Throughput != nil {
		rate = in.Throughput.Before
	}
	for i, a := range in.Aggressors {
		g := grown(a, in.At, rate)
		if i == 0 {
			f.Aggressor = &g
		}
		if f.Growth == nil && g.Name == f.Victim {
			f.Growth = &g
		}
	}
	f.FlatVictim = f.Growth == nil && flat(in, f.Victim)
	if l := r.Load; l != nil && !l.Start.IsZero() && in.At.After(l.Start) {
		f.After = math.Round(in.At.Sub(l.Start).Seconds())
		f.Volume = math.Round(volumeUntil(r, in.At))
	}
	return f
}

func grown(a verdict.Aggressor, at time.Time, rate float64) Growth {
	g := Growth{Kind: a.Kind, Name: stem(a.Kind, a.Name)}
	if d := at.Sub(a.Since).Seconds(); !a.Since.IsZero() && d > 0 && a.Growth > 0 {
		g.PerSecond = math.Round(float64(a.Growth) / d)
		if rate > 0 {
			g.PerMillion = math.Round(float64(a.Growth) / d / rate * 1e6)
		}
	}
	return g
}

// flat tells that the victim's growth is known and is less than a hundredth of what it held.
func flat(in *verdict.Incident, victim string) bool {
	for _, h := range in.Holders {
		growth, known := h.Growth.Get()
		held, size := h.Bytes.Get()
		if h.Name == victim && known && size && held > 0 {
			return growth < held/100
		}
	}
	return false
}

// volumeUntil gives the transactions until a moment: that part of all of them which the curve shows before it.
func volumeUntil(r *verdict.Report, at time.Time) float64 {
	c := r.Throughput()
	if c == nil {
		return 0
	}
	before, all := 0.0, 0.0
	for i := 1; i < len(c.T); i++ {
		v := c.V[i-1]
		if v != v {
			continue
		}
		part := v * float64(c.T[i]-c.T[i-1])
		all += part
		if c.T[i] <= at.UnixMilli() {
			before += part
		}
	}
	if all == 0 {
		return 0
	}
	return r.Load.Achieved * before / all
}

// plateauSteps is into how many stretches a plateau is cut. Neighbouring samples of one run hang together, means of
// stretches of many minutes hardly do.
const plateauSteps = 24

// takeLoad cuts the plateau: without the first tenth, where the load comes up, and without what follows the worst
// incident's onset.
func takeLoad(r *verdict.Report, worst *verdict.Incident) *Load {
	l := r.Load
	if l == nil {
		return nil
	}
	load := &Load{Tool: l.Tool, Duration: time.Duration(l.Duration).Seconds(), Achieved: math.Round(l.Achieved)}
	if l.Steady > 0 {
		load.Steady = l.Steady
	}
	c := r.Throughput()
	if c == nil || len(c.T) == 0 {
		return load
	}
	load.Series = c.Name
	from, to := time.UnixMilli(c.T[0]), time.UnixMilli(c.T[len(c.T)-1])
	if worst != nil && worst.Throughput != nil && worst.Throughput.Onset.Before(to) {
		to = worst.Throughput.Onset
	}
	from = from.Add(to.Sub(from) / 10)
	for _, s := range c.Steps(from, to, plateauSteps) {
		if s.N > 0 && s.Mean > load.Steady/4 { // what is lower is ramp or silence
			load.Steps = append(load.Steps, math.Round(10*s.Mean)/10)
		}
	}
	return load
}

// stem takes off what a pod's or container's name has for one life only: "mysql-min-6b7f84c9d5-r8kgx" is of
// "mysql-min" (Kubernetes: a pod of a Deployment is NAME-TEMPLATEHASH-RANDOM, of a DaemonSet NAME-RANDOM).
func stem(kind, name string) string {
	if kind != "pod" && kind != "container" {
		return name
	}
	parts := strings.Split(name, "-")
	n := len(parts)
	if n > 1 && len(parts[n-1]) == 5 && random(parts[n-1]) {
		n--
		if n > 1 && len(parts[n-1]) >= 6 && len(parts[n-1]) <= 10 && random(parts[n-1]) {
			n--
		}
	}
	return strings.Join(parts[:n], "-")
}

// random tells that a part is made of the letters that Kubernetes draws from (apimachinery/pkg/util/rand: no vowels,
// no 0, 1, 3).
func random(s string) bool {
	return strings.Trim(s, "bcdfghjklmnpqrstvwxz2456789") == ""
}

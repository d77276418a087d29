package verdict

import (
	"time"

	"oomortem/parser/record"
)

// Schema names the JSON form of a Report.
const Schema = "oomortem/report/1"

// Report is all that an analysis says; its JSON is the contract.
type Report struct {
	Schema          string           `json:"schema"`
	Tool            Tool             `json:"tool"`
	Title           string           `json:"title,omitempty"`
	Run             Run              `json:"run"`
	Clock           Clock            `json:"clock"`
	Verdict         Verdict          `json:"verdict"`
	Incidents       []Incident       `json:"incidents"`
	Capacity        *Capacity        `json:"capacity,omitempty"`
	Load            *Load            `json:"load,omitempty"`
	Mentions        []Entry          `json:"mentions,omitempty"` // seen, harmless, not blamed: dips, kills elsewhere
	Recommendations []Recommendation `json:"recommendations"`
	Missing         []Missing        `json:"missing"`

	Curves []Curve `json:"-"` // for charts
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Run is what was analysed.
type Run struct {
	Start  time.Time `json:"start,omitzero"`
	End    time.Time `json:"end,omitzero"`
	Hosts  []string  `json:"hosts"`
	Inputs []Input   `json:"inputs"`
}

// Input is one file and what became of it.
type Input struct {
	Path     string    `json:"path"`
	Format   string    `json:"format,omitempty"`
	Encoding string    `json:"encoding,omitempty"`
	Bytes    int64     `json:"bytes"`
	Lines    int       `json:"lines,omitzero"` // 0: not counted, as of JSON, or nothing to count
	Events   int       `json:"events"`
	Samples  int       `json:"samples"`
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Problems []Problem `json:"problems"`
}

// Problem is something in an input that could not be used.
type Problem struct {
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}

// Clock tells how all the times came onto one axis.
type Clock struct {
	Zone    string        `json:"zone,omitempty"` // "+08:00" of the host's log at the incident
	Year    int           `json:"year,omitempty"` // local year of the incident
	Method  Text          `json:"method,omitzero"`
	Sources []ClockSource `json:"sources"`
	Notes   []Text        `json:"notes,omitempty"`
	Assumed bool          `json:"assumed,omitempty"` // year or zone are stand-ins: nothing in the evidence gives them
}

// ClockSource is one input's clock against the common axis.
type ClockSource struct {
	Path        string  `json:"path"`
	Offset      Seconds `json:"offset_s"` // what was taken off the written time to get UTC
	Skew        Seconds `json:"skew_s"`
	Uncertainty Seconds `json:"uncertainty_s"`
	Rule        Text    `json:"rule,omitzero"`
}

// Verdict is the answer.
type Verdict struct {
	Cause        Cause         `json:"cause"`
	Confidence   float64       `json:"confidence"`
	Headline     Text          `json:"headline"`
	Explanation  []Text        `json:"explanation"`
	Alternatives []Alternative `json:"alternatives"`
}

// Alternative is a cause that was weighed and came second or later.
type Alternative struct {
	Cause      Cause   `json:"cause"`
	Confidence float64 `json:"confidence"`
	Against    []Text  `json:"against"`
}

// Capacity is the host's memory against what was promised.
type Capacity struct {
	Host       string       `json:"host,omitempty"`
	RAM        record.Maybe `json:"ram_bytes,omitzero"`
	RAMSource  Text         `json:"ram_source,omitzero"`
	RAMSlack   record.Maybe `json:"ram_uncertainty_bytes,omitzero"`
	Swap       record.Maybe `json:"swap_bytes,omitzero"`
	Overcommit record.Maybe `json:"overcommit_memory,omitzero"`
	Promised   record.Maybe `json:"promised_bytes,omitzero"`
	Ratio      float64      `json:"ratio,omitempty"`
	Reserve    int64        `json:"reserve_bytes,omitempty"` // kept back for the host and QEMU in the suggestion
	VMs        []VMSize     `json:"vms"`
	Fits       Text         `json:"fits,omitzero"` // the arithmetic of the promise in one sentence
}

// VMSize is one VM's memory: promised, seen, suggested.
type VMSize struct {
	Name      string       `json:"name"`
	State     string       `json:"state,omitempty"`
	Promised  record.Maybe `json:"promised_bytes,omitzero"`
	Peak      record.Maybe `json:"peak_bytes,omitzero"`
	Suggested record.Maybe `json:"suggested_bytes,omitzero"`
}

// Load is the load tool's side.
type Load struct {
	Tool      string    `json:"tool,omitempty"`
	Samples   int64     `json:"samples"`
	Errors    *float64  `json:"errors,omitempty"`
	Start     time.Time `json:"start,omitzero"`
	End       time.Time `json:"end,omitzero"`
	Duration  Seconds   `json:"duration_s,omitzero"`
	Steady    float64   `json:"steady"`        // throughput of the plateau, per second; NaN of a load that has none
	Peak      float64   `json:"peak"`          // NaN of a load that is too short for one
	Achieved  float64   `json:"achieved"`      // successful transactions
	Mean      float64   `json:"mean,omitzero"` // of them, per second, where totals alone are known
	Target    float64   `json:"target,omitempty"`
	TargetMet *bool     `json:"target_met,omitempty"`
	Latency   *Latency  `json:"latency,omitempty"`
	Note      Text      `json:"note,omitzero"`        // how gaps were counted
	Files     []string  `json:"files,omitempty"`      // that were added up, when there are several
	OtherRuns []string  `json:"other_runs,omitempty"` // files of the tool's other runs, before or after this one
	Choice    Text      `json:"choice,omitzero"`      // what this run was chosen by among those
	Uncounted []string  `json:"uncounted,omitempty"`  // of other loads at the same time, which may hold the same requests
}

// Latency is the distribution's marks, in milliseconds; NaN for those that nothing tells.
type Latency struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

// Recommendation is something to do, best first.
type Recommendation struct {
	Action  Text   `json:"action"`
	Why     Text   `json:"why"`
	Command string `json:"command,omitempty"`
}

// Curve is a series on the common axis, thinned for drawing with its extremes kept.
type Curve struct {
	Name    string
	Subject string
	Role    string // throughput, errors, latency, vm, host, other
	Unit    record.Unit
	T       []int64   // Unix milliseconds, ascending
	V       []float64 // NaN: nothing reported
	Source  Source
}

// Likelihood gives the words for a probability (ICD 203 ranges).
func Likelihood(p float64) string {
	switch {
	case p >= 0.95:
		return "almost certain"
	case p >= 0.80:
		return "very likely"
	case p >= 0.55:
		return "likely"
	case p >= 0.45:
		return "roughly even"
	case p >= 0.20:
		return "unlikely"
	}
	return "very unlikely"
}

// Worst gives the incident that the verdict is about: the one that cost most, or nil.
func (r *Report) Worst() *Incident {
	var worst *Incident
	for i := range r.Incidents {
		in := &r.Incidents[i]
		if worst == nil || in.cost() > worst.cost() {
			worst = in
		}
	}
	return worst
}

// cost orders incidents: what throughput they took, then how sure they are.
func (in *Incident) cost() float64 {
	if t := in.Throughput; t != nil {
		cost := 1 + t.Depth
		if t.Lost != nil {
			cost += *t.Lost
		}
		return cost
	}
	if in.Cause == Unexplained { // what is explained is worth more than what is not
		return 0
	}
	return in.Confidence
}

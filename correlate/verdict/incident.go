package verdict

import (
	"math"
	"strconv"
	"time"

	"oomortem/parser/record"
)

// Incident is one thing that went wrong, with the part that everybody played in it.
type Incident struct {
	At         time.Time   `json:"at"`
	End        time.Time   `json:"end,omitzero"` // zero: the effect never ended
	Cause      Cause       `json:"cause"`
	Confidence float64     `json:"confidence"`
	Headline   Text        `json:"headline"`
	Victim     *Party      `json:"victim,omitempty"`
	Trigger    *Trigger    `json:"trigger,omitempty"`
	Constraint string      `json:"constraint,omitempty"`
	Aggressors []Aggressor `json:"aggressors"`
	Holders    []Holder    `json:"holders"`
	Throughput *Throughput `json:"throughput,omitempty"`
	Timeline   []Entry     `json:"timeline"`
	Evidence   []Evidence  `json:"evidence"`
	Findings   []Finding   `json:"-"` // all hypotheses, best first

	Condition Text `json:"condition,omitzero"`
	Set       Text `json:"set_off,omitzero"`
	Mechanism Text `json:"mechanism,omitzero"`
	Effect    Text `json:"effect,omitzero"`
	Badness   Text `json:"badness_check,omitzero"` // the kernel's score worked out again, with the arithmetic
}

// Party is the victim: a VM, process, container, pod or host.
type Party struct {
	Kind      string       `json:"kind"`
	Name      string       `json:"name"`
	Host      string       `json:"host,omitempty"`
	PID       record.Maybe `json:"pid,omitzero"`
	Comm      string       `json:"comm,omitempty"`
	UID       record.Maybe `json:"uid,omitzero"`
	RSS       record.Maybe `json:"rss_bytes,omitzero"`
	Anon      record.Maybe `json:"anon_rss_bytes,omitzero"`
	TotalVM   record.Maybe `json:"total_vm_bytes,omitzero"`
	Badness   record.Maybe `json:"badness,omitzero"`
	Adj       record.Maybe `json:"oom_score_adj,omitzero"`
	Cgroup    string       `json:"cgroup,omitempty"`
	Killer    string       `json:"killer,omitempty"`  // who killed it for memory: kernel, systemd-oomd, earlyoom, nohang, lmkd
	Named     Text         `json:"named_by,omitzero"` // how the pid became this name
	Perhaps   []string     `json:"perhaps,omitempty"` // the VMs, alike to the log, of which it was one
	Pods      []string     `json:"pods,omitempty"`
	Processes []Process    `json:"processes,omitempty"`
}

// Process is one that died with the victim.
type Process struct {
	Name  string       `json:"name"`
	PID   record.Maybe `json:"pid,omitzero"`
	RSS   record.Maybe `json:"rss_bytes,omitzero"`
	Share float64      `json:"share,omitempty"` // of the victim's own memory
}

// Trigger is who asked for the page that could not be had.
type Trigger struct {
	Comm  string       `json:"comm,omitempty"`
	PID   record.Maybe `json:"pid,omitzero"`
	Order record.Maybe `json:"order,omitzero"`
	GFP   string       `json:"gfp,omitempty"`
}

// Aggressor is one who used the memory up.
type Aggressor struct {
	Kind   string    `json:"kind"`
	Name   string    `json:"name"`
	Host   string    `json:"host,omitempty"`
	Growth int64     `json:"growth_bytes"`
	Share  float64   `json:"share"` // of all growth in the window
	Since  time.Time `json:"since,omitzero"`
	Bytes  int64     `json:"bytes"` // held at the incident
}

// Holder is one who held memory at the incident.
type Holder struct {
	Kind     string       `json:"kind"`
	Name     string       `json:"name"`
	Bytes    record.Maybe `json:"bytes,omitzero"`
	Growth   record.Maybe `json:"growth_bytes,omitzero"`
	Promised record.Maybe `json:"promised_bytes,omitzero"`
	Badness  record.Maybe `json:"badness,omitzero"`
}

// Throughput is what the run felt. Rates are successful completions per second.
type Throughput struct {
	Series      string    `json:"series"`
	Shape       string    `json:"shape"`                       // death, partial, slow, dip, outage
	Onset       time.Time `json:"onset"`                       // zero where nothing ties the load tool's clock to the others
	Into        Seconds   `json:"onset_into_load_s,omitempty"` // then: how long its clock had run
	Uncertainty Seconds   `json:"uncertainty_s"`
	Before      float64   `json:"before"`
	During      float64   `json:"during"`
	Depth       float64   `json:"depth"`
	Recovered   bool      `json:"recovered"`
	RecoveredAt time.Time `json:"recovered_at,omitzero"`
	Lost        *float64  `json:"lost"` // against the baseline, over the time the load tool went on asking; nil where its figures stop
	Requests    *Requests `json:"requests,omitempty"`
}

func trimFloat(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "null"
	}
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64)
}

package verdict

// PatternsSchema names the JSON form of patterns.json.
const PatternsSchema = "oomortem/patterns/1"

// PatternKind is one of the closed list of patterns across runs (contract).
type PatternKind string

// The kinds.
const (
	VictimVaries         PatternKind = "victim-varies"
	SameVictim           PatternKind = "same-victim"
	SameProcess          PatternKind = "same-process"
	TimeToFailure        PatternKind = "time-to-failure"
	FixedByChange        PatternKind = "fixed-by-change"
	Recurrence           PatternKind = "recurrence"
	ThroughputRegression PatternKind = "throughput-regression"
)

// Pattern is something that only several runs together show.
type Pattern struct {
	Kind       PatternKind    `json:"kind"`
	Statement  Text           `json:"statement"`
	Confidence float64        `json:"confidence"`
	Runs       []string       `json:"runs"`
	Host       string         `json:"host,omitempty"`
	Subject    string         `json:"subject,omitempty"` // the VM, process or cause it is about
	Evidence   []RunsEvidence `json:"evidence"`
}

// RunsEvidence is one observation for (weight > 0) or against (weight < 0) a pattern, in decibans, and the run that it
// was made in; without a run it was made over all of them.
type RunsEvidence struct {
	Text   Text    `json:"text"`
	Weight float64 `json:"weight"`
	Run    string  `json:"run,omitempty"`
}

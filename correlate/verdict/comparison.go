package verdict

// ComparisonSchema names the JSON form of a Comparison.
const ComparisonSchema = "oomortem/compare/1"

// Comparison is two runs side by side.
type Comparison struct {
	Names       [2]string
	Headlines   [2]Text
	Runs        [2]Outcome
	Throughput  *Plateaus    // nil where one has no plateau
	Unlike      []Text       // why their throughput cannot be compared like with like; empty when it can
	Differences []Difference // everything that differs, in a fixed order
	Patterns    []Pattern    // what the two together show
}

// Difference is something in which two runs differ. What is not known of a run is nil.
type Difference struct {
	What   Text   `json:"what"`
	Unit   string `json:"unit,omitempty"` // bytes, per_second, seconds, transactions, share, ms
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

// Plateaus is the steady throughput of two runs.
type Plateaus struct {
	Before, After float64 // medians, per second
	Change        float64 // share of Before; negative is a drop
	P             float64 // of the rank test
}

package correlate

import (
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestGone: a VM killed from outside leaves no line; its memory curve ends while the others' go on. Nothing says that it
// was a failure, and where throughput was measured that answers.
func TestGone(t *testing.T) {
	host := func() *records {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.memory("web-2", 7200, rising(12, 12, 0, 1))
		return r
	}
	killed := host()
	killed.memory("web-1", 3000, rising(12, 12, 0, 1))
	in := only(t, killed.report(Options{}))
	if in.Cause != verdict.Unexplained || in.Confidence > .60 || in.Victim == nil || in.Victim.Name != "web-1" || in.Victim.Kind != "vm" {
		t.Errorf("%s with %.2f, victim %+v", in.Cause, in.Confidence, in.Victim)
	}
	if got := seconds(in.At); got < 2999-15+seconds(begin) || got > 3015+seconds(begin) {
		t.Errorf("it ended at %v", in.At)
	}
	for name, change := range map[string]func(r *records){
		"all end":         func(r *records) { r.memory("web-1", 7200, rising(12, 12, 0, 1)) },
		"a small one":     func(r *records) { r.memory("web-1", 3000, rising(1, 1, 0, 1)) },
		"two samples ago": func(r *records) { r.memory("web-1", 7170, rising(12, 12, 0, 1)) },
		"somebody stopped it": func(r *records) {
			r.memory("web-1", 3000, rising(12, 12, 0, 1))
			r.event("messages", 3003, record.VMStopped, record.AttrVM, "web-1", record.AttrReason, "shutdown")
		},
		"throughput held": func(r *records) {
			r.memory("web-1", 3000, rising(12, 12, 0, 1))
			r.tps(7200, func(float64) float64 { return 1 })
		},
	} {
		r := host()
		change(r)
		for _, in := range r.report(Options{}).Incidents {
			t.Errorf("%s: %s with %.2f", name, in.Cause, in.Confidence)
		}
	}
}

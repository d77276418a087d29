package reports

import (
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestLost: a tool that asked nothing did not go on asking.
func TestLost(t *testing.T) {
	for manner, on := range map[verdict.Manner]bool{
		"": true, verdict.Stalled: true, verdict.Refused: true, verdict.Silent: false, verdict.Ended: false,
	} {
		said := composer{}.lost(&verdict.Throughput{Lost: new(33599.), Requests: &verdict.Requests{Manner: manner}})
		if !strings.HasPrefix(said, "about 33,599 transactions") || strings.Contains(said, "went on asking") != on {
			t.Errorf("%q: %s", manner, said)
		}
	}
	answersOnly := &verdict.Requests{Before: record.Known(10), During: record.Known(0)}
	if said := (composer{}).lost(&verdict.Throughput{Lost: new(5.), Requests: answersOnly}); strings.Contains(said, "went on asking") {
		t.Errorf("no request of the tool's file lies in that time: %s", said)
	}
	if said := (composer{}).lost(&verdict.Throughput{Lost: new(5.)}); !strings.Contains(said, "went on asking") {
		t.Errorf("of a load without requests: %s", said)
	}
}

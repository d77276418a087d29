package correlate

import (
	"math"
	"testing"

	"oomortem/correlate/cause"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// says is a hypothesis that always answers the same.
func says(name verdict.Cause, weight, most float64, state ...string) cause.Hypothesis {
	return cause.Hypothesis{Name: name, Test: func(*cause.Case) cause.Finding {
		f := verdict.Finding{Cause: name, Testable: true, Cap: most, Evidence: []verdict.Evidence{{Weight: weight}}}
		for _, s := range state {
			f.Testable = f.Testable && s != "untestable"
			f.Excluded = f.Excluded || s == "excluded"
		}
		return cause.Finding{Finding: f}
	}}
}

// TestRank: decibans are ten times the decimal logarithm of the odds, so 10 against 0 are ten to one.
func TestRank(t *testing.T) {
	for _, c := range []struct {
		name string
		of   []cause.Hypothesis
		want []float64 // in the order of the ranking
		who  []verdict.Cause
	}{
		{"ten to one", []cause.Hypothesis{says("a", 0, 0), says("b", 10, 0)}, []float64{10. / 11, 1. / 11}, []verdict.Cause{"b", "a"}},
		{"a tie goes by name", []cause.Hypothesis{says("z", 5, 0), says("a", 5, 0), says("m", 5, 0)}, []float64{1. / 3, 1. / 3, 1. / 3}, []verdict.Cause{"a", "m", "z"}},
		{"a cap's rest is unexplained", []cause.Hypothesis{says("a", 20, .60), says(verdict.Unexplained, 0, 0)}, []float64{.60, .40}, []verdict.Cause{"a", verdict.Unexplained}},
		{"a cap may put unexplained first", []cause.Hypothesis{says("a", 20, .45), says(verdict.Unexplained, 0, 0)}, []float64{.55, .45}, []verdict.Cause{verdict.Unexplained, "a"}},
		{"no conclusion is sure", []cause.Hypothesis{says("a", 40, 0), says(verdict.Unexplained, 0, 0)}, []float64{.97, .03}, []verdict.Cause{"a", verdict.Unexplained}},
		{"nor is it sure that nothing explains it", []cause.Hypothesis{says("a", -40, 0), says(verdict.Unexplained, 0, 0)}, []float64{.90, 1 / 10001.}, []verdict.Cause{verdict.Unexplained, "a"}},
		{"excluded and untestable", []cause.Hypothesis{says("a", 40, 0, "excluded"), says("b", 40, 0, "untestable"), says("c", 0, 0)}, []float64{.97, 0, 0}, []verdict.Cause{"c", "a", "b"}},
		{"nothing can be tested", []cause.Hypothesis{says("b", 40, 0, "excluded"), says("a", 40, 0, "untestable")}, []float64{0, 0}, []verdict.Cause{"a", "b"}},
	} {
		got := rank(c.of, &cause.Case{})
		sum := 0.0
		for i, f := range got {
			sum += f.Confidence
			if f.Cause != c.who[i] || math.Abs(f.Confidence-c.want[i]) > 1e-3 {
				t.Errorf("%s: place %d is %s with %.4f, want %s with %.4f", c.name, i+1, f.Cause, f.Confidence, c.who[i], c.want[i])
			}
		}
		if sum > 1+1e-9 {
			t.Errorf("%s: %.4f in all", c.name, sum)
		}
	}
	if len(rank(cause.All(), &cause.Case{})) != len(cause.All()) {
		t.Error("a hypothesis got lost")
	}
}

// TestQuoted: names come from the evidence, and somebody will paste the command into a shell (POSIX 2.2.2: nothing is
// special between single quotes but the single quote).
func TestQuoted(t *testing.T) {
	for name, want := range map[string]string{
		"vm-k8s-worker-1": "vm-k8s-worker-1",
		"guest=web_1,":    "guest=web_1,",
		"":                "''",
		"my vm":           "'my vm'",
		"a;rm -rf /":      "'a;rm -rf /'",
		"$(reboot)":       "'$(reboot)'",
		"`reboot`":        "'`reboot`'",
		"it's":            `'it'\''s'`,
		"a'b;reboot;'c":   `'a'\''b;reboot;'\''c'`,
		"a\nreboot":       "'a\nreboot'",
		"~root":           "'~root'",
		"a*":              "'a*'",
		"数据库":             "'数据库'",
	} {
		if got := quoted(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// TestWhoseSilenceTells: a log that libvirt, QEMU or auditd writes for itself holds no kernel's line, so that its silence
// clears nobody of a kill.
func TestWhoseSilenceTells(t *testing.T) {
	for format, most := range map[string]float64{"syslog": 1, "libvirtd": .45, "qemu": .45, "audit": .45} {
		r := &records{}
		r.sizes("web-1", 16)
		r.covers("host.log", -3600, 7200)
		r.inputs["host.log"].Format = format
		r.event("host.log", -3000, record.VMStarted, record.AttrVM, "web-1")
		r.tps(7200, func(t float64) float64 {
			if t > 3000 {
				return .4
			}
			return 1
		})
		found := 0.0
		in := only(t, r.report(Options{}))
		for _, f := range in.Findings {
			if f.Cause == verdict.Slowdown {
				found = f.Confidence
			}
		}
		if found > most || most == 1 && found < .6 {
			t.Errorf("%s: slowdown with %.2f", format, found)
		}
	}
}

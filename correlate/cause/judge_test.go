package cause

import (
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestJudge: an end that may be of another host, or of another hour, is never named with much confidence, whatever else
// speaks for it and whatever cap the hypothesis sets, or sets none; nor, while another end lies beside, one that throughput
// followed minutes later, or a group's of which nobody knows whom it served.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name string
		cap  float64 // that the hypothesis sets
		d    Death
		u    time.Duration // of the death
		load time.Duration // of the drop
		want float64
	}{
		{"the run's own", .97, Death{}, time.Second, 0, .97},
		{"two minutes before, beside another", .97, dead(Crash, record.VMCrashed, -2*time.Minute), time.Second, 0, .60},
		{"two minutes after, beside another", .97, dead(Crash, record.VMCrashed, 2*time.Minute), time.Second, 0, .60},
		{"half a minute before, beside another", .97, dead(Crash, record.VMCrashed, -30*time.Second), time.Second, 0, .97},
		{"an unnamed group's kill, beside another", .97, dead(GroupKill, record.OOMKill, -10*time.Second), time.Second, 0, .60},
		{"a VM's kill at its group's limit, beside another", .97, named(dead(GroupKill, record.OOMKill, -10*time.Second), "a"), time.Second, 0, .97},
		{"another host's", .97, Death{Alien: true}, time.Second, 0, .33},
		{"a zone that nobody knows", .97, Death{}, 14 * time.Hour, 0, .60},
		{"a load tool's zone that nobody knows", .97, Death{}, time.Second, 14 * time.Hour, .60},
		{"and no cap set", 0, Death{}, 14 * time.Hour, 0, .60},
		{"and a lower one set", .50, Death{}, 14 * time.Hour, 0, .50},
	} {
		k := Case{Drop: fell("death", 0, 1), Deaths: []Death{killed(HostKill, "none", 0)}, Seen: everything}
		if !c.d.T.IsZero() {
			k.Deaths[0], k.Seen.Beside = c.d, true
		}
		k.Deaths[0].Alien, k.Deaths[0].U, k.Drop.Onset.U = c.d.Alien, c.u, c.load
		h := Hypothesis{Test: func(*Case) Finding {
			return Finding{Finding: verdict.Finding{Testable: true, Cap: c.cap}, Death: &k.Deaths[0]}
		}}
		if got := h.Judge(&k).Cap; got != c.want {
			t.Errorf("%s: cap %v, want %v", c.name, got, c.want)
		}
	}
}

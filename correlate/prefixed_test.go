package correlate

import (
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestNamedAfterItsHost: of two kernel logs that name no host the one that is called after another machine holds a kill of java in
// the second of the drop, the host's own does not. A copy of the host's own, and a log that ends before, are the host's.
func TestNamedAfterItsHost(t *testing.T) {
	for _, c := range []struct {
		name, file string
		plainEnds  float64
		copied     bool
		cause      verdict.Cause
	}{
		{"a file of another machine", "loadgen-1-dmesg.txt", 7200, false, verdict.LoadGenerator},
		{"a folder of another machine", "loadgen-1/dmesg.txt", 7200, false, verdict.LoadGenerator},
		{"a copy", "loadgen-1-dmesg.txt", 7200, true, verdict.HostConsumer},
		{"the other one ends before", "new-dmesg.txt", 2900, false, verdict.HostConsumer},
		{"called after nobody", "kernel.txt", 7200, false, verdict.HostConsumer},
		{"called after a day", "20210220-dmesg.txt", 7200, false, verdict.HostConsumer},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("dmesg.txt", -3600, c.plainEnds)
		r.covers(c.file, -3600, 7200)
		r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1").Host = "kvm1"
		r.covers("messages", -3600, 7200)
		kill := func(file string) {
			e := r.kill(file, 3000, "java", 12716, 12*gib, "/user.slice/user-1000.slice")
			e.Host, e.At = "", record.At(after(3000), time.Second)
		}
		kill(c.file)
		if c.copied {
			kill("dmesg.txt")
		}
		r.tps(7200, until(3000))
		r.memory("web-1", 7200, rising(8, 8, 0, 1))
		r.memory("web-2", 7200, rising(8, 8, 0, 1))
		if in := only(t, r.report(Options{})); in.Cause != c.cause {
			t.Errorf("%s: %s with %.2f", c.name, in.Cause, in.Confidence)
		}
	}
}

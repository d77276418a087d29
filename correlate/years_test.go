package correlate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestCurveWithoutAYear: dstat writes "20-02 01:20:00". The year is that of the run's other files, also across New Year.
func TestCurveWithoutAYear(t *testing.T) {
	r := overcommitted()
	for i := range r.samples {
		if x := &r.samples[i]; x.Series.Subject == "web-2" {
			x.At = record.Stamp{Wall: inYear(x.At.Wall, 0), Lacks: record.LacksYear, Prec: time.Second}
		}
	}
	got, want := r.report(Options{}).Worst(), overcommitted().report(Options{}).Worst()
	same := func(a, b verdict.Aggressor) bool {
		return a.Name == b.Name && a.Growth == b.Growth && a.Since.Equal(b.Since)
	}
	if len(got.Aggressors) != 1 || !slices.EqualFunc(got.Aggressors, want.Aggressors, same) {
		t.Errorf("aggressors %+v, with years %+v", got.Aggressors, want.Aggressors)
	}
	turnOfYear(t)
}

func turnOfYear(t *testing.T) {
	s := NewSession(Options{})
	eve := time.Date(0, 12, 31, 23, 59, 0, 0, time.UTC)
	dated := record.Origin{File: "messages", Line: 1}
	s.Event(record.Event{At: record.At(time.Date(2024, 12, 31, 20, 0, 0, 0, time.UTC), time.Second), From: dated, Kind: record.VMStopped})
	s.Input(record.Input{Path: "messages", Log: true, First: record.At(time.Date(2024, 12, 31, 20, 0, 0, 0, time.UTC), time.Second), Last: record.At(time.Date(2025, 1, 1, 4, 0, 0, 0, time.UTC), time.Second), Lines: 9})
	used := &record.Series{Name: "used", Unit: record.Bytes, From: record.Origin{File: "dstat.csv", Line: 7}}
	for i, at := range []time.Time{eve, eve.Add(time.Minute - 366*24*time.Hour), eve.Add(2*time.Minute - 366*24*time.Hour)} { // year 0 has 366 days
		s.Sample(record.Sample{Series: used, Line: 8 + i, At: record.Stamp{Wall: at, Lacks: record.LacksYear}, Value: float64(i)})
	}
	s.setClock()
	years := []float64{seconds(time.Date(2024, 12, 31, 23, 59, 0, 0, time.UTC)), seconds(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)), seconds(time.Date(2025, 1, 1, 0, 1, 0, 0, time.UTC))}
	if got := s.curves[0].t; !slices.Equal(got, years) {
		t.Errorf("across New Year: %v, want %v", got, years)
	}
}

func inYear(at time.Time, year int) time.Time {
	return time.Date(year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// TestTemplates: machines that are shut off and that nothing speaks of hold no memory, so their sizes are no promise.
func TestTemplates(t *testing.T) {
	r := overcommitted()
	for _, name := range []string{"template-1", "template-2"} {
		r.fact("dominfo", name, record.FactVMMemory, "68719476736")
		r.fact("dominfo", name, record.FactVMState, "shut off")
	}
	rep := r.report(Options{})
	if got := rep.Capacity.Promised; got != record.Known(80*gib) { // 4 × 16 + 2 × 8
		t.Errorf("promised %v, want the 80 GiB of those that ran", got)
	}
	for _, vm := range rep.Capacity.VMs {
		if strings.HasPrefix(vm.Name, "template") && vm.Suggested.Known() {
			t.Errorf("a size is suggested for %s", vm.Name)
		}
	}
}

// TestSmallVM: half a GiB is the step of the suggested sizes; a VM that is smaller keeps what it has.
func TestSmallVM(t *testing.T) {
	r := overcommitted()
	r.fact("dominfo", "a-tiny", record.FactVMMemory, "268435456") // first by name
	r.fact("dominfo", "a-tiny", record.FactVMState, "running")
	rep := r.report(Options{})
	if first := rep.Capacity.VMs[0]; first.Name != "a-tiny" || first.Suggested != record.Known(256<<20) {
		t.Errorf("%s: %v suggested", first.Name, first.Suggested)
	}
	if rep.Verdict.Cause != verdict.HostOvercommit || !strings.HasPrefix(rep.Recommendations[0].Command, "virsh setmaxmem db-1 ") {
		t.Errorf("%s: %q", rep.Verdict.Cause, rep.Recommendations[0].Command)
	}
}

// TestGeneratorsOwnLog: a load tool's own log is an export of another machine, though it tells events too: in the host's
// zone its drop would fall eight hours from the kill, in UTC it falls on it.
func TestGeneratorsOwnLog(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16, "web-3", 16, "web-4", 16)
	const lag = 8 * 3600
	r.covers("messages", -6*3600, 16*3600)
	r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1")
	r.kill("messages", 3000, "qemu-kvm", 7569, 15*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope`)
	for i := range r.events { // the host writes its local time, eight hours ahead, and an anchor tells so
		e := &r.events[i]
		e.At = record.Stamp{Wall: e.At.Wall.Add(lag * time.Second), Prec: time.Second, Lacks: record.LacksZone}
	}
	in := r.inputs["messages"]
	for _, st := range []*record.Stamp{&in.First, &in.Last} {
		*st = record.Stamp{Wall: st.Wall.Add(lag * time.Second), Prec: time.Second, Lacks: record.LacksZone}
	}
	first := r.events[0]
	for i := range 2 {
		r.anchors = append(r.anchors, record.Anchor{From: record.Origin{File: "messages", Line: first.From.Line + i}, Stamp: first.At, Instant: first.At.Wall.Add(-lag * time.Second), Slack: time.Second, Rule: "libvirt's UTC stamp on the same line"})
	}
	r.curve(record.Series{Name: "summary +", Quantity: record.Throughput, Unit: record.PerSecond}, "jmeter.log", 0, 7200, 10, until(3000))
	for i := range r.samples {
		r.samples[i].At.Lacks = record.LacksZone
	}
	jm := r.inputs["jmeter.log"]
	jm.First.Lacks, jm.Last.Lacks = record.LacksZone, record.LacksZone
	r.event("jmeter.log", 7200, record.GeneratorStopped, record.AttrReason, "planned").At.Lacks = record.LacksZone
	if in := only(t, r.report(Options{})); in.Cause != verdict.HostOvercommit {
		t.Errorf("%s with %.2f", in.Cause, in.Confidence)
	}
}

// TestLacksOfEachEvent: in a file of both kinds only the stamps without a year lack it.
func TestLacksOfEachEvent(t *testing.T) {
	r := &records{}
	r.kill("messages", 3600, "java", 700, gib, "")
	r.kill("messages", 7200, "java", 701, gib, "")
	r.events[1].At = record.Stamp{Wall: time.Date(0, 7, 1, 4, 0, 0, 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
	rows, _ := r.session(Options{}).Events()
	for _, row := range rows {
		want := record.Lack(0)
		if row.OOM.Victim.PID == record.Known(701) {
			want = record.LacksYear | record.LacksZone
		}
		if row.Lacks != want {
			t.Errorf("pid %v: lacks %v, want %v", row.OOM.Victim.PID, row.Lacks, want)
		}
	}
}

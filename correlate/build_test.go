package correlate

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

const gib = 1 << 30

// begin is the start of every built run. Times are seconds after it.
var begin = time.Date(2021, 2, 20, 0, 0, 0, 0, time.UTC)

func after(s float64) time.Time { return begin.Add(time.Duration(s * float64(time.Second))) }

// records are what the parsers would hand over of one run.
type records struct {
	events  []record.Event
	samples []record.Sample
	loads   []*record.Load
	facts   []record.Fact
	anchors []record.Anchor
	inputs  map[string]*record.Input
}

func (r *records) saw(file string, log bool, st record.Stamp) {
	if r.inputs == nil {
		r.inputs = map[string]*record.Input{}
	}
	in := r.inputs[file]
	if in == nil {
		in = &record.Input{Path: file, Format: "built", Log: log, First: st, Last: st, Lines: 1e6}
		r.inputs[file] = in
	}
	if st.Wall.Before(in.First.Wall) {
		in.First = st
	}
	if st.Wall.After(in.Last.Wall) {
		in.Last = st
	}
}

// covers lets a log reach from one time to another, whatever stands in it.
func (r *records) covers(file string, from, to float64) {
	r.saw(file, true, record.At(after(from), time.Second))
	r.saw(file, true, record.At(after(to), time.Second))
}

// event adds a line of a log; attributes come in pairs.
func (r *records) event(file string, s float64, kind record.Kind, attr ...string) *record.Event {
	e := record.Event{At: record.At(after(s), time.Second), From: record.Origin{File: file, Line: len(r.events) + 1}, Host: "kvm1", Source: "libvirtd", Kind: kind, Text: string(kind)}
	for i := 0; i+1 < len(attr); i += 2 {
		e.Attr = append(e.Attr, record.Attr{Key: attr[i], Value: attr[i+1]})
	}
	r.saw(file, true, e.At)
	r.events = append(r.events, e)
	return &r.events[len(r.events)-1]
}

// kill adds the kernel's kill of a process that held so many bytes.
func (r *records) kill(file string, s float64, comm string, pid, rss int64, memcg string) *record.Event {
	e := r.event(file, s, record.OOMKill)
	e.Source = "kernel"
	e.OOM = &record.OOM{Killer: "kernel", Constraint: "none", TaskMemcg: memcg, Victim: record.Victim{PID: record.Known(pid), Comm: comm, Anon: record.Known(rss)}}
	return e
}

func (r *records) fact(file, subject, key, value string) {
	r.facts = append(r.facts, record.Fact{From: record.Origin{File: file, Line: len(r.facts) + 1}, Subject: subject, Key: key, Value: value})
	if r.inputs[file] == nil {
		r.saw(file, false, record.Stamp{})
	}
}

// curve adds a sample every step seconds; what is NaN is not there.
func (r *records) curve(s record.Series, file string, from, to, step float64, value func(t float64) float64) {
	s.From.File = file
	line := 1
	for t := from; t <= to; t += step {
		line++
		if v := value(t); !math.IsNaN(v) {
			st := record.At(after(t), time.Second)
			r.samples = append(r.samples, record.Sample{At: st, Line: line, Series: &s, Value: v})
			r.saw(file, false, st)
		}
	}
}

// noisy gives a level with 3 % of seeded noise.
func noisy(level float64) func(float64) float64 {
	rng := rand.New(rand.NewPCG(1, uint64(level)))
	return func(float64) float64 { return level * (1 + .03*rng.NormFloat64()) }
}

// tps adds the throughput: 1,800 a second every 5 s, from 0 to end, as the shape leaves it.
func (r *records) tps(end float64, shape func(t float64) float64) {
	level := noisy(1800)
	r.curve(record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond}, "tps.csv", 0, end, 5, func(t float64) float64 { return level(t) * shape(t) })
}

func whole(float64) float64 { return 1 }

// until is full throughput up to t, then none.
func until(end float64) func(float64) float64 {
	return func(t float64) float64 {
		if t >= end {
			return 0
		}
		return 1
	}
}

// memory adds a VM's resident memory every 15 s.
func (r *records) memory(vm string, end float64, held func(t float64) float64) {
	r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes, Subject: vm}, "mem.csv", 0, end, 15, held)
}

// rising is a level of so many GiB that climbs to another between two times.
func rising(from, to, t0, t1 float64) func(float64) float64 {
	return func(t float64) float64 {
		x := min(1, max(0, (t-t0)/(t1-t0)))
		return math.Round((from + (to-from)*x) * gib)
	}
}

func (r *records) session(opt Options) *Session {
	if opt.Hypotheses == nil {
		opt.Hypotheses = cause.All()
	}
	s := NewSession(opt)
	for _, x := range r.facts {
		s.Fact(x)
	}
	for _, x := range r.anchors {
		s.Anchor(x)
	}
	for _, x := range r.events {
		s.Event(x)
	}
	for _, x := range r.samples {
		s.Sample(x)
	}
	for _, x := range r.loads {
		s.Load(x)
	}
	var paths []string
	for p := range r.inputs {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		s.Input(*r.inputs[p])
	}
	return s
}

func (r *records) report(opt Options) *verdict.Report { return r.session(opt).Report() }

// only gives the one incident of a report.
func only(t *testing.T, r *verdict.Report) verdict.Incident {
	t.Helper()
	if len(r.Incidents) != 1 {
		t.Fatalf("%d incidents, want 1: %s %v", len(r.Incidents), r.Verdict.Cause, r.Verdict.Headline)
	}
	return r.Incidents[0]
}

func marshalled(t *testing.T, r *verdict.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sizes adds virsh dominfo's and meminfo's facts: GiB of each VM, and a host of 62.6 GiB without swap.
func (r *records) sizes(vms ...any) {
	for i := 0; i+1 < len(vms); i += 2 {
		r.fact("dominfo.txt", vms[i].(string), record.FactVMMemory, record.Known(int64(vms[i+1].(int))*gib).String())
		r.fact("dominfo.txt", vms[i].(string), record.FactVMState, "running")
	}
	r.fact("meminfo", "", record.FactHostRAM, "67252174848") // 65675952 kB
	r.fact("meminfo", "", record.FactHostSwap, "0")
}

// overcommitted is a run of two hours on a host of 62.6 GiB whose VMs were promised 80: at 4800 s the kernel kills web-1,
// the biggest and long still, because web-2 grew by 7 GiB in the twenty minutes before; throughput falls 4 s earlier.
func overcommitted() *records {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16, "web-3", 16, "web-4", 16, "db-1", 8, "db-2", 8)
	r.covers("messages", -3600, 7200)
	r.kill("messages", 4800, "qemu-kvm", 7569, 16*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`)
	r.event("messages", 4803, record.VMKilled, record.AttrVM, "web-1")
	r.event("messages", 4804, record.VMStopped, record.AttrVM, "web-1").Source = "systemd-machined"
	r.tps(7200, until(4796))
	r.memory("web-1", 4799, rising(16, 16, 0, 1))
	r.memory("web-2", 7200, rising(7, 14, 3600, 4800))
	r.memory("web-3", 7200, rising(12, 12, 0, 1))
	r.memory("web-4", 7200, rising(11, 11, 0, 1))
	r.memory("db-1", 7200, rising(4, 4, 0, 1))
	r.memory("db-2", 7200, rising(4, 4, 0, 1))
	// What is left of 62.6 GiB: less 0.9 for the host and 47 for the others, less web-2; then web-1's 16 are back.
	used := rising(7, 14, 3600, 4800)
	r.curve(record.Series{Name: "MemAvailable", Quantity: record.HostAvailable, Unit: record.Bytes}, "host.csv", 0, 7200, 15, func(t float64) float64 {
		left := (62.6-.9-47)*gib - used(t)
		if t >= 4800 {
			left += 16 * gib
		}
		return left
	})
	return r
}

// quietHost is a host of two VMs to which nothing happens in two hours.
func quietHost() *records {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16)
	r.covers("messages", -3600, 7200)
	r.memory("web-1", 7200, rising(16, 16, 0, 1))
	r.memory("web-2", 7200, rising(7, 7, 0, 1))
	return r
}

package correlate

import (
	"math"
	"slices"
	"testing"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// sampled gives a curve from 0 to end, every 15 s.
func sampled(end float64, value func(t float64) float64) (at, v []float64) {
	for t := 0.0; t <= end; t += 15 {
		at, v = append(at, t), append(v, value(t))
	}
	return at, v
}

// TestWindow: since when the last exhaustion runs, on a host of 100 bytes; each truth is how the curve was built.
func TestWindow(t *testing.T) {
	line := func(from, to, t0, t1 float64) func(float64) float64 {
		return func(t float64) float64 { return from + (to-from)*min(1, max(0, (t-t0)/(t1-t0))) }
	}
	for _, c := range []struct {
		name        string
		kill        float64
		avail       func(t float64) float64
		least, most float64
	}{
		// It stood at 6 % for an hour: short, but alive. Who then took those 6 % is the aggressor.
		{"an hour at 6 %, then a burst", 4800, func(t float64) float64 {
			if t < 4740 {
				return line(50, 6, 0, 600)(t)
			}
			return line(6, .3, 4740, 4800)(t)
		}, 4560, 4755},
		{"the same with flicker", 4800, func(t float64) float64 {
			if t < 4740 {
				return line(50, 6, 0, 600)(t) + .05*math.Sin(t)
			}
			return line(6, .3, 4740, 4800)(t)
		}, 4500, 4755},
		// A little more came free on the way; ten flat minutes part it from the fall that matters.
		{"at 6 %, a hump, ten flat minutes, then a burst", 4260, func(t float64) float64 {
			switch {
			case t < 600:
				return line(50, 6, 0, 600)(t)
			case t < 3300:
				return line(6, 7.5, 3000, 3300)(t)
			case t < 4200:
				return line(7.5, 6, 3300, 3600)(t)
			}
			return line(6, .3, 4200, 4260)(t)
		}, 4020, 4215},
		// A leak from 30 % to 1 % in an hour passes 10 % after 20/29 of it, at 2483 s.
		{"a leak", 3600, line(30, 1, 0, 3600), 2450, 2490},
		{"a burst out of plenty", 1200, line(40, .5, 1080, 1200), 1080, 1185},
		{"room, short, room again, then the fall", 3600, func(t float64) float64 {
			if t < 1800 {
				return 30 - 28*min(1, t/900)
			}
			return line(30, 1, 2400, 3600)(t)
		}, 3200, 3235}, // 10 % at 2400 + 1200 * 20/29 = 3228 s
		{"never any room", 1200, line(4, 1, 0, 1200), 0, 15},
	} {
		at, v := sampled(c.kill, c.avail)
		since, rule := window(c.kill, at, v, "MemAvailable", 100)
		if got := seconds(since); got < c.least || got > c.most {
			t.Errorf("%s: since %v s, want %v to %v", c.name, got, c.least, c.most)
		}
		if rule.IsZero() {
			t.Errorf("%s: no rule", c.name)
		}
	}
	for _, c := range []struct {
		name string
		pool float64
		at   []float64
	}{{"no curve", 100, nil}, {"the curve begins after the kill", 100, []float64{9000, 9015}}, {"no RAM", 0, []float64{0, 15}}} {
		if since, _ := window(7200, c.at, make([]float64, len(c.at)), "x", c.pool); seconds(since) != 3600 { // an hour before
			t.Errorf("%s: since %v", c.name, seconds(since))
		}
	}
}

// held makes a course of VMs with curves that stand at so many GiB until 1000 s.
func held(gibs map[string]float64) (*course, map[*topology.VM]*curve) {
	r := &records{}
	for _, vm := range []string{"a", "b", "c", "d"} {
		if g, ok := gibs[vm]; ok {
			r.fact("list", vm, record.FactVM, "virsh")
			r.memory(vm, 1000, rising(g, g, 0, 1))
		}
	}
	s := r.session(Options{})
	s.sort()
	topo := topology.Build(s.facts, s.events, s.series())
	ck := s.setClock()
	c := &course{s: s, clock: ck, topo: topo, sights: s.sights(ck), flow: &flow{}}
	c.curves = s.placed(ck, topo)
	c.memory = c.weighMemory()
	return c, vmMemory(c.curves)
}

// TestTableOf reads the dump's task table as the VMs' last sample. Sizes are GiB.
func TestTableOf(t *testing.T) {
	row := func(pid int, comm string, gibs float64) record.Task {
		return record.Task{TGID: pid, Comm: comm, RSS: int64(gibs * gib)}
	}
	for _, c := range []struct {
		name   string
		curves map[string]float64
		pids   map[string]int64
		class  cause.Class
		tasks  []record.Task
		want   map[string]float64
	}{
		{"by pid, however far from the curve", map[string]float64{"a": 16, "b": 8, "c": 4}, map[string]int64{"b": 2, "c": 3}, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "qemu-kvm", 4), row(3, "qemu-kvm", 8)}, map[string]float64{"b": 4, "c": 8}},
		{"by the curve that it continues", map[string]float64{"a": 16, "b": 8, "c": 4}, nil, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(3, "qemu-kvm", 4.05), row(2, "qemu-kvm", 8.1)}, map[string]float64{"b": 8.1, "c": 4.05}},
		{"the last row is the last VM's, whose burst no curve saw", map[string]float64{"a": 16, "b": 8, "c": 4}, nil, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "qemu-kvm", 8.1), row(3, "qemu-kvm", 11)}, map[string]float64{"b": 8.1, "c": 11}},
		{"two rows that continue nothing", map[string]float64{"a": 16, "b": 8, "c": 4}, nil, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "qemu-kvm", 10), row(3, "qemu-kvm", 13)}, map[string]float64{}},
		{"one row, and two VMs that it could be", map[string]float64{"a": 16, "b": 8, "c": 4}, nil, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "qemu-kvm", 11)}, map[string]float64{}},
		{"no VMs and helpers", map[string]float64{"a": 16, "b": 8}, nil, cause.HostKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "mysqld", 8), row(3, "qemu-kvm", .03)}, map[string]float64{}},
		{"a kill at a cgroup's limit", map[string]float64{"a": 16, "b": 8}, map[string]int64{"b": 2}, cause.GroupKill,
			[]record.Task{row(1, "qemu-kvm", 16), row(2, "qemu-kvm", 8)}, map[string]float64{}},
		{"no table", map[string]float64{"a": 16, "b": 8}, nil, cause.HostKill, nil, map[string]float64{}},
	} {
		course, memory := held(c.curves)
		for _, vm := range course.topo.VMs {
			if pid, ok := c.pids[vm.Name]; ok {
				vm.PID = record.Known(pid)
			}
		}
		victim, _ := course.topo.VM("a")
		kill := &cause.Death{Class: c.class, Named: true, Victim: topology.Naming{VM: victim}}
		kill.Event = &record.Event{OOM: &record.OOM{Tasks: c.tasks, Victim: record.Victim{PID: record.Known(1)}}}
		got := course.tableOf(kill, memory, seconds(after(1000)))
		if len(got) != len(c.want) {
			t.Errorf("%s: %d rows found, want %d", c.name, len(got), len(c.want))
		}
		for vm, bytes := range got {
			if want, ok := c.want[vm.Name]; !ok || math.Abs(float64(bytes)-want*gib) > 1 {
				t.Errorf("%s: %s held %.2f GiB, want %.2f", c.name, vm.Name, float64(bytes)/gib, want)
			}
		}
	}
	course, memory := held(map[string]float64{"a": 1})
	if got := course.tableOf(nil, memory, 0); len(got) != 0 {
		t.Error("a table without a kill")
	}
}

// TestBurstInTable: a VM that took the last memory in seconds, between its last sample and the kill, is the aggressor.
func TestBurstInTable(t *testing.T) {
	r := overcommitted()
	for i := range r.samples { // web-2 stands still as far as its curve tells
		if x := &r.samples[i]; x.Series.Subject == "web-2" {
			x.Value = 7 * gib
		} else if x.Series.Quantity == record.HostAvailable && x.At.Wall.Before(after(4800)) {
			x.Value = 7.7 * gib
		}
	}
	for i, g := range []int64{16, 14, 12, 11, 4, 4} {
		r.events[0].OOM.Tasks = append(r.events[0].OOM.Tasks, record.Task{PID: 7569 + i, TGID: 7569 + i, Comm: "qemu-kvm", RSS: g * gib})
	}
	in := only(t, r.report(Options{}))
	if len(in.Aggressors) != 1 || in.Aggressors[0].Name != "web-2" || in.Aggressors[0].Growth != 7*gib {
		t.Errorf("aggressors %+v, want web-2 by 7 GiB", in.Aggressors)
	}
}

// TestClockAhead: by a clock 25 s ahead the kill comes when the host has room again. The victim's own curve tells until when it
// held its memory: it ends, or falls to what a VM holds that starts anew.
func TestClockAhead(t *testing.T) {
	for name, anew := range map[string]bool{"gone": false, "started anew": true} {
		r := overcommitted()
		r.events[0].At = record.At(after(4825), time.Millisecond)
		r.samples = slices.DeleteFunc(r.samples, func(x record.Sample) bool { return x.Series.Subject == "web-1" && !x.At.Wall.Before(after(4800)) })
		if anew {
			r.memory("web-1", 7200, func(t float64) float64 {
				if t < 4815 {
					return math.NaN()
				}
				return gib
			})
		}
		in := only(t, r.report(Options{}))
		if len(in.Aggressors) != 1 || in.Aggressors[0].Name != "web-2" {
			t.Errorf("%s: aggressors %+v, want web-2", name, in.Aggressors)
		}
	}
}

// TestGrowthByAnOpenClock: web-2 grew in the first twenty minutes of the run, by a table whose zone nothing tells; read as UTC that
// would be right before the kill at 4800 s.
func TestGrowthByAnOpenClock(t *testing.T) {
	r := overcommitted()
	r.samples = slices.DeleteFunc(r.samples, func(x record.Sample) bool {
		return x.Series.Quantity == record.RSS || x.Series.Quantity == record.HostAvailable
	})
	r.curve(record.Series{Name: "web-2", Quantity: record.RSS, Unit: record.Bytes, Subject: "web-2"}, "table.csv", 3600, 9000, 15, rising(7, 14, 3600, 4800))
	for i := range r.samples {
		if x := &r.samples[i]; x.Series.From.File == "table.csv" {
			x.At.Lacks |= record.LacksZone
		}
	}
	in := r.inputs["table.csv"]
	in.First.Lacks, in.Last.Lacks = record.LacksZone, record.LacksZone
	if got := only(t, r.report(Options{})); len(got.Aggressors) != 0 {
		t.Errorf("by a clock that may be hours off: %+v", got.Aggressors)
	}
}

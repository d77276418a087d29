package correlate

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

// dough makes records out of fuzz bytes: whatever a parser could hand over, and some that none would.
type dough struct{ b []byte }

func (d *dough) byte() byte {
	if len(d.b) == 0 {
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

// of gives one of a list.
func of[T any](d *dough, list ...T) T { return list[int(d.byte())%len(list)] }

func (d *dough) number() float64 {
	return of(d, 0, 1, -1, 1800, 16*gib, 1e300, -1e300, math.NaN(), math.Inf(1), math.Inf(-1), float64(d.byte()), float64(d.byte())*gib/8)
}

func (d *dough) maybe() record.Maybe {
	if x := d.number(); of(d, true, true, false) && math.Abs(x) < 1<<62 {
		return record.Known(int64(x))
	}
	return record.Maybe{}
}

func (d *dough) name() string {
	return of(d, "", "web-1", "web_1", "web1", "vm-web-1", "kvm1", "kvm2", "a", "\x00", "%v %d", "'; reboot", "数据库", "qemu-kvm", "mysqld", "-", ".", "101", "/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope")
}

func (d *dough) file() string {
	return of(d, "messages", "kern.log", "tps.csv", "mem.csv", "web-1.log", "top-20210220-101010.txt", "")
}

func (d *dough) stamp() record.Stamp {
	t := begin.Add(time.Duration(d.byte())*30*time.Second + time.Duration(d.byte())*time.Second)
	switch d.byte() % 12 {
	case 0:
		return record.Stamp{}
	case 1:
		return record.Stamp{Mono: t.Sub(begin), Prec: of(d, 0, time.Second), Lacks: record.LacksWall}
	case 2:
		return record.Stamp{Wall: time.Date(0, 1, 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC), Prec: time.Second, Lacks: record.LacksDate | record.LacksZone}
	case 3, 4:
		return record.Stamp{Wall: time.Date(0, of(d, time.February, time.December, time.January), of(d, 20, 29, 31, 1), t.Hour(), t.Minute(), t.Second(), 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
	case 5:
		return record.Stamp{Wall: t.AddDate(of(d, 0, 1, -50, 200), 0, 0), Prec: time.Second, Lacks: record.LacksZone}
	case 6:
		return record.Stamp{Wall: t.In(time.FixedZone("", int(d.byte())*600-70000)), Prec: time.Second}
	}
	return record.At(t, of(d, 0, time.Millisecond, time.Second, time.Minute))
}

// figureStamp is the stamp of a figure, which tells its year or no day at all.
func (d *dough) figureStamp() record.Stamp {
	st := d.stamp()
	if st.Lacks&record.LacksYear != 0 {
		st = record.Stamp{Wall: begin, Prec: time.Second, Lacks: record.LacksZone}
	}
	return st
}

func (d *dough) origin() record.Origin {
	return record.Origin{File: d.file(), Line: int(d.byte()) - 1}
}

func (d *dough) event() record.Event {
	e := record.Event{At: d.stamp(), From: d.origin(), Host: d.name(), Source: of(d, "kernel", "libvirtd", "systemd-machined", ""), Text: d.name(),
		Kind: of(d, record.OOMKill, record.OOMKill, record.OOMInvoked, record.VMStarted, record.VMStopped, record.VMKilled, record.VMCrashed, record.LinkDown, record.HostBoot, record.HostShutdown,
			record.KernelPanic, record.OOMPanic, record.ProcessCrash, record.GeneratorStopped, record.LogGap, record.MemPressure)}
	for range d.byte() % 4 {
		key := of(d, record.AttrVM, record.AttrPID, record.AttrReason, record.AttrComm, record.AttrEcho, record.AttrIface, record.AttrBytes, record.AttrID, record.AttrLasts)
		e.Attr = append(e.Attr, record.Attr{Key: key, Value: of(d, d.name(), "7569", "planned", "error", "crashed", "destroyed", "99999999999999999999")})
	}
	if e.Kind == record.OOMKill && of(d, true, true, true, false) {
		e.OOM = &record.OOM{Killer: of(d, "kernel", "kernel", "earlyoom"), Constraint: of(d, "none", "memcg", "cpuset", ""), OOMMemcg: d.name(), TaskMemcg: d.name(),
			Victim: record.Victim{PID: d.maybe(), Comm: d.name(), Anon: d.maybe(), Badness: d.maybe(), Adj: d.maybe(), Page: d.maybe()},
			Memory: record.Memory{RAM: d.maybe(), MemcgLimit: d.maybe(), SlabUnreclaimable: d.maybe(), HugePages: d.maybe(), Shmem: d.maybe()}}
		for range d.byte() % 4 {
			e.OOM.Tasks = append(e.OOM.Tasks, record.Task{TGID: int(d.byte()), Comm: d.name(), RSS: d.maybe().Or(0)})
		}
	}
	return e
}

func (d *dough) curve(s *Session) {
	x := &record.Series{Name: of(d, "tps", "rss", "MemAvailable", d.name()), Subject: d.name(), Unit: of(d, record.PerSecond, record.Bytes, record.NoUnit), From: d.origin(), Counter: d.byte() == 7,
		Quantity: of(d, record.Throughput, record.RSS, record.HostAvailable, record.HostTotal, record.Users, record.Errors, record.Requests, record.GuestUsed, "")}
	if d.byte() == 9 {
		x.Labels = []record.Attr{{Key: "groupname", Value: d.name()}, {Key: "instance", Value: d.name()}}
	}
	first, step, level := d.figureStamp(), time.Duration(d.byte())*time.Second, d.number()
	fall := int(d.byte())
	for i := range 2 * int(d.byte()) {
		v := level
		if i > fall {
			v = level / 8
		}
		if i == 3 {
			v = d.number()
		}
		s.Sample(record.Sample{At: first, Line: i, Series: x, Value: v})
		first.Wall, first.Mono = first.Wall.Add(step), first.Mono+step
	}
}

func (d *dough) load() *record.Load {
	l := &record.Load{From: d.origin(), Tool: of(d, "jmeter", "pgbench", d.name()), Label: of(d, "", "", "login"), Start: d.figureStamp(), Width: of(d, time.Second, 5*time.Second, time.Minute, 0), Planned: d.byte() == 1}
	ok, fall := int32(d.byte()), int(d.byte())
	for i := range 2 * int(d.byte()) {
		b := record.Bucket{OK: ok + int32(i*i%7), Users: int32(d.byte()) - 1, Active: -1}
		if i > fall {
			b.OK = 0
		}
		l.Buckets = append(l.Buckets, b)
		l.Samples += int64(b.OK)
	}
	return l
}

func (d *dough) fill(s *Session) {
	for n := 0; len(d.b) > 0 && n < 200; n++ {
		switch d.byte() % 8 {
		case 0, 1:
			s.Event(d.event())
		case 2, 3:
			d.curve(s)
		case 4:
			s.Load(d.load())
		case 5:
			s.Fact(record.Fact{From: d.origin(), Subject: d.name(), Value: of(d, d.maybe().String(), d.name()),
				Key: of(d, record.FactVMMemory, record.FactVM, record.FactVMPID, record.FactHostRAM, record.FactHostSwap, record.FactHostName, record.FactPodNode, record.FactTopHost, record.FactProcRSS, record.FactProcShare, record.FactProcComm)})
		case 6:
			s.Anchor(record.Anchor{From: d.origin(), Stamp: d.stamp(), Instant: begin.Add(time.Duration(d.byte()) * time.Hour), Rule: "built"})
		case 7:
			in := record.Input{Path: d.file(), Format: of(d, "syslog", "libvirtd", ""), Log: d.byte()%2 == 0, Live: d.byte()%2 == 0, Lines: int(d.byte()), First: d.stamp(), Last: d.stamp()}
			if d.byte()%2 == 0 {
				in.Modified = begin.Add(time.Duration(d.byte()) * time.Minute)
			}
			s.Input(in)
		}
	}
}

// FuzzSession: whatever was recorded, the report is a report: no panic, JSON that can be written, confidences that are
// shares.
func FuzzSession(f *testing.F) {
	f.Add([]byte{})
	seed := make([]byte, 600)
	for i := range seed {
		seed[i] = byte(i*i*31 + i*7)
	}
	f.Add(seed)
	for i := range byte(8) {
		f.Add(append([]byte{i}, seed[int(i)*40:]...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		opt := Options{Hypotheses: cause.All()}
		if len(b) > 0 && b[0]%5 == 0 {
			opt.Zone, opt.Year, opt.Target = time.FixedZone("", 8*3600), 2021, 1e6
			opt.Begin = []clock.Beginning{{File: "tps.csv", At: record.At(begin, time.Second)}}
		}
		s := NewSession(opt)
		d := &dough{b}
		d.fill(s)
		s.Events()
		s.Changes()
		s.Suspects(begin.Add(time.Hour), 10*time.Minute)
		r := s.Report()
		var noNumber *json.UnsupportedValueError // a rate of 1e300 has no plateau; reports write null
		if _, err := json.Marshal(r); err != nil && !errors.As(err, &noNumber) {
			t.Error(err)
		}
		sum := r.Verdict.Confidence
		for _, a := range r.Verdict.Alternatives {
			sum += a.Confidence
		}
		if sum < 0 || sum > 1+1e-9 || r.Verdict.Cause == "" {
			t.Errorf("%q: confidences sum to %v", r.Verdict.Cause, sum)
		}
	})
}

package cause

import (
	"math"
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

const gib = 1 << 30

var noon = time.Date(2021, 2, 20, 12, 0, 0, 0, time.UTC)

func moment(after time.Duration) clock.Moment { return clock.Moment{T: noon.Add(after)} }

// dead is a death so long after noon.
func dead(class Class, kind record.Kind, after time.Duration) Death {
	e := &record.Event{Host: "kvm1", Source: "kernel", Kind: kind, From: record.Origin{File: "messages", Line: 412}, Text: "it ended"}
	return Death{Sight: topology.Sight{Event: e, Moment: moment(after), Placed: true}, Class: class}
}

// killed is a kernel's kill of a qemu-kvm that held 16 GiB, in the constraint's words.
func killed(class Class, constraint string, after time.Duration) Death {
	d := dead(class, record.OOMKill, after)
	d.OOM = &record.OOM{
		Killer: "kernel", Constraint: constraint,
		Victim: record.Victim{PID: record.Known(7569), Comm: "qemu-kvm", Anon: record.Known(16 * gib), Badness: record.Known(256)},
	}
	return d
}

// named gives the death's VM.
func named(d Death, vm string) Death {
	d.Victim, d.Named = topology.Naming{VM: &topology.VM{Name: vm}, Method: "its cgroup", Sure: .99}, true
	return d
}

// fell is a fall of throughput from 1,800 a second so long after noon.
func fell(class change.Class, after time.Duration, depth float64) *Drop {
	t := float64(noon.Add(after).Unix())
	return &Drop{
		Drop:   change.Drop{Class: class, At: t, Baseline: 1800, During: 1800 * (1 - depth), Depth: depth, Recovery: math.NaN(), End: math.NaN()},
		Series: "tps", From: verdict.Source{File: "tps.csv", Line: 9}, Onset: moment(after),
	}
}

// onHost is a host with 62.6 GiB of RAM and no swap, whose VMs were promised so many GiB each.
func onHost(sizes ...int64) Memory {
	m := Memory{Host: "kvm1", RAM: record.Known(67252174848), Swap: record.Known(0), PromisedBy: verdict.Source{File: "dominfo", Line: 1}}
	sum := int64(0)
	for i, s := range sizes {
		m.VMs = append(m.VMs, &topology.VM{Name: string(rune('a' + i)), Promised: record.Known(s * gib), Ours: true})
		sum += s * gib
	}
	m.Promised = record.Known(sum)
	return m
}

// holding gives the VMs' memory at the incident, GiB each.
func holding(m Memory, held ...int64) []Held {
	var out []Held
	for i, h := range held {
		out = append(out, Held{Kind: "vm", Name: m.VMs[i].Name, VM: m.VMs[i], Bytes: h * gib})
	}
	return out
}

var everything = Seen{KernelLog: true, VMCurves: true, HostCurve: true, Throughput: true, Sizes: true, RAM: true}

// finding gives what the hypothesis says of the case.
func finding(t *testing.T, name verdict.Cause, c Case) Finding {
	t.Helper()
	for _, h := range All() {
		if h.Name == name {
			f := h.Test(&c)
			if f.Cause != name {
				t.Fatalf("%s answers as %s", name, f.Cause)
			}
			return f
		}
	}
	t.Fatalf("no hypothesis %s", name)
	return Finding{}
}

// weight gives the sum of the evidence, and fails when the finding is not testable.
func weight(t *testing.T, name verdict.Cause, c Case) float64 {
	t.Helper()
	f := finding(t, name, c)
	if !f.Testable || f.Excluded {
		t.Fatalf("%s: testable %v, excluded %v", name, f.Testable, f.Excluded)
	}
	return f.Weight()
}

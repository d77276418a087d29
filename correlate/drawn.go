package correlate

import (
	"math"
	"slices"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// drawnPoints is how many points of a curve a report gets; minimum and maximum of each stretch are kept.
const drawnPoints = 4000

// drawn gives the curves that a report draws: throughput, errors, latency, each VM's memory, the host's.
func (c *course) drawn() []verdict.Curve {
	var out []verdict.Curve
	if len(c.flow.t) > 0 && !c.flow.afloat {
		out = append(out, drawn(verdict.Curve{Name: c.flow.name, Role: "throughput", Unit: record.PerSecond, Source: c.flow.from}, c.flow.t, c.flow.v, c.flow.step))
	}
	var shown []*curve
	for _, cv := range c.curves {
		again := slices.ContainsFunc(shown, func(o *curve) bool { return o.Name == cv.Name && slices.Equal(o.v, cv.v) }) // JMeter's log and what it printed
		if (cv.Quantity == record.Errors || cv.Quantity == record.Latency) && !cv.Counter && !again {
			shown = append(shown, cv)
			out = append(out, drawn(verdict.Curve{Name: cv.Name, Role: string(cv.Quantity), Unit: cv.Unit, Source: cv.source()}, cv.t, cv.v, cv.step))
		}
	}
	memory := vmMemory(c.curves)
	for _, vm := range c.memory.VMs {
		if cv := memory[vm]; cv != nil {
			out = append(out, drawn(verdict.Curve{Name: cv.Name, Subject: vm.Name, Role: "vm", Unit: record.Bytes, Source: cv.source()}, cv.t, cv.v, cv.step))
		}
	}
	for _, q := range []record.Quantity{record.HostAvailable, record.HostUsed} {
		if cv := hostCurve(c.curves, q); cv != nil {
			out = append(out, drawn(verdict.Curve{Name: cv.Name, Subject: c.topo.Host, Role: string(q), Unit: record.Bytes, Source: cv.source()}, cv.t, cv.v, cv.step))
		}
	}
	return out
}

// drawn thins a curve and puts a NaN where more than two samples in a row are missing.
func drawn(cv verdict.Curve, t, v []float64, step float64) verdict.Curve {
	every := max(1, 2*len(t)/drawnPoints)
	for i := 0; i < len(t); i += every {
		end := min(i+every, len(t))
		lo, hi := i, i
		for j := i; j < end; j++ {
			if v[j] < v[lo] {
				lo = j
			}
			if v[j] > v[hi] {
				hi = j
			}
		}
		if i > 0 && t[i]-t[i-1] > 3*step {
			cv.T = append(cv.T, int64((t[i-1]+step)*1e3))
			cv.V = append(cv.V, math.NaN())
		}
		for _, j := range []int{min(lo, hi), max(lo, hi)} {
			if n := len(cv.T); n > 0 && cv.T[n-1] == int64(t[j]*1e3) {
				continue
			}
			cv.T, cv.V = append(cv.T, int64(t[j]*1e3)), append(cv.V, v[j])
		}
	}
	return cv
}

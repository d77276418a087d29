package change

import (
	"math"
	"math/rand/v2"
	"testing"
)

const gib = 1 << 30

// curveKinds are memory curves with one built-in event of a known shape.
var curveKinds = []string{"steady", "surge", "ramp", "leak", "drop", "shift", "gap", "ends", "stuck", "release"}

// builtCurve is a memory curve, its event and the options to look at it with.
type builtCurve struct {
	s     Series
	shape Shape // "" where nothing happened
	at    float64
	step  float64
	o     Options
}

// buildCurve makes a curve of the kind: 4 to 32 GiB, sampled every 1 to 60 s.
func buildCurve(r *rand.Rand, kind string) builtCurve {
	step := []float64{1, 5, 15, 30, 60}[r.IntN(5)]
	n := 120 + r.IntN(280)
	size := (4 + 28*r.Float64()) * gib
	noise := size * .004 * r.Float64()
	k := n/3 + r.IntN(n/4)
	start := 1.7e9
	c := builtCurve{at: start + float64(k)*step, step: step}
	rise := func(i int, over float64, by float64) float64 {
		return by * min(1, max(0, float64(i-k)*step/over))
	}
	for i := range n {
		v, t := size*.5, start+float64(i)*step
		switch kind {
		case "surge":
			v += rise(i, 2*step, size*.25)
		case "ramp":
			v += rise(i, min(240, 20*step), size*.25)
		case "leak":
			v += rise(i, float64(n-k)*step, size*.4)
		case "drop":
			v -= rise(i, step, size*.3)
		case "shift":
			v += rise(i, step, size*.04)
		case "gap":
			if i >= k && i < k+20 {
				continue
			}
		case "ends":
			if i >= k {
				continue
			}
		case "release":
			if i >= k && i < k+30 {
				v *= .3
			}
		}
		v += noise * r.NormFloat64()
		if kind == "stuck" && i >= k {
			v = c.s.V[k-1]
		}
		c.s.T, c.s.V = append(c.s.T, t), append(c.s.V, v)
	}
	switch kind {
	case "steady", "stuck":
	case "ramp":
		c.shape = ShapeSurge
	case "gap", "ends":
		c.shape, c.at = ShapeGap, c.at-step
		c.o.CommonEnd = start + float64(n)*step
	case "release":
		c.shape = ShapeDrop
	default:
		c.shape = Shape(kind)
	}
	if kind == "leak" && float64(n-k)*step < min(1800, max(300, float64(n)*step/3)) {
		c.shape = ShapeSurge // too short to be called a leak
	}
	return c
}

// curveTally counts, for a kind, curves whose event was found in time and by its name, and
// further changes that were not built in.
func curveTally(seed uint64, kind string, count int) (found, named, covered, more float64) {
	r, d := rand.New(rand.NewPCG(seed, 9)), new(Detector)
	for range count {
		c := buildCurve(r, kind)
		changes, _ := d.Curve(c.s, c.o)
		hit := false
		for _, x := range changes {
			off := math.Abs(x.At - c.at)
			allowed := max(2*c.step, x.Uncertainty)
			switch {
			case !hit && c.shape != "" && off <= max(allowed, 10*c.step):
				hit = true
				found++
				if x.Shape == c.shape {
					named++
				}
				if off <= x.Uncertainty {
					covered++
				}
			case kind == "release" && x.Shape == ShapeRecovery:
			default:
				more++
			}
		}
	}
	k := float64(count)
	return found / k, named / k, covered / k, more / k
}

func TestCurveFloors(t *testing.T) {
	for _, kind := range curveKinds {
		found, named, covered, more := curveTally(seedFloors, kind, 200)
		t.Logf("%-8s found %.3f named %.3f covered %.3f more/curve %.3f", kind, found, named, covered, more)
		nothing := kind == "steady" || kind == "stuck"
		if !nothing && (found < .99 || named < .97 || covered < .97) {
			t.Errorf("%s: found %.3f named %.3f covered %.3f, want .99 .97 .97", kind, found, named, covered)
		}
		// A curve that gets stuck on a value at the edge of its noise does shift.
		if most := map[bool]float64{true: .10, false: .02}[kind == "stuck"]; more > most {
			t.Errorf("%s: %.3f changes a curve that were not built in, want %.2f at most", kind, more, most)
		}
	}
}

// sampled gives n samples, step seconds apart, of f.
func sampled(n int, step float64, f func(i int) float64) Series {
	var s Series
	for i := range n {
		s.T, s.V = append(s.T, 1.7e9+float64(i)*step), append(s.V, f(i))
	}
	return s
}

// A curve that stops moving in its last digit is stuck from its first equal sample, one that
// goes on measuring is only flat.
func TestStuckAndFlat(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	stuck := sampled(300, 15, func(i int) float64 {
		if i >= 200 {
			return 8 * gib
		}
		return 8*gib + 1e6*r.NormFloat64()
	})
	if _, q := new(Detector).Curve(stuck, Options{}); q.StuckSince != stuck.T[200] {
		t.Errorf("stuck since %v, built at %v", q.StuckSince, stuck.T[200])
	}
	flat := sampled(300, 15, func(i int) float64 {
		return 8*gib - gib*max(0, float64(100-i))/25 + 1e6*r.NormFloat64()
	})
	_, q := new(Detector).Curve(flat, Options{})
	if !math.IsNaN(q.StuckSince) {
		t.Errorf("a measured curve is stuck since %v", q.StuckSince)
	}
	// The band is 1 % of 8 GiB: the growth of 1/25 GiB a sample enters it two samples early.
	if off := math.Abs(q.FlatSince - flat.T[98]); off > 3*15 {
		t.Errorf("flat since sample %v, built at 98", (q.FlatSince-flat.T[0])/15)
	}
}

// A slow growth and a fast one at its end are two changes: what leaked is not what surged.
func TestLeakThenSurge(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	s := sampled(600, 10, func(i int) float64 {
		v := 4*gib + 2*gib*float64(i)/600
		if i >= 570 {
			v += 3 * gib
		}
		return v + 5e6*r.NormFloat64()
	})
	found, _ := new(Detector).Curve(s, Options{})
	if len(found) != 2 || found[0].Shape != ShapeLeak || found[1].Shape != ShapeSurge {
		t.Fatalf("changes %+v, want a leak and a surge", found)
	}
	if found[1].At != s.T[570] {
		t.Errorf("surge at sample %v, built at 570", (found[1].At-s.T[0])/10)
	}
	if grown := found[1].After - found[1].Before; math.Abs(grown-3*gib) > .1*gib {
		t.Errorf("surge of %.2f GiB, built with 3", grown/gib)
	}
}

package change

import (
	"encoding/binary"
	"math"
	"testing"
)

// degenerate are series that must neither panic nor claim anything.
func degenerate() map[string]Series {
	nan, inf := math.NaN(), math.Inf(1)
	constant := sampled(400, 1, func(int) float64 { return 7 })
	return map[string]Series{
		"empty":         {},
		"one":           {T: []float64{5}, V: []float64{1}},
		"two":           {T: []float64{5, 6}, V: []float64{1, 0}},
		"nothing":       sampled(50, 1, func(int) float64 { return nan }),
		"infinite":      sampled(50, 1, func(int) float64 { return inf }),
		"equal":         constant,
		"zero":          sampled(400, 1, func(int) float64 { return 0 }),
		"one moment":    {T: make([]float64, 300), V: constant.V[:300]},
		"no times":      {T: []float64{nan, inf, -inf, 1e300}, V: []float64{1, 2, 3, 4}},
		"short values":  {T: constant.T, V: []float64{1, 2}},
		"huge":          sampled(100, 1, func(i int) float64 { return 1e300 }),
		"largest":       sampled(100, 1, func(i int) float64 { return 1e149 }),
		"smallest":      sampled(100, 1, func(i int) float64 { return 5e-324 }),
		"years between": {T: []float64{0, 1, 2, 3, 4, 5, 1e9, 1e9 + 1, 1e15}, V: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}},
		"tiny steps":    sampled(100, 1e-7, func(i int) float64 { return 3 }),
	}
}

func TestDegenerate(t *testing.T) {
	d := new(Detector)
	for name, s := range degenerate() {
		drops, _ := d.Drops(s, Options{})
		if len(drops) != 0 {
			t.Errorf("%s: drops %+v", name, drops)
		}
		for _, c := range d.Detect(s, Options{}) {
			if c.Shape != ShapeGap {
				t.Errorf("%s: %+v", name, c)
			}
		}
		d.Curve(s, Options{})
		if p := d.Points(s.V, Options{}); len(p) != 0 {
			t.Errorf("%s: points %v", name, p)
		}
	}
}

// FuzzSeries reads the bytes as pairs of a time step and a value, and the first ones as
// options. Nothing may panic, and what is found must lie within the data and be sorted.
func FuzzSeries(f *testing.F) {
	f.Add([]byte{}, uint8(0), 0.0)
	f.Add(packed(noisy(200, 1, same)), uint8(0), 0.0)
	f.Add(packed(noisy(300, 5, func(i int, v float64) float64 {
		if i > 150 {
			return 0
		}
		return v
	})), uint8(1), 1.7e9+1200)
	for _, s := range degenerate() {
		f.Add(packed(s), uint8(3), 100.0)
	}
	f.Fuzz(func(t *testing.T, b []byte, shortest uint8, end float64) {
		var s Series
		for ; len(b) >= 16; b = b[16:] {
			s.T = append(s.T, math.Float64frombits(binary.LittleEndian.Uint64(b)))
			s.V = append(s.V, math.Float64frombits(binary.LittleEndian.Uint64(b[8:])))
		}
		o := Options{MinSegment: int(shortest % 8), PlannedEnd: end, CommonEnd: end}
		d := new(Detector)
		drops, p := d.Drops(s, o)
		last := math.Inf(-1)
		for _, x := range drops {
			if x.At < last || x.At < p.First || x.At > p.Last || !(x.Uncertainty > 0) || !(x.Lost >= 0) {
				t.Errorf("drop %+v in %+v", x, p)
			}
			last = x.At
		}
		curve, _ := d.Curve(s, o)
		for _, changes := range [][]Change{curve, d.Detect(s, o)} {
			last = math.Inf(-1)
			for _, c := range changes {
				if c.At < last || !(c.Uncertainty > 0) || !(c.Confidence >= 0 && c.Confidence <= 1) {
					t.Errorf("change %+v", c)
				}
				last = c.At
			}
		}
		lastPoint := 0
		for _, i := range d.Points(s.V, o) {
			if i <= lastPoint || i >= len(s.V) {
				t.Errorf("point %d of %d values", i, len(s.V))
			}
			lastPoint = i
		}
	})
}

func packed(s Series) []byte {
	var b []byte
	for i := range min(len(s.T), len(s.V)) {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.T[i]))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.V[i]))
	}
	return b
}

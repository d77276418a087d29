package change

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// -dir names a copy of the Turing Change Point Dataset (github.com/alan-turing-institute/TCPD): annotations.json and
// datasets/NAME/NAME.json, or the series' files side by side. The data set is not ours to keep here. To score:
//
//	go test ./correlate/change -run TCPD -v -dir /path/to/TCPD
var tcpdDir = flag.String("dir", "", "a copy of the Turing Change Point Dataset to score on")

// tcpdSeries is one univariate series with what five people marked in it.
type tcpdSeries struct {
	name   string
	v      []float64
	people [][]int
}

// quality tells the five control series, on which all people agree.
func (s tcpdSeries) quality() bool { return strings.HasPrefix(s.name, "quality_control_") }

// readTCPD reads the univariate series; uk_coal_employ has missing values and is left out, as the paper's comparison of
// all methods does (section 4.3).
func readTCPD(t *testing.T, dir string) []tcpdSeries {
	t.Helper()
	var marks map[string]map[string][]int
	readInto(t, filepath.Join(dir, "annotations.json"), &marks)
	files, _ := filepath.Glob(filepath.Join(dir, "datasets", "*", "*.json"))
	beside, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	var all []tcpdSeries
	for _, file := range append(files, beside...) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if marks[name] == nil || name == "uk_coal_employ" {
			continue
		}
		var kept struct {
			Series []struct{ Raw []*float64 }
		}
		readInto(t, file, &kept)
		if len(kept.Series) != 1 {
			continue
		}
		s := tcpdSeries{name: name}
		for _, x := range kept.Series[0].Raw {
			if x == nil {
				s.v = append(s.v, math.NaN())
				continue
			}
			s.v = append(s.v, *x)
		}
		for _, person := range marks[name] {
			s.people = append(s.people, person)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b tcpdSeries) int { return strings.Compare(a.name, b.name) })
	return all
}

func readInto(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// listedPoints gives what `oomortem changes` lists of a series without times: the places of its changes.
func listedPoints(d *Detector, v []float64, o Options) []int {
	s := Series{V: v, T: make([]float64, len(v))}
	for i := range v {
		s.T[i] = float64(i)
	}
	var points []int
	for _, c := range d.Turns(s, o) {
		if c.Shape != ShapeGap {
			points = append(points, int(c.At))
		}
	}
	return points
}

// means averages F1 and cover over the real series and over the control series.
func means(all []tcpdSeries, of func(tcpdSeries) []int, each func(s tcpdSeries, points []int, f, c float64)) (f, c, qf, qc float64) {
	real, control := 0.0, 0.0
	for _, s := range all {
		points := of(s)
		sf, sc := f1(s.people, points), cover(s.people, points, len(s.v))
		if each != nil {
			each(s, points, sf, sc)
		}
		if s.quality() {
			control, qf, qc = control+1, qf+sf, qc+sc
		} else {
			real, f, c = real+1, f+sf, c+sc
		}
	}
	return f / max(real, 1), c / max(real, 1), qf / max(control, 1), qc / max(control, 1)
}

// The floors stand below what was measured on a copy of the data; the best published default settings reach F1 .690 and
// cover .657, one person held against the others .829 and .724.
func TestTCPD(t *testing.T) {
	if *tcpdDir == "" {
		t.Skip("no -dir with a copy of the data set")
	}
	all := readTCPD(t, *tcpdDir)
	var d Detector
	f, c, qf, qc := means(all, func(s tcpdSeries) []int { return listedPoints(&d, s.v, Options{}) },
		func(s tcpdSeries, points []int, f, c float64) {
			t.Logf("%-20s n %4d  F1 %.3f  cover %.3f  %v", s.name, len(s.v), f, c, points)
		})
	t.Logf("%d series, fixed setting: F1 %.3f cover %.3f; quality control F1 %.3f cover %.3f", len(all), f, c, qf, qc)
	pf, pc, pqf, _ := means(all, func(s tcpdSeries) []int { return d.Points(s.v, Options{}) }, nil)
	t.Logf("the bare Points: F1 %.3f cover %.3f; quality control F1 %.3f", pf, pc, pqf)
	if f < .82 || c < .70 || qf < .95 {
		t.Errorf("F1 %.3f, cover %.3f, quality control F1 %.3f: want .82, .70, .95", f, c, qf)
	}
}

// The honest figure: for each series the setting that is best on all others.
func TestTCPDLeaveOneOut(t *testing.T) {
	if *tcpdDir == "" {
		t.Skip("no -dir with a copy of the data set")
	}
	all := readTCPD(t, *tcpdDir)
	var d Detector
	grid := tcpdGrid()
	f, c := make([][]float64, len(grid)), make([][]float64, len(grid))
	var sumF, sumC []float64
	for g, o := range grid {
		var tf, tc float64
		for _, s := range all {
			if s.quality() {
				continue
			}
			p := listedPoints(&d, s.v, o)
			f[g], c[g] = append(f[g], f1(s.people, p)), append(c[g], cover(s.people, p, len(s.v)))
			tf, tc = tf+f[g][len(f[g])-1], tc+c[g][len(c[g])-1]
		}
		sumF, sumC = append(sumF, tf), append(sumC, tc)
	}
	n := len(f[0])
	var looF, looC float64
	for i := range n {
		best := 0
		for g := range grid {
			if sumF[g]-f[g][i]+sumC[g]-c[g][i] > sumF[best]-f[best][i]+sumC[best]-c[best][i] {
				best = g
			}
		}
		looF, looC = looF+f[best][i]/float64(n), looC+c[best][i]/float64(n)
	}
	t.Logf("leave one out over %d settings: F1 %.3f cover %.3f", len(grid), looF, looC)
	order := make([]int, len(grid))
	for g := range order {
		order[g] = g
	}
	slices.SortFunc(order, func(a, b int) int {
		if sumF[a]+sumC[a] > sumF[b]+sumC[b] {
			return -1
		}
		return 1
	})
	for _, g := range order[:min(12, len(order))] {
		o := grid[g]
		_, _, qf, _ := means(all, func(s tcpdSeries) []int {
			if !s.quality() {
				return nil
			}
			return listedPoints(&d, s.v, o)
		}, nil)
		t.Logf("penalty %v line %v floor %v shortest %d: F1 %.3f cover %.3f, control F1 %.3f", o.Penalty, o.LinePenalty, o.NoiseFloor, o.MinSegment,
			sumF[g]/float64(n), sumC[g]/float64(n), qf)
	}
}

// tcpdGrid gives the settings that the leave-one-out choice is among.
func tcpdGrid() []Options {
	var grid []Options
	for _, penalty := range []float64{3, 4, 5, 6, 7, 8, 10} {
		for _, line := range []float64{2, 3, 4, 6, 8} {
			for _, floor := range []float64{.005, .01, .02, .03, .05} {
				for _, shortest := range []int{3, 4, 5, 6, 8} {
					grid = append(grid, Options{Penalty: penalty, LinePenalty: line, NoiseFloor: floor, MinSegment: shortest})
				}
			}
		}
	}
	return grid
}

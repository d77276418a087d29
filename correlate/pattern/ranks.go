package pattern

import (
	"math"
	"slices"
)

// RankTest is the two-sided p value of the Mann-Whitney test that two samples come from one distribution: exact up to
// twenty values each without ties, else the normal approximation with the corrections for ties and continuity
// (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 4.1). It is 1 where there is nothing to compare.
func RankTest(a, b []float64) float64 {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return 1
	}
	u, ties := rankSum(a, b)
	low := min(u, float64(n*m)-u)
	if ties == 0 && n <= 20 && m <= 20 {
		return min(1, 2*exact(int(low), n, m))
	}
	total := float64(n + m)
	sigma := math.Sqrt(float64(n*m) / 12 * (total + 1 - ties/(total*(total-1))))
	if sigma == 0 {
		return 1
	}
	z := (math.Abs(u-float64(n*m)/2) - .5) / sigma
	return min(1, math.Erfc(max(z, 0)/math.Sqrt2))
}

// rankSum gives U of a, and the sum of t³-t over the ties.
func rankSum(a, b []float64) (u, ties float64) {
	type value struct {
		v     float64
		first bool
	}
	var all []value
	for _, v := range a {
		all = append(all, value{v, true})
	}
	for _, v := range b {
		all = append(all, value{v, false})
	}
	slices.SortFunc(all, func(x, y value) int {
		switch {
		case x.v < y.v:
			return -1
		case x.v > y.v:
			return 1
		}
		return 0
	})
	sum := 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].v == all[i].v {
			j++
		}
		t := float64(j - i)
		ties += t*t*t - t
		for _, x := range all[i:j] {
			if x.first {
				sum += float64(i+j+1) / 2
			}
		}
		i = j
	}
	n := float64(len(a))
	return sum - n*(n+1)/2, ties
}

// exact is the chance of a U of at most u: the arrangements that give it, counted, of all arrangements.
func exact(u, n, m int) float64 {
	// ways[j][k] is the number of arrangements of the values seen so far with j of the first sample and U = k.
	ways := make([][]float64, n+1)
	for j := range ways {
		ways[j] = make([]float64, n*m+1)
	}
	ways[0][0] = 1
	for i := range n + m {
		for j := min(i+1, n); j >= 1; j-- {
			below := i - (j - 1) // values of the second sample that stand below the j-th of the first
			if below < 0 || below > m {
				continue
			}
			for k := n * m; k >= below; k-- {
				ways[j][k] += ways[j-1][k-below]
			}
		}
	}
	sum, all := 0.0, 0.0
	for k, w := range ways[n] {
		all += w
		if k <= u {
			sum += w
		}
	}
	return sum / all
}

package change

import "math"

// pelt finds the cheapest cut of a sequence into segments that are each a constant or a
// straight line: exact dynamic programming with the pruning of Killick, Fearnhead and
// Eckley (JASA 2012). The cost of [s, e) is the smaller of the constant's residual sum of
// squares and the line's plus a surcharge; prefix sums give either in O(1).
type pelt struct {
	sum, sq, ramp []float64 // prefix sums of y, y² and i·y
	best          []float64 // best[e]: cheapest cost of y[:e]
	from          []int     // start of the last segment in that cut
	open          []open    // starts that may still win
	cuts          []int
}

// open is a start that is still tried. One that lost at end e is kept until e is a legal
// start itself for the ends that follow, because only then is it beaten for good.
type open struct {
	start, until int
	total        float64 // cost of the cut whose last segment begins here
}

const forever = math.MaxInt

// load prepares the prefix sums of y.
func (p *pelt) load(y []float64) {
	n := len(y)
	p.sum, p.sq, p.ramp = grow(p.sum, n+1), grow(p.sq, n+1), grow(p.ramp, n+1)
	p.sum[0], p.sq[0], p.ramp[0] = 0, 0, 0
	for i, v := range y {
		p.sum[i+1] = p.sum[i] + v
		p.sq[i+1] = p.sq[i] + v*v
		p.ramp[i+1] = p.ramp[i] + float64(i)*v
	}
}

// residuals gives the residual sums of squares of the best constant and the best line
// over [s, e).
func (p *pelt) residuals(s, e int) (flat, line float64) {
	n := float64(e - s)
	sum := p.sum[e] - p.sum[s]
	flat = max(0, p.sq[e]-p.sq[s]-sum*sum/n)
	if e-s < 2 {
		return flat, flat
	}
	centre := float64(s+e-1) / 2
	cross := p.ramp[e] - p.ramp[s] - centre*sum
	return flat, max(0, flat-cross*cross*12/(n*(n*n-1)))
}

// cost is that of the segment [s, e), the line's surcharge included.
func (p *pelt) cost(s, e int, surcharge float64) float64 {
	flat, line := p.residuals(s, e)
	return min(flat, line+surcharge)
}

// cut gives the ascending starts of all segments but the first, each at least shortest
// long. penalty and surcharge are in the squared units of y. The result is valid until
// the next call.
//
// Cutting a line in two may cost a second surcharge, so the usual pruning bound is
// loosened by one: without that the search would not be exact.
func (p *pelt) cut(n int, penalty, surcharge float64, shortest int) []int {
	p.best, p.from = grow(p.best, n+1), growInts(p.from, n+1)
	p.cuts, p.open = p.cuts[:0], p.open[:0]
	if n < 2*shortest {
		return nil
	}
	p.best[0] = -penalty
	for e := 1; e < shortest; e++ {
		p.best[e] = math.Inf(1)
	}
	p.open = append(p.open, open{0, forever, 0})
	for e := shortest; e <= n; e++ {
		p.step(e, penalty, surcharge, shortest)
		if s := e - shortest + 1; s >= shortest {
			p.open = append(p.open, open{s, forever, 0})
		}
	}
	for e := p.from[n]; e > 0; e = p.from[e] {
		p.cuts = append(p.cuts, e)
	}
	for i, j := 0, len(p.cuts)-1; i < j; i, j = i+1, j-1 {
		p.cuts[i], p.cuts[j] = p.cuts[j], p.cuts[i]
	}
	return p.cuts
}

// step finds the best start of a segment that ends at e and closes starts that lost.
func (p *pelt) step(e int, penalty, surcharge float64, shortest int) {
	least, winner := math.Inf(1), 0
	kept := p.open[:0]
	for _, o := range p.open {
		if o.until <= e {
			continue
		}
		o.total = p.best[o.start] + p.cost(o.start, e, surcharge)
		if o.total < least {
			least, winner = o.total, o.start
		}
		kept = append(kept, o)
	}
	p.open = kept
	p.best[e], p.from[e] = least+penalty, winner
	bound := p.best[e] + surcharge
	for i := range p.open {
		o := &p.open[i]
		if o.until == forever && o.total > bound {
			o.until = e + shortest
		}
	}
}

func growInts(v []int, n int) []int {
	if cap(v) < n {
		return make([]int, n, n+n/4)
	}
	return v[:n]
}

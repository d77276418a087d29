package load

import (
	"maps"
	"slices"
)

// turn makes the page of a second the current one; false when there is no room for another page.
func (f *fold) turn(sec int64, line int) bool {
	key := sec >> f.coarse >> pageBits
	p := f.pages[key]
	for p == nil && len(f.pages) >= maxPages {
		if f.coarse >= maxCoarse {
			return false
		}
		f.widen()
		key >>= 1
		p = f.pages[key]
	}
	if p == nil {
		p = &page{line: line}
		f.pages[key] = p
	}
	f.page, f.from, f.reach = p, key<<pageBits<<f.coarse, pageCells<<f.coarse
	return true
}

// widen doubles the buckets' width.
func (f *fold) widen() {
	f.coarse++
	old := f.pages
	f.pages, f.page, f.reach = make(map[int64]*page, len(old)/2+1), nil, 0
	for _, key := range slices.Sorted(maps.Keys(old)) {
		from := old[key]
		to := f.pages[key>>1]
		if to == nil {
			to = &page{line: from.line}
			f.pages[key>>1] = to
		}
		to.line = min(to.line, from.line)
		half := int(key&1) * pageCells / 2
		for i := range from.cells {
			to.cells[half+i/2].plus(&from.cells[i])
		}
	}
	for f.blur < f.coarse {
		f.blurMore()
	}
}

func (c *cell) plus(o *cell) {
	c.ok += o.ok
	c.failed += o.failed
	c.begun += o.begun
	c.users = max(c.users, o.users)
	c.joined += o.joined
}

// blurMore doubles the time that a sketch covers.
func (f *fold) blurMore() {
	f.blur++
	old := f.sketches
	f.sketches, f.sketch = make(map[int64]*sketch, len(old)/2+1), nil
	for group, from := range old {
		if to := f.sketches[group>>1]; to != nil {
			to.plus(from)
		} else {
			f.sketches[group>>1] = from
		}
	}
}

func (s *sketch) plus(o *sketch) {
	for i, n := range o {
		if n != 0 {
			s[i] += n
		}
	}
}

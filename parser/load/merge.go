package load

// merge adds what o counted; o is not used afterwards.
func (f *fold) merge(o *fold) {
	for f.coarse < o.coarse {
		f.widen()
	}
	for o.coarse < f.coarse {
		o.widen()
	}
	for f.blur < o.blur {
		f.blurMore()
	}
	for o.blur < f.blur {
		o.blurMore()
	}
	f.rows += o.rows
	f.failed += o.failed
	f.sums += o.sums
	f.moved = f.moved || o.moved
	f.timed = f.timed || o.timed
	f.mergePages(o)
	f.mergeSketches(o)
	if o.last.at > f.last.at || o.last.at == f.last.at && o.last.line > f.last.line {
		f.last = o.last
	}
	if o.strays > 0 {
		f.stray(o.firstStray.at, o.firstStray.line)
		f.strays += o.strays - 1
	}
}

func (f *fold) mergePages(o *fold) {
	f.page, f.reach = nil, 0
	for key, from := range o.pages {
		to := f.pages[key]
		if to == nil {
			f.pages[key] = from
			continue
		}
		to.line = min(to.line, from.line)
		for i := range from.cells {
			to.cells[i].plus(&from.cells[i])
		}
	}
	for len(f.pages) > maxPages && f.coarse < maxCoarse {
		f.widen()
	}
}

func (f *fold) mergeSketches(o *fold) {
	f.sketch = nil
	for group, from := range o.sketches {
		if to := f.sketches[group]; to != nil {
			to.plus(from)
		} else {
			f.sketches[group] = from
		}
	}
	for len(f.sketches) > f.maxSketches {
		f.blurMore()
	}
}

package load

// findSums finds out whether the rows without dataType are transaction controllers', in a file that has no
// responseMessage to tell. TransactionController.java sets no type; but neither do some plug-ins' samplers, so the
// times decide: a transaction's row stands behind the last sample of its thread and began no later than that, while
// the samples of a thread follow each other. (Where it ends tells nothing: timers may be left out of its elapsed.)
func (c *jtlColumns) findSums(data []byte) {
	if c.msg >= 0 || c.kind < 0 || c.thread < 0 || c.time < 0 || c.took < 0 {
		return
	}
	type span struct{ at, took int64 }
	before := map[string]span{} // the last row of each thread
	times := stamps{order: c.order}
	around, apart := 0, 0
	for len(data) > 0 {
		line, next := firstLine(data)
		data = data[next:]
		f := allFields(line, c.delim)
		var r jtlRow
		if len(f) < c.count || !c.take(c.time, f[c.time], &times, &r) || !c.take(c.took, f[c.took], &times, &r) {
			continue
		}
		last, known := before[string(f[c.thread])]
		before[string(f[c.thread])] = span{r.at, r.took}
		switch {
		case len(f[c.kind]) > 0 || !known:
		case r.at < last.at || r.at == last.at && last.took > 0 && r.took >= last.took:
			around++
		case r.at > last.at:
			apart++
		}
	}
	if around > 10*apart {
		c.bare = true
		c.plan()
	}
}

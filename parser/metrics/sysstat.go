package metrics

import (
	"math"
	"strings"

	"oomortem/parser/record"
)

// sysstatNames are the columns of sar, sadf and pidstat (sysstat: sar(1), rndr_stats.c), by the name in sar's header;
// sadf -j and -x spell them without "kb" and "/s". Memory is in KiB, paging in KiB per second, swapping in pages.
//
// kbmemused has meant three things: total-free before 11.7.4 (page cache counts as used), then without buffers, cache
// and slab, since 12.7.8 total-available. Only the first misleads; it is told by the absence of kbavail, which came with
// 11.5.3, and between the two versions by %memused, and then series are worked out beside it (see oldMemory).
var sysstatNames = map[string]meaning{
	"kbmemfree": {record.HostFree, record.Bytes, 1024, false, ofHost, record.Attr{}}, "kbavail": {record.HostAvailable, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"kbttlmem": {record.HostTotal, record.Bytes, 1024, false, ofHost, record.Attr{}}, "kbttlswp": {record.HostSwapTotal, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"kbmemused": {record.HostUsed, record.Bytes, 1024, false, ofHost, record.Attr{}}, "%memused": {unit: record.Share, scale: 0.01},
	"kbbuffers": {unit: record.Bytes, scale: 1024}, "kbcached": {record.HostCached, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"kbcommit": {unit: record.Bytes, scale: 1024}, "%commit": {unit: record.Share, scale: 0.01},
	"kbactive": {unit: record.Bytes, scale: 1024}, "kbinact": {unit: record.Bytes, scale: 1024}, "kbdirty": {unit: record.Bytes, scale: 1024},
	"kbanonpg": {unit: record.Bytes, scale: 1024}, "kbslab": {record.HostSlab, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"kbkstack": {unit: record.Bytes, scale: 1024}, "kbpgtbl": {unit: record.Bytes, scale: 1024}, "kbvmused": {unit: record.Bytes, scale: 1024},
	"kbshmem":   {record.HostShmem, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"kbswpfree": {record.HostSwapFree, record.Bytes, 1024, false, ofHost, record.Attr{}}, "kbswpused": {record.HostSwapUsed, record.Bytes, 1024, false, ofHost, record.Attr{}},
	"%swpused": {unit: record.Share, scale: 0.01}, "kbswpcad": {unit: record.Bytes, scale: 1024}, "%swpcad": {unit: record.Share, scale: 0.01},
	"kbhugfree": {unit: record.Bytes, scale: 1024}, "kbhugused": {record.HostHuge, record.Bytes, 1024, false, ofHost, record.Attr{}}, "%hugused": {unit: record.Share, scale: 0.01},
	"kbhugrsvd": {unit: record.Bytes, scale: 1024}, "kbhugsurp": {unit: record.Bytes, scale: 1024},
	"pswpin/s": {record.SwapIn, record.ByteRate, pageSize, false, ofHost, record.Attr{}}, "pswpout/s": {record.SwapOut, record.ByteRate, pageSize, false, ofHost, record.Attr{}},
	"pgpgin/s": {unit: record.ByteRate, scale: 1024}, "pgpgout/s": {unit: record.ByteRate, scale: 1024},
	"fault/s": {unit: record.PerSecond}, "majflt/s": {unit: record.PerSecond}, "minflt/s": {unit: record.PerSecond}, "pgfree/s": {unit: record.PerSecond},
	"tps": {quantity: record.DiskTransfers, unit: record.PerSecond}, "rtps": {quantity: record.DiskTransfers, unit: record.PerSecond},
	"wtps": {quantity: record.DiskTransfers, unit: record.PerSecond}, "dtps": {quantity: record.DiskTransfers, unit: record.PerSecond},
	"pgscank/s": {unit: record.PerSecond}, "pgscand/s": {unit: record.PerSecond}, "pgsteal/s": {unit: record.PerSecond}, "%vmeff": {unit: record.Share, scale: 0.01},
	"%user": {unit: record.Share, scale: 0.01}, "%usr": {unit: record.Share, scale: 0.01}, "%nice": {unit: record.Share, scale: 0.01}, "%system": {unit: record.Share, scale: 0.01}, "%sys": {unit: record.Share, scale: 0.01},
	"%iowait": {unit: record.Share, scale: 0.01}, "%steal": {unit: record.Share, scale: 0.01}, "%idle": {unit: record.Share, scale: 0.01}, "%guest": {unit: record.Share, scale: 0.01},
	"%smem-10": {record.Pressure, record.Share, 0.01, false, ofHost, record.Attr{}}, "%fmem-10": {unit: record.Share, scale: 0.01},
	"%smem": {unit: record.Share, scale: 0.01}, "%fmem": {unit: record.Share, scale: 0.01}, "%smem-60": {unit: record.Share, scale: 0.01}, "%smem-300": {unit: record.Share, scale: 0.01},
	"VSZ": {unit: record.Bytes, scale: 1024, about: ofProcess}, "RSS": {record.RSS, record.Bytes, 1024, false, ofProcess, record.Attr{}}, "%MEM": {unit: record.Share, scale: 0.01, about: ofProcess},
	"%CPU": {record.CPU, record.Share, 0.01, false, ofProcess, record.Attr{}},
}

// sysstatAliases lead from the names of sadf -j and -x to those of sar.
var sysstatAliases = map[string]string{
	"memfree": "kbmemfree", "avail": "kbavail", "memused": "kbmemused", "memused-percent": "%memused", "buffers": "kbbuffers", "cached": "kbcached",
	"commit": "kbcommit", "commit-percent": "%commit", "active": "kbactive", "inactive": "kbinact", "dirty": "kbdirty", "anonpg": "kbanonpg",
	"slab": "kbslab", "kstack": "kbkstack", "pgtbl": "kbpgtbl", "vmused": "kbvmused", "shmem": "kbshmem", "swpfree": "kbswpfree", "swpused": "kbswpused",
	"swpused-percent": "%swpused", "swpcad": "kbswpcad", "swpcad-percent": "%swpcad", "hugfree": "kbhugfree", "hugused": "kbhugused",
	"hugused-percent": "%hugused", "pswpin": "pswpin/s", "pswpout": "pswpout/s", "pgpgin": "pgpgin/s", "pgpgout": "pgpgout/s", "fault": "fault/s", "majflt": "majflt/s", "pgfree": "pgfree/s",
	"pgscank": "pgscank/s", "pgscand": "pgscand/s", "pgsteal": "pgsteal/s", "vmeff-percent": "%vmeff", "shared": "kbshmem", "kbshared": "kbshmem",
}

// sysstatPressure gives sar's name of a value that -j and -x write under psi-mem, psi-cpu or psi-io: some_avg10 there is
// %smem-10, %scpu-10 or %sio-10. Empty when the group is no pressure.
func sysstatPressure(group, name string) string {
	resource, ok := strings.CutPrefix(group, "psi-")
	kind, window, isPressure := strings.Cut(name, "_avg")
	if !ok || !isPressure || kind != "some" && kind != "full" {
		return ""
	}
	if window != "" {
		window = "-" + window
	}
	return "%" + kind[:1] + resource + window
}

// restarts tells of the records that sadc writes when it begins: after a boot, or after its service was started anew, which
// nothing tells apart (sa1 --boot in sysstat.service). Each section of an export repeats them, by the time that is written.
type restarts map[string]bool

const maxRestarts = 20 // that are told of a file

func (r *restarts) tell(c *curves, at []byte) {
	if (*r)[string(at)] || len(*r) >= maxRestarts || c.lines.Torn() {
		return
	}
	if *r == nil {
		*r = restarts{}
	}
	(*r)[string(at)] = true
	c.problem(c.lines.Number(), "LINUX RESTART: here the machine was booted, or its sysstat started anew; the curves go on behind it")
}

// sysstatColumn is one column of a section.
type sysstatColumn struct {
	series *record.Series // nil: the column is no curve
	scale  float64
}

// sysstatSeries gives the series of a column. With no kbavail beside it, kbmemused counts the page cache and is not
// called what the host uses.
func (c *curves) sysstatSeries(name, host string, cacheCounts bool, labels ...record.Attr) sysstatColumn {
	m := sysstatNames[name]
	if alias := sysstatAliases[name]; alias != "" {
		m = sysstatNames[alias]
		cacheCounts = cacheCounts && alias == "kbmemused"
	} else {
		cacheCounts = cacheCounts && name == "kbmemused"
	}
	if cacheCounts {
		m.quantity = ""
	}
	if m.scale == 0 {
		m.scale = 1
	}
	if m.unit == "" && strings.HasPrefix(name, "%") {
		m.unit, m.scale = record.Share, 0.01
	}
	if m.unit == "" && strings.HasSuffix(name, "/s") {
		m.unit = record.PerSecond
	}
	key := append(append(append([]byte(name), 0), host...), 0)
	subject := host
	for _, l := range labels {
		key = append(append(append(key, l.Key...), '='), l.Value...)
		if l.Key == "comm" {
			subject = l.Value
		}
	}
	s := c.get(key, func() *record.Series {
		s := &record.Series{Name: name, Labels: labels, Unit: m.unit, Quantity: m.quantity, Subject: subject}
		if m.unit == record.Bytes && m.scale == 1024 {
			s.Quantum = 1024
		}
		return s
	})
	return sysstatColumn{s, m.scale}
}

// oldMemory works out, from a row of a sysstat whose kbmemused counts the page cache, what the later ones tell. Where
// there is no kbavail, free plus the caches is an upper bound of what is available, and used without them is what
// programs hold.
type oldMemory struct {
	free, used, buffers, cached int  // columns; -1 when missing
	avail, share                int  // kbavail and %memused
	plain                       bool // kbmemused is what the host uses: all that is left to work out is the total
	available, inUse, total     *record.Series
}

// findOldMemory finds the columns of memory; certain tells that kbmemused counts the page cache.
func findOldMemory(names []string) (o oldMemory, certain bool) {
	o = oldMemory{free: -1, used: -1, buffers: -1, cached: -1, avail: -1, share: -1}
	for i, n := range names {
		if alias := sysstatAliases[n]; alias != "" {
			n = alias
		}
		switch n {
		case "kbavail":
			o.avail = i
		case "%memused":
			o.share = i
		case "kbmemfree":
			o.free = i
		case "kbmemused":
			o.used = i
		case "kbbuffers":
			o.buffers = i
		case "kbcached":
			o.cached = i
		}
	}
	return o, o.avail < 0 && o.free >= 0 && o.used >= 0 && o.buffers >= 0 && o.cached >= 0
}

// doubtful tells that the headings leave the meaning of kbmemused open: sysstat 11.5.3 to 11.7.3, which RHEL 8 has,
// print kbavail and count the page cache as used all the same.
func (o *oldMemory) doubtful() bool {
	return o.avail >= 0 && o.free >= 0 && o.used >= 0 && o.share >= 0
}

// cacheCounts tells from one row whether kbmemused counts the page cache: %memused is its share of all memory
// (pr_stats.c, print_memory_stats), which free and used make up only if the cache is in used. It is rounded to two
// digits.
func (o *oldMemory) cacheCounts(value func(column int) (float64, bool)) bool {
	free, ok1 := value(o.free)
	used, ok2 := value(o.used)
	share, ok3 := value(o.share)
	return ok1 && ok2 && ok3 && used > 0 && math.Abs(100*used/(free+used)-share) < .0051
}

// leastShare is how many percent of memory must be used for their two decimals to tell the total within half a percent.
const leastShare = 1

// whole gives the host's memory in KiB, which kbmemused is %memused of in every sysstat (pr_stats.c, print_memory_stats).
func (o *oldMemory) whole(value func(column int) (float64, bool)) (float64, bool) {
	used, ok1 := value(o.used)
	share, ok2 := value(o.share)
	return 100 * used / share, ok1 && ok2 && used > 0 && share >= leastShare && share <= 100
}

// tell says once for a file how its kbmemused is read.
func (o *oldMemory) tell(c *curves, line int) {
	if o.avail >= 0 {
		c.problem(line, newerOldMemoryNote)
		return
	}
	c.problem(line, oldMemoryNote)
}

const newerOldMemoryNote = "this sysstat (before 11.7.4) counts the page cache as used, as its share of used memory shows: free+used-available is taken as used"

const oldMemoryNote = "this sysstat has no kbavail (before 11.5.3) and counts the page cache as used: free+buffers+cached is taken as available, an upper bound, and used-buffers-cached as used"

// series makes the worked-out series.
func (o *oldMemory) series(c *curves, host string) {
	worked := func(name string, q record.Quantity) *record.Series {
		return c.get([]byte(name+"\x00"+host), func() *record.Series {
			return &record.Series{Name: name, Unit: record.Bytes, Quantity: q, Subject: host, Quantum: 1024}
		})
	}
	if o.plain {
		o.total = worked("kbmemused/%memused", record.HostTotal)
		return
	}
	o.total = worked("kbmemfree+kbmemused", record.HostTotal)
	if o.avail >= 0 {
		o.inUse = worked("kbmemfree+kbmemused-kbavail", record.HostUsed)
		return
	}
	o.available = worked("kbmemfree+kbbuffers+kbcached", record.HostAvailable)
	o.inUse = worked("kbmemused-kbbuffers-kbcached", record.HostUsed)
}

// emit passes the worked-out values of one row on; value gives a column in KiB.
func (o *oldMemory) emit(c *curves, at record.Stamp, line int, value func(column int) (float64, bool)) {
	if o.plain {
		if total, ok := o.whole(value); ok {
			c.sample(at, line, o.total, total*1024)
		}
		return
	}
	free, ok1 := value(o.free)
	used, ok2 := value(o.used)
	if o.avail >= 0 {
		if avail, ok := value(o.avail); ok1 && ok2 && ok {
			c.sample(at, line, o.inUse, (free+used-avail)*1024)
			c.sample(at, line, o.total, (free+used)*1024)
		}
		return
	}
	buffers, ok3 := value(o.buffers)
	cached, ok4 := value(o.cached)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return
	}
	c.sample(at, line, o.available, (free+buffers+cached)*1024)
	c.sample(at, line, o.inUse, (used-buffers-cached)*1024)
	c.sample(at, line, o.total, (free+used)*1024)
}

package metrics

import (
	"path"
	"strings"

	"oomortem/parser/record"
)

// heading is what a column's heading, a legend or a file's name says in words.
type heading struct {
	entity   string // what is left when the words are taken off: a VM, a host
	quantity record.Quantity
	unit     record.Unit
	scale    float64
	counter  bool
	state    string // used, total, free, available: of the host or of a VM is for the whole table to tell
	ignore   bool   // a pid, an id: no curve
	stated   bool   // the unit is written
}

// headingWords are taken off both ends of a heading, in lower case.
var headingWords = map[string]bool{
	"rss": true, "res": true, "resident": true, "memory": true, "mem": true, "ram": true, "used": true, "usage": true,
	"total": true, "free": true, "available": true, "avail": true, "cg": true, "cgroup": true, "swap": true, "pid": true,
	"balloon": true, "limit": true, "of": true, "avg": true, "average": true, "mean": true, "max": true, "min": true, "last": true,
	"in": true, "value": true, "cpu": true, "host": true, "guest": true, "pct": true, "percent": true, "size": true,
}

// fixedNames are headings with one meaning, in lower case without separators.
var fixedNames = map[string]heading{
	"memtotal": {quantity: record.HostTotal, unit: record.Bytes}, "memfree": {quantity: record.HostFree, unit: record.Bytes},
	"memavailable": {quantity: record.HostAvailable, unit: record.Bytes}, "swaptotal": {quantity: record.HostSwapTotal, unit: record.Bytes},
	"memused": {quantity: record.HostUsed, unit: record.Bytes}, "swapused": {quantity: record.HostSwapUsed, unit: record.Bytes},
	"swapfree": {quantity: record.HostSwapFree, unit: record.Bytes}, "cached": {quantity: record.HostCached, unit: record.Bytes},
	"slab": {quantity: record.HostSlab, unit: record.Bytes}, "shmem": {quantity: record.HostShmem, unit: record.Bytes},
	"buffers": {unit: record.Bytes}, "oomkill": {quantity: record.OOMKills, unit: record.Count, counter: true},
	"oomkills": {quantity: record.OOMKills, unit: record.Count, counter: true},
}

// unitSuffixes are the units that headings end with, behind a separator or in brackets. kB and KB are the kernel's
// 1024 here: who writes a loop over /proc calls its numbers so.
var unitSuffixes = map[string]cellUnit{
	"kb": {1 << 10, record.Bytes}, "kib": {1 << 10, record.Bytes}, "mib": {1 << 20, record.Bytes}, "gib": {1 << 30, record.Bytes},
	"mb": {1e6, record.Bytes}, "gb": {1e9, record.Bytes}, "bytes": {1, record.Bytes}, "b": {1, record.Bytes}, "byte": {1, record.Bytes},
	"ms": {1e-3, record.Seconds}, "msec": {1e-3, record.Seconds}, "millis": {1e-3, record.Seconds}, "us": {1e-6, record.Seconds}, "sec": {1, record.Seconds}, "s": {1, record.Seconds}, "seconds": {1, record.Seconds},
	"%": {0.01, record.Share}, "pct": {0.01, record.Share}, "percent": {0.01, record.Share},
	"1/s": {1, record.PerSecond}, "req/s": {1, record.PerSecond}, "reqs/s": {1, record.PerSecond}, "/s": {1, record.PerSecond},
}

// readHeading reads a heading's words: "dell-r740-2 used", "vm-k8s-worker-1_rss_kB", "Avg response time (ms)", "TPS".
func readHeading(text string) heading {
	text = strings.TrimSpace(text)
	bare, unit := cutUnit(text)
	if h, ok := fixedNames[squeezed(bare)]; ok {
		h.scale = 1
		if unit.unit == record.Bytes {
			h.scale, h.stated = unit.scale, true
		}
		return h
	}
	if h, ok := loadHeading(bare); ok {
		h.scale = 1
		if unit.unit == record.Seconds || unit.unit == record.Share {
			h.unit, h.scale = unit.unit, unit.scale
		}
		return h
	}
	if h, ok := fixedWithin(bare, unit); ok {
		return h
	}
	entity, words := peel(bare)
	h := heading{entity: entity, unit: unit.unit, scale: unit.scale, stated: unit.scale != 0}
	h.byWords(words)
	if h.scale == 0 {
		h.scale = 1
	}
	if h.quantity != "" && h.unit == "" && h.quantity != record.CPU {
		h.unit = record.Bytes
	}
	return h
}

// fixedWithin finds a name with one meaning among other words: "MemAvailable, host vm", "hv03 MemFree".
func fixedWithin(text string, unit cellUnit) (heading, bool) {
	var found heading
	var rest []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '"' || r == ':' }) {
		if h, ok := fixedNames[strings.ToLower(w)]; ok && h.quantity != "" && strings.ToLower(w) != "cached" && found.quantity == "" {
			found = h
		} else if !headingWords[strings.ToLower(w)] {
			rest = append(rest, w)
		}
	}
	if found.quantity == "" {
		return found, false
	}
	found.entity, found.scale = strings.Join(rest, " "), 1
	if unit.unit == record.Bytes {
		found.scale, found.stated = unit.scale, true
	}
	return found, true
}

// byWords gives the meaning of the words that were peeled off.
func (h *heading) byWords(words map[string]bool) {
	switch {
	case words["pid"]:
		h.ignore = true
	case words["rss"] || words["res"] || words["resident"]:
		h.quantity = record.RSS
	case words["balloon"]:
		h.quantity = record.Balloon
	case words["limit"]:
		h.quantity = record.Limit
	case words["guest"] && words["used"]:
		h.quantity = record.GuestUsed
	case words["cpu"]:
		h.quantity = record.CPU
	case words["swap"]: // of a VM: what it lost to swap, and no memory of the host's
		if h.entity == "" {
			h.quantity = map[string]record.Quantity{"used": record.HostSwapUsed, "free": record.HostSwapFree, "total": record.HostSwapTotal}[stateOf(words)]
		}
	case stateOf(words) != "":
		h.state = stateOf(words)
		h.quantity = record.MemoryUsed
		if h.state == "total" || h.state == "free" || h.state == "available" {
			h.quantity = ""
		}
	case words["cg"] || words["cgroup"] || words["usage"] || words["memory"] || words["mem"] || words["ram"]:
		h.quantity = record.MemoryUsed
	}
	if h.unit == record.Share { // "% memory used": a share is no amount
		if h.quantity != record.CPU {
			h.quantity = ""
		}
		h.state = ""
	}
}

func stateOf(words map[string]bool) string {
	for _, w := range []string{"used", "total", "free", "available"} {
		if words[w] {
			return w
		}
	}
	if words["avail"] {
		return "available"
	}
	return ""
}

// hostQuantity is what a state of memory is called when it is the host's.
func hostQuantity(state string) record.Quantity {
	switch state {
	case "used":
		return record.HostUsed
	case "total":
		return record.HostTotal
	case "free":
		return record.HostFree
	case "available":
		return record.HostAvailable
	}
	return ""
}

// cutUnit takes a unit off the end: "(ms)", "[MiB]", "_kB", " bytes", and a remark in brackets such as "(pid 144)".
func cutUnit(text string) (string, cellUnit) {
	if i := strings.LastIndexAny(text, "(["); i > 0 && (strings.HasSuffix(text, ")") || strings.HasSuffix(text, "]")) {
		inside := strings.ToLower(strings.TrimSpace(text[i+1 : len(text)-1]))
		before := strings.TrimSpace(text[:i])
		if u, ok := unitSuffixes[inside]; ok {
			return before, u
		}
		if strings.HasPrefix(inside, "pid ") {
			return cutUnit(before)
		}
	}
	if i := strings.LastIndexAny(text, "_ "); i > 0 {
		if u, ok := unitSuffixes[strings.ToLower(text[i+1:])]; ok && !endsInTimeTo(text[:i]) {
			return text[:i], u
		}
	}
	if strings.HasPrefix(text, "%") {
		return text[1:], unitSuffixes["%"]
	}
	return text, cellUnit{}
}

// endsInTimeTo tells what stands before the byte of a "time to first byte", which is no amount of bytes.
func endsInTimeTo(text string) bool {
	t := squeezed(text)
	return strings.HasSuffix(t, "tofirst") || strings.HasSuffix(t, "tolast")
}

// squeezed gives letters and digits in lower case.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 32
		case r == ' ' || r == '_' || r == '-':
			return -1
		}
		return r
	}, text)
}

// loadHeading reads the headings of load curves.
func loadHeading(text string) (heading, bool) {
	t := squeezed(text)
	switch {
	case strings.Contains(t, "budget") || strings.Contains(t, "errorfree"): // what is left of what may fail
	case strings.Contains(t, "error") || strings.Contains(t, "failure") || strings.Contains(t, "failed"):
		for _, w := range []string{"ratio", "share", "percent", "pct"} {
			if strings.Contains(t, w) {
				return heading{quantity: record.Errors, unit: record.Share}, true
			}
		}
		return heading{quantity: record.Errors, unit: record.PerSecond}, true
	case strings.Contains(t, "responsetime") || strings.Contains(t, "latency") || t == "rt" || t == "elapsed":
		return heading{quantity: record.Latency, unit: record.Seconds}, true
	case t == "tps" || strings.HasSuffix(t, "tps") || strings.Contains(t, "throughput") || strings.HasPrefix(t, "transactions/"):
		return heading{quantity: record.Throughput, unit: record.PerSecond}, true
	case t == "qps" || t == "rps" || strings.HasSuffix(t, "req/s") || strings.HasSuffix(t, "requests/s") || strings.HasSuffix(t, "hits/s") || t == "requestspersecond":
		return heading{quantity: record.Requests, unit: record.PerSecond}, true
	case t == "users" || t == "vus" || t == "activethreads" || t == "usercount" || t == "threads":
		return heading{quantity: record.Users, unit: record.Count}, true
	}
	return heading{}, false
}

// peel takes known words off both ends and gives what is left and the words.
func peel(text string) (entity string, words map[string]bool) {
	words = map[string]bool{}
	for {
		text = strings.Trim(text, " _:,|")
		i := strings.LastIndexAny(text, " _:,|")
		if w := strings.ToLower(text[i+1:]); headingWords[w] && text != "" {
			words[w] = true
			text = text[:i+1]
			continue
		}
		j := strings.IndexAny(text, " _:,|")
		if j > 0 && headingWords[strings.ToLower(text[:j])] {
			words[strings.ToLower(text[:j])] = true
			text = text[j:]
			continue
		}
		return strings.TrimSpace(strings.TrimSuffix(text, " -")), words
	}
}

// hintFromFile fills in a series' quantity from the name of the file: Grafana calls a download after its panel, and a
// query that computed something has no other name. Only plain words count.
func hintFromFile(s *record.Series, file string) {
	if s.Quantity != "" {
		return
	}
	name := path.Base(strings.ReplaceAll(file, "\\", "/"))
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}) {
		words[w] = true
	}
	q, unit := record.Quantity(""), record.Bytes
	switch {
	case words["oom"] && (words["kill"] || words["kills"]):
		s.Counter = true
		q, unit = record.OOMKills, record.Count
	case words["rss"] || words["resident"]:
		q = record.RSS
	case words["balloon"] || words["libvirt"] && words["usage"]: // libvirt_domain_info_memory_usage_bytes
		q = record.Balloon
	case words["memavailable"] || words["available"]:
		q = record.HostAvailable
	case words["memory"] || words["mem"] || words["ram"]:
		q = record.MemoryUsed
	case words["tps"] || words["throughput"]:
		q, unit = record.Throughput, record.PerSecond
	case words["rps"] || words["qps"] || words["requests"]:
		q, unit = outcome(s.Labels), record.PerSecond
	case words["latency"]:
		q, unit = record.Latency, record.Seconds
	}
	if status := statusOf(s); status != "" && (q == record.Throughput || q == record.Requests) {
		q = outcomeOf(status)
	}
	if q != "" && (s.Unit == record.NoUnit || s.Unit == unit) {
		s.Quantity, s.Unit = q, unit
	}
}

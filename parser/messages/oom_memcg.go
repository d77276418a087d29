package messages

import (
	"strings"

	"oomortem/parser/record"
)

// readUsage reads "memory: usage 40960kB, limit 40960kB, failcnt 14" of a cgroup; free tells that it has no limit.
func readUsage(msg string) (what string, usage, limit, fails record.Maybe, free bool) {
	what, rest, _ := strings.Cut(msg, ":")
	value := func(key string) string {
		_, after, ok := strings.Cut(rest, key+" ")
		if !ok {
			return ""
		}
		v, _, _ := strings.Cut(after, ",")
		return strings.TrimSpace(v)
	}
	l := value("limit")
	if free = l != "" && unlimited(l); !free {
		limit = kernelKB(l)
	}
	if n, tail, ok := leadingInt(value("failcnt")); ok && tail == "" {
		fails = record.Known(n)
	}
	return what, kernelKB(value("usage")), limit, fails, free
}

// unlimited knows the numbers that mean "no limit": 2^63 less a page in kB, of 4 KiB or 64 KiB pages, twice that
// up to 3.18, and the largest a 32-bit kernel counts.
func unlimited(limit string) bool {
	n, _, ok := leadingInt(limit)
	return !ok || n >= 1<<52 || n == 8589934588
}

// readStats reads the cgroup's own line of 3.9 to 5.2, "Memory cgroup stats for /a: cache:840KB rss:523448KB ...";
// path alone from 5.3 on, where one key per line follows.
func readStats(msg string) (path string, sizes map[string]record.Maybe) {
	rest := strings.TrimPrefix(msg, "Memory cgroup stats for ")
	i := strings.LastIndex(rest, ": cache:")
	if i < 0 {
		return strings.TrimSuffix(strings.TrimSpace(rest), ":"), nil
	}
	sizes = map[string]record.Maybe{}
	for _, word := range strings.Fields(rest[i+2:]) {
		key, value, _ := strings.Cut(word, ":")
		sizes[key] = kernelKB(value)
	}
	return rest[:i], sizes
}

// readSlab reads a row of the unreclaimable slab table.
func readSlab(msg string) (s record.Slab, ok bool) {
	f := strings.Fields(msg)
	if len(f) != 3 {
		return s, false
	}
	used, total := kernelKB(f[1]), kernelKB(f[2])
	if !used.Known() || !total.Known() {
		return s, false
	}
	return record.Slab{Name: f[0], Used: used.Or(0), Total: total.Or(0)}, true
}

package reports

import (
	"strings"
	"unicode"
)

// series gives the name of a series as it may be told: one that is made of words of the trade stays, as do the metrics of
// the usual exporters; any other is somebody's own.
func (c *censor) series(name string) string {
	told := c.told(name)
	if told != name || name == "" {
		return told
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for i, w := range words {
		if i == 0 && exporters[w] && strings.Contains(name, "_") {
			return name
		}
		if len(w) > 2 && !trade[w] {
			c.learn("series", name)
			return c.told(name)
		}
	}
	return name
}

// ofTheTrade tells names that are nobody's: job="node".
func ofTheTrade(name string) bool {
	return !strings.ContainsFunc(name, unicode.IsLetter) || exporters[strings.ToLower(name)] || trade[strings.ToLower(name)]
}

// exporters begin the names of metrics that are the same everywhere.
var exporters = wordSet("node libvirt container kube process go jvm windows pve namedprocess apiserver kubelet machine prometheus")

// trade are the words that names of series are made of wherever they come from.
var trade = wordSet(`active actual all anon available average avg balloon buff buffer buffers byte bytes cache cached commit committed connections
count counter cpu current dirty disk duration elapsed error errors event events fail failed failure failures faults file free guest heap host huge idle
inactive interval iowait kbavail kbbuffers kbcached kbcommit kbdirty kbinact kbactive kbmemfree kbmemused kbslab kbswpfree kbswpused kib kilobytes
latency limit load major max mean median mem memavailable memfree memory memtotal memused mib min minor nice ok operations ops page pages peak
percent percentile pressure process rate rates read request requests resident response responses rss run runnable running samples sec second seconds shared
shmem size slab some steal success successful swap swapped swpd swapfree swaptotal system task tasks threads throughput time times tps total
transaction transactions unused usable usage used user users util utilization value values virtual vus wait write writes`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

package metrics

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

const gib, mib, kib = 1 << 30, 1 << 20, 1 << 10

// curve is what one series of a fixture must be. The numbers are read off the fixture's text, or follow from it by the
// arithmetic shown.
type curve struct {
	fixture     string
	name        string
	labels      []string
	points      int
	first, last float64
	quantity    record.Quantity
	unit        record.Unit
	subject     string
	at          string // first stamp, digits as written
	lacks       record.Lack
}

var curvesOfFixtures = []curve{
	{"prometheus-json/multi/prom-multi.json", "node_memory_MemAvailable_bytes", nil, 16, 23047376896, 24403361792, record.HostAvailable, record.Bytes, "127.0.0.1", "2026-11-23 00:28:35", 0},
	{"prometheus-json/vm-rss/vm-rss.query_range.json", "libvirt_domain_memory_stats_rss_bytes", []string{"domain", "vm-redis-1"}, 122, 281145344, 281387008, record.RSS, record.Bytes, "vm-redis-1", "2026-11-23 01:08:08.855", 0},
	{"prometheus-text/federate/federate.txt", "process_resident_memory_bytes", []string{"job", "web"}, 1, 1.4155776e+07, 1.4155776e+07, record.RSS, record.Bytes, "web", "2026-11-23 00:29:57.468", 0},
	{"grafana-csv/formatted-joined-berlin/grafana13.2-formatted-joined-berlin.csv", "websrv rss", nil, 77, 8.81 * mib, 13.5 * mib, record.RSS, record.Bytes, "websrv", "2026-11-23 01:28:35", record.LacksZone},
	{"grafana-csv/header-full/grafana13.2-header-full.csv", `MemAvailable, host "vm"`, nil, 81, 23047376896, 24477188096, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:35", 0},
	{"grafana-csv/formatted-units.de-DE/grafana13.2-formatted-units.de-DE.csv", "rss locale", nil, 77, 9240576, 14155776, record.RSS, record.Bytes, "locale", "2026-11-23 00:28:35", record.LacksZone},
	{"grafana-csv/formatted-units/grafana13.2-formatted-units.csv", "rss short", nil, 77, 9.24e6, 14.2e6, record.RSS, record.Bytes, "short", "2026-11-23 00:28:35", record.LacksZone},
	{"grafana-csv/formatted-units/grafana13.2-formatted-units.csv", "latency ms", nil, 77, 2.57 * 3600, 3.93 * 3600, record.Latency, record.Seconds, "", "2026-11-23 00:28:35", record.LacksZone},
	{"grafana-csv/real-6-long/vm-rss.grafana6-long.csv", "vm-k8s-worker-1", nil, 122, 398991360, 400764928, record.RSS, record.Bytes, "vm-k8s-worker-1", "2026-11-23 01:08:08.855", 0},
	{"grafana-csv/real-wide-formatted/vm-rss.grafana-wide-formatted.csv", "vm-db-master-1", nil, 122, 321 * mib, 320 * mib, record.RSS, record.Bytes, "vm-db-master-1", "2026-11-23 09:08:08", record.LacksZone},
	{"grafana-json/query-response/query.json", "node_memory_MemAvailable_bytes", []string{"instance", "hv03:9100"}, 8, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"grafana-json/query-response/query.json", "libvirt_domain_memory_stats_rss_bytes", []string{"domain", "vm-a"}, 7, 4 * gib, 4*gib + 7*mib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:35", 0},
	{"grafana-json/query-response/query.json", "http_requests_total", []string{"code", "200"}, 8, 0, 7000, record.Throughput, record.Count, "shop", "2026-11-23 00:28:35", 0},
	{"grafana-json/snapshot/snapshot.json", "websrv rss", nil, 8, 9240576, 9240576 + 7*4096, record.RSS, record.Bytes, "websrv", "2026-11-23 00:28:35", 0},
	{"grafana-json/snapshot/snapshot.json", "db rss", nil, 8, 512 * mib, 519 * mib, record.RSS, record.Bytes, "db", "2026-11-23 00:28:35", 0},
	{"metrics-csv/mem-samples/mem-samples.csv", "vm-k8s-worker-1_rss_kB", nil, 136, 223232 * kib, 391372 * kib, record.RSS, record.Bytes, "vm-k8s-worker-1", "2026-11-23 01:07:57.894", 0},
	{"metrics-csv/mem-samples/mem-samples.csv", "vm-k8s-worker-1_cg_bytes", nil, 136, 227282944, 380665856, record.MemoryUsed, record.Bytes, "vm-k8s-worker-1", "2026-11-23 01:07:57.894", 0},
	{"metrics-csv/mem-samples/mem-samples.csv", "MemAvailable_kB", nil, 136, 23705776 * kib, 22892796 * kib, record.HostAvailable, record.Bytes, "", "2026-11-23 01:07:57.894", 0},
	{"metrics-csv/columns-at-end/mem.csv", "vm-etl-batch_rss_kB(pid 177)", nil, 20, 35952 * kib, 349960 * kib, record.RSS, record.Bytes, "vm-etl-batch", "2026-11-23 00:49:58.968", 0},
	{"sar/memory-en_US/sar-r.en_US.UTF-8.txt", "kbmemfree", nil, 78, 21419308 * kib, 22134980 * kib, record.HostFree, record.Bytes, "vm", "2026-11-23 00:28:28", record.LacksZone},
	{"sar/memory-human/sar-r-human.en_US.txt", "kbmemfree", nil, 78, 20.4 * gib, 21.1 * gib, record.HostFree, record.Bytes, "vm", "2026-11-23 00:28:28", record.LacksZone},
	{"sar/rhel7-old/sar-r.txt", "kbmemfree+kbbuffers+kbcached", nil, 2, (8000000 + 200000 + 1200000) * kib, (7900000 + 200000 + 1210000) * kib, record.HostAvailable, record.Bytes, "hv07", "2017-01-11 23:59:58", record.LacksZone},
	{"sar/rhel7-old/sar-r.txt", "kbmemused", nil, 2, 8000000 * kib, 8100000 * kib, "", record.Bytes, "hv07", "2017-01-11 23:59:58", record.LacksZone},
	{"sar/persian/sar-r.txt", "kbavail", nil, 2, 22824180 * kib, 22657664 * kib, record.HostAvailable, record.Bytes, "hv07", "2026-11-23 00:28:28", record.LacksZone},
	{"sar/real-W/sar-W.txt", "pswpin/s", nil, 128, 0, 0, record.SwapIn, record.ByteRate, "hv03.dc1.example.com", "2026-11-23 09:08:10", record.LacksZone},
	{"sar/real-u/sar-u.txt", "%user", nil, 128, 0.215, 0.8141, "", record.Share, "hv03.dc1.example.com", "2026-11-23 09:08:10", record.LacksZone},
	{"sadf-d/memory-utc/sadf-d.csv", "kbavail", nil, 78, 22824180 * kib, 23739116 * kib, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:28", 0},
	{"sadf-d/memory-local/sadf-d-T-local.csv", "kbavail", nil, 78, 22824180 * kib, 23739116 * kib, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:28", record.LacksZone},
	{"sadf-p/memory/sadf-p.tsv", "kbavail", nil, 78, 22824180 * kib, 23739116 * kib, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:28", 0},
	{"sadf-x/memory/sadf-x.xml", "avail", nil, 78, 22824180 * kib, 23739116 * kib, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:28", 0},
	{"sadf-j/memory/sadf-j.json", "avail", nil, 78, 22824180 * kib, 23739116 * kib, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:28:28", 0},
	{"sadf-r/debug/raw.txt", "kbavail", nil, 2, 4389516 * kib, 3389516 * kib, record.HostAvailable, record.Bytes, "", "2026-11-23 00:28:39", 0},
	{"sadf-r/debug/raw.txt", "kbttlmem", nil, 2, 8144960 * kib, 8144960 * kib, record.HostTotal, record.Bytes, "", "2026-11-23 00:28:39", 0},
	{"sadf-r/plain/raw.txt", "kbmemfree", nil, 2, 1437740 * kib, 437740 * kib, record.HostFree, record.Bytes, "", "0000-01-01 23:59:55", record.LacksDate},
	{"pidstat/plain/pidstat-r.txt", "RSS", []string{"pid", "5384"}, 38, 7584 * kib, 411600 * kib, record.RSS, record.Bytes, "websrv", "2026-11-23 00:28:29", record.LacksZone},
	{"json-rows/pve-rrddata/rrddata.json", "memused", nil, 6, 25786580992, 25791823872, record.HostUsed, record.Bytes, "", "2026-11-23 00:25:00", 0},
	{"json-rows/pve-rrddata/rrddata.json", "swapused", nil, 6, 104857600, 104878080, record.HostSwapUsed, record.Bytes, "", "2026-11-23 00:25:00", 0},
	{"json-rows/influxdb3/rows.jsonl", "available", []string{"domain", "vm-b"}, 5, 3000000000, 3000004000, "", record.Bytes, "vm-b", "2026-11-23 00:25:00", 0},
	{"ps-loop/qemu/ps.txt", "RSS", []string{"domain", "vm-a"}, 4, 16804564 * kib, 16804576 * kib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:29", 0},
	{"ps-loop/qemu/ps.txt", "RSS", []string{"pid", "901"}, 2, 40008 * kib, 40012 * kib, record.RSS, record.Bytes, "nginx", "2026-11-23 00:28:31", 0},
	{"ps-loop/qemu/ps.txt", "VSZ", []string{"comm", "init"}, 4, 171234 * kib, 171234 * kib, "", record.Bytes, "init", "2026-11-23 00:28:29", 0},
	{"vmstat/stuck/vmstat-t.txt", "free", nil, 78, 21523716 * kib, 21523716 * kib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:26", 0},
	{"vmstat/wide-mib/vmstat-tw.txt", "free", nil, 16, 21019 * mib, 21019 * mib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:26", 0},
	{"free/german-dated-old/free.txt", "Mem available", nil, 2, 22880820 * kib, 22540852 * kib, record.HostAvailable, record.Bytes, "", "2026-11-23 00:28:29", 0},
	{"free/old-layout/free.txt", "-/+ used", nil, 2, 7700000 * kib, 7800000 * kib, record.HostUsed, record.Bytes, "", "2014-03-05 10:00:00", record.LacksZone},
	{"free/mib-wide/free-mw.txt", "Mem available", nil, 16, 22343 * mib, 23147 * mib, record.HostAvailable, record.Bytes, "", "", record.LacksWall},
	{"top-series/three-screens/top-b.txt", "Mem avail", nil, 3, 22126.0 * mib, 21896.1 * mib, record.HostAvailable, record.Bytes, "", "0000-01-01 00:28:29", record.LacksZone | record.LacksDate},
	{"dstat/dool/dool-t.csv", "memory usage avai", nil, 3, 23894056960, 23849041920, record.HostAvailable, record.Bytes, "vm", "2026-11-23 00:27:06", 0},
	{"dstat/year-end/dstat.csv", "memory usage free", nil, 3, 3000, 2998, record.HostFree, record.Bytes, "hv07", "2024-12-31 23:59:50", record.LacksZone},
	{"collectl/plot/collectl-P.csv", "[MEM]Free", nil, 72, 21002188 * kib, 22140980 * kib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:36", record.LacksZone},
	{"collectl/text/collectl.txt", "Free", nil, 71, 20 * gib, 21 * gib, record.HostFree, record.Bytes, "", "0000-01-01 00:28:36", record.LacksZone | record.LacksDate},
	{"nmon/twelve-snapshots/nmon.nmon", "memfree", nil, 12, 20511.8 * mib, 21740.9 * mib, record.HostFree, record.Bytes, "vm", "2026-11-23 00:28:35", record.LacksZone},
	{"atop/parseable/atop.txt", "MEM free", nil, 2, 5389501 * 4096, 5384893 * 4096, record.HostFree, record.Bytes, "hv07", "2026-11-23 00:28:32", 0},
	{"atop/parseable/atop.txt", "PRM rmem", nil, 2, 8224 * kib, 26656 * kib, record.RSS, record.Bytes, "websrv", "2026-11-23 00:28:32", 0},
	{"virt-top/two-vms/virt-top.csv", "Mem", []string{"domain", "vm-b"}, 1, 8 * gib, 8 * gib, record.Balloon, record.Bytes, "vm-b", "0000-01-02 00:00:01", record.LacksZone | record.LacksDate},
	{"domstats/loop/domstats.txt", "balloon.rss", []string{"domain", "vm-a"}, 2, 3145728 * kib, 3149824 * kib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:29", 0},
	{"domstats/loop/domstats.txt", "balloon.available-balloon.usable", []string{"domain", "vm-a"}, 2, (4063232 - 2097152) * kib, (4063232 - 2097152) * kib, record.GuestUsed, record.Bytes, "vm-a", "2026-11-23 00:26:40", 0},
	{"docker-stats/loop/docker-stats.txt", "MEM USAGE", []string{"name", "web-1"}, 2, 463.8 * mib, 512 * mib, record.MemoryUsed, record.Bytes, "web-1", "2026-11-23 00:28:29", record.LacksZone},
	{"docker-stats/loop/docker-stats.txt", "MEM USAGE", []string{"name", "web-2"}, 1, 3.965 * mib, 3.965 * mib, record.MemoryUsed, record.Bytes, "web-2", "2026-11-23 00:28:29", record.LacksZone},
	{"crictl-stats/loop/stats.txt", "MEM", []string{"container", "kube-apiserver"}, 3, 1203e6, 1312e6, record.MemoryUsed, record.Bytes, "kube-apiserver", "2026-11-23 00:28:00", 0},
	{"crictl-json/pods/statsp.json", "workingSetBytes", []string{"pod", "coredns-5d78c", "container", "coredns"}, 2, 45350912, 46350336, record.MemoryUsed, record.Bytes, "coredns", "2026-11-23 00:28:00.5", 0},
	{"kubectl-top/loop/top-nodes.txt", "MEMORY(bytes)", []string{"node", "node-2"}, 1, 9000 * mib, 9000 * mib, record.MemoryUsed, record.Bytes, "node-2", "2026-11-23 00:28:30", 0},
	{"memory-loop/memcg/memcg-loop.txt", "memory.current", nil, 78, 3297280, 9707520, record.MemoryUsed, record.Bytes, "", "2026-11-23 00:28:29", 0},
	{"memory-loop/psi/memory.pressure.txt", "some avg10", nil, 2, 0, 0.125, record.Pressure, record.Share, "", "2026-11-23 00:28:29", 0},
	{"memory-loop/memory-stat/memory.stat.txt", "oom_kill", nil, 2, 0, 1, record.OOMKills, record.Count, "", "2026-11-23 00:28:29", 0},
	{"memory-loop/meminfo/meminfo-loop.txt", "MemAvailable", nil, 2, 22880820 * kib, 22540852 * kib, record.HostAvailable, record.Bytes, "", "2026-11-23 00:28:29", 0},
	{"memory-loop/dommemstat-loop/dommemstat.txt", "rss", nil, 2, 3145728 * kib, 3149824 * kib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:29", record.LacksZone},
	{"zabbix/history/history.ndjson", "Available memory", nil, 2, 8 * gib, 6 * gib, record.HostAvailable, record.Bytes, "hv07", "2018-02-22 12:58:05.123456789", 0},
	{"influx1-csv/ns/influx1-csv-ns.csv", "http_req_duration_rt", []string{"name", "login"}, 19, 5.926452749999999, 5.898435999999999, "", record.NoUnit, "login", "2026-11-23 00:36:43", 0},
	{"influx1-json/http-rfc3339/influx1-http-rfc3339.json", "http_req_duration_n", []string{"name", "search"}, 19, 8, 4, "", record.NoUnit, "search", "2026-11-23 00:36:43", 0},
	{"influx2-csv/two-tables/out.csv", "mem_available", []string{"host", "hv07"}, 2, 8 * gib, 8e9, record.HostAvailable, record.Bytes, "hv07", "2026-11-23 00:28:30", 0},
	{"influx2-csv/two-tables/out.csv", "tps", nil, 1, 100, 100, record.Throughput, record.PerSecond, "", "2026-11-23 00:28:30", 0},
	{"graphite-json/render/render.json", "servers.hv03.memory.MemAvailable", nil, 7, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"graphite-json/render/render.json", "collectd_virt_memory", []string{"domain", "vm-a"}, 8, 4 * gib, 4*gib + 7*mib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:35", 0},
	{"graphite-raw/render/render.txt", "servers.hv03.memory.MemAvailable", nil, 7, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"graphite-raw/render/render.txt", "collectd_swap", []string{"instance", "hv03"}, 8, 0, 7 * 4096, record.HostSwapUsed, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"graphite-raw/render/render.txt", "alias(collectd.hv03.swap.swap-used,swap)", nil, 8, 0, 7 * 4096, "", record.NoUnit, "alias(collectd.hv03.swap.swap-used,swap)", "2026-11-23 00:28:35", 0},
	{"graphite-csv/render/render.csv", "servers.hv03.memory.MemAvailable", nil, 7, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", record.LacksZone},
	{"opentsdb-json/query/query.json", "proc.meminfo.memavailable", []string{"host", "hv03"}, 8, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"opentsdb-json/query/query.json", "shop.requests", []string{"code", "200"}, 8, 100, 107, "", record.NoUnit, "", "2026-11-23 00:28:35", 0},
	{"opentsdb-json/arrays/query.json", "proc.meminfo.memavailable", nil, 8, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35.25", 0},
	{"cloudwatch-json/statistics/mem.json", "mem_available", nil, 6, 23047376896 - 3*mib, 23047376896 - 4*mib, record.HostAvailable, record.Bytes, "", "2026-11-23 00:31:00", 0},
	{"cloudwatch-json/data/data.json", "mem_available", []string{"host", "hv03"}, 6, 23047376896 - 5*mib, 23047376896, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:33:00", 0},
	{"cloudwatch-json/data/data.json", "FreeableMemory", nil, 6, gib + 5*mib, gib, record.HostAvailable, record.Bytes, "", "2026-11-23 00:33:00", 0},
	{"azure-monitor-json/list/metrics.json", "Available Memory Bytes", nil, 5, 6 * gib, 6*gib - 4*mib, record.HostAvailable, record.Bytes, "vm-a", "2026-11-23 00:28:00", 0},
	{"gcp-monitoring-json/list/series.json", "agent.googleapis.com/memory/bytes_used", []string{"state", "used"}, 6, 6*gib + 5*mib, 6 * gib, record.HostUsed, record.Bytes, "4711", "2026-11-23 00:33:00", 0},
	{"gcp-monitoring-json/list/series.json", "kubernetes.io/container/memory/used_bytes", nil, 6, gib + 5*mib, gib, record.MemoryUsed, record.Bytes, "web-1", "2026-11-23 00:33:00", 0},
	{"datadog-json/query/query.json", "system.mem.usable", []string{"host", "hv03"}, 7, 23047376896, 23047376896 - 7*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"netdata-json/ram/ram.json", "system.ram.free", nil, 6, 20506.75 * mib, 20511.75 * mib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:40", 0},
	{"netdata-json/wrapped/mem.json", "mem_usage.ram", nil, 5, 1024.5 * mib, 1029.5 * mib, record.MemoryUsed, record.Bytes, "vm-a", "2026-11-23 00:28:35", 0},
	{"rrdtool-fetch/pve/fetch.txt", "memused", nil, 5, 25786580992, 25786580992 + 4*mib, record.HostUsed, record.Bytes, "", "2026-11-23 00:28:00", 0},
	{"rrdtool-xport/xml/xport.xml", "vm-a rss", nil, 6, 4 * gib, 4*gib + 5*mib, record.RSS, record.Bytes, "vm-a", "2026-11-23 00:28:00", 0},
	{"rrdtool-xport/json/xport.json", "mem free", nil, 5, 21 * gib, 21*gib - 4*mib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:00", 0},
	{"influx1-columns/two-hosts/mem.txt", "mem_available", []string{"host", "hv04"}, 4, 9 * gib, 9*gib - 4*mib, record.HostAvailable, record.Bytes, "hv04", "2026-11-23 00:28:35", 0},
	{"influx1-columns/two-hosts/mem.txt", "mem_used_percent", []string{"host", "hv03"}, 5, 0.125, 0.165, "", record.Share, "hv03", "2026-11-23 00:28:35", 0},
	{"telegraf-json/file/metrics.out", "mem_available", []string{"host", "hv03"}, 5, 8 * gib, 8*gib - 4*mib, record.HostAvailable, record.Bytes, "hv03", "2026-11-23 00:28:35", 0},
	{"promtool-query/range/range.txt", "node_memory_MemAvailable_bytes", []string{"instance", "hv04:9100"}, 5, 8 * gib, 8*gib - 5*mib, record.HostAvailable, record.Bytes, "hv04", "2026-11-23 00:28:35", 0},
	{"promtool-query/instant/instant.txt", "libvirt_domain_memory_stats_rss_bytes", []string{"domain", "vm-b"}, 1, 5.5e9, 5.5e9, record.RSS, record.Bytes, "vm-b", "2026-11-23 00:28:35.123", 0},
	{"netdata-csv/ram/ram.csv", "free", nil, 6, 20506.75 * mib, 20511.75 * mib, record.HostFree, record.Bytes, "", "2026-11-23 00:28:40", record.LacksZone},
	{"netdata-csv/ram/ram.csv", "buffers", nil, 6, 200.25 * mib, 200.25 * mib, "", record.Bytes, "", "2026-11-23 00:28:40", record.LacksZone},
	{"line-protocol/telegraf/telegraf.out", "procstat_memory_rss", nil, 1, 4 * gib, 4 * gib, record.RSS, record.Bytes, "qemu a", "2026-11-23 00:28:35", 0},
}

func TestCurvesOfTheFixtures(t *testing.T) {
	for _, c := range curvesOfFixtures {
		t.Run(c.fixture+" "+c.name, func(t *testing.T) {
			s := readFile(t, filepath.Join(fixtures, c.fixture))
			x := s.find(t, c.name, c.labels...)
			v := s.values(x)
			if len(v) != c.points || !near(v[0], c.first) || !near(v[len(v)-1], c.last) {
				t.Errorf("%d values %v .. %v, want %d, %v .. %v", len(v), v[0], v[len(v)-1], c.points, c.first, c.last)
			}
			if x.Quantity != c.quantity || x.Unit != c.unit || x.Subject != c.subject {
				t.Errorf("quantity %q, unit %q, subject %q; want %q, %q, %q", x.Quantity, x.Unit, x.Subject, c.quantity, c.unit, c.subject)
			}
			at := first(s, x).At
			if at.Lacks != c.lacks || c.at != "" && at.Wall.UTC().Format("2006-01-02 15:04:05.999999999") != c.at {
				t.Errorf("first at %v lacking %d, want %s lacking %d", at.Wall, at.Lacks, c.at, c.lacks)
			}
		})
	}
}

func near(a, b float64) bool { d := a - b; return d*d <= 1e-20*b*b+1e-24 }

func first(s *seen, x *record.Series) record.Sample {
	for _, y := range s.samples {
		if y.Series == x {
			return y
		}
	}
	return record.Sample{}
}

// All languages of one sar file say the same.
func TestSarSaysTheSameInEveryLanguage(t *testing.T) {
	base := readFile(t, fixtures+"/sar/memory-C/sar-r.C.UTF-8.txt")
	for _, lang := range []string{"en_US", "es_ES", "fr_FR", "ja_JP", "pt_BR", "ru_RU", "zh_CN"} {
		s := readFile(t, fixtures+"/sar/memory-"+lang+"/sar-r."+lang+".UTF-8.txt")
		if len(s.samples) != len(base.samples) || len(s.problems) != 0 {
			t.Fatalf("%s: %d samples, %d problems; C has %d", lang, len(s.samples), len(s.problems), len(base.samples))
		}
		for i, x := range s.samples {
			b := base.samples[i]
			if x.Value != b.Value || !x.At.Wall.Equal(b.At.Wall) || x.Series.Name != b.Series.Name {
				t.Fatalf("%s sample %d: %v %v %v; C has %v %v %v", lang, i, x.At.Wall, x.Series, x.Value, b.At.Wall, b.Series, b.Value)
			}
		}
	}
}

// A stale marker is no sample, and the one that dates the target's death is told.
func TestStaleMarkersDateTheDeath(t *testing.T) {
	s := readFile(t, fixtures+"/prometheus-text/tsdb-dump/promtool-tsdb-dump.txt")
	x := s.find(t, "process_resident_memory_bytes", "job", "web")
	death := time.UnixMilli(1795393750468).UTC()
	for _, y := range s.samples {
		if y.Series == x && y.At.Wall.Equal(death) {
			t.Errorf("the stale marker came out as the value %v", y.Value)
		}
	}
	if !s.said("7 stale markers") || !s.said("2026-11-23 00:29:10.468") {
		t.Errorf("the markers are not told: %v", s.problems)
	}
}

func TestNotesOfSpecialAnswers(t *testing.T) {
	for _, c := range []struct{ file, say string }{
		{"prometheus-json/error/prom-error.json", "bad_data: 1:5: parse error"},
		{"prometheus-json/nan/prom-nan.json", "16 values from here on are NaN or infinite"},
		{"prometheus-json/inf/prom-inf.json", "16 values from here on are NaN or infinite"},
		{"sysstat-binary/head/sar.bin", "sadf -d -U"},
		{"dstat/header-only/dstat-broken-python3.11-header-only.csv", "known of dstat 0.8"},
		{"sar/rhel7-old/sar-r.txt", "counts the page cache as used"},
		{"vmstat/wide-mib/vmstat-tw.txt", "memory is read as MiB"},
		{"free/human/free-h.txt", "free wrote no times here"},
		{"grafana-json/snapshot/snapshot.json", "1 tables with several rows of one time are left out"},
	} {
		if s := readFile(t, filepath.Join(fixtures, c.file)); !s.said(c.say) {
			t.Errorf("%s: no problem says %q: %v", c.file, c.say, s.problems)
		}
	}
}

// TestFreeUnits: bare numbers are in the unit that a machine can have them in; bytes are KiB of the kernel times 1024.
func TestFreeUnits(t *testing.T) {
	for _, c := range []struct {
		cells string
		total float64
		said  string
	}{
		{"68719476736 25786580992 38637928448 9437184 4295458816 42932895744", 64 * gib, ""}, // free -b
		{"4294967296 1073741824 3221225472 0 0 3221225472", 4 * gib, ""},                     // free -b
		{"68719476736 25786580993 38637928447 9 1000 42932895744", 64 * gib, ""},             // in KiB 64 TiB
		{"6442450944 2147483649 4294967295 9 1000 4294967300", 6 * 1024 * gib, "memory is read as KiB: in bytes this machine would have 6144 MiB"},
		{"67108864 25182209 37732352 9216 4194784 41926655", 64 * gib, ""},
		{"65536 24592 36849 9 4096 40943", 64 * gib, "memory is read as MiB"},
		{"64 24 36 0 4 40", 64 * gib, "memory is read as GiB"},
	} {
		block := "               total        used        free      shared  buff/cache   available\nMem: " + c.cells + "\nSwap: 0 0 0\n"
		s := readAs(freeText, "free.txt", []byte("1773129600\n"+block+"1773129605\n"+block))
		if v := s.values(s.find(t, "Mem total")); len(v) != 2 || v[1] != c.total {
			t.Errorf("%s: a total of %v, want %v", c.cells, v, c.total)
		}
		if (c.said == "") != (len(s.problems) == 0) || c.said != "" && !s.said(c.said) {
			t.Errorf("%s: said %v, want %q", c.cells, s.problems, c.said)
		}
	}
}

// TestVmstatSaysWhatItLeavesOut: a row that ends early and a value that is no number are listed by their line.
func TestVmstatSaysWhatItLeavesOut(t *testing.T) {
	const text = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC
26  0      0 21523716  36612 1637752    0    0  4301  3355 1146 3260 32  9 59  1  0 2026-11-23 00:28:26
26  0      0 21523716  366
26  0      0 2152371x  36612 1637752    0    0  4301  3355 1146 3260 32  9 59  1  0 2026-11-23 00:28:28
26  0      0 21523716  36612 1637752    0    0  4301  3355 1146 3260 32  9 59  1  0 2026-11-23 00`
	s := readAs(vmstatText, "vmstat.txt", []byte(text))
	var lines []int
	for _, p := range s.problems {
		lines = append(lines, p.From.Line)
	}
	if !slices.Equal(lines, []int{4, 5, 6}) {
		t.Errorf("problems in lines %v, want 4, 5 and 6: %+v", lines, s.problems)
	}
	free := 0
	for _, x := range s.samples {
		if x.Series.Name == "free" {
			free++
		}
	}
	if free != 1 {
		t.Errorf("%d samples of free memory, want that of line 3 alone", free)
	}
}

// vmstat repeats its heading every screen (vmstat.c: moreheaders); only the row behind the first is a mean since boot.
func TestVmstatGoesOnBehindARepeatedHeading(t *testing.T) {
	const heading = "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----%s\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st%s\n"
	plain, stamped := "", ""
	for i := range 6 {
		if i%3 == 0 {
			plain += fmt.Sprintf(heading, "", "")
			stamped += fmt.Sprintf(heading, " -----timestamp-----", "                 UTC")
		}
		row := fmt.Sprintf(" 1  0      0 1500000%d  36780 1169876    7    0     1     5   30   40  1  1 98  0  0", i)
		plain += row + "\n"
		stamped += fmt.Sprintf("%s 2026-11-23 00:28:2%d\n", row, i)
	}
	for name, text := range map[string]string{"plain": plain, "-t": stamped} {
		s := read(t, "vmstat.txt", text)
		free, in := s.values(s.find(t, "free")), s.values(s.find(t, "si"))
		if len(free) != 6 || free[5] != 15000005*kib || s.times() != 6 {
			t.Errorf("%s: free is %v at %d times", name, free, s.times())
		}
		if !slices.Equal(in, []float64{7 * kib, 7 * kib, 7 * kib, 7 * kib, 7 * kib}) {
			t.Errorf("%s: si is %v, want five rows of 7 KiB: all but the first", name, in)
		}
	}
}

// What the API answers has no names, and its numbers are texts (Zabbix manual, "history.get" and "trend.get").
func TestAnswersOfZabbix(t *testing.T) {
	s := read(t, "history.json", `{"jsonrpc":"2.0","result":[{"itemid":"23296","clock":"1795393500","value":"6000000000","ns":"5"},{"itemid":"23297","clock":"1795393500","value":"91.25","ns":"5"},`+
		`{"itemid":"23296","clock":"1795393560","value":"5900000000","ns":"5"},{"itemid":"23298","clock":"1795392000","num":"60","value_min":"1","value_avg":"2","value_max":"3"}],"id":1}`)
	for item, want := range map[string][]float64{"23296": {6e9, 5.9e9}, "23297": {91.25}, "23298": {2}} {
		if v := s.values(s.find(t, "item", "itemid", item)); !slices.Equal(v, want) {
			t.Errorf("%s: %v, want %v", item, v, want)
		}
	}
	if at := s.samples[0].At.Wall; at.UnixNano() != 1795393500000000005 || len(s.problems) > 0 {
		t.Errorf("at %v, %v", at, s.problems)
	}
}

// A long time is asked for in parts, since a server answers 11,000 points at most, and VictoriaMetrics writes a series in
// several lines. Two answers whose query dropped the name may be of two queries.
func TestPartsOfOneSeriesInOneFile(t *testing.T) {
	const part = `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{%s},"values":[[%d,"%d"],[%d,"%d"]]}]}}` + "\n"
	named := func(name string) string {
		return fmt.Sprintf(part, name, 1795392000, 100, 1795392005, 200) + fmt.Sprintf(part, name, 1795392010, 300, 1795392015, 400)
	}
	const line = `{"metric":{"__name__":"up","instance":"h1:9100"},"values":[%d,%d],"timestamps":[%d,%d]}` + "\n"
	for name, c := range map[string]struct {
		text   string
		series int
	}{
		"two answers":          {named(`"__name__":"up","instance":"h1:9100"`), 1},
		"labels in any order":  {strings.Replace(named(`"__name__":"up","instance":"h1:9100"`), `"__name__":"up","instance":"h1:9100"`, `"instance":"h1:9100","__name__":"up"`, 1), 1},
		"two without the name": {named(`"instance":"h1:9100"`), 2},
		"lines of /export":     {fmt.Sprintf(line, 100, 200, 1795392000000, 1795392005000) + fmt.Sprintf(line, 300, 400, 1795392010000, 1795392015000), 1},
	} {
		s := read(t, "answers.json", c.text)
		series := map[*record.Series][]float64{}
		for _, x := range s.samples {
			series[x.Series] = append(series[x.Series], x.Value)
		}
		if len(series) != c.series || len(s.samples) != 4 {
			t.Errorf("%s: %d samples of %d series, want 4 of %d", name, len(s.samples), len(series), c.series)
		}
		if v := s.values(s.samples[0].Series); c.series == 1 && !slices.Equal(v, []float64{100, 200, 300, 400}) {
			t.Errorf("%s: %v", name, v)
		}
	}
}

// The columns of ps are those that -o names; a listing without dates, and one alone, is no curve.
func TestLoopsOverPs(t *testing.T) {
	listing := func(i int) string {
		return fmt.Sprintf("  PID   RSS COMMAND\n 4242 %d qemu-kvm\n    1 13000 systemd\n", 3000000+i)
	}
	s := read(t, "memory.txt", loopOf(listing))
	if x := s.find(t, "RSS", "pid", "4242"); s.input.Format != "ps-loop" || !slices.Equal(s.values(x), []float64{3000000 * kib, 3000001 * kib, 3000002 * kib, 3000003 * kib}) || x.Subject != "qemu-kvm" {
		t.Errorf("%q: %v of %q", s.input.Format, s.values(x), x.Subject)
	}
	for _, text := range []string{listing(0) + listing(1), "Mon Nov 23 00:28:29 UTC 2026\n" + listing(0)} {
		if s := read(t, "memory.txt", text); s.input.Format == "ps-loop" {
			t.Errorf("%q is taken for a loop", text)
		}
	}
}

// Objects with a time are rows of memory when they say so: a log's and an access log's are not, and nothing nested is.
func TestObjectsThatAreNoRowsOfMemory(t *testing.T) {
	for _, text := range []string{
		`{"time":"2026-11-23T00:25:00Z","level":"info","msg":"started","mem_used_bytes":1000000000}`,
		`{"time":"2026-11-23T00:25:00Z","status":200,"bytes":512,"uri":"/x"}`,
		`{"time":"2026-11-23T00:25:00Z","status":200,"body_bytes_sent":512,"request":"GET / HTTP/1.1"}`,
		`{"time":1795393500,"memory":{"used":1000000000}}`,
		`{"memused":1000000000,"memtotal":2000000000}`,
	} {
		if s := read(t, "rows.json", text+"\n"+text+"\n"); s.input.Format == "json-rows" {
			t.Errorf("%s is taken for rows of memory", text)
		}
	}
}

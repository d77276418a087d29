package metrics

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

func TestHeadings(t *testing.T) {
	for _, c := range []struct {
		text     string
		entity   string
		quantity record.Quantity
		unit     record.Unit
		scale    float64
		state    string
	}{
		{"vm-k8s-worker-1", "vm-k8s-worker-1", "", "", 1, ""},
		{"dell-r740-2 used", "dell-r740-2", record.MemoryUsed, record.Bytes, 1, "used"},
		{"hp-server available", "hp-server", "", "", 1, "available"},
		{"vm-k8s-worker-1_rss_kB", "vm-k8s-worker-1", record.RSS, record.Bytes, 1024, ""},
		{"vm-es-data-3_rss_kB(pid 157)", "vm-es-data-3", record.RSS, record.Bytes, 1024, ""},
		{"web_1", "web_1", "", "", 1, ""},
		{"RSS of web-1", "web-1", record.RSS, record.Bytes, 1, ""},
		{"MemAvailable_kB", "", record.HostAvailable, record.Bytes, 1024, ""},
		{"SwapFree (MiB)", "", record.HostSwapFree, record.Bytes, 1 << 20, ""},
		{"hv03 MemFree", "hv03", record.HostFree, record.Bytes, 1, ""},
		{"Avg response time (ms)", "", record.Latency, record.Seconds, 1e-3, ""},
		{"TPS", "", record.Throughput, record.PerSecond, 1, ""},
		{"Errors/s", "", record.Errors, record.PerSecond, 1, ""},
		{"Error %", "", record.Errors, record.Share, .01, ""},
		{"failure_ratio", "", record.Errors, record.Share, 1, ""},
		{"Error budget", "Error budget", "", "", 1, ""},
		{"req/s", "", record.Requests, record.PerSecond, 1, ""},
		{"Mean_time_to_first_byte", "time_to_first_byte", "", "", 1, ""}, // nGrinder: milliseconds, which it does not say
		{"vm-1_swap_kB", "vm-1", "", record.Bytes, 1024, ""},
	} {
		h := readHeading(c.text)
		if h.entity != c.entity || h.quantity != c.quantity || h.unit != c.unit || h.scale != c.scale || h.state != c.state {
			t.Errorf("%q: %+v, want %+v", c.text, h, c)
		}
	}
}

// Failures are told in a second, or as a share of the requests: by the heading, by percent signs in the cells, or, where the
// heading speaks of a share, by numbers above 1.
func TestFailureShares(t *testing.T) {
	for _, c := range []struct {
		heading, second string
		unit            record.Unit
		want            float64
	}{
		{"Error %", "50", record.Share, .5},
		{"Error rate", "50%", record.Share, .5},
		{"Error rate", "50", record.PerSecond, 50}, // nothing says what it is
		{"Failure ratio", "0.5", record.Share, .5},
		{"error_percent", "50", record.Share, .5},
		{"Errors", "50 req/s", record.PerSecond, 50},
	} {
		s := read(t, "x.csv", "Time,RPS,"+c.heading+"\n2026-11-23 00:28:00,100,0\n2026-11-23 00:28:15,100,"+c.second+"\n")
		if x := s.find(t, c.heading); x.Quantity != record.Errors || x.Unit != c.unit || !slices.Equal(s.values(x), []float64{0, c.want}) {
			t.Errorf("%s, %s: %+v %v", c.heading, c.second, x, s.values(x))
		}
	}
}

// The one column that says "used" beside columns that name VMs is the host's; where all say it, nobody can tell.
func TestUsedBelongsToTheHostWhenItStandsOut(t *testing.T) {
	s := read(t, "memory.csv", "Time,\"vm-a\",\"vm-b\",\"kvm01 used\"\n2021-02-21 09:10:00,1.00 GiB,2.00 GiB,5.61 GiB\n2021-02-21 09:10:10,1.00 GiB,,5.62 GiB\n")
	if x := s.find(t, "kvm01 used"); x.Quantity != record.HostUsed || x.Subject != "kvm01" || x.Quantum != 0.01*gib {
		t.Errorf("%+v", x)
	}
	if x := s.find(t, "vm-b"); x.Quantity != record.MemoryUsed || len(s.values(x)) != 1 {
		t.Errorf("%+v: an empty cell is no sample", x)
	}
	s = read(t, "memory.csv", "\"Time\",\"vm-a\",\"vm-b\",\"kvm01 used\"\r\n2021-02-21 09:10:00,\"1,50 GiB\",\"1.023,5 MiB\",\"5,61 GiB\"\r\n2021-02-21 09:10:10,\"1,25 GiB\",,\"5,62 GiB\"\r\n") // a German browser's
	for vm, want := range map[string][]float64{"vm-a": {1.5 * gib, 1.25 * gib}, "vm-b": {1023.5 * mib}} {
		if x := s.find(t, vm); x.Quantity != record.MemoryUsed || x.Unit != record.Bytes || !slices.Equal(s.values(x), want) {
			t.Errorf("%+v %v, want %v", x, s.values(x), want)
		}
	}
	if x := s.find(t, "kvm01 used"); x.Quantity != record.HostUsed {
		t.Errorf("%+v", x)
	}
	s = read(t, "x.csv", "Time,\"vm-a used\",\"vm-b used\"\n2021-02-21 09:10:00,1.00 GiB,2.00 GiB\n2021-02-21 09:10:10,1.00 GiB,2.00 GiB\n")
	if x := s.find(t, "vm-a used"); x.Quantity != record.MemoryUsed {
		t.Errorf("%+v", x)
	}
	s = read(t, "x.csv", "Time,\"vm-a rss\",\"vm-a used\"\n2021-02-21 09:10:00,1.00 GiB,2.00 GiB\n2021-02-21 09:10:10,1.00 GiB,2.00 GiB\n")
	if x := s.find(t, "vm-a used"); x.Quantity != record.MemoryUsed {
		t.Errorf("%+v: a VM's own number is not the host's", x)
	}
}

func TestDatesAreDecidedByTheWholeColumn(t *testing.T) {
	row := func(dates ...string) string { return "Time,\"x rss\"\n" + strings.Join(dates, ",1 MiB\n") + ",2 MiB\n" }
	for _, c := range []struct {
		text, first string
		lacks       record.Lack
	}{
		{row("03/04/2026 10:00:00", "03/04/2026 10:00:01", "13/04/2026 00:00:00"), "2026-04-03 10:00:00", record.LacksZone},
		{row("03/04/2026 10:00:00", "03/14/2026 00:00:00"), "2026-03-04 10:00:00", record.LacksZone},
		{row("03/04/2026 23:59:59", "04/04/2026 00:00:00"), "2026-04-03 23:59:59", record.LacksZone}, // time goes on by one second only if the day is first
		{row("03/04/2026 23:59:59", "03/05/2026 00:00:00"), "2026-03-04 23:59:59", record.LacksZone},
		{row("03.04.2026 10:00:00", "03.04.2026 10:00:01"), "2026-04-03 10:00:00", record.LacksZone},
		{row("04/04/2026 10:00:00", "04/04/2026 10:00:01"), "2026-04-04 10:00:00", record.LacksZone}, // both readings agree
		{row("03/04/2026 10:00:00 PM", "03/04/2026 11:00:00 PM"), "0000-01-01 22:00:00", record.LacksZone | record.LacksDate},
		{row("2021.01.01 3:00:00 +0100", "2021.01.02 3:00:00 +0100"), "2021-01-01 02:00:00", 0},
		{row("1613794841", "1613794842"), "2021-02-20 04:20:41", 0},
		{row("2021-02-20T04:20:41+08:00", "2021-02-20T04:20:42+08:00"), "2021-02-19 20:20:41", 0},
	} {
		s := read(t, "x.csv", c.text)
		if len(s.samples) == 0 {
			t.Errorf("%q: no samples, %v", c.text, s.problems)
			continue
		}
		at := s.samples[0].At
		if got := at.Wall.UTC().Format(time.DateTime); got != c.first || at.Lacks != c.lacks {
			t.Errorf("%q: first at %s lacking %d, want %s lacking %d", c.text, got, at.Lacks, c.first, c.lacks)
		}
		if asked := s.said("day/month or as month/day"); asked != (c.lacks&record.LacksDate != 0) {
			t.Errorf("%q: asked is %v: %v", c.text, asked, s.problems)
		}
	}
}

func TestCells(t *testing.T) {
	plain, german, comma := numberStyle{0, '.'}, numberStyle{'.', ','}, numberStyle{0, ','}
	for _, c := range []struct {
		text           string
		style          numberStyle
		value, quantum float64
		unit           record.Unit
	}{
		{"7.61 GiB", plain, 7.61 * gib, 0.01 * gib, record.Bytes},
		{"8.81 MB", plain, 8.81e6, 1e4, record.Bytes},
		{"321 MiB", plain, 321 * mib, mib, record.Bytes},
		{"127 req/s", plain, 127, 1, record.PerSecond},
		{"1.5 K req/s", plain, 1500, 100, record.PerSecond},
		{"9.24 Mil", plain, 9.24e6, 1e4, record.NoUnit},
		{"2.57 hours", plain, 2.57 * 3600, 36, record.Seconds},
		{"42%", plain, 0.42, 0.01, record.Share},
		{"9,240,576", numberStyle{',', '.'}, 9240576, 0, record.NoUnit},
		{"9.240.576,5", german, 9240576.5, 0.1, record.NoUnit},
		{"6,07", comma, 6.07, 0.01, record.NoUnit},
		{"1 234,5", comma, 1234.5, 0.1, record.NoUnit},
		{"1\u202f234", plain, 1234, 0, record.NoUnit},
		{"1.5e+09", plain, 1.5e9, 0, record.NoUnit},
		{"-3", plain, -3, 0, record.NoUnit},
	} {
		v, q, u, ok := readCell([]byte(c.text), c.style)
		if !ok || !near(v, c.value) || !near(q, c.quantum) || u.unit != c.unit {
			t.Errorf("%q: %v, quantum %v, unit %q, %v; want %v, %v, %q", c.text, v, q, u.unit, ok, c.value, c.quantum, c.unit)
		}
	}
	for _, bad := range []string{"", "GiB", "7.61 XiB", "x", "12 monkeys", "--5"} {
		if v, _, _, ok := readCell([]byte(bad), plain); ok {
			t.Errorf("%q is read as %v", bad, v)
		}
	}
}

func TestNumberStyleOfAColumn(t *testing.T) {
	for _, c := range []struct {
		cells     string
		delimiter byte
		want      numberStyle
	}{
		{"6.07 12.5", ',', numberStyle{0, '.'}},
		{"6,07 12,5", ';', numberStyle{0, ','}},
		{"9,240,576 1,000", ',', numberStyle{',', '.'}},
		{"9.240.576 10.010", ',', numberStyle{'.', ','}},
		{"1.234,5", ';', numberStyle{'.', ','}},
		{"1,234 5,678", ',', numberStyle{',', '.'}},
		{"1,234 5,678", ';', numberStyle{0, ','}},
	} {
		var v scan.NumberVotes
		for _, cell := range strings.Fields(c.cells) {
			v.See([]byte(cell))
		}
		if group, decimal := v.Style(c.delimiter); (numberStyle{group, decimal}) != c.want {
			t.Errorf("%q: %q %q, want %+v", c.cells, group, decimal, c.want)
		}
	}
}

func TestSubjects(t *testing.T) {
	for _, c := range []struct{ name, labels, subject string }{
		{"node_memory_MemAvailable_bytes", `{instance="hv03.dc1:9100",job="node"}`, "hv03.dc1"},
		{"node_memory_MemAvailable_bytes", `{instance="[fe80::1]:9100"}`, "[fe80::1]"},
		{"libvirt_domain_memory_stats_rss_bytes", `{domain="vm-a",instance="hv03:9177"}`, "vm-a"},
		{"container_memory_rss", `{id="/kubepods/x",pod="web-1",container="app",namespace="shop"}`, "web-1"},
		{"container_memory_rss", `{id="/machine.slice/machine-qemu.scope",instance="hv03:8080"}`, "/machine.slice/machine-qemu.scope"},
		{"namedprocess_namegroup_memory_bytes", `{groupname="qemu",memtype="resident"}`, "qemu"},
		{"collectd_virt_memory", `{virt="rss",instance="vm-a"}`, "vm-a"}, // scraped with honor_labels
		{"collectd_virt_memory", `{virt="rss",instance="hv03:9103",exported_instance="vm-a"}`, "vm-a"},
		{"collectd_virt_memory", `{virt="vm-a",type="rss",instance="hv03:9103",exported_instance="hv03"}`, "vm-a"}, // PluginInstanceFormat name
	} {
		labels, _ := readLabels([]byte(c.labels))
		if s, _ := describe(c.name, labels); s.Subject != c.subject {
			t.Errorf("%s%s: subject %q, want %q", c.name, c.labels, s.Subject, c.subject)
		}
	}
	labels, _ := readLabels([]byte(`{groupname="qemu",memtype="virtual"}`))
	if s, _ := describe("namedprocess_namegroup_memory_bytes", labels); s.Quantity != "" {
		t.Errorf("virtual memory is taken for %q", s.Quantity)
	}
}

// OpenTelemetry's collector writes its names with dots, Prometheus with underscores and the unit (docs of the receivers
// hostmetrics, kubeletstats, dockerstats); Google's agent has the state in a label as well.
func TestNamesOfOpenTelemetry(t *testing.T) {
	for _, c := range []struct {
		name, labels, subject string
		quantity              record.Quantity
	}{
		{"system.memory.usage", `{state="used","host.name"="hv03"}`, "hv03", record.HostUsed},
		{"system_memory_usage_bytes", `{state="free",host_name="hv03",job="otel"}`, "hv03", record.HostFree},
		{"system_memory_usage_bytes", `{state="slab_reclaimable",host_name="hv03"}`, "hv03", ""},
		{"k8s_pod_memory_working_set_bytes", `{k8s_pod_name="web-1",k8s_node_name="n1"}`, "web-1", record.MemoryUsed},
		{"k8s.pod.memory.rss", `{"k8s.pod.name"="web-1"}`, "web-1", record.RSS},
		{"k8s_node_memory_available_bytes", `{k8s_node_name="n1"}`, "n1", record.HostAvailable},
		{"process_memory_usage_bytes", `{process_executable_name="qemu"}`, "qemu", record.RSS},
		{"agent.googleapis.com/memory/bytes_used", `{state="cached",instance_id="4711"}`, "4711", record.HostCached},
	} {
		labels, n := readLabels([]byte(c.labels))
		if s, scale := describe(c.name, labels); n == 0 || s.Subject != c.subject || s.Quantity != c.quantity || s.Unit != record.Bytes || scale != 1 {
			t.Errorf("%s%s: %+v, want %q of %q", c.name, c.labels, s, c.quantity, c.subject)
		}
	}
}

// A VM is known by the label "domain", whatever the exporter calls it; an id, an address or a node's name is none.
func TestNamesOfVMs(t *testing.T) {
	for _, c := range []struct {
		name, labels, domain string
		quantity             record.Quantity
	}{
		{"libvirt_domain_memory_stats_rss_bytes", `{domain="vm-a",name="x"}`, "vm-a", record.RSS},
		{"libvirt_balloon_rss", `{domain_name="vm-a",host="hv03"}`, "vm-a", record.RSS},              // Telegraf
		{"kubevirt_vmi_memory_resident_bytes", `{name="vm-a",namespace="shop"}`, "vm-a", record.RSS}, // KubeVirt
		{"collectd_virt_memory", `{virt="rss",instance="vm-a"}`, "vm-a", record.RSS},
		{"collectd_virt_memory", `{virt="actual_balloon",exported_instance="vm-a",instance="hv03:9103"}`, "vm-a", record.Balloon},
		{"collectd_virt_memory", `{virt="vm-a",type="rss",instance="hv03"}`, "vm-a", record.RSS},
		{"libvirt_domain_memory_stats_rss_bytes", `{instance="hv03:9177"}`, "", record.RSS},
		{"libvirt_domain_memory_stats_rss_bytes", `{uuid="0c1d",instance="hv03:9177"}`, "", record.RSS},
		{"pve_memory_usage_bytes", `{id="node/pve1",name="pve1"}`, "", record.MemoryUsed},
	} {
		labels, _ := readLabels([]byte(c.labels))
		if s, _ := describe(c.name, labels); s.Label("domain") != c.domain || s.Quantity != c.quantity {
			t.Errorf("%s%s: domain %q, quantity %q; want %q, %q", c.name, c.labels, s.Label("domain"), s.Quantity, c.domain, c.quantity)
		}
	}
	// libvirt counts balloons in KiB (libvirt-domain.c, virConnectGetAllDomainStats), and Telegraf passes that on.
	s := read(t, "telegraf.lp", "libvirt_balloon,domain_name=vm-a current=4194304u,maximum=8388608u 1795393725000000000\n")
	if v := s.values(s.find(t, "libvirt_balloon_maximum")); v[0] != 8*gib {
		t.Errorf("the maximum is %v, want 8388608 KiB", v)
	}
	// Its plugin kernel_vmstat passes /proc/vmstat on: swapping is counted in pages.
	s = read(t, "telegraf.lp", "kernel_vmstat,host=hv03 pswpin=100i,pswpout=7i 1795393725000000000\nkernel_vmstat,host=hv03 pswpin=110i,pswpout=7i 1795393735000000000\n")
	if x := s.find(t, "kernel_vmstat_pswpin"); x.Quantity != record.SwapIn || !x.Counter || !slices.Equal(s.values(x), []float64{100 * 4096, 110 * 4096}) {
		t.Errorf("%+v %v, want a counter of 100 and 110 pages", x, s.values(x))
	}
}

// Answers as people save them: several in one file, text around them, cut, pretty-printed, escapes, plain numbers.
func TestPrometheusAnswersAsTheyAreSaved(t *testing.T) {
	s := read(t, "q.json", "# curl http://prom/api\n"+
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","n":"a\"b\u00e9"},"value":[1795393715.5,"1"]}]}}`+"\n"+
		"{\n  \"status\": \"success\",\n  \"data\": {\"resultType\": \"matrix\", \"result\": [\n{\"metric\": {}, \"histograms\": [[1, {\"count\":\"3\"}]]},\n{\"metric\": {\"vm\": \"x\"}, \"values\": [[1.795393715e+09, 2.5], [1795393716, \"3\"],\n[1795393717, \"NaN\"], [179539371")
	if len(s.samples) != 3 {
		t.Fatalf("%d samples: %+v %v", len(s.samples), s.samples, s.problems)
	}
	if v := s.find(t, "up").Label("n"); v != "a\"b\u00e9" {
		t.Errorf("label %q", v)
	}
	if s.samples[2].Value != 3 || s.samples[2].Line != 7 || s.samples[1].At.Wall.Unix() != 1795393715 {
		t.Errorf("%+v", s.samples)
	}
	if !s.said("1 native histogram") || !s.said("cut off here") || !s.said("1 values from here on are NaN") {
		t.Errorf("%v", s.problems)
	}
}

// A cgroup's bytes can look like epoch seconds.
func TestBytesAreNotTakenForDates(t *testing.T) {
	s := read(t, "memory.current", "2026-11-23T00:28:29Z\n1795393709\n2026-11-23T00:28:31Z\n1895393709\n")
	if v := s.values(s.find(t, "memory.current")); len(v) != 2 || v[0] != 1795393709 || v[1] != 1895393709 {
		t.Errorf("%v", v)
	}
	s = read(t, "memory.current", "1795393709\n1895393709\n1795393711\n1895400000\n")
	if v := s.values(s.find(t, "memory.current")); len(v) != 2 || v[1] != 1895400000 || s.times() != 2 {
		t.Errorf("%v", s.samples)
	}
}

// Exports of old and of localized Grafana: what differs is the envelope, not the curve.
func TestGrafanaEnvelopes(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, r := range "\"Time\"\t\"vm-a rss\"\r\n2026-11-23 00:28:35\t8.81 MiB\r\n2026-11-23 00:28:36\t9.34 MiB\r\n" {
		utf16 += string([]byte{byte(r), byte(r >> 8)})
	}
	for name, text := range map[string]string{
		"UTF-16 and tabs":   utf16,
		"BOM and CRLF":      "\xef\xbb\xbf\"Time\",\"vm-a rss\"\r\n2026-11-23 00:28:35,8.81 MiB\r\n2026-11-23 00:28:36,9.34 MiB\r\n2026-11-23 00:28:37,9.5", // nobody can tell whether the last cell is whole
		"sep line":          "sep=;\r\n\"Time\";\"vm-a rss\"\r\n2026-11-23 00:28:35;8.81 MiB\r\n2026-11-23 00:28:36;9.34 MiB\r\n",
		"as rows":           "Series;Time;Value\nvm-a rss;2026-11-23T00:28:35+00:00;9237954.56\nvm-a rss;2026-11-23T00:28:36+00:00;9793699.84\nvm-a rss;2026-11-23T00:28:37+00:00;null\n",
		"as columns":        "Time;vm-a rss;x\n2026-11-23T00:28:35+00:00;9237954.56;null\n2026-11-23T00:28:36+00:00;9793699.84;undefined\n",
		"trailing ;":        "Time;vm-a rss;\n2026-11-23T00:28:35+00:00;9237954.56;\n2026-11-23T00:28:36+00:00;9793699.84;\n",
		"a blank line last": "\"Time\",\"vm-a rss\"\r\n1795393715000,9237954.56\r\n1795393716000,9793699.84\r\n\r\n",
		"decimal commas":    "Time;vm-a rss\n2026-11-23 00:28:35;8,81 MiB\n2026-11-23 00:28:36;9,34 MiB\n",
		"day first":         "Time;vm-a rss\n23/11/2026 00:28:35;8.81 MiB\n23/11/2026 00:28:36;9.34 MiB\n",
	} {
		s := read(t, "panel.csv", text)
		if s.input.Format != "grafana-csv" {
			t.Errorf("%s: taken for %q", name, s.input.Format)
			continue
		}
		x := s.find(t, "vm-a rss")
		v := s.values(x)
		if len(v) != 2 || !near(v[0], 8.81*mib) && v[0] != 9237954.56 || x.Quantity != record.RSS || x.Subject != "vm-a" {
			t.Errorf("%s: %v %+v %v", name, v, x, s.problems)
		}
		if at := first(s, x).At; at.Wall.Unix() != 1795393715 {
			t.Errorf("%s: first at %v", name, at.Wall)
		}
	}
}

// 5.6 under "kvm01 used" is GiB, or GB, or a load: nobody wrote it down.
func TestSmallNumbersAreNotTakenForBytes(t *testing.T) {
	s := read(t, "x.csv", "Time,\"vm-a rss\",\"kvm01 used\",\"kvm01 used_MiB\"\n2021-02-21 09:10:00,1.5,5.6,5600\n2021-02-21 09:10:10,1.5,5.7,5700\n")
	if x := s.find(t, "kvm01 used"); x.Quantity != "" || x.Unit != record.NoUnit || !s.said(`column "kvm01 used" holds no more than 5.7`) {
		t.Errorf("%+v %v", x, s.problems)
	}
	if x := s.find(t, "kvm01 used_MiB"); x.Quantity != record.HostUsed || s.values(x)[0] != 5600*mib {
		t.Errorf("%+v", x)
	}
}

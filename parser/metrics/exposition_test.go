package metrics

import (
	"slices"
	"testing"

	"oomortem/parser/record"
)

// What the exposition format and its relatives may hold beside what exporters mostly write (Prometheus docs, "Exposition
// formats" and "UTF-8 in Prometheus"; OpenMetrics 1.0).
func TestExpositionWritings(t *testing.T) {
	for _, c := range []struct {
		name, text, series, label, value string
		want                             []float64
		quantity                         record.Quantity
	}{
		{"a quoted metric name and a quoted label", "# TYPE \"my.memory_bytes\" gauge\n{\"my.memory_bytes\",\"host.name\"=\"hv 03\"} 5 1795393715000\n", "my.memory_bytes", "host.name", "hv 03", []float64{5}, ""},
		{"a quoted name that needs none", "# TYPE x gauge\n{\"process_resident_memory_bytes\",job=\"z\"} 1073741824 1795393715000\n", "process_resident_memory_bytes", "job", "z", []float64{gib}, record.RSS},
		{"blanks and tabs between tokens", "# TYPE x gauge\n\tprocess_resident_memory_bytes { job = \"z\" , }\t 1073741824\t1795393715000\n", "process_resident_memory_bytes", "job", "z", []float64{gib}, record.RSS},
		{"escapes and a brace in a value", "# TYPE x gauge\nprocess_resident_memory_bytes{job=\"a \\\"b\\\" }\\\\\"} 1 1795393715000\n", "process_resident_memory_bytes", "job", "a \"b\" }\\", []float64{1}, record.RSS},
		{"OpenMetrics: seconds, exemplars, EOF", "# TYPE http_requests counter\nhttp_requests_total{code=\"200\"} 10 1795393715.25 # {trace_id=\"x\"} 1 1795393715.1\n# EOF\n", "http_requests_total", "code", "200", []float64{10}, record.Throughput},
		{"a page without its comments", "node_memory_MemFree_bytes 3e9\nnode_load1 0.5\nnode_memory_MemTotal_bytes 1.6e+10\nnode_load5 0.25\n", "node_memory_MemFree_bytes", "", "", []float64{3e9}, record.HostFree},
	} {
		s := read(t, "x", c.text)
		if s.input.Format != "prometheus-text" || len(s.series) == 0 {
			t.Errorf("%s: read as %q, %v", c.name, s.input.Format, s.problems)
			continue
		}
		x := s.find(t, c.series)
		if v := s.values(x); !slices.Equal(v, c.want) || x.Quantity != c.quantity || c.label != "" && !slices.Contains(x.Labels, record.Attr{Key: c.label, Value: c.value}) {
			t.Errorf("%s: %v %+v", c.name, v, x)
		}
	}
}

// Damaged labels are a problem, and none of them is taken for a name.
func TestDamagedLabels(t *testing.T) {
	for _, text := range []string{`{`, `{a`, `{a=`, `{a="`, `{a="b`, `{a="b\`, `{a="b\"}`, `{"a`, `{"a\`, `{=}`, `{a b="c"`, `{a="b" c}`} {
		if labels, n := readLabels([]byte(text)); n != 0 {
			t.Errorf("%s: %v", text, labels)
		}
	}
}

// promtool tsdb dump writes a native histogram in braces of its own (FloatHistogram.String).
func TestDumpedHistograms(t *testing.T) {
	s := read(t, "x", "{__name__=\"h\", instance=\"a\"} {count:5, sum:1.5, (0.5,1]:5} 1795393715000\n{__name__=\"node_memory_MemFree_bytes\", instance=\"a:9100\"} 8589934592 1795393715000\n")
	if len(s.samples) != 1 || len(s.problems) != 1 || !s.said("1 samples of native histograms are passed over") {
		t.Errorf("%d samples, %v", len(s.samples), s.problems)
	}
}

// A scalar is no series, and no sign that the query found none.
func TestScalarAnswers(t *testing.T) {
	for _, kind := range []string{"scalar", "string"} {
		if s := read(t, "x", `{"status":"success","data":{"resultType":"`+kind+`","result":[1795393715.123,"42"]}}`); len(s.problems) != 0 || len(s.samples) != 0 {
			t.Errorf("%s: %v", kind, s.problems)
		}
	}
}

// kube-state-metrics counts cores and bytes under one name (docs, pod-metrics): a limit of cores is none of memory.
func TestLimitsOfOtherThings(t *testing.T) {
	s := read(t, "x", "kube_pod_container_resource_limits{resource=\"memory\",unit=\"byte\",pod=\"w\"} 1073741824 1795393715000\nkube_pod_container_resource_limits{resource=\"cpu\",unit=\"core\",pod=\"w\"} 2 1795393715000\n")
	if x := s.find(t, "kube_pod_container_resource_limits", "resource", "memory"); x.Quantity != record.Limit || x.Unit != record.Bytes {
		t.Errorf("%+v", x)
	}
	if x := s.find(t, "kube_pod_container_resource_limits", "resource", "cpu"); x.Quantity != "" || x.Unit != record.NoUnit || x.Subject != "w" {
		t.Errorf("%+v", x)
	}
}

// promtool writes a histogram where a value would stand, and the last line of its output may be cut.
func TestPromtoolQueries(t *testing.T) {
	s := read(t, "x", "process_resident_memory_bytes{job=\"z\"} =>\n1 @[1795393715]\nNaN @[1795393730]\n{count:1, sum:2, [0,1]:1} @[1795393745]\nx @[1795393760]\n2 @[17953937")
	x := s.find(t, "process_resident_memory_bytes")
	if v := s.values(x); !slices.Equal(v, []float64{1}) || x.Quantity != record.RSS || !s.said("1 samples of native histograms") || !s.said("the line is left out") || !s.said("NaN") || len(s.problems) != 3 {
		t.Errorf("%v %+v %v", v, x, s.problems)
	}
	s = read(t, "container_memory_rss by pod.txt", "{pod=\"web-1\"} => 5 @[1795393715]\n")
	if x := s.series[0]; x.Quantity != record.RSS || x.Subject != "web-1" || s.input.Format != "promtool-query" {
		t.Errorf("%+v", x)
	}
}

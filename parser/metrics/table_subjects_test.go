package metrics

import (
	"slices"
	"testing"

	"oomortem/parser/record"
)

// A script that samples several VMs writes a row for each: a column of text says whose it is.
func TestRowsOfSeveralSubjects(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		series   string
		label    string
		a, b     string
		ofA, ofB []float64
		quantity record.Quantity
	}{
		"VMs": {"time,vm,rss_kb\n1795393725,vm-a,4000000\n1795393725,vm-b,1000000\n1795393735,vm-a,4010000\n1795393735,vm-b,1010000\n",
			"rss_kb", "domain", "vm-a", "vm-b", []float64{4000000 * kib, 4010000 * kib}, []float64{1000000 * kib, 1010000 * kib}, record.RSS},
		"hosts at times of their own": {"timestamp,host,mem_available_mb\n1795393725,h1,8000\n1795393726,h2,1000\n1795393735,h1,7990\n1795393736,h2,1010\n",
			"mem_available_mb", "host", "h1", "h2", []float64{8000e6, 7990e6}, []float64{1000e6, 1010e6}, record.HostAvailable},
		"used of VMs is no host's": {"time,used_mb,vm\n1795393725,4000,vm-a\n1795393725,1000,vm-b\n1795393735,4010,vm-a\n1795393735,1010,vm-b\n",
			"used_mb", "domain", "vm-a", "vm-b", []float64{4000e6, 4010e6}, []float64{1000e6, 1010e6}, record.MemoryUsed},
		"another heading": {"time,who,rss_kb\n1795393725,x,4000000\n1795393725,y,1000000\n1795393735,x,4010000\n1795393735,y,1010000\n",
			"rss_kb", "who", "x", "y", []float64{4000000 * kib, 4010000 * kib}, []float64{1000000 * kib, 1010000 * kib}, record.RSS},
		"metrics beside hosts": {"time,host,metric,value\n1795393725,h1,MemAvailable,8000000000\n1795393725,h2,MemAvailable,1000000000\n1795393735,h1,MemAvailable,7900000000\n1795393735,h2,MemAvailable,1010000000\n",
			"MemAvailable", "host", "h1", "h2", []float64{8e9, 7.9e9}, []float64{1e9, 1.01e9}, record.HostAvailable},
	} {
		s := read(t, "memory.csv", c.text)
		for who, want := range map[string][]float64{c.a: c.ofA, c.b: c.ofB} {
			x := s.find(t, c.series, c.label, who)
			if v := s.values(x); !slices.Equal(v, want) || x.Quantity != c.quantity || x.Subject != who {
				t.Errorf("%s: %v %+v, want %v", name, v, x, want)
			}
		}
		if len(s.series) != 2 || len(s.problems) != 0 {
			t.Errorf("%s: %d series, %v", name, len(s.series), s.problems)
		}
	}
	s := read(t, "memory.csv", "timestamp,name,value\n1795393725,vm-a rss,4000000000\n1795393725,vm-b rss,1000000000\n1795393735,vm-a rss,4010000000\n1795393735,vm-b rss,1000000000\n")
	if x := s.find(t, "vm-b rss"); x.Quantity != record.RSS || x.Subject != "vm-b" || len(s.values(x)) != 2 {
		t.Errorf("%+v %v", x, s.problems)
	}
}

// Text that tells a state, and changes from time to time, names nobody; a row that lacks its subject is nobody's.
func TestTextsThatAreNoSubjects(t *testing.T) {
	s := read(t, "memory.csv", "time,state,rss_kb\n1795393725,ok,4000000\n1795393735,degraded,4010000\n1795393745,ok,4020000\n")
	if x := s.find(t, "rss_kb"); len(s.values(x)) != 3 {
		t.Errorf("%v %+v", s.values(x), s.series)
	}
	s = read(t, "memory.csv", "time,rss_kb,vm\n1795393725,4000000,vm-a\n1795393725,1000000,vm-b\n1795393735,4010000\n1795393735,1010000,vm-")
	if len(s.samples) != 2 || !s.said("2 cells under 3 headings") {
		t.Errorf("%d samples, %v", len(s.samples), s.problems)
	}
}

// Legends of Grafana need not differ: two columns of one name are two curves, in each frame of the file.
func TestColumnsOfOneName(t *testing.T) {
	frame := "\"Time\";\"vm-a\";\"vm-a\";\"tps\"\n1795393725000;4000000000;2000000000;100\n1795393740000;4100000000;2100000000;100\n"
	s := read(t, "memory.csv", frame+frame)
	if !s.said("several columns are called") {
		t.Errorf("not told: %v", s.problems)
	}
	var got [][]float64
	for _, x := range s.series {
		if x.Name == "vm-a" {
			got = append(got, s.values(x))
		}
	}
	if len(got) != 2 || !slices.Equal(got[0], []float64{4e9, 4.1e9, 4e9, 4.1e9}) || !slices.Equal(got[1], []float64{2e9, 2.1e9, 2e9, 2.1e9}) {
		t.Errorf("%v", got)
	}
}

// Grafana's table of an instant query names the metric in a column, and a legend may hold it as a label.
func TestMetricNamesInTables(t *testing.T) {
	for name, text := range map[string]string{
		"a column": "\"Time\",\"__name__\",\"instance\",\"Value\"\n1795393715000,node_memory_MemAvailable_bytes,hv03:9100,8589934592\n1795393715000,node_memory_MemAvailable_bytes,hv04:9100,7589934592\n",
		"a label":  "\"Time\",\"{__name__=\"\"node_memory_MemAvailable_bytes\"\", instance=\"\"hv03:9100\"\"}\"\n1795393715000,8589934592\n",
	} {
		s := read(t, "x.csv", text)
		if x := s.find(t, "node_memory_MemAvailable_bytes", "instance", "hv03:9100"); x.Quantity != record.HostAvailable || x.Subject != "hv03" || s.values(x)[0] != 8*gib {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

// A column that names nobody, though it differs from row to row, does not take the place of one that names the host.
func TestRegionsAreNoSubjects(t *testing.T) {
	s := read(t, "memory.csv", "time,host,region,available_bytes\n1795393725,hv03,eu,8589934592\n1795393725,hv04,us,7516192768\n1795393735,hv03,eu,8589934592\n1795393735,hv04,us,7516192768\n")
	if x := s.find(t, "available_bytes", "host", "hv04"); x.Subject != "hv04" || x.Quantity != record.HostAvailable {
		t.Errorf("of a table: %q %+v", x.Subject, x)
	}
	s = read(t, "rows.json", `[{"time":1795393725,"host":"hv03","region":"eu","available_bytes":8589934592}]`)
	if x := s.find(t, "available_bytes"); x.Subject != "hv03" || x.Quantity != record.HostAvailable {
		t.Errorf("of rows: %q %+v", x.Subject, x)
	}
}

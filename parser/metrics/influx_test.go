package metrics

import (
	"slices"
	"testing"

	"oomortem/parser/record"
)

// What SELECT * gives: the tags stand among the fields, in alphabetical order (docs.influxdata.com, "SELECT statement").
func TestInfluxTagsAmongTheFields(t *testing.T) {
	for name, text := range map[string]string{
		"CSV": "name,time,available,host,total\n" +
			"mem,1795393725000000000,8000000000,kvm1,16000000000\nmem,1795393728000000000,3000000000,kvm2,8000000000\n" +
			"mem,1795393735000000000,7950000000,kvm1,16000000000\nmem,1795393738000000000,3100000000,kvm2,8000000000\n",
		"JSON": `{"results":[{"series":[{"name":"mem","columns":["time","available","host","total"],"values":[` +
			`[1795393725000000000,8000000000,"kvm1",16000000000],[1795393728000000000,3000000000,"kvm2",8000000000],` +
			`[1795393735000000000,7950000000,"kvm1",16000000000],[1795393738000000000,3100000000,"kvm2",8000000000]]}]}]}`,
		"pivoted": "#group,false,false,false,false,false,true,false\n#datatype,string,long,dateTime:RFC3339,double,double,string,string\n#default,_result,,,,,,\n" +
			",result,table,_time,available,total,_measurement,host\n" +
			",,0,2026-11-23T00:28:45Z,8000000000,16000000000,mem,kvm1\n,,0,2026-11-23T00:28:48Z,3000000000,8000000000,mem,kvm2\n" +
			",,0,2026-11-23T00:28:55Z,7950000000,16000000000,mem,kvm1\n,,0,2026-11-23T00:28:58Z,3100000000,8000000000,mem,kvm2\n",
	} {
		s := read(t, "mem.txt", text)
		for host, want := range map[string][2][]float64{
			"kvm1": {{8e9, 7.95e9}, {16e9, 16e9}}, "kvm2": {{3e9, 3.1e9}, {8e9, 8e9}},
		} {
			x, total := s.find(t, "mem_available", "host", host), s.find(t, "mem_total", "host", host)
			if v := s.values(x); !slices.Equal(v, want[0]) || !slices.Equal(s.values(total), want[1]) || x.Subject != host || x.Quantity != record.HostAvailable {
				t.Errorf("%s: %v, %v %+v, want %v", name, v, s.values(total), x, want)
			}
			if at := first(s, x).At.Wall.Unix(); host == "kvm2" && at != 1795393728 {
				t.Errorf("%s: the first of %s is at %d", name, host, at)
			}
		}
		if len(s.series) != 4 || len(s.problems) != 0 {
			t.Errorf("%s: %d series, %v", name, len(s.series), s.problems)
		}
	}
}

// A tag that a row lacks is null, or an empty cell: the row is of nobody, and not of whom the row before was about.
func TestInfluxRowWithoutATag(t *testing.T) {
	for name, text := range map[string]string{
		"CSV":  "name,time,available,host\nmem,1795393725000000000,8000,kvm1\nmem,1795393735000000000,3000,\nmem,1795393745000000000,7950,kvm1\n",
		"JSON": `{"results":[{"series":[{"name":"mem","columns":["time","available","host"],"values":[[1795393725000000000,8000,"kvm1"],[1795393735000000000,3000,null],[1795393745000000000,7950,"kvm1",1,2,{}]]}]}]}`,
	} {
		s := read(t, "mem.txt", text)
		for host, want := range map[string][]float64{"kvm1": {8000, 7950}, "": {3000}} {
			if v := s.values(s.find(t, "mem_available", "host", host)); !slices.Equal(v, want) {
				t.Errorf("%s: %q has %v, want %v", name, host, v, want)
			}
		}
	}
}

// What the stores and their command lines write beside the usual: docs.influxdata.com, "Annotated CSV" (an error is a table of its
// own), "Line protocol"; influxdb 1.8, cmd/influx_inspect/export; Telegraf, inputs.prometheus with metric_version 2.
func TestInfluxWritings(t *testing.T) {
	for _, c := range []struct {
		name, format, text string
		labels             []string
		want               []float64
	}{
		{"CSV without annotations or the columns of its table", "influx2-csv", "\"_time\",\"_value\",\"_field\",\"_measurement\",\"host\"\n2026-11-23T00:28:35Z,5,available,mem,hv03\n", []string{"host", "hv03"}, []float64{5}},
		{"a comma in a tag of the HTTP API's CSV", "influx1-csv", "name,tags,time,available\nmem,\"host=hv03,region=eu\\,west\",1795393715000000000,5\n", []string{"region", "eu,west"}, []float64{5}},
		{"SELECT mean(*)", "influx1-csv", "name,tags,time,mean_available,mean_used\nmem,host=hv03,1795393715000000000,5,\n", []string{"host", "hv03"}, []float64{5}},
		{"influx_inspect export", "line-protocol", "# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z\n# DDL\nCREATE DATABASE telegraf WITH NAME autogen\n# DML\nmem,host=hv03 available=5i 1795393715000000000\n", []string{"host", "hv03"}, []float64{5}},
		{"Telegraf's JSON, several in one object", "telegraf-json", `{"metrics":[{"fields":{"available":5,"state":"ok"},"name":"mem","tags":{"host":"hv03"},"timestamp":1795393715},{"fields":{"available":6},"name":"mem","tags":{"host":"hv03"},"timestamp":1795393725000}]}`, []string{"host", "hv03"}, []float64{5, 6}},
	} {
		s := read(t, "x", c.text)
		if s.input.Format != c.format || len(s.problems) != 0 {
			t.Errorf("%s: read as %q, %v", c.name, s.input.Format, s.problems)
			continue
		}
		x := s.find(t, "mem_available", c.labels...)
		if v := s.values(x); !slices.Equal(v, c.want) || x.Quantity != record.HostAvailable || first(s, x).At.Wall.Unix() != 1795393715 {
			t.Errorf("%s: %v %+v", c.name, v, x)
		}
	}
	s := read(t, "x", "prometheus,host=p,instance=hv03:9100 node_memory_MemAvailable_bytes=5 1795393715000000000\n")
	if x := s.find(t, "node_memory_MemAvailable_bytes"); x.Quantity != record.HostAvailable || x.Subject != "hv03" {
		t.Errorf("Prometheus' metrics by Telegraf: %+v", x)
	}
	s = read(t, "x", "#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,query terminated: exceeded,897\n")
	if !s.said("the server answered with an error instead of data: query terminated: exceeded") || len(s.problems) != 1 {
		t.Errorf("an error: %v", s.problems)
	}
}

package metrics

import (
	"fmt"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// What stores write beside the shapes of the fixtures, each by its documentation; the values follow from the text.
func TestStoreAnswers(t *testing.T) {
	for _, c := range []struct {
		name, format, text, series string
		want                       []float64
		quantity                   record.Quantity
		unit                       record.Unit
		subject                    string
	}{
		{"Graphite 1.1, tagged series", "graphite-json", `[{"target":"mem.available;dc=x;host=hv03","datapoints":[[4294967296,1795393715],[null,1795393730]]}]`,
			"mem_available", []float64{4 * gib}, record.HostAvailable, record.Bytes, "hv03"},
		{"Graphite, Telegraf's template host.tags.measurement.field", "graphite-json", `[{"datapoints": [[4294967296.0, 1795393715]], "target": "telegraf.hv03.mem.available"}]`,
			"mem_available", []float64{4 * gib}, record.HostAvailable, record.Bytes, "hv03"},
		{"Graphite, collectd's memory", "graphite-json", `[{"target":"collectd.hv03.memory.memory-used","datapoints":[[4294967296.0,1795393715]]}]`,
			"collectd_memory", []float64{4 * gib}, record.HostUsed, record.Bytes, "hv03"},
		{"Graphite, an alias", "graphite-json", `[{"target":"hv03 MemAvailable","datapoints":[[4294967296.0,1795393715]]}]`,
			"hv03 MemAvailable", []float64{4 * gib}, record.HostAvailable, record.Bytes, "hv03"},
		{"Graphite, a path that nothing is known of", "graphite-json", `[{"target":"shop.web.requests","datapoints":[[12,1795393715]]}]`,
			"shop.web.requests", []float64{12}, "", record.NoUnit, ""},
		{"Graphite raw, bars and commas in the target", "graphite-raw", "group(a|b,c),1795393715,1795393745,15|1.0,None\n",
			"group(a|b,c)", []float64{1}, "", record.NoUnit, "group(a|b,c)"},
		{"OpenTSDB, milliseconds and NaN", "opentsdb-json", `[{"metric":"proc.meminfo.memfree","tags":{"host":"hv03"},"aggregateTags":[],"dps":{"1795393715000":"NaN","1795393730000":1048576}}]`,
			"proc.meminfo.memfree", []float64{mib}, record.HostFree, record.Bytes, "hv03"},
		{"CloudWatch, the label behind the points, a sum", "cloudwatch-json", `{"Datapoints":[{"Timestamp":"2026-11-23T00:28:00Z","Sum":1200.0,"Unit":"Count"}],"Label":"RequestCount"}`,
			"RequestCount", []float64{1200}, "", record.NoUnit, ""},
		{"CloudWatch, per cent", "cloudwatch-json", `{"Label":"mem_used_percent","Datapoints":[{"Timestamp":"2026-11-23T00:28:00Z","Maximum":75.0,"Average":50.0,"Unit":"Percent"}]}`,
			"mem_used_percent", []float64{0.5}, "", record.Share, ""},
		{"Azure, per cent", "azure-monitor-json", `{"value":[{"name":{"value":"Percentage CPU"},"timeseries":[{"data":[{"timeStamp":"2026-11-23T00:28:00Z","average":25.0}]}],"unit":"Percent"}]}`,
			"Percentage CPU", []float64{0.25}, "", record.Share, ""},
		{"Azure, parted by node", "azure-monitor-json", `{"value":[{"id":"/a/managedClusters/k/providers/Microsoft.Insights/metrics/m","name":{"value":"node_memory_rss_bytes"},"timeseries":[{"data":[{"timeStamp":"2026-11-23T00:28:00Z","average":5}],"metadatavalues":[{"name":{"value":"node"},"value":"aks-1"}]}],"unit":"Bytes"}]}`,
			"node_memory_rss_bytes", []float64{5}, record.RSS, record.Bytes, "aks-1"},
		{"Datadog, a unit of 1024 and one of a rate", "datadog-json", `{"status":"ok","series":[{"metric":"docker.mem.rss","pointlist":[[1795393715000.0,4096.0]],"scope":"container_name:web","unit":[{"family":"bytes","scale_factor":1048576.0,"name":"mebibyte"},null]}]}`,
			"docker.mem.rss", []float64{4 * gib}, record.RSS, record.Bytes, "web"},
		{"Netdata 2, cells with their anomaly rate", "netdata-json", `{"result":{"labels":["time","avail"],"point":{"value":0,"arp":1,"pa":2},"data":[[1795393715,[2048,0,0]],[1795393716,[null,0,2]]]}}`,
			"mem.available.avail", []float64{2 * gib}, record.HostAvailable, record.Bytes, ""},
		{"Netdata, option objectrows", "netdata-json", `{"labels":["time","avail"],"data":[{"time":1795393716,"avail":null},{"time":1795393715,"avail":2048}]}`,
			"mem.available.avail", []float64{2 * gib}, record.HostAvailable, record.Bytes, ""},
		{"Netdata, a chart of other things", "netdata-json", `{"labels":["time","user","system"],"data":[[1795393715,12.5,3]]}`,
			"user", []float64{12.5}, "", record.NoUnit, ""},
		{"rrdtool xport, quoted and with the time in the row", "rrdtool-xport", "{ \"about\": \"RRDtool xport JSON output\",\n \"meta\": {\n \"start\": 1795393680,\n \"step\": 60,\n \"end\": 1795393740,\n \"legend\": [\n \"mem free\"\n ]\n },\n \"data\": [\n [ \"1795393680\",1.0737418240e+09],\n [ \"1795393740\",null]\n ]\n}\n",
			"mem free", []float64{gib}, record.HostFree, record.Bytes, ""},
		{"rrdtool xport --enumds", "rrdtool-xport", "<xport>\n<meta>\n<start>1795393680</start>\n<step>60</step>\n<legend>\n<entry>a</entry>\n<entry>mem free</entry>\n</legend>\n</meta>\n<data>\n<row><t>1795393680</t><v0>NaN</v0><v1>1.0737418240e+09</v1></row>\n</data>\n</xport>\n",
			"mem free", []float64{gib}, record.HostFree, record.Bytes, ""},
		{"rrdtool fetch of collectd's file", "rrdtool-fetch", "                          value\n\n1795393680: 1.0737418240e+09\n1795393690: nan\n",
			"value", []float64{gib}, "", record.NoUnit, ""},
	} {
		s := read(t, "x", c.text)
		if s.input.Format != c.format {
			t.Errorf("%s: read as %q", c.name, s.input.Format)
			continue
		}
		x := s.find(t, c.series)
		if v := s.values(x); !slices.Equal(v, c.want) || x.Quantity != c.quantity || x.Unit != c.unit || x.Subject != c.subject {
			t.Errorf("%s: %v %+v, want %v %q %q of %q", c.name, v, x, c.want, c.quantity, c.unit, c.subject)
		}
		if len(s.problems) != 0 {
			t.Errorf("%s: %v", c.name, s.problems)
		}
	}
}

// A time that is a float of milliseconds, or written with an exponent, is one nevertheless.
func TestStoreTimes(t *testing.T) {
	for text, want := range map[string]int64{
		"1795393715000.0": 1795393715e9, "1.795393715E12": 1795393715e9, "1795393715": 1795393715e9, "1795393715.25": 1795393715250e6,
		"2026-11-23T00:28:35Z": 1795393715e9, "2026-11-23T01:28:35+01:00": 1795393715e9,
	} {
		if at, ok := storeTime([]byte(text)); !ok || at.Wall.UnixNano() != want {
			t.Errorf("%s: %v %v", text, at, ok)
		}
	}
	for _, text := range []string{"", "x", "-1", "1e300", "2026-11-23T", "17"} {
		if at, ok := storeTime([]byte(text)); ok && at.Wall.Year() > 1970 {
			t.Errorf("%q is taken for %v", text, at)
		}
	}
}

// After damage the series behind it still count, and one that is cut off gives what it holds.
func TestDamagedStoreAnswers(t *testing.T) {
	const whole = `{"target":"mem free","datapoints":[[1073741824,1795393715],[1073741824,1795393730]]}`
	s := read(t, "x", fmt.Sprintf(`[%s,{"target":"lost","datapoints":[[1,}},%s`, whole, `{"target":"mem used","datapoints":[[2147483648,1795393715],[21474`))
	if len(s.series) != 2 || len(s.values(s.find(t, "mem free"))) != 2 || len(s.values(s.find(t, "mem used"))) != 1 {
		t.Errorf("%v", s.keys())
	}
	if !s.said("damaged JSON") || !s.said("cut off here") {
		t.Errorf("%v", s.problems)
	}
}

// What is there but cannot be read is not called nothing.
func TestStoreValuesPassedOver(t *testing.T) {
	s := read(t, "x", `{"timeSeries":[{"metric":{"type":"x/latencies"},"metricKind":"DELTA","points":[{"interval":{"endTime":"2026-11-23T00:28:00Z"},"value":{"distributionValue":{"count":"5"}}},{"interval":{"endTime":"2026-11-23T00:27:00Z"},"value":{"distributionValue":{"count":"5"}}}]}]}`)
	if len(s.problems) != 1 || !s.said("values that are distributions are passed over") {
		t.Errorf("%v", s.problems)
	}
	if s := read(t, "x", "<xport><meta><start>1795393680</start><step>60</step></meta><data><row><v>1</v></row></data></xport>\n"); len(s.problems) != 1 || !s.said("each on a line of its own") {
		t.Errorf("%v", s.problems)
	}
}

// The server's own words say why there is no data.
func TestStoreSaysWhy(t *testing.T) {
	if s := read(t, "x", `{"status":"error","error":"Rate limit exceeded","series":[],"pointlist":[]}`); !s.said("Rate limit exceeded") {
		t.Errorf("%v", s.problems)
	}
}

// An answer without values is no file that nothing is known of: it says so.
func TestStoreAnswersNothing(t *testing.T) {
	for _, text := range []string{`[{"target":"a.b","datapoints":[]}]`, `{"Label":"mem_used","Datapoints":[]}`, `[{"metric":"a","tags":{},"dps":{}}]`} {
		if s := read(t, "x", text); len(s.problems) != 1 || !s.said("the answer holds no values") {
			t.Errorf("%s: %v", text, s.problems)
		}
	}
}

// The columns of Netdata's CSV are a script's as well, in bytes or KiB: no MiB are that many.
func TestNetdataColumnsOfAScript(t *testing.T) {
	s := read(t, "x", "time,free,used,cached,buffers\n2026-11-23 00:28:35,21508128768,8422686720,3146252288,209977344\n")
	if x := s.find(t, "free"); s.input.Format != "metrics-csv" || s.values(x)[0] != 21508128768 {
		t.Errorf("%q %+v", s.input.Format, x)
	}
}

// Remarks before the header are no part of a table that a script wrote.
func TestRemarksBeforeTheHeader(t *testing.T) {
	s := read(t, "x", "# host: hv03\n\n# made by collect.sh\ntime,MemAvailable,note\n2026-11-23 00:28:35,8589934592,a\n2026-11-23 00:28:50,7589934592,a\n")
	if x := s.find(t, "MemAvailable"); s.input.Format != "metrics-csv" || x.Quantity != record.HostAvailable || len(s.values(x)) != 2 {
		t.Errorf("%q %+v", s.input.Format, x)
	}
}

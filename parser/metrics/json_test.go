package metrics

import (
	"runtime/debug"
	"strings"
	"testing"

	"oomortem/parser"
)

// TestNested: a file that nests objects by the million is passed over. Where a reader calls itself at each level the stack comes
// to its end, a gigabyte, and the program with it; here that end is nearer.
func TestNested(t *testing.T) {
	const levels = 1 << 19
	defer debug.SetMaxStack(debug.SetMaxStack(32 << 20))
	for _, c := range []struct {
		format      parser.Format
		begin, each string
	}{
		{prometheusJSON, `{"status":"success",`, `"data":{`},
		{influx1JSON, "", `{"results":[`},
		{telegrafJSON, "", `{"metrics":[`},
		{cloudWatch, "", `{"MetricDataResults":[`},
		{azureMonitor, "", `{"value":[`},
		{gcpMonitoring, "", `{"timeSeries":[`},
		{crictlJSON, "", `{"stats":[`},
		{grafanaJSON, "", `[{"a":`},
		{sadfJ, `{"sysstat":{"hosts":[{"statistics":[{"memory":`, `{"memory":`},
		{zabbixNDJSON, "", `{"result":[`},
	} {
		t.Run(c.format.Name, func(t *testing.T) {
			if got := readAs(c.format, "nested.json", []byte(c.begin+strings.Repeat(c.each, levels))); len(got.samples) > 0 {
				t.Errorf("%d samples", len(got.samples))
			}
		})
	}
}

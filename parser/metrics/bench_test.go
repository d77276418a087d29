package metrics

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"oomortem/parser"
	"oomortem/parser/record"
)

// measure reads data as the format into a sink that only counts.
func measure(b *testing.B, f parser.Format, data []byte) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var samples int
	for b.Loop() {
		c := &tally{}
		if err := f.Parse(parser.NewLines("bench", bytes.NewReader(data), c), c); err != nil {
			b.Fatal(err)
		}
		samples = c.samples
	}
	b.ReportMetric(float64(samples), "samples/op")
}

type tally struct {
	record.Discard
	samples int
}

func (c *tally) Sample(record.Sample) { c.samples++ }

// repeated gives the fixture's rows behind its first lines, over and over.
func repeated(b *testing.B, path string, header int, size int) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, path))
	if err != nil {
		b.Fatal(err)
	}
	at := 0
	for range header {
		at += bytes.IndexByte(data[at:], '\n') + 1
	}
	rows := bytes.TrimRight(data[at:], "\n")
	out := bytes.Clone(data[:at])
	for len(out) < size {
		out = append(append(out, rows...), '\n')
	}
	return out
}

func BenchmarkPrometheusJSON(b *testing.B) {
	data := []byte(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for s := range 50 {
		if s > 0 {
			data = append(data, ',')
		}
		data = fmt.Appendf(data, `{"metric":{"__name__":"libvirt_domain_memory_stats_rss_bytes","domain":"vm-%d","instance":"hv:9177"},"values":[`, s)
		for i := range 20000 {
			if i > 0 {
				data = append(data, ',')
			}
			data = append(data, '[')
			data = strconv.AppendInt(data, 1795393715+int64(i)*15, 10)
			data = append(data, `,"`...)
			data = strconv.AppendInt(data, 23047376896+int64(i)*4096*int64(s+1), 10)
			data = append(data, `"]`...)
		}
		data = append(data, `]}`...)
	}
	measure(b, prometheusJSON, append(data, `]}}`...))
}

func BenchmarkTSDBDump(b *testing.B) {
	measure(b, exposition, repeated(b, "prometheus-text/tsdb-dump/promtool-tsdb-dump.txt", 0, 16<<20))
}

func BenchmarkGrafanaRaw(b *testing.B) {
	measure(b, grafanaCSV, repeated(b, "grafana-csv/real-epochms/vm-rss.grafana-epochms.csv", 1, 16<<20))
}

func BenchmarkGrafanaFormatted(b *testing.B) {
	measure(b, grafanaCSV, repeated(b, "grafana-csv/formatted-joined-utc/grafana13.2-formatted-joined-utc.csv", 1, 16<<20))
}

func BenchmarkGrafanaLong(b *testing.B) {
	measure(b, grafanaCSV, repeated(b, "grafana-csv/real-6-long/vm-rss.grafana6-long.csv", 1, 16<<20))
}

func BenchmarkMemoryCSV(b *testing.B) {
	measure(b, metricsCSV, repeated(b, "metrics-csv/mem-samples/mem-samples.csv", 1, 16<<20))
}

func BenchmarkSar(b *testing.B) {
	measure(b, sarText, repeated(b, "sar/real-r-ALL/sar-r-ALL.txt", 3, 16<<20))
}

func BenchmarkSadfD(b *testing.B) {
	measure(b, sadfD, repeated(b, "sadf-d/memory-utc/sadf-d.csv", 1, 16<<20))
}

func BenchmarkPidstat(b *testing.B) {
	measure(b, pidstatText, repeated(b, "pidstat/plain/pidstat-r.txt", 4, 16<<20))
}

func BenchmarkVmstat(b *testing.B) {
	measure(b, vmstatText, repeated(b, "vmstat/stuck/vmstat-t.txt", 2, 16<<20))
}

func BenchmarkNmon(b *testing.B) {
	measure(b, nmonText, repeated(b, "nmon/twelve-snapshots/nmon.nmon", 0, 16<<20))
}

func BenchmarkInflux1CSV(b *testing.B) {
	measure(b, influx1CSV, repeated(b, "influx1-csv/ns/influx1-csv-ns.csv", 1, 16<<20))
}

func BenchmarkLineProtocol(b *testing.B) {
	measure(b, lineProtocol, repeated(b, "line-protocol/telegraf/telegraf.out", 0, 16<<20))
}

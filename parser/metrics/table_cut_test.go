package metrics

import (
	"slices"
	"testing"

	"oomortem/parser"
)

// Grafana's toCSV (packages/grafana-data/src/utils/csv.ts) and the exports before it (public/app/core/utils/fileExport.ts) write
// no line end behind the last row, so that its last value counts, unless it is shorter than all others of its column or ends in
// another unit: then the file was cut. Where a script ends each line, only a closed quote shows that the last value is whole.
func TestLastRowWithoutALineEnd(t *testing.T) {
	const raw = "\"Time\",\"websrv rss\",\"db rss\"\r\n1795393715000,9240576,81240576\r\n1795393716000,9340576,82240576\r\n1795393717000,9440576,"
	const formatted = "\"Time\",\"websrv rss\",\"db rss\"\r\n2026-11-23 00:28:35,8.81 MiB,77.5 MiB\r\n2026-11-23 00:28:36,8.91 MiB,1.01 GiB\r\n2026-11-23 00:28:37,9.01 MiB,"
	const long = "Series;Time;Value\nwebsrv rss;2026-11-23T00:28:35Z;9240576\nwebsrv rss;2026-11-23T00:28:36Z;9340576\nwebsrv rss;2026-11-23T00:28:37Z;"
	const script = "time,websrv_rss_kB,db_rss_kB\n2026-11-23T00:28:35Z,924057,824057\n2026-11-23T00:28:36Z,934057,834057\n2026-11-23T00:28:37Z,944057,"
	grafana, csv := formatNamed(t, "grafana-csv"), formatNamed(t, "metrics-csv")
	for name, c := range map[string]struct {
		format parser.Format
		text   string
		series string
		want   []float64
	}{
		"raw":                  {grafana, raw + "83240576", "db rss", []float64{81240576, 82240576, 83240576}},
		"raw, a digit more":    {grafana, raw + "183240576", "db rss", []float64{81240576, 82240576, 183240576}},
		"raw, cut":             {grafana, raw + "8324057", "db rss", []float64{81240576, 82240576}},
		"raw, the last empty":  {grafana, raw, "db rss", []float64{81240576, 82240576}},
		"raw, the one before":  {grafana, raw + "83240576", "websrv rss", []float64{9240576, 9340576, 9440576}},
		"a cell too few":       {grafana, raw[:len(raw)-1], "websrv rss", []float64{9240576, 9340576}},
		"formatted":            {grafana, formatted + "1.12 GiB", "db rss", []float64{77.5 * mib, 1.01 * gib, 1.12 * gib}},
		"formatted, unit cut":  {grafana, formatted + "101.12 Gi", "db rss", []float64{77.5 * mib, 1.01 * gib}},
		"formatted, no unit":   {grafana, formatted + "1000000.5", "db rss", []float64{77.5 * mib, 1.01 * gib}},
		"rows of one value":    {grafana, long + "9440576", "websrv rss", []float64{9240576, 9340576, 9440576}},
		"rows of a value, cut": {grafana, long + "944", "websrv rss", []float64{9240576, 9340576}},
		"only one row":         {grafana, "\"Time\",\"db rss\"\r\n1795393715000,81240576", "db rss", []float64{81240576}},
		"a script":             {csv, script + "844057", "db_rss_kB", []float64{824057 * kib, 834057 * kib}},
		"a script that quotes": {csv, script + `"844057"`, "db_rss_kB", []float64{824057 * kib, 834057 * kib, 844057 * kib}},
		"a quote left open":    {csv, script + `"844057`, "db_rss_kB", []float64{824057 * kib, 834057 * kib}},
	} {
		s := readAs(c.format, "export.csv", []byte(c.text))
		if v := s.values(s.find(t, c.series)); !slices.Equal(v, c.want) || len(s.problems) > 0 {
			t.Errorf("%s: %v, want %v; %v", name, v, c.want, s.problems)
		}
	}
}

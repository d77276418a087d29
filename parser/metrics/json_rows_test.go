package metrics

import (
	"slices"
	"testing"

	"oomortem/parser/record"
)

// Proxmox leaves out what an interval has no data of (RRD.pm, create_rrd_data), and ClickHouse quotes 64-bit numbers
// (output_format_json_quote_64bit_integers); a number in quotes under a key that is no amount says whose the row is.
func TestJSONRows(t *testing.T) {
	for _, c := range []struct {
		name, text, key string
		want            []float64
		quantity        record.Quantity
		subject         string
	}{
		{"first rows without data", `[{"time":1795393500},{"time":1795393560},{"time":1795393620,"memtotal":67430174720,"memused":25786580992}]`, "memused", []float64{25786580992}, record.HostUsed, ""},
		{"quoted amounts", `{"ts":"2026-11-23 00:28:35","host":"hv03","shard":"7","available_bytes":"8589934592"}` + "\n" + `{"ts":"2026-11-23 00:28:50","host":"hv03","shard":"7","available_bytes":"7516192768"}` + "\n",
			"available_bytes", []float64{8 * gib, 7 * gib}, record.HostAvailable, "hv03"},
	} {
		s := read(t, "x", c.text)
		if s.input.Format != "json-rows" {
			t.Errorf("%s: read as %q", c.name, s.input.Format)
			continue
		}
		x := s.find(t, c.key)
		if v := s.values(x); !slices.Equal(v, c.want) || x.Quantity != c.quantity || x.Subject != c.subject {
			t.Errorf("%s: %v %s of %q, want %v %s of %q", c.name, v, x.Quantity, x.Subject, c.want, c.quantity, c.subject)
		}
	}
	for _, text := range []string{
		`[{"time":1795393500},{"time":1795393560,"msg":"memory low","memused":25786580992}]`,
		`[{"time":1795393500},{"memused":25786580992}]`, `[{"time":1795393500,"id":"25786580992"}]`,
	} {
		if s := read(t, "x", text); s.input.Format == "json-rows" {
			t.Errorf("%s: read as rows", text)
		}
	}
}

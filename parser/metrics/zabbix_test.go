package metrics

import (
	"testing"

	"oomortem/parser/record"
)

// The templates of 6.2 and 6.4 named their items "Linux: Available memory" (templates/os/linux).
func TestZabbixNames(t *testing.T) {
	for name, want := range map[string]record.Quantity{
		"Available memory": record.HostAvailable, "Linux: Available memory": record.HostAvailable, "Windows: Total memory": record.HostTotal,
		"Linux: Free swap space": record.HostSwapFree, "Docker: Available memory": "",
	} {
		s := read(t, "x", `{"host":{"host":"hv03","name":"x"},"groups":[],"item_tags":[],"itemid":3,"name":"`+name+`","clock":1795393715,"ns":5,"value":8589934592,"type":3}`+"\n")
		if len(s.series) != 1 || s.series[0].Quantity != want || s.series[0].Subject != "hv03" {
			t.Errorf("%s: %+v, want %q", name, s.series, want)
		}
	}
}

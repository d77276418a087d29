package metrics

import (
	"slices"
	"testing"
)

// kubectl top pods --containers has a row for each container of a pod (kubectl's metrics_printer.go: POD before NAME).
func TestContainersOfAPodAreCurvesOfTheirOwn(t *testing.T) {
	s := read(t, "top.txt", `2026-11-23T00:28:00Z
NAMESPACE   POD     NAME    CPU(cores)   MEMORY(bytes)
shop        web-1   app     5m           100Mi
shop        web-1   proxy   5m           50Mi
2026-11-23T00:28:15Z
NAMESPACE   POD     NAME    CPU(cores)   MEMORY(bytes)
shop        web-1   app     5m           101Mi
shop        web-1   proxy   5m           51Mi
`)
	for container, want := range map[string][]float64{"app": {100 * mib, 101 * mib}, "proxy": {50 * mib, 51 * mib}} {
		x := s.find(t, "MEMORY(bytes)", "container", container)
		if v := s.values(x); !slices.Equal(v, want) || x.Subject != "shop/web-1" || x.Label("pod") != "web-1" || x.Label("namespace") != "shop" {
			t.Errorf("%s: %v %+v, want %v", container, v, x, want)
		}
	}
}

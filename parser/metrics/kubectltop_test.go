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

// With --no-headers only the number of names tells what they are: -A --containers has three, -A and --containers have two that
// nothing tells apart, so that both of them name a curve. Nodes have shares of CPU and memory.
func TestRowsWithoutHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		rows string
		want map[string]float64 // by the labels
	}{
		"-A --containers": {"shop   web-1   app     5m   100Mi\nshop   web-2   app     5m   50Mi\n", map[string]float64{`MEMORY(bytes){container="app",namespace="shop",pod="web-1"}`: 100, `MEMORY(bytes){container="app",namespace="shop",pod="web-2"}`: 50}},
		"--containers":    {"web-1   app     5m   100Mi\nweb-2   app     5m   50Mi\n", map[string]float64{`MEMORY(bytes){pod="app",parent="web-1"}`: 100, `MEMORY(bytes){pod="app",parent="web-2"}`: 50}},
		"pods":            {"web-1   5m   100Mi\nweb-2   5m   50Mi\n", map[string]float64{`MEMORY(bytes){pod="web-1"}`: 100, `MEMORY(bytes){pod="web-2"}`: 50}},
		"nodes with swap": {"NAME   CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)   SWAP(bytes)   SWAP(%)\nn1     250m         12%      100Mi           40%         0Mi           0%\n", map[string]float64{`MEMORY(bytes){node="n1"}`: 100}},
		"nodes":           {"n1   250m   12%   100Mi   40%\nn2   250m   12%   50Mi   40%\n", map[string]float64{`MEMORY(bytes){node="n1"}`: 100, `MEMORY(bytes){node="n2"}`: 50}},
	} {
		s := read(t, "top.txt", "2026-11-23T00:28:00Z\n"+c.rows+"2026-11-23T00:28:15Z\n"+c.rows)
		if len(s.series) != len(c.want) {
			t.Errorf("%s: %v", name, s.series)
		}
		for _, x := range s.series {
			if v := s.values(x); !slices.Equal(v, []float64{c.want[x.String()] * mib, c.want[x.String()] * mib}) {
				t.Errorf("%s: %v %v", name, x, v)
			}
		}
	}
}

package load

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// The data behind JMeter's HTML dashboard, content/js/graph.js (3.0 to 5.6), one variable for each graph:
//
//	var totalTPSInfos = {
//	        data: {"result": {"minY": 1703.26, "minX": 1.74476394E12, ..., "series": [{"data": [[1.74476424E12, 1703.26], ...], "isOverall": false, "label": "Transaction-success", ...}], ..., "granularity": 60000, ...
//
// x is the beginning of a bucket in milliseconds of UTC, unsorted; the shift of the zone is for display only. The
// buckets are of a minute by default, which hides what is shorter. Source: src/core report-template, GraphConsumer.
func dashboardGraphs() parser.Format {
	return parser.Format{Name: "jmeter-dashboard", Title: "JMeter dashboard's content/js/graph.js", Sniff: func(h parser.Head) parser.Score {
		if bytes.Contains(h.Data, []byte("Infos = {")) && bytes.Contains(h.Data, []byte(`data: {"result"`)) {
			return 90
		}
		return 0
	}, Parse: parseDashboard}
}

type dashboardGraph struct {
	Result struct {
		Series []struct {
			Data      [][]float64
			Label     string
			IsOverall bool
		}
		Granularity float64
	}
}

const dashboardGranularity = 60000 // milliseconds; jmeter.reportgenerator.overall_granularity

func parseDashboard(l *parser.Lines, sink record.Sink) error {
	graph := ""
	for l.Next() {
		line := bytes.TrimSpace(l.Bytes())
		if rest, ok := bytes.CutPrefix(line, []byte("var ")); ok {
			name, _ := word(rest)
			graph = string(name)
			continue
		}
		body, ok := bytes.CutPrefix(line, []byte("data: "))
		if !ok {
			continue
		}
		switch graph {
		case "totalTPSInfos", "activeThreadsOverTimeInfos", "hitsPerSecondInfos":
		default:
			continue
		}
		var g dashboardGraph
		if err := json.Unmarshal(bytes.TrimRight(body, ", "), &g); err != nil {
			if g, ok = looseGraph(body); !ok {
				l.Problem("the graph's data are no whole JSON object")
				continue
			}
		}
		g.emit(l, sink, graph)
	}
	return nil
}

// looseGraph reads a graph whose line was cut behind its points.
func looseGraph(body []byte) (g dashboardGraph, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.Decode(&g)
	return g, len(g.Result.Series) > 0
}

func (d *dashboardGraph) emit(l *parser.Lines, sink record.Sink, graph string) {
	step := cmp.Or(d.Result.Granularity, dashboardGranularity)
	g := &gauges{l: l, sink: sink, tool: "jmeter dashboard", step: time.Duration(step) * time.Millisecond}
	users := map[float64]float64{}
	for _, s := range d.Result.Series {
		slices.SortFunc(s.Data, func(a, b []float64) int { return cmp.Compare(first(a), first(b)) })
		for _, xy := range s.Data {
			if len(xy) < 2 {
				continue
			}
			if graph == "activeThreadsOverTimeInfos" {
				users[xy[0]] += xy[1]
				continue
			}
			g.point(dashboardQuantity(graph, s.Label), xy[0]+step, xy[1])
		}
	}
	times := make([]float64, 0, len(users))
	for x := range users {
		times = append(times, x)
	}
	slices.Sort(times)
	for _, x := range times {
		g.point(record.Users, x+step, users[x])
	}
}

func first(xy []float64) float64 {
	if len(xy) == 0 {
		return 0
	}
	return xy[0]
}

func (g *gauges) point(q record.Quantity, ms, value float64) {
	if st, ok := scan.EpochNumber(int64(ms)); ok {
		g.put(q, st, value)
	}
}

func dashboardQuantity(graph, label string) record.Quantity {
	switch {
	case graph == "hitsPerSecondInfos":
		return record.Requests
	case strings.HasSuffix(label, "failure"):
		return record.Errors
	}
	return record.Throughput
}

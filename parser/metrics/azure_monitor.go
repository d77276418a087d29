package metrics

// What `az monitor metrics list` prints, and the REST API under it answers:
//
//	{"value": [{"id": ".../virtualMachines/vm-a/providers/Microsoft.Insights/metrics/Available Memory Bytes", "name": {"value":
//	"Available Memory Bytes"}, "timeseries": [{"data": [{"average": 6000000000.0, "timeStamp": "2026-11-23T00:28:00Z"}],
//	"metadatavalues": []}], "unit": "Bytes"}]}
//
// Specification: Azure Monitor REST API, "Metrics - List" (2018-01-01 on). A point's time is the beginning of its interval; one
// without a statistic is a gap. Of several statistics the average counts.

import (
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
)

var azureMonitor = parser.Format{
	Name: "azure-monitor-json", Title: "Azure Monitor: az monitor metrics list",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "timeseries", "timeStamp") {
			return 86
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).azure)
	},
}

// azureUnits are the names of MetricUnit.
var azureUnits = map[string]cellUnit{
	"Bytes": {1, record.Bytes}, "Percent": {0.01, record.Share}, "Seconds": {1, record.Seconds}, "MilliSeconds": {1e-3, record.Seconds},
	"BytesPerSecond": {1, record.ByteRate}, "CountPerSecond": {1, record.PerSecond},
}

// azureSeries is one of the series of a metric.
type azureSeries struct {
	points []storePoint
	labels []record.Attr
}

// azure reads an answer, or one metric of it, whose unit stands behind the series.
func (r *storeAnswer) azure() bool {
	name, id, unit := "", "", ""
	var series []azureSeries
	kept := 0
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "value":
			return r.json.list(r.azure)
		case "id":
			return r.json.words(&id)
		case "unit":
			return r.json.words(&unit)
		case "name":
			return r.localized(&name)
		case "timeseries":
			return r.json.list(func() bool {
				s, ok := r.azureSeries()
				if kept += len(s.points) + 1; kept <= maxStored {
					series = append(series, s)
				} else if kept <= maxStored+len(s.points)+1 {
					r.problem(r.json.line, "more than %d values in one series: the rest is left out", maxStored)
				}
				return ok
			})
		}
		return r.json.skip()
	})
	for _, x := range series {
		r.drop()
		for _, p := range x.points {
			r.points, r.most = append(r.points, p), max(r.most, p.value)
		}
		if name := resourceOf(id); name != "" && len(x.labels) == 0 {
			x.labels = append(x.labels, record.Attr{Key: "host", Value: name})
		} else if name != "" { // what parts its series says whom they are about
			x.labels = append(x.labels, record.Attr{Key: "resource", Value: name})
		}
		r.emit(func() (*record.Series, float64) {
			return r.measuredSeries(name, x.labels, azureUnits[unit])
		})
	}
	return ok
}

// localized reads {"localizedValue": "...", "value": "Available Memory Bytes"}.
func (r *storeAnswer) localized(into *string) bool {
	return r.json.object(func(key []byte) bool {
		if string(key) == "value" {
			return r.json.words(into)
		}
		return r.json.skip()
	})
}

// resourceOf gives the resource's name out of the id of one of its metrics.
func resourceOf(id string) string {
	resource, _, ok := strings.Cut(id, "/providers/Microsoft.Insights/")
	if !ok {
		return ""
	}
	return resource[strings.LastIndexByte(resource, '/')+1:]
}

func (r *storeAnswer) azureSeries() (s azureSeries, ok bool) {
	r.drop()
	ok = r.json.object(func(key []byte) bool {
		switch string(key) {
		case "data":
			return r.json.list(func() bool {
				return r.measured("timeStamp", []string{"average", "maximum", "minimum", "total"}, func([]byte) bool { return r.json.skip() })
			})
		case "metadatavalues":
			return r.json.list(func() bool {
				l := record.Attr{}
				ok := r.json.object(func(key []byte) bool {
					switch string(key) {
					case "name":
						return r.localized(&l.Key)
					case "value":
						return r.json.words(&l.Value)
					}
					return r.json.skip()
				})
				if l.Key != "" && len(s.labels) < maxColumns {
					s.labels = append(s.labels, l)
				}
				return ok
			})
		}
		return r.json.skip()
	})
	s.points = slices.Clone(r.points)
	r.drop()
	return s, ok
}

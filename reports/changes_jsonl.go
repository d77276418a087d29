package reports

import (
	"io"
	"math"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// ChangesJSONL writes one JSON object a line for each change (contract: `changes --format jsonl`). Where nothing tells a
// time, at is a number, the place in the series, and at_lacks says "clock".
func ChangesJSONL(w io.Writer, all []verdict.SeriesChanges) error {
	for _, s := range all {
		j := jsonWriter{zone: zoneOr(s.Zone), oneLine: true}
		for _, c := range s.Changes {
			j.Reset()
			j.change(s, c)
			if _, err := w.Write(j.Bytes()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *jsonWriter) change(s verdict.SeriesChanges, c verdict.Change) {
	j.series(s.Name, s.Labels, s.Unit)
	j.text("shape", c.Shape)
	if c.Class != "" {
		j.text("class", c.Class)
	}
	j.WriteString(`,"at":`)
	j.place(c.At, s)
	lacks := ""
	for _, l := range []struct {
		bit  record.Lack
		word string
	}{{record.LacksWall, "clock"}, {record.LacksDate, "date"}, {record.LacksYear, "year"}, {record.LacksZone, "zone"}} {
		if s.Lacks&l.bit != 0 {
			lacks += `,"` + l.word + `"`
		}
	}
	if lacks != "" {
		j.WriteString(`,"at_lacks":[` + lacks[1:] + `]`)
	}
	j.figure("uncertainty_s", c.Uncertainty)
	j.figure("before", c.Before)
	j.figure("after", c.After)
	j.figure("confidence", round2(c.Confidence))
	if s.Restless {
		j.WriteString(`,"restless":true`)
	}
	j.text("source", s.Source.String())
	j.WriteString("}\n")
}

// series begins an object with what names a series; a unit that is not known is absent.
func (j *jsonWriter) series(name string, labels []record.Attr, unit record.Unit) {
	j.WriteString(`{"series":`)
	j.quote(name)
	j.labels(labels)
	if unit != record.NoUnit {
		j.text("unit", string(unit))
	}
}

func (j *jsonWriter) labels(labels []record.Attr) {
	j.WriteString(`,"labels":{`)
	for i, l := range labels {
		if i > 0 {
			j.WriteByte(',')
		}
		j.quote(l.Key)
		j.WriteByte(':')
		j.quote(l.Value)
	}
	j.WriteByte('}')
}

func (j *jsonWriter) text(key, value string) {
	j.WriteString(`,"` + key + `":`)
	j.quote(value)
}

// figure writes a number; one that is not known is null.
func (j *jsonWriter) figure(key string, v float64) {
	j.WriteString(`,"` + key + `":`)
	j.number(v)
}

// place writes a moment of a series: a time, or a bare number where nothing tells one.
func (j *jsonWriter) place(at float64, s verdict.SeriesChanges) {
	if s.Lacks&record.LacksWall != 0 {
		j.number(at)
		return
	}
	j.quote(instant(at).In(j.zone).Format(jsonTime))
}

// instant gives the time of Unix seconds, to the microsecond.
func instant(at float64) time.Time { return time.UnixMicro(int64(math.Round(at * 1e6))).UTC() }

func round2(x float64) float64 { return math.Round(x*100) / 100 }

// zoneOr gives UTC where no zone is known.
func zoneOr(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

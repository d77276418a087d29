package metrics

// Series as the Turing Change Point Dataset keeps them, one JSON object a file:
//
//	{"name": "nile", "n_obs": 100, "n_dim": 1, "time": {"index": [0, 1]}, "series": [{"label": "V1", "type": "int", "raw": [1120, null]}]}
//
// Specification: github.com/alan-turing-institute/TCPD, schema.json (2020). The place of a value in its list is its index;
// the times beside it are not read, because the data set's own annotations are indices.

import (
	"bytes"
	"fmt"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var seriesJSON = parser.Format{
	Name:  "series-json",
	Title: "JSON series of the Turing Change Point Dataset",
	Sniff: sniffSeriesJSON,
	Parse: parseSeriesJSON,
}

func sniffSeriesJSON(h parser.Head) parser.Score {
	data := bytes.TrimLeft(h.Data, " \t\r\n")
	if !has(data, "{") || !bytes.Contains(data, []byte(`"time"`)) && !bytes.Contains(data, []byte(`"series"`)) {
		return 0
	}
	switch {
	case bytes.Contains(data, []byte(`"n_obs"`)) && bytes.Contains(data, []byte(`"n_dim"`)):
		return 86
	case bytes.Contains(data, []byte(`"series"`)) && bytes.Contains(data, []byte(`"raw"`)):
		return 50
	}
	return 0
}

// seriesReader reads one such object.
type seriesReader struct {
	*curves
	json *jsonScan
	name string
}

func parseSeriesJSON(lines *parser.Lines, sink record.Sink) error {
	r := &seriesReader{curves: newCurves(lines, sink), json: newJSON(lines.Stream())}
	if !r.json.take('{') {
		return fmt.Errorf("no JSON object")
	}
	for {
		key, ok := r.json.key()
		if !ok {
			break
		}
		switch string(key) {
		case "name":
			if t, _, ok := r.json.scalar(); ok {
				r.name = unescaped(t)
			}
		case "series":
			r.all()
		default:
			if !r.json.skip() {
				r.saySpecial()
				return nil
			}
		}
	}
	if len(r.series) == 0 {
		return fmt.Errorf(`no "series" with "raw" values`)
	}
	r.sayUnplaced("the data set", "its values are counted from 0")
	r.saySpecial()
	return nil
}

// all reads the list of series.
func (r *seriesReader) all() {
	if !r.json.take('[') {
		r.json.skip()
		return
	}
	for n := 0; r.json.item(); n++ {
		if !r.json.take('{') {
			if !r.json.skip() {
				return
			}
			continue
		}
		label := fmt.Sprintf("V%d", n+1)
		for {
			key, ok := r.json.key()
			if !ok {
				break
			}
			switch string(key) {
			case "label":
				if t, _, ok := r.json.scalar(); ok && len(t) > 0 {
					label = unescaped(t)
				}
			case "raw":
				r.values(label)
			default:
				if !r.json.skip() {
					return
				}
			}
		}
	}
}

// values reads one list; null is a missing value and keeps its place.
func (r *seriesReader) values(label string) {
	if !r.json.take('[') {
		r.json.skip()
		return
	}
	name := label
	if r.name != "" && (label == "V1" || label == "") {
		name = r.name
	}
	line := r.json.line
	s := r.get([]byte(label), func() *record.Series {
		return &record.Series{Name: name, From: record.Origin{File: r.lines.Path, Line: line}}
	})
	for n := 0; r.json.item(); n++ {
		t, _, ok := r.json.scalar()
		if !ok {
			if !r.json.skip() {
				return
			}
			continue
		}
		if v, ok := scan.Float(t); ok {
			r.sample(unplaced(n), r.json.line, s, v)
		}
	}
}

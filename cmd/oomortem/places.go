package main

import (
	"fmt"
	"io"
	"path/filepath"

	"oomortem/reports"
)

// place is where an answer goes that is either text or data, which is json or jsonl: all but the report of analyze.
type place struct {
	file string // "" is stdout
	data bool
}

// places works them out: each -o, or stdout. What says what is printed, as "events are".
func (f *shared) places(what, data string) ([]place, error) {
	if f.format != "" && f.format != "text" && f.format != data {
		return nil, fmt.Errorf("-f %s: %s printed as text or %s", f.format, what, data)
	}
	if len(f.outputs) == 0 {
		return []place{{"", f.format == data}}, nil
	}
	var out []place
	for _, file := range f.outputs {
		name := f.format
		switch ending := filepath.Ext(file); {
		case name != "":
		case ending == ".txt":
			name = "text"
		case ending == "."+data:
			name = data
		default:
			return nil, fmt.Errorf("-o %s: the ending names no format; add -f text or -f %s", file, data)
		}
		if file == "-" {
			file = ""
		}
		out = append(out, place{file, name == data})
	}
	return out, nil
}

// print writes an answer to its places.
func (f *shared) print(stdout io.Writer, to []place, text func(io.Writer, reports.Options) error, data func(io.Writer) error) error {
	for _, p := range to {
		render := text
		if p.data {
			render = func(w io.Writer, _ reports.Options) error { return data(w) }
		}
		if err := f.write(stdout, p.file, render); err != nil {
			return failure{exitUnusable, err}
		}
	}
	return nil
}

package load

import (
	"bytes"
	"maps"
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
)

// Limits of the split by label: each label costs up to labelSketches sketches of 13 KB.
const (
	maxLabels     = 100
	labelSketches = 32
	otherLabels   = "(other labels)"
)

// labels is a fold for every request name, the first maxLabels of them; the rest share one.
type labels struct {
	folds map[string]*fold
	name  []byte
	last  *fold
}

func newLabels() *labels { return &labels{folds: map[string]*fold{}} }

// of gives the fold of a label.
func (s *labels) of(label []byte) *fold {
	if s.last != nil && bytes.Equal(label, s.name) {
		return s.last
	}
	f := s.folds[string(label)]
	if f == nil {
		if len(s.folds) >= maxLabels {
			label = []byte(otherLabels)
			f = s.folds[otherLabels]
		}
		if f == nil {
			f = newFold()
			f.maxSketches = labelSketches
			s.folds[string(label)] = f
		}
	}
	s.name, s.last = append(s.name[:0], label...), f
	return f
}

// merge adds what o counted.
func (s *labels) merge(o *labels) {
	for _, name := range slices.Sorted(maps.Keys(o.folds)) {
		s.of([]byte(name)).merge(o.folds[name])
	}
}

// deliver hands a load for each label to the sink, in the labels' order.
func (s *labels) deliver(l *parser.Lines, sink record.Sink, pattern record.Load, complain func(int, string)) {
	pattern.Sums = 0
	for _, name := range slices.Sorted(maps.Keys(s.folds)) {
		pattern.Label = l.Text([]byte(name))
		for _, load := range s.folds[name].harvest(pattern, complain) {
			sink.Load(load)
		}
	}
}

// Package messages reads what log lines mean, whatever envelope carried them: one file per family of messages.
package messages

import "oomortem/parser/record"

// Reader understands one family of messages.
type Reader struct {
	Name, Title string
	// Sources are the programs whose lines it reads ("kernel", "libvirtd"); "*" is any program, "" a line whose
	// envelope names none.
	Sources []string
	// Wants is a stateless test on one line's text. It may say yes too often, never no too often: the envelope drops
	// lines that nobody wants before it parses their time. Nil: every line of the sources.
	Wants func(text []byte) bool
	// Starts and Holds say as data what Wants looks for, so that a whole block can be searched for the marks of all
	// readers at once: a text that Wants takes begins, behind the kernel's uptime, with one of Starts or holds one of
	// Holds somewhere. Without them Wants is asked about every line of the sources.
	Starts, Holds []string
	// New gives a reader for one input, with a state of its own.
	New func() Step
}

// Step takes the wanted lines of one input in order.
type Step interface {
	// Line reads one line; what it means goes to the sink, at once or when later lines have settled it.
	Line(record.Line, record.Sink)
	// Flush gives what is still open at the end of the input.
	Flush(record.Sink)
}

// Dispatch gives a sink that passes each log line to the readers that want it and everything else on to next.
// At an input's end the readers are flushed and begin anew.
func Dispatch(readers []Reader, next record.Sink) record.Sink {
	return &dispatcher{Sink: next, readers: readers}
}

type dispatcher struct {
	record.Sink
	readers []Reader
	steps   []Step
	of      map[string][]int // the readers of a program's lines
	text    []byte
}

func (d *dispatcher) Line(l record.Line) {
	if d.steps == nil {
		d.begin()
	}
	d.text = append(d.text[:0], l.Text...)
	for _, i := range d.readersOf(l.Program) {
		if wants := d.readers[i].Wants; wants == nil || wants(d.text) {
			d.steps[i].Line(l, d.Sink)
		}
	}
}

func (d *dispatcher) readersOf(program string) []int {
	list, known := d.of[program]
	if !known {
		for i, r := range d.readers {
			if r.reads(program) {
				list = append(list, i)
			}
		}
		if d.of == nil || len(d.of) >= mostRecent {
			d.of = map[string][]int{}
		}
		d.of[program] = list
	}
	return list
}

func (d *dispatcher) begin() {
	d.steps = make([]Step, len(d.readers))
	for i, r := range d.readers {
		d.steps[i] = r.New()
	}
}

func (d *dispatcher) Input(in record.Input) {
	for _, s := range d.steps {
		s.Flush(d.Sink)
	}
	d.steps = nil
	d.Sink.Input(in)
}

func (r Reader) reads(program string) bool {
	for _, s := range r.Sources {
		if s == program || s == "*" {
			return true
		}
	}
	return false
}

package load

import (
	"fmt"

	"oomortem/parser/record"
)

// maxFaults is how many bad rows of a file are named one by one; of the rest only the number is told.
const maxFaults = 20

// faultList is the bad rows of one block.
type faultList struct {
	first []fault
	n     int
}

type fault struct {
	line int
	msg  string
}

func (f *faultList) add(line int, msg string) {
	if f.n++; len(f.first) < maxFaults {
		f.first = append(f.first, fault{line, msg})
	}
}

// faults hands the bad rows of a file to the sink.
type faults struct {
	path string
	sink record.Sink
	n    int
}

func (f *faults) add(line int, msg string) {
	if f.n++; f.n <= maxFaults {
		f.plain(line, msg)
	}
}

func (f *faults) join(list *faultList) {
	for _, x := range list.first {
		f.add(x.line, x.msg)
	}
	f.n += list.n - len(list.first)
}

// plain reports something that is no bad row.
func (f *faults) plain(line int, msg string) {
	f.sink.Problem(record.Problem{From: record.Origin{File: f.path, Line: line}, Msg: msg})
}

// note reports something about the file as a whole.
func (f *faults) note(msg string) { f.plain(0, msg) }

// close tells how many more there were.
func (f *faults) close() {
	if f.n > maxFaults {
		f.note(fmt.Sprintf("%d more like these, not listed one by one", f.n-maxFaults))
	}
}

package facts

import (
	"oomortem/parser"
	"oomortem/parser/record"
)

// read reads a file that begins with the listing first; nil leaves that to the prompts.
func read(lines *parser.Lines, sink record.Sink, first *listing) error {
	known := listings()
	sh := &sheet{sink: sink, lines: lines}
	var current rows
	open := func(l *listing) {
		if current != nil {
			current.end()
			current = nil
		}
		if l != nil {
			current = l.open(sh)
		}
	}
	name := ""
	if first != nil {
		open(first)
		name = first.name
	}
	for lines.Next() {
		line := lines.Bytes()
		if p, ok := promptOf(line); ok {
			sh.command, sh.host, sh.at = p.command, p.host, record.Stamp{}
			l := printedBy(known, p.command)
			open(l)
			name = ""
			if l != nil {
				name = l.name
			}
			continue
		}
		if l := begunBy(known, line); l != nil && l.name != name {
			open(l)
			name = l.name
		}
		if current != nil {
			current.row(line)
		}
	}
	open(nil)
	return nil
}

func printedBy(known []listing, command string) *listing {
	for i := range known {
		if known[i].prints(command) {
			return &known[i]
		}
	}
	return nil
}

func begunBy(known []listing, line []byte) *listing {
	for i := range known {
		if known[i].begins != nil && known[i].begins(line) {
			return &known[i]
		}
	}
	return nil
}

package metrics

import (
	"bytes"
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
)

// recognized is a binary format that is told by its first bytes, in either order, and that says how to convert the file.
func recognized(name, title string, magic []byte, advise func(*curves)) parser.Format {
	swapped := slices.Clone(magic)
	slices.Reverse(swapped)
	return parser.Format{
		Name: name, Title: title, Raw: true,
		Sniff: func(h parser.Head) parser.Score {
			if bytes.HasPrefix(h.Magic, magic) || bytes.HasPrefix(h.Magic, swapped) {
				return 100
			}
			return 0
		},
		Parse: func(lines *parser.Lines, sink record.Sink) error {
			advise(newCurves(lines, sink))
			return nil
		},
	}
}

// sarBinary is sysstat's own file, which changes with every major version: it is recognized so that the user learns
// how to convert it.
var sarBinary = recognized("sysstat-binary", "sysstat: saNN data files (recognized; convert with sadf)", []byte{0x96, 0xd5},
	func(c *curves) {
		c.problem(0, "is sysstat's binary data file, whose layout changes with each version: run `sadf -d -U %s -- -r -S -B -W > %s.csv` on a machine with the same sysstat and give that file", c.lines.Path, c.lines.Path)
	})

// atopBinary tells atop's raw file by rawmagic of rawlog.h, in either byte order.
var atopBinary = recognized("atop-binary", "atop: raw files (recognized; convert with atop -P)", []byte{0xef, 0xbe, 0xed, 0xfe},
	func(c *curves) {
		c.problem(0, "is atop's raw file, whose layout changes with each version: run `atop -r %s -P MEM,SWP,PRM > %s.txt` with the same atop and give that file", c.lines.Path, c.lines.Path)
	})

package facts

import (
	"bytes"
	"path"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// free reads `free` of procps 3.2 to 4 in any language, whose columns stand in this order: total, used, free, shared,
// buff/cache, available. Its unit is KiB unless the command says -b, -m or -g, or the numbers carry letters (-h):
//
//	$ free -m
//	              total        used        free      shared  buff/cache   available
//	Mem:          64136       58801         533          16        4801        4722
//	Swap:             0           0           0
var free = listing{
	name: "free-once", title: "free, run once: memory of a machine, any language",
	commands: []string{"free"},
	fits: func(lines [][]byte) bool {
		return len(lines) > 1 && bytes.HasPrefix(lines[0], []byte("      ")) && len(amounts(lines[0])) == 0 && len(amounts(lines[1])) >= 5 &&
			(bytes.HasPrefix(lines[1], []byte("Mem")) || len(lines) > 2 && len(amounts(lines[2])) == 3)
	},
	open: func(s *sheet) rows {
		command := s.command
		if command == "" { // a sosreport keeps the command as the file's name: free_-m
			command = strings.ReplaceAll(path.Base(s.lines.Path), "_", " ")
		}
		return &freeRows{sheet: s, unit: freeUnit(command)}
	},
}

type freeRows struct {
	*sheet
	unit   string
	rows   int
	joined bool // the header joins "buff/cache" and so has "available" in its sixth column; older ones have "cached" there
}

// amounts gives the numbers of a row behind its label.
func amounts(line []byte) [][]byte {
	words := bytes.Fields(line)
	for len(words) > 0 && (words[0][0] < '0' || words[0][0] > '9') {
		words = words[1:]
	}
	for _, w := range words {
		if w[0] < '0' || w[0] > '9' {
			return nil
		}
	}
	return words
}

func freeUnit(command string) string {
	for _, w := range strings.Fields(command) {
		switch w {
		case "-b", "--bytes":
			return "B"
		case "-m", "--mebi":
			return "MiB"
		case "-g", "--gibi":
			return "GiB"
		}
	}
	return "KiB"
}

func (r *freeRows) row(line []byte) {
	n := amounts(line)
	if len(n) == 0 {
		r.joined = r.joined || bytes.HasPrefix(line, []byte("    ")) && bytes.IndexByte(line, '/') > 0
		return
	}
	if r.command == "" && r.unit == "KiB" && isDigits(n[0]) && r.rows == 0 && (len(n[0]) < 6 || len(n[0]) > 10) {
		r.lines.Problem("free: the unit is not told (no command line with -m or -g): the numbers are left out")
		r.unit = ""
	}
	switch r.rows++; {
	case r.rows == 1 && len(n) >= 3:
		r.amount(record.FactHostRAM, n[0])
		r.amount(record.FactHostFree, n[2])
		if r.joined && len(n) == 6 || len(n) == 7 { // seven with -w
			r.amount(record.FactHostAvail, n[len(n)-1])
		}
	case len(n) == 3 && !bytes.HasPrefix(line, []byte("-/+")):
		r.amount(record.FactHostSwap, n[0])
		r.amount(record.FactHostSwapFree, n[2])
	}
}

func (r *freeRows) end() {}

func (r *freeRows) amount(key string, word []byte) {
	if r.unit == "" {
		return
	}
	text := strings.ReplaceAll(string(word), ",", ".")
	if isDigits(word) {
		text += r.unit
	}
	if size, _, ok := scan.Size([]byte(text)); ok && size >= 0 && size < 1<<62 {
		r.fact(r.host, key, strconv.FormatFloat(size, 'f', 0, 64))
	}
}

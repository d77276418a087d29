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
// buff/cache, available. Its unit is KiB unless the command names another (-b, -m, --mega ...), or the numbers carry
// letters (-h). Behind the memory stand the rows of low and high memory (-l), swap, the total of both (-t) and what is
// committed (-v):
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
		unit, lowHigh := freeOptions(command)
		r := &freeRows{sheet: s, unit: unit}
		if lowHigh {
			r.before = 2
		}
		return r
	},
}

type freeRows struct {
	*sheet
	unit    string
	rows    int
	before  int  // rows of three numbers that come before that of the swap
	swapped bool // the row of the swap is read
	joined  bool // the header joins "buff/cache" and so has "available" in its sixth column; older ones have "cached" there
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

// freeUnits are the long options of procps 3.3 and 4 that name a unit; older ones know the short ones alone.
var freeUnits = map[string]string{
	"bytes": "B", "kibi": "KiB", "mebi": "MiB", "gibi": "GiB", "tebi": "TiB", "pebi": "PiB",
	"kilo": "KB", "mega": "MB", "giga": "GB", "tera": "TB", "peta": "PB",
}

// freeOptions gives the unit that a command line asks for, and whether rows of low and high memory do. Short options may
// stand together, "-mt"; --si counts in powers of 1000.
func freeOptions(command string) (unit string, lowHigh bool) {
	unit, si := "KiB", false
	for _, w := range strings.Fields(command) {
		if long, ok := strings.CutPrefix(w, "--"); ok {
			si = si || long == "si"
			lowHigh = lowHigh || long == "lohi"
			if u := freeUnits[long]; u != "" {
				unit = u
			}
			continue
		}
		if short, ok := strings.CutPrefix(w, "-"); ok {
			short, _, _ = strings.Cut(short, "s") // -s and -c have a number behind them
			short, _, _ = strings.Cut(short, "c")
			lowHigh = lowHigh || strings.Contains(short, "l")
			if i := strings.LastIndexAny(short, "bkmg"); i >= 0 {
				unit = map[byte]string{'b': "B", 'k': "KiB", 'm': "MiB", 'g': "GiB"}[short[i]]
			}
		}
	}
	if si {
		unit = strings.ReplaceAll(unit, "iB", "B")
	}
	return unit, lowHigh
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
	case len(n) != 3 || bytes.HasPrefix(line, []byte("-/+")) || r.swapped || r.lowHigh(line):
	default:
		r.swapped = true
		r.amount(record.FactHostSwap, n[0])
		r.amount(record.FactHostSwapFree, n[2])
	}
}

// lowHigh tells the rows of -l, by their number when the command line is known, else by their English names.
func (r *freeRows) lowHigh(line []byte) bool {
	r.before--
	return r.before >= 0 || bytes.HasPrefix(line, []byte("Low:")) || bytes.HasPrefix(line, []byte("High:"))
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

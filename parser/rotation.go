package parser

import (
	"path"
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// generation is where a file stands among the files of one rotated log.
type generation struct {
	base   string    // the log's own name: "messages" for messages-20210214.gz
	number int       // as logrotate counts without dates: 1 is the youngest; -1 when there is none
	dated  time.Time // the day in the name, midnight
}

// generationOf reads a file's name as logrotate, virtlogd and savelog build them:
//
//	messages  messages.1  messages.2.gz  messages-20210214  messages-20210214.xz  messages-2021-02-14  qemu.log.0
func generationOf(name string) generation {
	for _, packed := range []string{".gz", ".xz", ".zst", ".bz2", ".lz4"} {
		name = strings.TrimSuffix(name, packed)
	}
	g := generation{base: name, number: -1}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if n, l := scan.Digits([]byte(name[i+1:])); l > 0 && l <= 3 && l == len(name)-i-1 {
			g.base, g.number = name[:i], int(n)
			return g
		}
	}
	for i := 1; i < len(name); i++ {
		if name[i-1] != '-' && name[i-1] != '.' {
			continue
		}
		if day, l := dayIn(name[i:]); l > 0 {
			g.dated = day
			g.base = name[:i-1] + behindDate(name[i+l:])
			return g
		}
	}
	return g
}

// dayIn reads "20210214" or "2021-02-14" at the beginning of s.
func dayIn(s string) (day time.Time, length int) {
	for _, layout := range []string{"20060102", time.DateOnly} {
		if len(s) < len(layout) {
			continue
		}
		day, err := time.Parse(layout, s[:len(layout)])
		digitBehind := len(s) > len(layout) && s[len(layout)]-'0' < 10
		if err == nil && !digitBehind && day.Year() >= 1990 && day.Year() < 2100 {
			return day, len(layout)
		}
	}
	return time.Time{}, 0
}

// behindDate gives what belongs to the name behind a date: "-20210214.log" keeps ".log", the hour of "-2021021403" and
// the seconds of "-20210214-1613260800" do not.
func behindDate(s string) string {
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return s[i:]
	}
	return ""
}

// RotationOf gives where the file stands among those that logrotate and virtlogd number, or call by the day.
func RotationOf(name string) record.Rotation {
	dir, file := path.Split(name)
	g := generationOf(file)
	return record.Rotation{Log: dir + g.base, Age: g.number, Day: g.dated}
}

// notAfter gives the end of the day in the name of a file that logrotate put away, "messages-20210214.gz", in local
// digits as if they were UTC: the log was closed then at the latest. Zero for other names: "app-20210214.log" may have
// been begun on that day.
func notAfter(name string) time.Time {
	name = path.Base(name)
	g := generationOf(name)
	if g.dated.IsZero() || !strings.HasPrefix(name, g.base+"-"+g.dated.Format("20060102")) {
		return time.Time{}
	}
	return g.dated.AddDate(0, 0, 1)
}

// readBefore tells whether the file a is to be read before b: by folder, by log, its oldest generation first.
func readBefore(a, b string) bool {
	dirA, nameA := path.Split(a)
	dirB, nameB := path.Split(b)
	if dirA != dirB {
		return dirA < dirB
	}
	ga, gb := generationOf(nameA), generationOf(nameB)
	switch {
	case ga.base != gb.base:
		return ga.base < gb.base
	case ga.dated.IsZero() != gb.dated.IsZero():
		return !ga.dated.IsZero()
	case !ga.dated.Equal(gb.dated):
		return ga.dated.Before(gb.dated)
	case ga.number != gb.number:
		return ga.number > gb.number
	}
	return nameA < nameB
}

func sortRotated(files []string) {
	slices.SortStableFunc(files, func(a, b string) int {
		switch {
		case readBefore(a, b):
			return -1
		case readBefore(b, a):
			return 1
		}
		return 0
	})
}

package correlate

import (
	"path"
	"strings"
	"unicode"

	"oomortem/parser/record"
)

// nameHosts gives the kernel's lines that name no host the one that their file is named after: loadgen-1-dmesg.txt beside
// dmesg.txt, or loadgen-1/dmesg.txt. That the file is another machine's, and no copy, shows in a kill that the plainly named one,
// which goes on past it, does not hold.
func (s *Session) nameHosts() {
	logs := map[string]record.Input{}
	for _, in := range s.inputs {
		if in.Log {
			logs[in.Path] = in
		}
	}
	type kill struct {
		file string
		pid  record.Maybe
	}
	kills := map[kill]bool{}
	for _, e := range s.events {
		if e.OOM != nil {
			kills[kill{e.From.File, e.OOM.Victim.PID}] = true
		}
	}
	other := map[string]string{} // host by file
	for i := range s.events {
		e := &s.events[i]
		if e.OOM == nil || e.Kind != record.OOMKill || e.Host != "" || other[e.From.File] != "" {
			continue
		}
		host, plain := prefixed(e.From.File, func(name string) bool { _, there := logs[name]; return there })
		if in := logs[plain]; host != "" && in.Format == logs[e.From.File].Format && covers(in, e.At) && !kills[kill{plain, e.OOM.Victim.PID}] {
			other[e.From.File] = host
		}
	}
	for i := range s.events {
		if e := &s.events[i]; e.Host == "" {
			e.Host = other[e.From.File]
		}
	}
}

// prefixed parts the path of a file into a host's name and the path of the file that is called so without it, where there is one.
func prefixed(file string, there func(string) bool) (host, plain string) {
	folder, base := path.Split(file)
	for i := range base {
		if strings.IndexByte("-_.", base[i]) >= 0 && strings.ContainsFunc(base[:i], unicode.IsLetter) && there(folder+base[i+1:]) {
			return base[:i], folder + base[i+1:]
		}
	}
	above, last := path.Split(strings.TrimSuffix(folder, "/"))
	if strings.ContainsFunc(last, unicode.IsLetter) && there(above+base) {
		return last, above + base
	}
	return "", ""
}

// covers tells that a log has lines before and behind a time of its own kind.
func covers(in record.Input, at record.Stamp) bool {
	return !in.First.IsZero() && at.Lacks&record.LacksWall == 0 && in.First.Lacks == at.Lacks && in.Last.Lacks == at.Lacks &&
		in.First.Wall.Before(at.Wall) && in.Last.Wall.After(at.Wall)
}

package facts

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
)

// listing is one kind of output, read line by line.
type listing struct {
	name, title string
	// commands begin the command lines that print it: "virsh list".
	commands []string
	// begins tells whether a line can only be the first one of this listing; it must look at the first bytes first,
	// because it is asked for every line of every listing.
	begins func(line []byte) bool
	// fits judges the first lines when the first one is no proof; nil: begins is proof enough.
	fits func(lines [][]byte) bool
	open func(*sheet) rows
}

// rows takes the lines of one listing.
type rows interface {
	row(line []byte)
	end()
}

// sheet is what the rows of one listing write to.
type sheet struct {
	sink    record.Sink
	lines   *parser.Lines
	command string // as typed at the prompt, "" when there was none
	host    string // the machine named by the prompt, "" when none was
	at      record.Stamp
}

// fact gives one fact from the current line; an empty value is nothing known.
func (s *sheet) fact(subject, key, value string) {
	if value != "" {
		s.sink.Fact(record.Fact{At: s.at, From: s.lines.Origin(), Subject: subject, Key: key, Value: value})
	}
}

// factAt is fact for a line read before.
func (s *sheet) factAt(from record.Origin, subject, key, value string) {
	if value != "" {
		s.sink.Fact(record.Fact{At: s.at, From: from, Subject: subject, Key: key, Value: value})
	}
}

// text gives bytes of the line as UTF-8, at most as long as a sane name or value can be.
func (s *sheet) text(b []byte) string {
	const most = 4096
	b = bytes.TrimSpace(b)
	if len(b) > most {
		b = b[:most]
	}
	return strings.ToValidUTF8(s.lines.Text(b), "?")
}

// noSize complains of a value that should have been a size.
func (s *sheet) noSize(listing string, value []byte, unit string) {
	s.lines.Problem(notSize(listing, s.text(value), unit))
}

func notSize(listing, value, unit string) string {
	return fmt.Sprintf("%s: %q is no size: expected a number and %s", listing, value, unit)
}

// asked gives the last argument of the command that is no option: the VM of "virsh dominfo --domain web01". Without
// a command the file's name may tell: "dommemstat-web01.txt".
func (s *sheet) asked(verb string) string {
	words := strings.Fields(s.command)
	name := ""
	for i, w := range words {
		if w == verb {
			for _, w := range words[i+1:] {
				if !strings.HasPrefix(w, "-") {
					name = strings.Trim(w, `"'`)
					break
				}
			}
		}
	}
	if name != "" || s.command != "" {
		return name
	}
	return fileAbout(s.lines.Path, verb)
}

// fileAbout gives whom a file is about by its name: "web01" for dommemstat-web01.txt and web01.dommemstat; "" when
// the name says nothing.
func fileAbout(file, verb string) string {
	base := path.Base(file)
	if ext := path.Ext(base); ext == ".txt" || ext == ".log" || ext == ".out" {
		base = strings.TrimSuffix(base, ext)
	}
	base = strings.TrimSuffix(base, ".zh_CN")
	for _, prefix := range []string{"virsh-", "virsh_", "-r_"} { // sosreports: virsh_-r_dominfo_web01
		base = strings.TrimPrefix(base, prefix)
	}
	for _, sep := range []string{"-", "_", "."} {
		name, ok := strings.CutPrefix(base, verb+sep)
		if !ok {
			name, ok = strings.CutSuffix(base, sep+verb)
		}
		if ok && !isWord(name, whenWords) && !isDigits([]byte(name)) && name[:min(len(name), 1)] != "-" {
			return name
		}
	}
	return ""
}

// whenWords are the parts of file names that tell when or how a listing was taken, not of whom.
const whenWords = "||aux|auxw|auxww|auxwww|auxf|ef|host|all|before|after|start|end|begin|now|out|output|old|new|batch|raw|"

// format makes the listing a format of its own; what follows it in the file is read as what it is.
func (l listing) format() parser.Format {
	return parser.Format{
		Name: l.name, Title: l.title, Sniff: l.sniff,
		Parse: func(lines *parser.Lines, sink record.Sink) error {
			return read(lines, sink, &l)
		},
	}
}

// sniff says 89 for a first line that only this listing has, and for a prompt with its command. The curves of the same
// tools, run in a loop, have a higher mark of their own.
func (l listing) sniff(h parser.Head) parser.Score {
	lines := withoutComment(withoutBlank(h.Lines(40)))
	asked := false
	for len(lines) > 0 {
		p, ok := promptOf(lines[0])
		if !ok {
			break
		}
		asked = l.prints(p.command)
		lines = lines[1:]
	}
	switch {
	case len(lines) == 0 && !asked, len(lines) > 0 && bytes.IndexByte(lines[0], 0) >= 0:
		return 0
	case asked && (len(lines) == 0 || l.begins == nil || !l.begins(lines[0]) || l.fits == nil || l.fits(lines)):
		return 89
	case len(lines) > 0 && l.begins != nil && l.begins(lines[0]) && (l.fits == nil || l.fits(lines)):
		return 89
	case len(lines) > 0 && l.begins == nil && l.fits != nil && l.fits(lines):
		return 60
	}
	return 0
}

// prints tells whether a command line prints this listing.
func (l listing) prints(command string) bool {
	for _, c := range l.commands {
		if rest, ok := strings.CutPrefix(command, c); ok && (rest == "" || rest[0] == ' ' || strings.HasSuffix(c, "/")) {
			return true
		}
	}
	return false
}

// withoutBlank takes off blank lines and the borders of drawn tables.
func withoutBlank(lines [][]byte) [][]byte {
	var kept [][]byte
	for _, l := range lines {
		if len(bytes.Trim(l, " \t+-")) > 0 || bytes.HasPrefix(l, []byte("---")) {
			kept = append(kept, l)
		}
	}
	return kept
}

// withoutComment takes off what stands before the XML of /etc/libvirt/qemu: <!-- WARNING: THIS IS AN AUTO-GENERATED FILE -->
func withoutComment(lines [][]byte) [][]byte {
	if len(lines) == 0 || !bytes.HasPrefix(lines[0], []byte("<!--")) {
		return lines
	}
	for i, l := range lines {
		if bytes.Contains(l, []byte("-->")) {
			return lines[i+1:]
		}
	}
	return lines
}

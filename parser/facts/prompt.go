package facts

import (
	"bytes"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
)

// prompt is a line at which somebody typed a command.
type prompt struct{ host, command string }

// promptOf reads "$ virsh list --all", "[root@hp-server ~]# free -m", "root@pve:~# qm list", "hp-server # uname -a".
// A lone "# " is a comment as often as root's prompt: there the command must be one that prints a listing.
func promptOf(line []byte) (prompt, bool) {
	if len(line) < 3 || len(line) > 1000 {
		return prompt{}, false
	}
	switch c := line[0]; {
	case c == '$' && line[1] == ' ':
		return commandAt("", line[2:], true)
	case c == '#' && line[1] == ' ':
		return commandAt("", line[2:], false)
	case c == '[':
		return bracketed(line)
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return unbracketed(line)
	}
	return prompt{}, false
}

func bracketed(line []byte) (prompt, bool) {
	end := bytes.IndexByte(line, ']')
	if end < 0 || end+2 >= len(line) || line[end+1] != '#' && line[end+1] != '$' {
		return prompt{}, false
	}
	who, _, _ := bytes.Cut(line[1:end], []byte{' '})
	_, host, at := bytes.Cut(who, []byte{'@'})
	if !at {
		return prompt{}, false
	}
	return commandAt(string(host), line[end+2:], true)
}

func unbracketed(line []byte) (prompt, bool) {
	at := bytes.IndexByte(line, '@')
	if at < 0 || at > 32 {
		return prompt{}, false
	}
	host, rest, found := bytes.Cut(line[at+1:], []byte{':'})
	if !found || bytes.ContainsAny(line[:at], " \t") || bytes.ContainsAny(host, " \t") {
		return prompt{}, false
	}
	end := bytes.IndexAny(rest, "#$")
	if end < 0 || end+1 >= len(rest) || bytes.ContainsAny(rest[:end], " \t") {
		return prompt{}, false
	}
	return commandAt(string(host), rest[end+1:], true)
}

// commandAt reads the command; sure says that the prompt itself leaves no doubt.
func commandAt(host string, b []byte, sure bool) (prompt, bool) {
	command := plainCommand(strings.ToValidUTF8(string(bytes.TrimSpace(b)), "?"))
	if command == "" || !sure && printedBy(listings(), command) == nil {
		return prompt{}, false
	}
	return prompt{host, command}, true
}

// plainCommand takes off what does not change what is printed: sudo, LANG=C, virsh's connection, kubectl's namespace.
func plainCommand(command string) string {
	words := strings.Fields(command)
	for len(words) > 1 && (words[0] == "sudo" || strings.Contains(words[0], "=") && words[0][0] >= 'A' && words[0][0] <= 'Z') {
		words = words[1:]
	}
	if len(words) == 0 || words[0] != "virsh" && words[0] != "kubectl" {
		return strings.Join(words, " ")
	}
	kept := words[:1:1]
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-r", "--readonly", "-q":
		case "-c", "--connect", "-n", "--namespace", "--context", "--kubeconfig":
			i++
		default:
			kept = append(kept, words[i])
		}
	}
	return strings.Join(kept, " ")
}

// terminal is a pasted terminal: prompts, and listings between them.
//
//	[root@hp-server ~]# virsh list --all
//	 Id   名称              状态
func terminal() parser.Format {
	return parser.Format{
		Name: "terminal", Title: "pasted terminal: several listings behind shell prompts",
		Sniff: func(h parser.Head) parser.Score {
			known := listings()
			first := ""
			for _, line := range h.Lines(400) {
				p, ok := promptOf(line)
				if !ok {
					continue
				}
				l := printedBy(known, p.command)
				switch {
				case l == nil:
				case first == "":
					first = l.name
				case first != l.name:
					return 90
				}
			}
			if first != "" {
				return 40
			}
			return 0
		},
		Parse: func(lines *parser.Lines, sink record.Sink) error { return read(lines, sink, nil) },
	}
}

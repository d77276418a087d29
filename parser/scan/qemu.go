package scan

import (
	"strconv"
	"strings"
)

// QEMUCommand is what the command line of a QEMU process tells about its VM.
type QEMUCommand struct {
	Name      string // -name guest=NAME or -name NAME
	ID        string // libvirt's domain id, by the directory domain-ID-NAME
	Number    string // Proxmox's number of the VM, -id N
	UUID      string
	Memory    int64 // bytes given with -m; 0 when not told
	HugePages bool  // its RAM lies on hugetlbfs
}

// QEMU reads a QEMU command line as ps, /proc/PID/cmdline or libvirt's NAME.log show it (qemu-options.hx of 1.0 to
// 10.x); ok is false when the program is none. Memory is -m in MiB unless it says otherwise: "-m 8192",
// "-m size=8388608k,slots=16,maxmem=16777216k", "-m 4G".
func QEMU(line string) (c QEMUCommand, ok bool) {
	for args := (arguments{left: line}); ; {
		w := args.take()
		if w == "" {
			return c, ok
		}
		switch {
		case !ok && isQEMUProgram(w):
			ok = true
		case w == "-name":
			c.Name = guestName(args.name())
		case w == "-m":
			c.Memory = guestMemory(args.next())
		case w == "-id":
			if n, length := Digits([]byte(args.next())); length == len(args.next()) && n > 0 {
				c.Number = args.next()
			}
		case w == "-uuid":
			c.UUID = args.next()
		case w == "-mem-path":
			c.HugePages = c.HugePages || strings.Contains(args.next(), "huge")
		case w == "-object":
			backend := args.next()
			c.HugePages = c.HugePages || strings.Contains(backend, "memory-backend-") && (strings.Contains(backend, "/hugepages") || strings.Contains(backend, "/dev/huge") ||
				strings.Contains(backend, "hugetlb=yes") || strings.Contains(backend, "hugetlb=on") || strings.Contains(backend, `"hugetlb":true`))
		}
		if c.ID == "" {
			c.ID = domainID(w)
		}
	}
}

const blanks = " \t\r\n\v\f"

// arguments is what is left of a command line.
type arguments struct {
	left string
	bare bool // no argument of it is quoted
}

// take cuts the first argument off; "" when none is left.
func (a *arguments) take() (word string) {
	a.left = strings.TrimLeft(a.left, blanks)
	if !a.bare && strings.HasPrefix(a.left, "'") {
		if word, rest, ok := quoted(a.left); ok {
			a.left = rest
			return word
		}
		a.bare = true // no apostrophe behind it ends an argument, so no other one begins one
	}
	end := strings.IndexAny(a.left, blanks)
	if end < 0 {
		end = len(a.left)
	}
	word = unquote(a.left[:end])
	if word == "" { // nothing but a quote, or the mark of a line that goes on
		word = a.left[:end]
	}
	a.left = a.left[end:]
	return word
}

// next gives the first argument.
func (a arguments) next() string { return a.take() }

// quoted cuts the argument off that begins s and that libvirt wrote between apostrophes, as it does for what a shell would take apart; an
// apostrophe in it is '\” there (virBufferEscapeShell). ps writes all as it is.
func quoted(s string) (word, rest string, ok bool) {
	const inside = `'\''`
	for at := 1; ; {
		end := strings.IndexByte(s[at:], '\'')
		if end < 0 {
			return "", "", false
		}
		switch end += at; {
		case strings.HasPrefix(s[end:], inside):
			at = end + len(inside)
		case end > 1 && (end+1 == len(s) || strings.IndexByte(blanks, s[end+1]) >= 0):
			return strings.ReplaceAll(s[1:end], inside, "'"), s[end+1:], true
		default:
			at = end + 1
		}
	}
}

// name gives the argument of -name. ps puts nothing around one that holds blanks, so it runs to the next option.
// Without one the line may be cut, or end in the name of a disk: only a comma shows then how far a name of several words
// goes.
func (a arguments) name() string {
	s := strings.TrimLeft(a.left, blanks)
	if !a.bare && strings.HasPrefix(s, "'") {
		if name, _, ok := quoted(s); ok {
			return name
		}
	}
	for i := 0; i+2 < len(s); i++ {
		if c := s[i+2] | 0x20; s[i] == ' ' && s[i+1] == '-' && c >= 'a' && c <= 'z' {
			return unquote(strings.TrimRight(s[:i], ` \`))
		}
	}
	s = unquote(strings.TrimRight(s, ` \`))
	if strings.Contains(s, " ") && !strings.Contains(s, ",") {
		return ""
	}
	return s
}

func isQEMUProgram(word string) bool {
	base := word[strings.LastIndexByte(word, '/')+1:]
	return strings.HasPrefix(base, "qemu-system-") || base == "qemu-kvm" || base == "kvm"
}

// guestName reads "guest=web01,debug-threads=on", "web01,debug-threads=on" and "web01"; QEMU doubles a comma that
// belongs to the name.
func guestName(s string) string {
	s = strings.TrimPrefix(s, "guest=")
	s = strings.ReplaceAll(s, ",,", "\x00")
	s, _, _ = strings.Cut(s, ",")
	return strings.ReplaceAll(s, "\x00", ",")
}

func guestMemory(s string) int64 {
	s = strings.TrimPrefix(s, "size=")
	s, _, _ = strings.Cut(s, ",")
	n, length := Digits([]byte(s))
	unit := int64(1 << 20)
	if length < len(s) {
		if length+1 != len(s) {
			return 0
		}
		switch s[length] {
		case 'b', 'B':
			unit = 1
		case 'k', 'K':
			unit = 1 << 10
		case 'm', 'M':
		case 'g', 'G':
			unit = 1 << 30
		case 't', 'T':
			unit = 1 << 40
		default:
			return 0
		}
	}
	n, fits := scaled(n, unit)
	if length == 0 || !fits {
		return 0
	}
	return n
}

// domainID gives 3 for a word that holds .../qemu/domain-3-web01/...
func domainID(word string) string {
	_, rest, ok := strings.Cut(word, "/qemu/domain-")
	if !ok {
		return ""
	}
	id, _, ok := strings.Cut(rest, "-")
	if _, err := strconv.ParseUint(id, 10, 32); err != nil || !ok {
		return ""
	}
	return id
}

func unquote(s string) string { return strings.Trim(s, `'"\`) }

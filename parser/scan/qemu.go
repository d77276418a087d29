package scan

import (
	"strconv"
	"strings"
)

// QEMUCommand is what the command line of a QEMU process tells about its VM.
type QEMUCommand struct {
	Name      string // -name guest=NAME or -name NAME
	ID        string // libvirt's domain id, by the directory domain-ID-NAME
	UUID      string
	Memory    int64 // bytes given with -m; 0 when not told
	HugePages bool  // its RAM lies on hugetlbfs
}

// QEMU reads a QEMU command line as ps, /proc/PID/cmdline or libvirt's NAME.log show it (qemu-options.hx of 1.0 to
// 10.x); ok is false when the program is none. Memory is -m in MiB unless it says otherwise: "-m 8192",
// "-m size=8388608k,slots=16,maxmem=16777216k", "-m 4G".
func QEMU(line string) (c QEMUCommand, ok bool) {
	words := strings.Fields(line)
	for i, w := range words {
		w = unquote(w)
		switch {
		case !ok && isQEMUProgram(w):
			ok = true
		case i+1 == len(words):
		case w == "-name":
			c.Name = guestName(unquote(words[i+1]))
		case w == "-m":
			c.Memory = guestMemory(unquote(words[i+1]))
		case w == "-uuid":
			c.UUID = unquote(words[i+1])
		case w == "-mem-path" && strings.Contains(words[i+1], "huge"):
			c.HugePages = true
		case w == "-object" && strings.Contains(words[i+1], "memory-backend-"):
			c.HugePages = c.HugePages || strings.Contains(words[i+1], "/hugepages") || strings.Contains(words[i+1], "/dev/huge") ||
				strings.Contains(words[i+1], "hugetlb=yes") || strings.Contains(words[i+1], "hugetlb=on") || strings.Contains(words[i+1], `"hugetlb":true`)
		}
		if c.ID == "" {
			c.ID = domainID(w)
		}
	}
	return c, ok
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

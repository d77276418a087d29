package metrics

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// loopSubject is whom the listings of a loop are about.
type loopSubject struct {
	prompt  string // the VM of the last prompt that was printed with its command
	heading string // the last line that was nothing but a name
	used    bool   // a value was read under the heading
	machine bool   // and it was one of a whole machine
}

// loopHeading gives the name on a line that holds nothing else, as `echo $vm` or `echo "=== $vm ==="` print it before a
// listing, or "VM: vm-a"; "" when the line is another.
func loopHeading(l []byte) string {
	const frame = " \t=-#*:[]<>|'\""
	l = bytes.Trim(l, frame)
	if first, rest := word(l); len(rest) > 0 {
		switch strings.ToLower(string(bytes.Trim(first, frame))) {
		case "vm", "domain", "dom", "guest", "name", "host", "pod", "container":
			l = bytes.Trim(rest, frame)
		}
	}
	letter := false
	for _, c := range l {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
			letter = true
		case c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/' || c == ':' || c == '@' || c == '\\':
		default:
			return ""
		}
	}
	if !letter || len(l) > 256 {
		return ""
	}
	return string(l)
}

// loopPair tells a line that is read by its own word, so that a name may stand before it. A bare number may be anything.
func loopPair(l []byte) bool {
	key, _ := word(trim(l))
	_, known := loopNames[strings.TrimSuffix(string(key), ":")]
	return known || string(key) == "some" || string(key) == "full"
}

func (w *loopSubject) headed(name string) { w.heading, w.used = name, false }
func (w *loopSubject) prompted(vm string) { w.prompt, w.heading, w.used = vm, "", false }

// gap ends a listing: a date or an empty line, which virsh prints behind each. A heading that nothing followed yet may
// stand before the date.
func (w *loopSubject) gap() {
	if w.used {
		w.heading, w.used = "", false
	}
}

// of gives the subject of a value, and whether a line of the loop named it as a VM.
func (w *loopSubject) of(key string, dommemstat bool) (name string, isVM bool) {
	machine := ofMachine(key)
	if w.heading == "" {
		return w.prompt, w.prompt != ""
	}
	if !w.used {
		w.used, w.machine = true, machine
	}
	if w.machine != machine || isSourceName(w.heading) {
		return "", false
	}
	return w.heading, dommemstat && !machine
}

// ofMachine tells the keys of /proc/meminfo and /proc/vmstat from those of a VM, a cgroup or a process.
func ofMachine(key string) bool {
	switch q := loopNames[key].quantity; {
	case strings.HasPrefix(key, "Vm") || strings.HasPrefix(key, "Rss"):
		return false
	case q == record.SwapIn || q == record.SwapOut:
		return true
	}
	return key[0] >= 'A' && key[0] <= 'Z'
}

// isSourceName tells a heading that names what is read and not of whom.
func isSourceName(heading string) bool {
	switch strings.ToLower(heading) {
	case "meminfo", "vmstat", "memory", "mem", "pressure", "psi", "cgroup", "dommemstat", "stat", "cpu", "io":
		return true
	}
	return strings.Contains(heading, "/") || strings.HasPrefix(heading, "memory.") || strings.HasSuffix(heading, ".pressure")
}

// pressureOfMemory tells from the words of a name whether PSI is of memory; unsaid is the answer when no word tells.
func pressureOfMemory(name string, unsaid bool) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch w {
		case "memory", "mem":
			return true
		case "cpu", "io":
			return false
		}
	}
	return unsaid
}

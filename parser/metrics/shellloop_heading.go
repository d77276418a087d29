package metrics

import (
	"bytes"
	"path"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
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

// namedTime reads the line that a script prints before a block when it holds both the time and whose the block is:
// "=== 2026-11-23 00:28:29 vm-a", "vm-a @ Mon Nov 23 00:28:29 UTC 2026", "# 1795393709 vm-a". name is "" where the word beside
// the time only says that it is one. A bare number with a word is a time only within a frame.
func namedTime(l []byte) (at record.Stamp, name string, ok bool) {
	inside := unframed(l)
	if len(inside) > 128 || !hasClock(inside) && (len(inside) == len(l) || len(inside) < 10) {
		return at, "", false
	}
	for i, c := range inside {
		if c != ' ' && c != ']' && c != '|' {
			continue
		}
		before, behind := inside[:i], bytes.TrimLeft(inside[i+1:], frame)
		word := behind
		if at, ok = isTime(before); !ok && beginsDate(behind) {
			word = before
			at, ok = isTime(behind)
		}
		if !ok || at.Lacks&record.LacksDate != 0 || isDatePart(word) {
			continue
		}
		name = loopHeading(bytes.Trim(word, "@,; "))
		switch strings.ToLower(name) {
		case "":
			continue
		case "time", "date", "timestamp", "ts", "at", "now", "sample", "snapshot":
			name = ""
		}
		return at, name, true
	}
	return record.Stamp{}, "", false
}

// hasClock tells a text with hours and minutes in it.
func hasClock(l []byte) bool {
	i := bytes.IndexByte(l, ':')
	for i > 0 && i+1 < len(l) && (l[i-1]-'0' > 9 || l[i+1]-'0' > 9) {
		next := bytes.IndexByte(l[i+1:], ':')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return i > 0 && i+1 < len(l)
}

// beginsDate tells a text that a date begins, and not the rest of one: a weekday in another language is no name.
func beginsDate(l []byte) bool {
	_, iso := scan.ISO(l)
	return iso > 0 || allDigits(l) || len(l) > 3 && isWeekday(l[:3]) && l[3] == ' '
}

// isDatePart tells a word that date(1) prints beside the numbers: a zone, a half of the day, a weekday or a month.
func isDatePart(w []byte) bool {
	w = bytes.Trim(w, frame+".,")
	_, half := scan.Meridiem(w)
	return isZone(w) || half == len(w) || len(w) == 3 && (scan.Month(w) > 0 || isWeekday(w))
}

func isWeekday(w []byte) bool {
	switch strings.ToLower(string(w)) {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return true
	}
	return false
}

// loopPair tells a line that is read by its own word, so that a name may stand before it. A bare number may be anything.
func loopPair(l []byte) bool {
	key, _ := word(trim(l))
	_, known := loopNames[strings.TrimSuffix(string(key), ":")]
	return (known || string(key) == "some" || string(key) == "full") && loopLine(l)
}

// isProcSize tells a line of /proc/meminfo or /proc/PID/status that holds a size, read or not: "VmPeak:   9000000 kB".
func isProcSize(l []byte) bool {
	key, rest := word(trim(l))
	value, unit := word(rest)
	_, isNumber := scan.Int(value)
	return len(key) > 1 && key[len(key)-1] == ':' && isNumber && string(trim(unit)) == "kB"
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

// loopOwner is whose a value is, and the label that tells it from the others': a cgroup's is its path, since names come again in
// other branches.
type loopOwner struct {
	name  string
	label record.Attr
}

func ownVM(name string) loopOwner { return loopOwner{name, record.Attr{Key: "domain", Value: name}} }

// of gives the subject of a value.
func (w *loopSubject) of(key string, dommemstat bool) loopOwner {
	machine := ofMachine(key)
	switch {
	case w.heading != "":
	case w.prompt != "":
		return ownVM(w.prompt)
	default:
		return loopOwner{}
	}
	if !w.used {
		w.used, w.machine = true, machine
	}
	switch {
	case isSourceName(w.heading):
		return ownerIn(w.heading)
	case w.machine != machine:
		return loopOwner{}
	case dommemstat && !machine:
		return ownVM(w.heading)
	case machine:
		return loopOwner{w.heading, record.Attr{Key: "host", Value: w.heading}}
	case isProcessKey(key):
		return loopOwner{name: w.heading}
	}
	return loopOwner{w.heading, record.Attr{Key: "name", Value: w.heading}}
}

// fileLine takes apart what grep writes of several files, "/proc/pressure/io:some avg10=0.00 ...", below the directory that it
// was called in too, and what `echo "$file $(cat $file)"` writes of a cgroup's; file is nil when the line is another. Paths of
// cgroups may hold colons themselves.
func fileLine(l []byte) (file, rest []byte) {
	const longest = 1024 // of a path and a value
	slash := bytes.IndexByte(l, '/')
	if slash < 0 || len(l) > longest {
		return nil, l
	}
	for i, c := range l[slash:] {
		if i += slash; c != ':' && c != ' ' && c != '=' {
			continue
		}
		if l[0] == '/' && c == ':' || isMemoryFile(string(l[:i])) || bytes.HasSuffix(l[:i], []byte(".pressure")) {
			if rest := trim(l[i+1:]); loopLine(rest) {
				return l[:i], rest
			}
		}
		if c == ' ' {
			break
		}
	}
	return nil, l
}

// isMemoryFile tells the path or name of a cgroup's file of memory, which says what a bare number is.
func isMemoryFile(heading string) bool { return strings.HasPrefix(path.Base(heading), "memory.") }

// memoryFile gives what a number in a cgroup's file is, by a name that holds the file's (cgroup-v2.rst; cgroup-v1's
// memory.rst).
func memoryFile(name string) record.Quantity {
	switch {
	case strings.Contains(name, "memory.current") || strings.Contains(name, "memory.usage_in_bytes"):
		return record.MemoryUsed
	case strings.Contains(name, "memory.max_usage"):
		return ""
	case strings.Contains(name, "memory.max") || strings.Contains(name, "memory.limit_in_bytes"):
		return record.Limit
	}
	for _, other := range []string{"memory.high", "memory.low", "memory.min", "memory.peak", "memory.swap", "memory.memsw", "memory.soft_limit", "memory.failcnt", "memory.kmem"} {
		if strings.Contains(name, other) {
			return ""
		}
	}
	return record.MemoryUsed
}

// ownerIn gives whose a cgroup's file is: a VM, where libvirt made the scope, or the last directory of its path. A path that does
// not begin at the root is of a cgroup when the file is.
func ownerIn(file string) loopOwner {
	_, rest, ok := strings.Cut(path.Dir(file)+"/", "/cgroup/")
	if !ok && !strings.HasPrefix(file, "/") && (isMemoryFile(file) || strings.HasSuffix(file, ".pressure")) {
		rest = path.Dir(file)
	}
	rest = strings.Trim(path.Clean("/"+rest), "/")
	for _, hierarchy := range []string{"memory", "unified"} { // of cgroup v1, and of v2 beside it
		if rest == hierarchy {
			return loopOwner{}
		}
		rest = strings.TrimPrefix(rest, hierarchy+"/")
	}
	if rest == "" {
		return loopOwner{}
	}
	group := path.Base(rest)
	if vm, ok := strings.CutPrefix(strings.ReplaceAll(group, `\x2d`, "-"), "machine-qemu-"); ok {
		if number, name, ok := strings.Cut(strings.TrimSuffix(vm, ".scope"), "-"); ok && strings.Trim(number, "0123456789") == "" {
			return ownVM(name)
		}
	}
	return loopOwner{group, record.Attr{Key: "cgroup", Value: "/" + rest}}
}

// ofMachine tells the keys of /proc/meminfo and /proc/vmstat from those of a VM, a cgroup or a process.
func ofMachine(key string) bool {
	switch q := loopNames[key].quantity; {
	case isProcessKey(key):
		return false
	case q == record.SwapIn || q == record.SwapOut:
		return true
	}
	return key[0] >= 'A' && key[0] <= 'Z'
}

// isProcessKey tells the keys of /proc/PID/status.
func isProcessKey(key string) bool {
	return strings.HasPrefix(key, "Vm") || strings.HasPrefix(key, "Rss")
}

// isSourceName tells a heading that names what is read and not of whom.
func isSourceName(heading string) bool {
	switch strings.ToLower(heading) {
	case "meminfo", "vmstat", "memory", "mem", "pressure", "psi", "cgroup", "dommemstat", "stat", "cpu", "io":
		return true
	}
	return strings.Contains(heading, "/") || strings.HasPrefix(heading, "memory.") || strings.HasSuffix(heading, ".pressure")
}

// pressedResource gives whose pressure a heading names, as /proc/pressure/io and io.pressure do; "" when none.
func pressedResource(heading string) string {
	base := strings.TrimSuffix(path.Base(heading), ".pressure")
	if isSourceName(heading) && (base == "memory" || base == "cpu" || base == "io" || base == "irq") {
		return base
	}
	return ""
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

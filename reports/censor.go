package reports

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// censor knows the names of a report and finds them in its strings.
type censor struct {
	known    map[string]string // lower case name to pseudonym
	lengths  map[string][]int  // how long the known names are that begin with two bytes, the longest first
	sorted   []string          // the known names, when no other has come since
	taken    map[string]bool   // pseudonyms in use, and real names that look like one
	count    map[string]int    // the last number of each kind
	heard    []Pseudonym       // names that wait for their pseudonyms
	given    []Pseudonym
	programs map[string]bool // names of processes, which stay
	phrases  map[string]bool // this program's own words, which hold no names
	problems []pattern       // how problems are said
	key      []byte          // for pseudonyms that are the same elsewhere; nil: they are counted
}

func newCensor() *censor {
	c := &censor{known: map[string]string{}, lengths: map[string][]int{}, taken: map[string]bool{}, count: map[string]int{}, programs: map[string]bool{}, phrases: map[string]bool{}}
	for _, dictionary := range languages {
		l := dictionary()
		for s := range l.phrases {
			c.phrases[s] = true
		}
		c.problems = append(c.problems, l.problems...)
	}
	return c
}

// hear notes a name. Pseudonyms come later, when all names are known: none may be the name of somebody else.
func (c *censor) hear(kind, name string) {
	if name = whole(strings.TrimSpace(name)); name != "" {
		c.heard = append(c.heard, Pseudonym{Kind: kind, Name: name})
		c.taken[strings.ToLower(name)] = true
	}
}

// settle gives all names that were heard their pseudonyms.
func (c *censor) settle() {
	for _, p := range c.heard {
		if p.Kind == "file" {
			c.learnFile(p.Name)
		} else {
			c.learn(p.Kind, p.Name)
		}
	}
	c.heard = nil
}

// learn gives a name its pseudonym, unless it has one.
func (c *censor) learn(kind, name string) {
	if _, ok := c.known[strings.ToLower(name)]; !ok {
		c.name(kind, name, c.pseudonym(kind, name))
	}
}

// pseudonym gives a name's pseudonym: of its kind the next one, or with a key the one that the name has.
func (c *censor) pseudonym(kind, name string) string {
	if c.key == nil {
		return c.next(kind)
	}
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte(strings.ToLower(name)))
	code := base32.HexEncoding.EncodeToString(mac.Sum(nil))
	return kind + "-" + strings.ToLower(code[:codeLength])
}

// codeLength is how much of a code stands in a pseudonym: 40 bits, so that of ten thousand names hardly ever two meet.
const codeLength = 8

// next gives the next free pseudonym of a kind: "vm-3".
func (c *censor) next(kind string) string {
	for {
		c.count[kind]++
		s := kind + "-" + strconv.Itoa(c.count[kind])
		if !c.taken[s] {
			c.taken[s] = true
			return s
		}
	}
}

// name notes a name, and how systemd and others write it.
func (c *censor) name(kind, name, instead string) {
	if _, ok := c.known[strings.ToLower(name)]; ok {
		return
	}
	c.given = append(c.given, Pseudonym{kind, instead, name})
	for _, form := range []string{name, strings.ReplaceAll(name, "-", `\x2d`), strings.ReplaceAll(name, "-", `\\x2d`), strings.ReplaceAll(name, "-", "_")} {
		form = strings.ToLower(form)
		if _, ok := c.known[form]; ok {
			continue
		}
		c.known[form] = instead
		if len(form) < 2 {
			continue
		}
		c.sorted = nil
		alike := c.lengths[form[:2]]
		if i, there := slices.BinarySearchFunc(alike, len(form), func(a, b int) int { return b - a }); !there {
			c.lengths[form[:2]] = slices.Insert(alike, i, len(form))
		}
	}
}

// told gives s with pseudonyms for all names in it.
func (c *censor) told(s string) string {
	if s == "" {
		return s
	}
	s = whole(s)
	if p, ok := c.known[strings.ToLower(s)]; ok {
		return p
	}
	var b strings.Builder
	for {
		from, to, kind := shaped(s)
		if kind == "" {
			b.WriteString(c.plain(s))
			return b.String()
		}
		b.WriteString(c.plain(s[:from]))
		found := s[from:to]
		if _, ok := c.known[strings.ToLower(found)]; !ok {
			c.name(kind, found, c.pseudonym(kind, found))
		}
		b.WriteString(c.known[strings.ToLower(found)])
		s = s[to:]
	}
}

// problem takes out what a problem quotes from its input: a bad line may hold anything. Numbers stay.
func (c *censor) problem(s string, depth int) string {
	for _, p := range c.problems {
		values, ok := p.match(s)
		if !ok || depth == 0 {
			continue
		}
		var b strings.Builder
		for i, x := range values {
			b.WriteString(p.parts[i])
			switch quoted := strings.HasPrefix(x, `"`); {
			case p.kinds[i] == 'w':
				x = c.problem(x, depth-1)
			case quoted && strings.ContainsFunc(x, unicode.IsLetter):
				x = `"…"`
			case p.kinds[i] == 's':
				x = "…"
			default:
				x = c.told(x)
			}
			b.WriteString(x)
		}
		return b.String() + p.parts[len(values)]
	}
	return c.told(s)
}

// maxTold is more than any report shows of a string; the work on longer ones grows with their square.
const maxTold = 2 * maxJSON

// whole cuts a long string between two words: half a name would not be found.
func whole(s string) string {
	if len(s) <= maxTold {
		return s
	}
	s = cut(s, maxTold)
	return s[:max(strings.LastIndexByte(s, ' '), 0)] + "…"
}

// plain replaces the known names in a text that has no addresses or paths.
func (c *censor) plain(s string) string {
	lower := strings.ToLower(s)
	if len(lower) != len(s) { // a few letters change their length
		lower = s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		name := c.at(lower, i)
		n := len(name)
		if name == "" {
			name, n = c.torn(lower, i)
		}
		if name != "" {
			b.WriteString(c.known[name])
			i += n
			continue
		}
		_, n = utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// at gives the longest known name that stands at i as a word of its own, "" for none. A number or a single letter is no
// word to be replaced: it could be anything.
func (c *censor) at(s string, i int) string {
	for _, n := range c.lengths[s[i:min(len(s), i+2)]] {
		if n > len(s)-i {
			continue
		}
		name := s[i : i+n]
		if _, ok := c.known[name]; !ok || !strings.ContainsFunc(name, unicode.IsLetter) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(name):])
		first, _ := utf8.DecodeRuneInString(name)
		last, _ := utf8.DecodeLastRuneInString(name)
		if i > 0 && runsOn(before, first) && !strings.HasSuffix(s[:i], `\x2d`) || i+len(name) < len(s) && runsOn(last, after) {
			continue
		}
		return name
	}
	return ""
}

// torn gives the known name whose beginning stands at i, cut off by "…" as excerpts are, and the length of what is left.
func (c *censor) torn(s string, i int) (name string, n int) {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	left, _, cut := strings.Cut(s[i:min(len(s), i+maxName)], "…")
	if !cut || len(left) < 3 || i > 0 && runsOn(before, rune(s[i])) {
		return "", 0
	}
	if c.sorted == nil {
		c.sorted = slices.Sorted(maps.Keys(c.known))
	}
	if at, _ := slices.BinarySearch(c.sorted, left); at < len(c.sorted) && strings.HasPrefix(c.sorted[at], left) {
		return c.sorted[at], len(left)
	}
	return "", 0
}

// runsOn tells that two characters are parts of one word; Chinese has no blanks between words.
func runsOn(a, b rune) bool {
	ascii := func(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return ascii(a) && ascii(b)
}

// form is something that is known by its shape.
type form struct {
	kind string
	re   *regexp.Regexp
}

// forms gives the shapes, the surest first. An address that turns out to be none is left.
var forms = [...]form{
	{"uuid", regexp.MustCompile(`\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b`)},
	{"uuid", regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F-]{2,}…`)},
	{"address", regexp.MustCompile(`\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b`)},
	{"user", regexp.MustCompile(`[\w.+%-]+@[\w-]+(?:\.[\w-]+)+`)},
	{"address", regexp.MustCompile(`(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:%\w+)?`)},
	{"address", regexp.MustCompile(`\b(?:\d{1,3}\.){3}\d{1,3}\b`)},
	{"address", regexp.MustCompile(`(?i)\b[a-z0-9](?:[a-z0-9-]*\.)+(?:com|net|org|io|cn|cc|edu|gov|local|localdomain|internal|intranet|intra|lan|corp|home|cloud|cluster|dev|tech|de|uk|eu|us|jp|kr|tw|hk|in|fr|ru)\b`)},
	{"path", regexp.MustCompile(`(?:\b[A-Za-z]:\\|\\\\)[^\s"'<>|:*?,;)\]]+`)},
	{"path", regexp.MustCompile(`(?:~[\w.-]*)?/[^\s/"'<>|:*?,;)\]=$(]+(?:/[^\s"'<>|:*?,;)\]=$(]*)?`)},
	{"id", regexp.MustCompile(`\b[0-9a-f]{32,64}\b`)},
}

// shaped finds the first address, id or path in s.
func shaped(s string) (from, to int, kind string) {
	from = len(s) + 1
	for _, f := range forms {
		for start := 0; start < len(s); {
			m := f.re.FindStringIndex(s[start:])
			if m == nil {
				break
			}
			a, b := start+m[0], start+m[1]
			if a >= from {
				break
			}
			if f.kind == "path" && s[a] == '/' && a > 0 && (word(rune(s[a-1])) || s[a-1] == ')') || !secret(f.kind, s[a:b]) {
				start = max(b, a+1)
				continue
			}
			from, to, kind = a, b, f.kind
			break
		}
	}
	return from, to, kind
}

// secret tells whether something of a shape says whose it is. Times (04:20:41) have the shape of addresses, and the
// kernel's own files are the same everywhere.
func secret(kind, s string) bool {
	switch kind {
	case "address":
		if strings.Count(s, ":") >= 2 && !strings.Contains(s, ".") && len(s) != 17 || strings.Contains(s, "::") {
			a, err := netip.ParseAddr(strings.TrimRight(s, "."))
			return err == nil && !a.IsLoopback() && !a.IsUnspecified()
		}
		if a, err := netip.ParseAddr(s); err == nil {
			return !a.IsLoopback() && !a.IsUnspecified()
		}
		return !isDotted(s)
	case "path":
		for _, own := range []string{"/proc", "/sys", "/dev/kmsg", "/dev/null", "/var/log/messages", "/var/log/syslog", "/s"} {
			if s == own || own != "/s" && strings.HasPrefix(s, own+"/") && len(own) < 6 {
				return false
			}
		}
		return strings.ContainsFunc(s, unicode.IsLetter)
	}
	return true
}

// isDotted tells four numbers that are no address: 300.1.2.3.
func isDotted(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
}

// users are how logs name people; the first group is the name.
var users = [...]*regexp.Regexp{
	regexp.MustCompile(`(?i)\buser(?:name)?[= :]+["']?([a-z_][\w.-]*)`),
	regexp.MustCompile(`\bfor (?:invalid user |user )?([a-z_][\w.-]*) from\b`),
	regexp.MustCompile(`(?:/home|/Users|\\Users)[/\\]([\w.-]+)`),
	regexp.MustCompile(`\b(?:USER|LOGNAME|SUDO_USER|acct|auid|UID)="?([A-Za-z_][\w.-]*)`),
	regexp.MustCompile(`\bsudo(?:\[\d+\])?: *([\w.-]+) :`),
	regexp.MustCompile(`\bAn operator \(([^)]+)\)`),
	regexp.MustCompile(`\b[ug]id=\d+\(([\w.-]+)\)`),
}

// notUsers are words that follow "user" and accounts that every system has.
var notUsers = [...]string{"root", "nobody", "qemu", "libvirt", "libvirt-qemu", "unset", "space", "session", "sessions", "mode", "manager", "slice", "interrupt", "interface", "of", "at", "is", "was", "and", "the", "to", "from", "or"}

// hearUsers looks for people in every string of the report.
func (c *censor) hearUsers(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.hearUsers(v.Field(i))
			}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			c.hearUsers(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			if e := v.Type().Elem().Kind(); e != reflect.Int64 && e != reflect.Float64 {
				c.hearUsers(v.Index(i))
			}
		}
	case reflect.String:
		for _, re := range users {
			for _, m := range re.FindAllStringSubmatch(whole(v.String()), -1) {
				if !slices.Contains(notUsers[:], strings.ToLower(m[1])) {
					c.hear("user", m[1])
				}
			}
		}
	}
}

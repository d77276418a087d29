package reports

import (
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Pseudonym is a name that a redacted report does not tell, and what stands there instead.
type Pseudonym struct {
	Kind    string `json:"kind"` // host, vm, pod, container, namespace, user, file, path, address, uuid, id, name
	Instead string `json:"pseudonym"`
	Name    string `json:"name"`
}

// Redactor replaces names by pseudonyms, the same in all that it is given. Hosts, VMs, pods, containers, users, files,
// addresses, UUIDs and paths are names; those of programs (qemu-kvm, java), times and figures stay: without them a report
// proves nothing.
//
// Names are known by the fields that hold them, and are then replaced wherever they stand, also within words that are
// joined by hyphens or escaped as systemd does, in excerpts, sentences, commands and names of curves. Addresses, ids and
// paths are known by their form. What is a name only to a reader ("the Berlin machine") is not found.
//
// A nil one leaves everything as it is.
type Redactor struct{ c *censor }

// NewRedactor makes one that counts its pseudonyms: "vm-1". With a key they are worked out of the name and the key, so
// that others who have it give the same: "vm-k3x9q2ab".
func NewRedactor(key []byte) *Redactor {
	c := newCensor()
	c.key = key
	return &Redactor{c}
}

// Know learns names before they are met.
func (x *Redactor) Know(names []verdict.Named) {
	if x == nil {
		return
	}
	for _, n := range names {
		switch {
		case n.Kind == "pod":
			x.c.hearPod(n.Name)
		case n.Kind == "label" && ofTheTrade(n.Name):
		default:
			x.c.hear(n.Kind, n.Name)
		}
	}
	x.c.settle()
}

// Report gives a copy of a report as it may be told.
func (x *Redactor) Report(r *verdict.Report) *verdict.Report {
	if x == nil || r == nil {
		return r
	}
	x.c.meet(r)
	out := retold(x.c, *r)
	for i := range out.Incidents {
		out.Incidents[i].Findings = nil // no report shows them
	}
	return &out
}

// Events gives events as they may be told.
func (x *Redactor) Events(rows []verdict.EventRow) []verdict.EventRow {
	if x == nil {
		return rows
	}
	x.c.hearUsers(reflect.ValueOf(rows))
	x.c.settle()
	return retold(x.c, rows)
}

// Changes gives series and their changes as they may be told.
func (x *Redactor) Changes(all []verdict.SeriesChanges) []verdict.SeriesChanges {
	return told(x, all)
}

// Suspects gives ranked series as they may be told.
func (x *Redactor) Suspects(all []verdict.Suspect) []verdict.Suspect { return told(x, all) }

// Comparison gives two runs, of these reports, side by side as they may be told.
func (x *Redactor) Comparison(c verdict.Comparison, of ...*verdict.Report) verdict.Comparison {
	if x == nil {
		return c
	}
	for _, r := range of {
		x.c.meet(r)
	}
	return retold(x.c, c)
}

// Problem gives what a parser says of its input as it may be told: without what it quotes from there.
func (x *Redactor) Problem(message string) string {
	if x == nil {
		return message
	}
	return x.c.problem(message, nested)
}

// Line gives a line of any text as it may be told.
func (x *Redactor) Line(s string) string {
	if x == nil {
		return s
	}
	return x.c.told(s)
}

// Pseudonym gives what stands for a name.
func (x *Redactor) Pseudonym(kind, name string) string {
	if x == nil {
		return name
	}
	x.c.learn(kind, name)
	return x.c.known[strings.ToLower(name)]
}

// Names lists the pseudonyms in the order in which they were given.
func (x *Redactor) Names() []Pseudonym {
	if x == nil {
		return nil
	}
	return x.c.given
}

// Redact is a Redactor for one report alone.
func Redact(r *verdict.Report) (*verdict.Report, []Pseudonym) {
	x := NewRedactor(nil)
	return x.Report(r), x.Names()
}

// told gives v as a redactor lets it be told.
func told[T any](x *Redactor, v T) T {
	if x == nil {
		return v
	}
	return retold(x.c, v)
}

// retold gives a copy of v with the names in it replaced.
func retold[T any](c *censor, v T) T {
	out := v
	c.rewrite(reflect.ValueOf(&out).Elem(), "")
	return out
}

// meet learns the names that the report's own fields hold.
func (c *censor) meet(r *verdict.Report) {
	for _, h := range r.Run.Hosts {
		c.hear("host", h)
	}
	if k := r.Capacity; k != nil {
		c.hear("host", k.Host)
		for _, vm := range k.VMs {
			c.hear("vm", vm.Name)
		}
	}
	for i := range r.Incidents {
		c.meetIncident(&r.Incidents[i])
	}
	for _, k := range r.Curves {
		c.meetSubject(k)
	}
	for _, in := range r.Run.Inputs {
		c.hear("file", filepath.ToSlash(in.Path))
	}
	c.hearUsers(reflect.ValueOf(r).Elem())
	c.settle()
}

func (c *censor) meetIncident(in *verdict.Incident) {
	party := func(kind, name string) {
		switch kind {
		case "vm", "pod", "container", "host":
			c.hear(kind, name)
		default:
			c.programs[name] = true
		}
	}
	if v := in.Victim; v != nil {
		party(v.Kind, v.Name)
		c.hear("host", v.Host)
		c.programs[v.Comm] = true
		for _, p := range v.Processes {
			c.programs[p.Name] = true
		}
		for _, pod := range v.Pods {
			c.hearPod(pod)
		}
		for _, vm := range v.Perhaps {
			c.hear("vm", vm)
		}
	}
	if in.Trigger != nil {
		c.programs[in.Trigger.Comm] = true
	}
	for _, a := range in.Aggressors {
		party(a.Kind, a.Name)
		c.hear("host", a.Host)
	}
	for _, h := range in.Holders {
		party(h.Kind, h.Name)
	}
}

// meetSubject learns whom a curve is about.
func (c *censor) meetSubject(k verdict.Curve) {
	kind := "name"
	switch {
	case k.Role == "vm":
		kind = "vm"
	case rank(k.Role) == rank("host"):
		kind = "host"
	}
	c.hear(kind, k.Subject)
}

// hearPod learns "namespace/pod" whole and in its parts.
func (c *censor) hearPod(pod string) {
	namespace, name, ok := strings.Cut(pod, "/")
	if !ok {
		c.hear("pod", pod)
		return
	}
	if !slices.Contains([]string{"default", "kube-system", "kube-public", "kube-node-lease"}, namespace) {
		c.hear("namespace", namespace)
	}
	c.hear("pod", name)
}

// usualFiles are names that systems give to files themselves; they tell nothing of whose they are.
var usualFiles = [...]string{"messages", "syslog", "kern.log", "dmesg", "dmesg.txt", "journal.json", "journal.txt", "secure", "audit.log", "libvirtd.log",
	"meminfo", "meminfo.txt", "sysctl.txt", "free.txt", "virsh-list.txt", "virsh-list-all.txt", "virsh-dominfo.txt", "kubectl-get-pods.txt"}

// learnFile learns an input by its path and by its name alone.
func (c *censor) learnFile(file string) {
	base := path.Base(file)
	if slices.Contains(usualFiles[:], file) {
		return
	}
	ext := path.Ext(base)
	if len(ext) > 5 || ext == base {
		ext = ""
	}
	instead := c.pseudonym("file", file) + ext
	if slices.Contains(usualFiles[:], base) && !c.taken[base] { // the first of that name keeps it
		instead = base
		c.taken[base] = true
	}
	c.name("file", file, instead)
	if base != file && instead != base {
		c.name("file", base, instead)
	}
}

// openTypes hold no names.
var openTypes = []reflect.Type{reflect.TypeFor[time.Time](), reflect.TypeFor[*time.Location](), reflect.TypeFor[record.Maybe](), reflect.TypeFor[record.Unit](),
	reflect.TypeFor[record.Kind](), reflect.TypeFor[verdict.Cause](), reflect.TypeFor[verdict.PatternKind]()}

// namesSeries tells the types that have the name of a series.
func namesSeries(t reflect.Type) bool {
	return t == reflect.TypeFor[verdict.SeriesChanges]() || t == reflect.TypeFor[verdict.Suspect]()
}

// closed are the fields with a closed list of values, and these values.
func closed(field, value string) bool {
	switch field {
	case "Key", "Unit", "Status": // of attributes, of differences, of outcomes
		return true
	case "Killer":
		return slices.Contains([]string{"kernel", "systemd-oomd", "earlyoom", "nohang", "lmkd"}, value)
	case "Kind", "Constraint", "Shape", "Role", "Schema", "Zone", "Version":
		_, isZone := parseZone(value)
		return isZone || slices.Contains([]string{"vm", "process", "container", "pod", "host", "none", "memcg", "cpuset", "mempolicy", "death", "partial", "slow", "dip", "outage",
			"throughput", "errors", "latency", hostAvailable, hostUsed, "other"}, value)
	case "Manner":
		return slices.Contains([]verdict.Manner{verdict.Stalled, verdict.Refused, verdict.StalledThenRefused, verdict.RefusedThenStalled,
			verdict.Silent, verdict.Ended}, verdict.Manner(value))
	}
	return false
}

// rewrite replaces what v holds by what may be told; slices and what pointers point to become copies.
func (c *censor) rewrite(v reflect.Value, field string) {
	switch {
	case slices.Contains(openTypes, v.Type()):
		return
	case v.Type() == sentenceType:
		v.Set(reflect.ValueOf(c.sentence(v.Interface().(verdict.Text))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch name := f.Name; {
			case !f.IsExported():
			case name == "Name" && namesSeries(v.Type()):
				c.rewrite(v.Field(i), "Series")
			default:
				c.rewrite(v.Field(i), name)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			held := reflect.New(v.Type().Elem())
			held.Elem().Set(v.Elem())
			c.rewrite(held.Elem(), field)
			v.Set(held)
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Int64 || v.Type().Elem().Kind() == reflect.Float64 {
			return // the points of a curve
		}
		held := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(held, v)
		for i := range held.Len() {
			c.rewrite(held.Index(i), field)
		}
		v.Set(held)
	case reflect.Array:
		for i := range v.Len() {
			c.rewrite(v.Index(i), field)
		}
	case reflect.Interface:
		if s, ok := v.Interface().(string); ok {
			v.Set(reflect.ValueOf(c.told(s)))
		}
	case reflect.String:
		switch s := v.String(); {
		case closed(field, s):
		case field == "Series":
			v.SetString(c.series(s))
		case field == "Message": // of a problem
			v.SetString(c.problem(s, nested))
		default:
			v.SetString(c.told(s))
		}
	}
}

// sentence replaces names in a sentence's values, and in its words where they are not this program's own.
func (c *censor) sentence(t verdict.Text) verdict.Text {
	out := verdict.Text{Format: t.Format}
	if !c.phrases[t.Format] {
		out.Format = c.told(t.Format)
	}
	for _, a := range t.Args {
		switch x := a.(type) {
		case verdict.Text:
			a = c.sentence(x)
		case verdict.Name:
			a = c.named(x)
		default:
			if v := reflect.ValueOf(a); v.IsValid() && v.Kind() == reflect.String {
				held := reflect.New(v.Type()).Elem()
				held.SetString(c.told(v.String()))
				a = held.Interface()
			}
		}
		out.Args = append(out.Args, a)
	}
	return out
}

// named replaces a name that stands alone in a sentence: a known one, one with a known one in it, and else any that is
// not a program's.
func (c *censor) named(n verdict.Name) verdict.Name {
	s := string(n)
	if told := c.told(s); told != s || s == "" || c.programs[s] || c.phrases[s] {
		return verdict.Name(told)
	}
	c.learn("name", s)
	return verdict.Name(c.told(s))
}

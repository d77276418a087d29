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

// Redact gives a copy of the report in which hosts, VMs, pods, containers, users, files, addresses, UUIDs and paths
// have pseudonyms, and the list of them in the order in which they were met. The same report gives the same
// pseudonyms. Names of programs (qemu-kvm, java), times and figures stay: without them a report proves nothing.
//
// Names are known by the fields that hold them, and are then replaced wherever they stand, also within words that are
// joined by hyphens or escaped as systemd does, in excerpts, sentences, commands and names of curves. Addresses, ids and
// paths are known by their form. What is a name only to a reader ("the Berlin machine") is not found.
func Redact(r *verdict.Report) (*verdict.Report, []Pseudonym) {
	if r == nil {
		return nil, nil
	}
	c := newCensor()
	c.meet(r)
	out := *r
	c.rewrite(reflect.ValueOf(&out).Elem(), "")
	for i := range out.Incidents {
		out.Incidents[i].Findings = nil // no report shows them
	}
	return &out, c.given
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
	instead := c.next("file") + ext
	if slices.Contains(usualFiles[:], base) && !c.taken[base] { // the first of that name keeps it
		instead = base
		c.taken[base] = true
	}
	c.name("file", file, instead)
	if base != file && instead != base {
		c.name("file", base, instead)
	}
}

var secretTypes = struct{ moment, maybe, text, cause, unit reflect.Type }{
	reflect.TypeFor[time.Time](), reflect.TypeFor[record.Maybe](), reflect.TypeFor[verdict.Text](), reflect.TypeFor[verdict.Cause](), reflect.TypeFor[record.Unit](),
}

// closed are the fields with a closed list of values, and these values.
func closed(field, value string) bool {
	switch field {
	case "Kind", "Constraint", "Shape", "Role", "Schema", "Zone", "Version":
		_, isZone := parseZone(value)
		return isZone || slices.Contains([]string{"vm", "process", "container", "pod", "host", "none", "memcg", "cpuset", "mempolicy", "death", "partial", "slow", "dip", "outage",
			"throughput", "errors", "latency", hostAvailable, hostUsed, "other"}, value)
	}
	return false
}

// rewrite replaces what v holds by what may be told; slices and what pointers point to become copies.
func (c *censor) rewrite(v reflect.Value, field string) {
	switch v.Type() {
	case secretTypes.moment, secretTypes.maybe, secretTypes.unit:
		return
	case secretTypes.text:
		v.Set(reflect.ValueOf(c.sentence(v.Interface().(verdict.Text))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				c.rewrite(v.Field(i), f.Name)
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
	case reflect.String:
		if s := v.String(); !closed(field, s) {
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

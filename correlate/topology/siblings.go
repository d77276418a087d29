package topology

import (
	"path"
	"regexp"
	"strings"

	"oomortem/parser/record"
)

var digits = regexp.MustCompile(`[0-9]+`)

// form gives a name with its numbers left open: web-1 and web-12 have one, web and db have none.
func form(name string) string {
	if open := digits.ReplaceAllString(name, "#"); open != name {
		return open
	}
	return ""
}

// siblings finds VMs that no listing and no log names: a memory curve beside those of VMs, of a name that differs from one of
// theirs in its numbers only. Where several VMs were listed the list is taken for whole.
func (t *Topology) siblings(facts []record.Fact, series []*record.Series) {
	if listsSeveral(facts) {
		return
	}
	known := map[string]bool{}
	for _, vm := range t.VMs {
		known[vm.Name] = true
	}
	beside := map[string]bool{} // where curves of known VMs stand, and their form
	for _, s := range series {
		for place, name := range namedIn(s) {
			if known[name] {
				beside[place+"\x00"+form(name)] = true
			}
		}
	}
	for _, s := range series {
		for place, name := range namedIn(s) {
			if form(name) == "" || !beside[place+"\x00"+form(name)] {
				continue
			}
			if vm, _ := t.VM(name); vm == nil {
				t.add(&VM{Name: name, From: s.From})
			}
		}
	}
}

// listsSeveral tells that one file tells the states of two VMs or more.
func listsSeveral(facts []record.Fact) bool {
	first := map[string]string{}
	for _, f := range facts {
		if f.Key != record.FactVMState {
			continue
		}
		if one, ok := first[f.From.File]; ok && one != f.Subject {
			return true
		}
		first[f.From.File] = f.Subject
	}
	return false
}

// namedIn gives the names that a memory curve may have, by the place in which others would stand in its stead: the columns of its
// file, or the files of its folder that begin and end alike.
func namedIn(s *record.Series) map[string]string {
	if s.Unit != record.Bytes || s.Quantity != record.RSS && s.Quantity != record.MemoryUsed {
		return nil
	}
	if s.Subject != "" {
		return map[string]string{s.From.File: s.Subject}
	}
	out := map[string]string{}
	folder, base := path.Split(s.From.File)
	ending := path.Ext(base)
	for name, before := strings.TrimSuffix(base, ending), folder; name != ""; {
		out[before+"*"+ending] = name
		head, rest, _ := strings.Cut(name, "-")
		name, before = rest, before+head+"-"
	}
	return out
}

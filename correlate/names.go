package correlate

import (
	"path/filepath"
	"strings"

	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Names gives what the inputs call hosts, VMs, pods and files, for a report that must not tell them: more than any one
// report shows.
func (s *Session) Names() []verdict.Named {
	var n names
	topo := topology.Build(s.facts, s.events, s.series())
	n.add("host", topo.Host)
	for _, vm := range topo.VMs {
		n.add("vm", vm.Name)
		n.add("vm", vm.Title)
	}
	for _, f := range s.facts {
		n.fact(f)
	}
	for _, e := range s.events {
		n.add("host", e.Host)
		for _, a := range e.Attr {
			if a.Key == record.AttrVM {
				n.add("vm", a.Value)
			}
		}
	}
	for _, cv := range s.curves {
		n.series(cv.Series)
	}
	for _, cv := range s.loose {
		n.series(cv.Series)
	}
	for _, in := range s.inputs {
		n.add("file", filepath.ToSlash(in.Path))
	}
	for _, p := range s.problems {
		n.add("file", filepath.ToSlash(p.From.File))
	}
	return n
}

type names []verdict.Named

func (n *names) add(kind, name string) {
	if name != "" {
		*n = append(*n, verdict.Named{Kind: kind, Name: name})
	}
}

// fact takes whom a fact is about.
func (n *names) fact(f record.Fact) {
	switch f.Key {
	case record.FactHostName, record.FactTopHost:
		n.add("host", f.Value)
	case record.FactPodNode:
		n.add("host", f.Value)
		n.add("pod", f.Subject)
	case record.FactPodStatus:
		n.add("pod", f.Subject)
	case record.FactNodeStatus, record.FactNodeAddress:
		n.add("host", f.Subject)
	case record.FactVM, record.FactVMTitle:
		n.add("vm", f.Subject)
	}
}

// labelled are the labels that name somebody, with what they name.
var labelled = map[string]string{
	"domain": "vm", "vm": "vm", "vm_name": "vm", "guest": "vm", "pod": "pod", "pod_name": "pod", "namespace": "namespace", "container": "container",
	"container_name": "container", "host": "host", "hostname": "host", "node": "host", "nodename": "host", "instance": "host", "server": "host", "user": "user",
}

// series takes whom a series is about. A label that may hold anything is taken for a name, unless it is known to say
// what is measured.
func (n *names) series(s *record.Series) {
	for _, l := range s.Labels {
		switch kind := labelled[strings.ToLower(l.Key)]; {
		case kind == "host":
			host, _, _ := strings.Cut(l.Value, ":")
			n.add(kind, host)
		case kind != "":
			n.add(kind, l.Value)
		case !measuring[strings.ToLower(l.Key)]:
			n.add("label", l.Value)
		}
	}
	switch {
	case s.Subject == "" || s.Subject == s.Name:
	case strings.HasPrefix(string(s.Quantity), "host-"):
		host, _, _ := strings.Cut(s.Subject, ":")
		n.add("host", host)
	default:
		n.add("name", s.Subject)
	}
}

// measuring are the labels that say what is measured, not of whom.
var measuring = map[string]bool{"__name__": true, "le": true, "quantile": true, "cpu": true, "mode": true, "state": true, "code": true, "status": true,
	"method": true, "type": true, "unit": true, "field": true, "stat": true, "device": true, "interface": true}

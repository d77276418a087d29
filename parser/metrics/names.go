package metrics

import (
	"cmp"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// about is whose name a series carries: it decides which label is the subject.
type about int

const (
	ofAnything about = iota
	ofHost
	ofVM
	ofContainer
	ofProcess
)

// meaning is what a metric's name says without any configuration.
type meaning struct {
	quantity record.Quantity
	unit     record.Unit
	scale    float64 // from the source's unit to ours; 0 means 1
	counter  bool
	about    about
	when     record.Attr // a label that must have this value for the quantity to hold
}

// subjectLabels are tried in order; what is left names the machine or the job.
var subjectLabels = map[about][]string{
	ofHost:      {"instance", "host", "hostname", "nodename", "node", "host_name", "host.name", "k8s_node_name", "k8s.node.name", "instance_id", "job"},
	ofVM:        {"domain", "domain_name", "domainName", "vm", "vm_name", "vmname", "name", "instance_name", "id", "uuid", "instance"},
	ofContainer: {"pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name", "k8s.pod.name", "name", "container_name", "container", "id", "instance"},
	ofProcess:   {"pod", "container", "groupname", "process_name", "process", "process_executable_name", "process.executable.name", "exe", "job", "instance"},
	ofAnything: {"domain", "domain_name", "vm", "vm_name", "pod", "pod_name", "container", "container_name", "name", "groupname",
		"instance", "host", "hostname", "nodename", "node", "job"},
}

// subject names whom the labels are about. A port is no part of a host's name.
func subject(a about, labels []record.Attr) string {
	for _, key := range subjectLabels[a] {
		for _, l := range labels {
			if l.Key != key || l.Value == "" || l.Value == "POD" {
				continue
			}
			if key == "instance" || key == "host" {
				return withoutPort(l.Value)
			}
			return l.Value
		}
	}
	return ""
}

func withoutPort(address string) string {
	i := strings.LastIndexByte(address, ':')
	if i <= 0 || i == len(address)-1 || strings.Trim(address[i+1:], "0123456789") != "" {
		return address
	}
	host := address[:i]
	if strings.IndexByte(host, ':') >= 0 && host[0] != '[' { // a bare IPv6 address
		return address
	}
	return host
}

// describe gives the series of a metric with its labels, and the factor that turns its values into base units.
func describe(name string, labels []record.Attr) (*record.Series, float64) {
	slices.SortFunc(labels, byKey)
	m := meaningOf(name, labels)
	s := &record.Series{
		Name: name, Labels: labels, Unit: m.unit, Quantity: m.quantity, Counter: m.counter,
		Subject: subject(m.about, labels),
	}
	if s.Quantity == record.Requests {
		if s.Quantity = outcome(labels); plumbing(labels) {
			s.Quantity = ""
		}
	}
	if strings.HasPrefix(name, "collectd_virt") {
		s.Subject = collectdDomain(labels, s.Subject)
	}
	if m.about == ofVM && namesVM(name, s) {
		s.Labels = append(s.Labels, record.Attr{Key: "domain", Value: s.Subject})
		slices.SortFunc(s.Labels, byKey)
	}
	if m.scale == 0 {
		return s, 1
	}
	return s, m.scale
}

func byKey(a, b record.Attr) int { return cmp.Compare(a.Key, b.Key) }

// namesVM tells that the subject of a VM's series is the VM's name and no label "domain" says so yet, which is the one
// that libvirt's own exporters write and by which a VM is known. An id or an address is no name, and
// prometheus-pve-exporter counts nodes and containers under the same names.
func namesVM(name string, s *record.Series) bool {
	if s.Subject == "" || strings.HasPrefix(name, "pve_") {
		return false
	}
	named := strings.HasPrefix(name, "collectd_virt")
	for _, l := range s.Labels {
		if l.Key == "domain" {
			return false
		}
		switch l.Key {
		case "domain_name", "domainName", "vm", "vm_name", "vmname", "name", "instance_name":
			named = named || l.Value == s.Subject
		}
	}
	return named
}

// collectdDomain gives the VM of collectd's plugin virt. The exporter (collectd_exporter, newLabels) writes the plugin's
// instance as the label "virt", and where the plugin has none, which is its default, the type's instance; the host,
// which is the VM by default (HostnameFormat name), as "instance", which Prometheus renames when it scrapes.
func collectdDomain(labels []record.Attr, otherwise string) string {
	virt, typed, host, exported := "", false, "", ""
	for _, l := range labels {
		switch l.Key {
		case "virt":
			virt = l.Value
		case "type":
			typed = true
		case "instance":
			host = withoutPort(l.Value)
		case "exported_instance":
			exported = l.Value
		}
	}
	switch {
	case virt != "" && typed:
		return virt
	case exported != "":
		return exported
	case host != "":
		return host
	}
	return otherwise
}

// meaningOf looks a name up as it is, without the unit that newer exporters append, and at last by its ending.
func meaningOf(name string, labels []record.Attr) meaning {
	m, ok := knownNames[name]
	if !ok {
		m, ok = labelled(name, labels)
	}
	if !ok {
		m = byEnding(name)
	}
	if m.when.Key != "" && !slices.Contains(labels, m.when) { // of something else: what it counts in only its name may tell
		who := m.about
		m = byEnding(name)
		m.about = who
	}
	return m
}

// labelled reads the names whose meaning is in a label.
func labelled(name string, labels []record.Attr) (meaning, bool) {
	key, values := "", map[string]record.Quantity(nil)
	who := ofHost
	switch name {
	case "collectd_memory", "memory_value", "node_memory_usage":
		key, values = "memory", collectdMemory
		if name == "memory_value" { // collectd's network plugin into InfluxDB
			key = "type_instance"
		}
	case "collectd_swap", "swap_value":
		key, values = "swap", collectdSwap
		if name == "swap_value" {
			key = "type_instance"
		}
	case "virt_value": // collectd's network plugin into InfluxDB
		key, values, who = "type_instance", collectdVirt, ofVM
	case "collectd_virt_memory":
		key, values, who = "type", collectdVirt, ofVM
		if !slices.ContainsFunc(labels, func(l record.Attr) bool { return l.Key == "type" }) {
			key = "virt"
		}
	case "agent.googleapis.com/memory/bytes_used", // Google's Ops Agent
		"system_memory_usage_bytes", "system_memory_usage", "system.memory.usage": // OpenTelemetry's host metrics
		key, values = "state", collectdMemory
	case "agent.googleapis.com/swap/bytes_used":
		key, values = "state", collectdSwap
	default:
		return meaning{}, false
	}
	m := meaning{unit: record.Bytes, about: who}
	for _, l := range labels {
		if l.Key == key {
			m.quantity = values[l.Value]
		}
	}
	return m, true
}

var (
	collectdMemory = map[string]record.Quantity{"used": record.HostUsed, "free": record.HostFree, "cached": record.HostCached, "available": record.HostAvailable}
	collectdSwap   = map[string]record.Quantity{"used": record.HostSwapUsed, "free": record.HostSwapFree}
	collectdVirt   = map[string]record.Quantity{"rss": record.RSS, "actual_balloon": record.Balloon, "total": record.Balloon}
)

// byEnding reads the unit that Prometheus names end with by convention (prometheus.io/docs/practices/naming).
func byEnding(name string) meaning {
	base, counter := strings.CutSuffix(name, "_total")
	m := meaning{counter: counter}
	if !counter && strings.HasSuffix(name, "_count") {
		m.counter, m.unit = true, record.Count
		return m
	}
	for _, e := range endings {
		if strings.HasSuffix(base, e.suffix) {
			m.unit, m.scale = e.unit, e.scale
			return m
		}
	}
	if counter {
		m.unit = record.Count
	}
	return m
}

var endings = []struct {
	suffix string
	unit   record.Unit
	scale  float64
}{
	{"_bytes_per_second", record.ByteRate, 1}, {"_per_second", record.PerSecond, 1},
	{"_kilobytes", record.Bytes, 1 << 10}, {"_bytes", record.Bytes, 1}, {"_milliseconds", record.Seconds, 1e-3},
	{"_ms", record.Seconds, 1e-3}, {"_microseconds", record.Seconds, 1e-6}, {"_nanoseconds", record.Seconds, 1e-9},
	{"_seconds", record.Seconds, 1}, {"_ratio", record.Share, 1}, {"_percent", record.Share, 0.01},
}

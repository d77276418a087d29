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
	ofHost:      {"instance", "host", "hostname", "nodename", "node", "job"},
	ofVM:        {"domain", "domain_name", "domainName", "vm", "vm_name", "vmname", "name", "instance_name", "id", "uuid", "instance"},
	ofContainer: {"pod", "pod_name", "kubernetes_pod_name", "name", "container_name", "container", "id", "instance"},
	ofProcess:   {"pod", "container", "groupname", "process_name", "process", "exe", "job", "instance"},
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
	slices.SortFunc(labels, func(a, b record.Attr) int { return cmp.Compare(a.Key, b.Key) })
	m := meaningOf(name, labels)
	s := &record.Series{
		Name: name, Labels: labels, Unit: m.unit, Quantity: m.quantity, Counter: m.counter,
		Subject: subject(m.about, labels),
	}
	if m.scale == 0 {
		return s, 1
	}
	return s, m.scale
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
	if m.when.Key != "" && !slices.Contains(labels, m.when) {
		m.quantity = ""
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
	case "collectd_virt_memory", "virt_value":
		key, values, who = "type", collectdVirt, ofVM
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

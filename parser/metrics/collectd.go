package metrics

import (
	"strings"

	"oomortem/parser/record"
)

// collectdName reads what the path of a file of collectd's plugin csv tells: DataDir/host/plugin-instance/type-instance-date
// with the headings "epoch,value" (collectd.conf(5); csv.c, value_list_to_filename). Name and labels are those that
// collectd_exporter makes of the same values (newName, newLabels), so that both mean the same.
//
//	kvm1/memory/memory-used-2026-11-23       kvm1/virt-vm-a/memory-rss-2026-11-23
func collectdName(file string, headings []string, heading string) (name string, labels []record.Attr, ok bool) {
	parts := strings.Split(strings.ReplaceAll(file, "\\", "/"), "/")
	if len(parts) < 3 || headings[0] != "epoch" {
		return "", nil, false
	}
	host, dir := parts[len(parts)-3], parts[len(parts)-2]
	base, dated := withoutDate(parts[len(parts)-1])
	if host == "" || dir == "" || !dated {
		return "", nil, false
	}
	kind, part, _ := strings.Cut(base, "-")
	name, labels = collectdLabels(host, dir, kind, part, heading)
	return name, labels, true
}

// collectdLabels gives name and labels of a value of collectd's: dir is the plugin with its instance, kind and part the
// type with its, heading the data source.
func collectdLabels(host, dir, kind, part, heading string) (name string, labels []record.Attr) {
	plugin, instance, _ := strings.Cut(dir, "-")
	if name = "collectd_" + plugin; kind != plugin {
		name += "_" + kind
	}
	if heading != "value" { // a type of several values: if_octets has rx and tx
		name += "_" + heading
	}
	labels = []record.Attr{{Key: "instance", Value: host}}
	switch {
	case instance != "" && part != "":
		labels = append(labels, record.Attr{Key: plugin, Value: instance}, record.Attr{Key: "type", Value: part})
	case instance+part != "":
		labels = append(labels, record.Attr{Key: plugin, Value: instance + part})
	}
	return name, labels
}

// withoutDate takes "-2026-11-23" off the end of a name.
func withoutDate(name string) (string, bool) {
	const date = "-2026-11-23"
	cut := len(name) - len(date)
	if cut <= 0 {
		return name, false
	}
	for i, c := range []byte(name[cut:]) {
		if isDigit := c >= '0' && c <= '9'; isDigit == (date[i] == '-') || !isDigit && c != '-' {
			return name, false
		}
	}
	return name[:cut], true
}

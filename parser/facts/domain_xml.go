package facts

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// domainXML reads `virsh dumpxml`, the files of /etc/libvirt/qemu and, with the pid, those of /run/libvirt/qemu (libvirt's
// https://libvirt.org/formatdomain.html, all versions):
//
//	<domstatus state='running' reason='booted' pid='70123'>
//	<domain type='kvm' id='3'>
//	  <name>instance-000001a1</name>
//	  <memory unit='KiB'>8388608</memory>
//	  <memoryBacking><hugepages/></memoryBacking>
//	  <interface type='bridge'> <target dev='vnet2'/>
var domainXML = listing{
	name: "domain-xml", title: "virsh dumpxml: a VM's definition",
	commands: []string{"virsh dumpxml", "cat /etc/libvirt/qemu/", "cat /run/libvirt/qemu/", "cat /var/run/libvirt/qemu/"},
	begins: func(line []byte) bool {
		return len(line) > 8 && line[0] == '<' && (bytes.HasPrefix(line, []byte("<domain ")) || bytes.HasPrefix(line, []byte("<domain>")) ||
			bytes.HasPrefix(line, []byte("<domstatus ")))
	},
	open: func(s *sheet) rows { return &xmlRows{sheet: s} },
}

const longestXML = 4 << 20 // bytes of one domain's XML that are kept; real ones have 5 to 50 KiB

type xmlRows struct {
	*sheet
	text []byte
	from record.Origin
	pid  string
}

func (r *xmlRows) row(line []byte) {
	trimmed := bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(trimmed, []byte("<domstatus ")):
		r.end()
		r.pid, _ = attribute(trimmed, "pid")
	case bytes.HasPrefix(trimmed, []byte("<domain ")) || bytes.HasPrefix(trimmed, []byte("<domain>")):
		r.end()
		r.from = r.lines.Origin()
		r.text = append(r.text, line...)
	case r.text == nil:
		return
	case len(r.text) < longestXML:
		r.text = append(append(r.text, '\n'), line...)
	}
	if r.text != nil && bytes.Contains(trimmed, []byte("</domain>")) {
		r.end()
	}
}

// attribute gives the value of pid='70123' or pid="70123" in a start tag.
func attribute(tag []byte, name string) (string, bool) {
	for _, quote := range []string{"'", `"`} {
		_, rest, ok := strings.Cut(string(tag), " "+name+"="+quote)
		if value, _, closed := strings.Cut(rest, quote); ok && closed {
			return value, true
		}
	}
	return "", false
}

// xmlKeys are the elements, by their path below <domain>, that are told as they stand.
var xmlKeys = map[string]string{
	"uuid": record.FactVMUUID, "title": record.FactVMTitle, "metadata/instance/name": record.FactVMTitle, // nova:name
	"memory": record.FactVMMemory, "currentMemory": record.FactVMBalloon,
}

func (r *xmlRows) end() {
	text := r.text
	r.text = nil
	if text == nil {
		return
	}
	d := domain{sheet: r.sheet, from: r.from, pid: r.pid}
	r.pid = ""
	decoder := xml.NewDecoder(strings.NewReader(r.lines.Text(text)))
	decoder.Strict = false
	for {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		line, _ := decoder.InputPos()
		d.here = record.Origin{File: r.from.File, Line: r.from.Line + line - 1}
		switch t := token.(type) {
		case xml.StartElement:
			d.open(t)
		case xml.CharData:
			d.chars = append(d.chars, t[:min(len(t), 4096)]...)
		case xml.EndElement:
			d.close()
		}
	}
	if !d.whole {
		r.sink.Problem(record.Problem{From: r.from, Msg: "the XML of the domain " + strconv.Quote(d.name) + " has no end: what stands before it is read"})
	}
}

// domain is the reading of one <domain> element. Its name comes first, as libvirt writes it.
type domain struct {
	*sheet
	from, here record.Origin
	pid, id    string
	name       string
	path       []string
	unit       string
	chars      []byte
	whole      bool
}

func (d *domain) open(t xml.StartElement) {
	d.chars, d.unit = d.chars[:0], ""
	attr := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	if len(d.path) < 64 {
		d.path = append(d.path, t.Name.Local)
	}
	switch below := d.below(); below {
	case "":
		d.id = attr("id")
	case "memory", "currentMemory":
		d.unit = attr("unit")
	case "memoryBacking/hugepages":
		d.tell(record.FactVMHugePages, "yes")
	case "devices/interface/target":
		d.tell(record.FactVMIface, attr("dev"))
	}
}

// below gives the path under <domain>.
func (d *domain) below() string {
	if len(d.path) < 2 {
		return ""
	}
	return strings.Join(d.path[1:], "/")
}

func (d *domain) close() {
	if len(d.path) == 0 {
		return
	}
	value := d.text(d.chars)
	switch below := d.below(); {
	case below == "":
		d.whole = d.path[0] == "domain"
	case below == "name":
		d.named(value)
	case below == "memory" || below == "currentMemory":
		d.size(xmlKeys[below], value)
	default:
		if key, ok := xmlKeys[below]; ok {
			d.tell(key, value)
		}
	}
	d.chars = d.chars[:0]
	d.path = d.path[:len(d.path)-1]
}

func (d *domain) named(name string) {
	d.name = name
	d.tell(record.FactVM, "domain XML")
	if isDigits([]byte(d.id)) {
		d.tell(record.FactVMID, d.id)
	}
	if isDigits([]byte(d.pid)) && d.pid != "0" {
		d.tell(record.FactVMPID, d.pid)
	}
}

func (d *domain) tell(key, value string) {
	if d.name != "" {
		d.factAt(d.here, d.name, key, value)
	}
}

// size reads a size whose unit is KiB unless it says otherwise.
func (d *domain) size(key, value string) {
	unit := d.unit
	if unit == "" {
		unit = "KiB"
	}
	size, _, ok := scan.Size([]byte(value + " " + unit))
	if !ok || size < 0 || size >= 1<<62 {
		d.sink.Problem(record.Problem{From: d.here, Msg: notSize("domain XML", value+" "+unit, "KiB, or another unit in its attribute")})
		return
	}
	d.tell(key, strconv.FormatInt(int64(size), 10))
}

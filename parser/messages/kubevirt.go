package messages

import (
	"bytes"
	"encoding/json"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// kubevirt reads virt-launcher's JSON lines (KubeVirt 0.20 to 1.6), which carry libvirt's messages and the state of the one
// VM of the pod:
//
//	{"component":"virt-launcher","level":"error","msg":"internal error: End of file from qemu monitor","pos":"qemuMonitorIO:718","subcomponent":"libvirt","thread":"44","timestamp":"…Z"}
//	{"component":"virt-launcher","level":"info","msg":"kubevirt domain status: Shutoff(5):Crashed(3)","pos":"client.go:179","timestamp":"…Z"}
var kubevirt = Reader{
	Name: "kubevirt", Title: "KubeVirt's virt-launcher: libvirt's messages and the VM's state",
	Sources: []string{"virt-launcher", "", "compute"},
	Wants: func(text []byte) bool {
		return bytes.IndexByte(text, '{') >= 0 && bytes.Contains(text, []byte(`"component":"virt-`))
	},
	Holds: []string{`"virt-`},
	New:   func() Step { return &kubevirtStep{libvirt: libvirtStep{vmOf: map[string]string{}}} },
}

type kubevirtStep struct{ libvirt libvirtStep }

// Flush has nothing open.
func (s *kubevirtStep) Flush(record.Sink) {}

type launcherLine struct {
	Level     string `json:"level"`
	Msg       string `json:"msg"`
	Pos       string `json:"pos"`
	Sub       string `json:"subcomponent"`
	Thread    string `json:"thread"`
	Time      string `json:"timestamp"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

func (s *kubevirtStep) Line(l record.Line, sink record.Sink) {
	i := strings.IndexByte(l.Text, '{')
	if i < 0 {
		return
	}
	var line launcherLine
	if json.Unmarshal([]byte(l.Text[i:]), &line) != nil {
		return
	}
	if at, n := scan.ISO([]byte(line.Time)); n > 0 && at.Lacks == 0 {
		l.At = at
	}
	if l.Program == "" {
		l.Program = "virt-launcher"
	}
	switch {
	case line.Sub == "libvirt":
		function, _, _ := strings.Cut(line.Pos, ":")
		s.libvirt.entry(l, libvirtEntry{thread: line.Thread, level: line.Level, function: function, message: line.Msg}, sink)
	case strings.HasPrefix(line.Msg, "kubevirt domain status: Shutoff("):
		reason, _ := between(line.Msg+" ", "):", "(")
		s.shutOff(l, line, strings.ToLower(reason), sink)
	}
}

func (s *kubevirtStep) shutOff(l record.Line, line launcherLine, reason string, sink record.Sink) {
	vm := line.Name
	if vm != "" && line.Namespace != "" {
		vm = line.Namespace + "_" + vm // as virt-launcher names libvirt's domain
	}
	kind, said := record.VMStopped, "The VM of the pod was stopped: "+reason
	switch reason {
	case "crashed":
		kind, said = record.VMKilled, "The QEMU process of the pod's VM vanished"
	case "failed":
		kind, said = record.HypervisorError, "The pod's VM could not be started or went on with an error"
	}
	sink.Event(settled(l, kind, said, record.Attr{Key: record.AttrVM, Value: vm}, record.Attr{Key: record.AttrReason, Value: reason}))
}

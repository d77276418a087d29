package messages

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser/record"
)

// The kernel's bridge (2.6 to 7.x) tells when a VM's network port goes; avahi repeats it seconds later:
//
//	kernel: br0: port 4(vnet2) entered disabled state
//	kernel: device vnet2 left promiscuous mode                 (up to 6.4)
//	kernel: vnet2: left promiscuous mode                       (6.5 and later)
//	avahi-daemon[953]: Withdrawing workstation service for vnet3.
//
// A port that comes up passes through "disabled" too, between "blocking" and "forwarding": that is no end.
var bridge = Reader{
	Name: "bridge", Title: "network ports of VMs that went away",
	Sources: []string{"kernel", "", "avahi-daemon"},
	Wants:   wantsPort,
	Starts:  []string{"Withdrawing workstation", "device vnet", "device tap", "device macvtap", "vnet", "tap", "macvtap"},
	Holds:   []string{"(vnet", "(tap", "(macvtap"},
	New:     func() Step { return &ports{said: recent{span: sameEnd}} },
}

// wantsPort leaves out "forwarding", "learning" and "listening", of which a busy bridge writes millions: a port that
// comes up is known by "blocking" or by its promiscuous mode.
func wantsPort(text []byte) bool {
	n := len(text)
	if n < 20 {
		return false
	}
	switch text[n-1] {
	case 'e':
		switch {
		case endsWith(text, ") entered disabled state"), endsWith(text, ") entered blocking state"):
			return beginsVMPort(text[bytes.LastIndexByte(text, '(')+1:])
		case endsWith(text, " promiscuous mode"):
			begin, _ := kernelWords(text)
			return beginsVMPort(bytes.TrimPrefix(text[begin:], []byte("device ")))
		}
	case '.':
		return has(text, "Withdrawing workstation") && containsAny(text, "vnet", "tap")
	}
	return false
}

func beginsVMPort(name []byte) bool {
	return has(name, "vnet") || has(name, "tap") || has(name, "macvtap")
}

const (
	sameEnd  = 10 * time.Second // the lines of one port's end lie within
	comingUp = 2 * time.Second  // the states of a port that comes up follow one another within
)

// ports holds the ends that a line of the next seconds may still turn out to be a start.
type ports struct {
	said recent
	open []portEnd
	up   map[string]record.Stamp
}

type portEnd struct {
	iface string
	event record.Event
}

func (p *ports) Line(l record.Line, sink record.Sink) {
	iface, what := portState(kernelText(l.Text))
	if iface == "" {
		return
	}
	p.settle(l.At, sink)
	switch what {
	case "disabled":
		if up, known := p.up[iface]; known && apart(up, l.At) <= comingUp && apart(up, l.At) >= 0 {
			return
		}
		if !p.said.again(iface, l.At) {
			p.open = append(p.open, portEnd{iface, portGone(l, iface)})
		}
	case "left":
		p.close(iface, sink)
		if !p.said.again(iface, l.At) {
			sink.Event(portGone(l, iface))
		}
	case "up":
		p.drop(iface)
		if p.up == nil || len(p.up) >= mostRecent {
			p.up = map[string]record.Stamp{}
		}
		p.up[iface] = l.At
	}
}

// settle gives the ends that nothing contradicted in time.
func (p *ports) settle(now record.Stamp, sink record.Sink) {
	kept := p.open[:0]
	for _, e := range p.open {
		if apart(e.event.At, now) > comingUp || len(p.open) > mostRecent {
			sink.Event(e.event)
		} else {
			kept = append(kept, e)
		}
	}
	p.open = kept
}

func (p *ports) close(iface string, sink record.Sink) {
	for i, e := range p.open {
		if e.iface == iface {
			sink.Event(e.event)
			p.open = append(p.open[:i], p.open[i+1:]...)
			return
		}
	}
}

func (p *ports) drop(iface string) {
	for i, e := range p.open {
		if e.iface == iface {
			p.open = append(p.open[:i], p.open[i+1:]...)
			delete(p.said.last, iface)
			return
		}
	}
}

// Flush gives the ends that the input's end left open.
func (p *ports) Flush(sink record.Sink) {
	for _, e := range p.open {
		sink.Event(e.event)
	}
	p.open = nil
}

func portGone(l record.Line, iface string) record.Event {
	e := settled(l, record.LinkDown, "The VM network port "+iface+" went away", record.Attr{Key: record.AttrIface, Value: iface})
	if vm := proxmoxOf(iface); vm != "" {
		e.Attr = append(e.Attr, record.Attr{Key: record.AttrVM, Value: vm})
	}
	return e
}

// proxmoxOf gives the number of the VM whose port Proxmox calls tap101i0 (PVE::QemuServer, print_netdev_full).
func proxmoxOf(iface string) string {
	number, card, ok := strings.Cut(strings.TrimPrefix(iface, "tap"), "i")
	if !ok || !strings.HasPrefix(iface, "tap") || number == "" || card == "" || digitsIn(number) != number || digitsIn(card) != card {
		return ""
	}
	return number
}

// portState reads which port of a VM a line is about and whether it is "disabled", has "left" or comes "up".
func portState(text string) (iface, what string) {
	if name, ok := strings.CutPrefix(text, "Withdrawing workstation service for "); ok {
		return vmPort(strings.TrimSuffix(name, ".")), "left"
	}
	if name, ok := between(text, "(", ") entered "); ok && strings.Contains(text, ": port ") {
		if strings.HasSuffix(text, "entered disabled state") {
			return vmPort(name), "disabled"
		}
		return vmPort(name), "up"
	}
	text = strings.TrimPrefix(text, "device ")
	name, ok := strings.CutSuffix(text, " left promiscuous mode")
	what = "left"
	if !ok {
		name, ok = strings.CutSuffix(text, " entered promiscuous mode")
		what = "up"
	}
	if !ok {
		return "", ""
	}
	return vmPort(strings.TrimSuffix(strings.TrimSuffix(name, ":"), " (unregistering)")), what
}

// vmPort gives the name when it is a VM's: vnet2 (libvirt), tap101i0 (Proxmox), tap1a2b3c4d-5e (Neutron), macvtap0.
// Containers' veth pairs are none.
func vmPort(name string) string {
	for _, prefix := range []string{"vnet", "tap", "macvtap"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && len(name) <= 15 && !strings.ContainsAny(rest, " ():") {
			return name
		}
	}
	return ""
}

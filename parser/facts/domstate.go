package facts

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// domstate reads `virsh domstate VM --reason` in any language, "shut off (crashed)"; prompt or file name tell the VM.
var domstate = listing{
	name: "virsh-domstate", title: "virsh domstate --reason",
	commands: []string{"virsh domstate"},
	fits: func(lines [][]byte) bool {
		state, _, _ := strings.Cut(string(bytes.TrimSpace(lines[0])), " (")
		_, known := states[state]
		return len(lines) == 1 && known
	},
	open: func(s *sheet) rows { return domstateRows{s, s.asked("domstate")} },
}

type domstateRows struct {
	*sheet
	vm string
}

func (r domstateRows) row(line []byte) {
	state, reason, _ := strings.Cut(r.text(line), " (")
	english, known := states[state]
	if !known || r.vm == "" {
		return
	}
	reason = strings.TrimSuffix(reason, ")")
	if state == "关闭" && reason != "" { // "in shutdown" has no reason but "user"
		english = "shut off"
	}
	r.fact(r.vm, record.FactVM, "virsh domstate")
	r.fact(r.vm, record.FactVMState, english)
	if e, known := states[reason]; known && reason != "" {
		reason = e
	}
	if e, known := reasons[reason]; known {
		reason = e
	}
	r.fact(r.vm, record.FactVMReason, reason)
}

func (r domstateRows) end() {}

// reasons are the words of --reason that are no states, from the same catalogues.
var reasons = map[string]string{
	"已销毁": "destroyed", "強制停止": "destroyed", "vernichtet": "destroyed", "détruit": "destroyed", "разрушен": "destroyed", "Destruido": "destroyed",
	"파기됨": "destroyed", "destruído": "destroyed", "знищено": "destroyed", "förstörd": "destroyed", "zlikvidováno": "destroyed",
	"shut off": "shutdown", "シャットダウン": "shutdown", "Herunterfahren": "shutdown", "Apagado": "shutdown",
	"завершення роботи": "shutdown", "avstängning": "shutdown", "vypnout": "shutdown", "恐慌的": "panicked",
}

// domiflist reads `virsh domiflist VM` in any language; prompt or file name tell the VM:
//
//	 Interface   Type      Source   Model    MAC
//	------------------------------------------------------------
//	 vnet2       bridge    br0      virtio   52:54:00:5e:5d:ed
var domiflist = listing{
	name: "virsh-domiflist", title: "virsh domiflist: a VM's network ports",
	commands: []string{"virsh domiflist"},
	fits: func(lines [][]byte) bool {
		return len(lines) > 2 && bytes.HasPrefix(lines[1], []byte("------")) && isMAC(lines[2])
	},
	open: func(s *sheet) rows { return ifaceRows{s, s.asked("domiflist")} },
}

type ifaceRows struct {
	*sheet
	vm string
}

func (r ifaceRows) row(line []byte) {
	words := strings.Fields(r.text(line))
	if r.vm != "" && isMAC(line) && words[0] != "-" {
		r.fact(r.vm, record.FactVMIface, words[0])
	}
}

func (r ifaceRows) end() {}

// isMAC tells whether a row ends with a MAC address.
func isMAC(line []byte) bool {
	words := bytes.Fields(line)
	if len(words) < 3 {
		return false
	}
	mac := words[len(words)-1]
	return len(mac) == 17 && mac[2] == ':' && mac[5] == ':' && mac[14] == ':'
}

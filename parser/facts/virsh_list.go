package facts

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// virshList reads `virsh list --all` of libvirt 0.9 to 11 in every language of its catalogue (tools/virsh-domain-monitor.c):
//
//	 Id   名称              状态
//	------------------------------
//	 1    vm-k8s-master-1   运行
//	 -    vm-k8s-worker-1   关闭
//
// Old versions print `%-5s %-30s %s`, in which a long name touches the state with one blank.
var virshList = listing{
	name: "virsh-list", title: "virsh list: VMs and their states, any language",
	commands: []string{"virsh list"},
	begins:   isListHead,
	open:     func(s *sheet) rows { return &listRows{sheet: s} },
}

func isListHead(line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	if len(trimmed) < 10 || len(trimmed) > 200 || trimmed[0] != 'I' {
		return false
	}
	words := strings.Fields(string(trimmed))
	return len(words) >= 3 && isWord(words[0], idWords) && isWord(words[1], nameWords) && isWord(words[2], stateWords)
}

type listRows struct{ *sheet }

func (r *listRows) row(line []byte) {
	line = bytes.TrimSpace(line)
	id, rest, ok := bytes.Cut(line, []byte{' '})
	rest = bytes.TrimSpace(rest)
	if !ok || len(rest) == 0 || !isDigits(id) && string(id) != "-" {
		return
	}
	name, state := splitState(r.text(rest))
	if name == "" {
		r.lines.Problem("virsh list: no state behind the VM's name: expected an id, a name and a state")
		return
	}
	r.fact(name, record.FactVM, "virsh list")
	if isDigits(id) {
		r.fact(name, record.FactVMID, string(id))
	}
	r.fact(name, record.FactVMState, englishState(state, string(id) == "-"))
}

func (r *listRows) end() {}

// splitState takes "web 01   shut off" apart: at the widest gap when a known state stands behind it, else before the
// longest known state that ends the row, else at the last gap.
func splitState(s string) (name, state string) {
	if i := strings.LastIndex(s, "  "); i > 0 {
		state = strings.TrimSpace(s[i:])
		return strings.TrimSpace(s[:i]), state
	}
	for known := range states {
		if n, ok := strings.CutSuffix(s, " "+known); ok && len(known) > len(state) {
			name, state = n, known
		}
	}
	if state == "" {
		i := strings.LastIndexByte(s, ' ')
		if i < 0 {
			return "", ""
		}
		name, state = s[:i], s[i+1:]
	}
	return strings.TrimSpace(name), state
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

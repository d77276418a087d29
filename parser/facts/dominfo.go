package facts

import (
	"bytes"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// dominfo reads `virsh dominfo` of libvirt 0.9 to 11, one VM after the other, in every language of its catalogue:
//
//	Id:             3
//	名称：       vm-k8s-worker-2
//	状态：       崩溃
//	最大内存： 262144 KiB
//
// Versions before 0.10 write kB for what has always been KiB.
var dominfo = listing{
	name: "virsh-dominfo", title: "virsh dominfo: a VM's state and memory, any language",
	commands: []string{"virsh dominfo"},
	begins:   isInfoHead,
	fits: func(lines [][]byte) bool {
		return len(lines) > 1 && isWord(label(lines[1]), nameWords)
	},
	open: func(s *sheet) rows { return &infoRows{sheet: s} },
}

func isInfoHead(line []byte) bool {
	if len(line) < 4 || len(line) > 60 || line[0] != 'I' || !isWord(label(line), idWords) {
		return false
	}
	value := bytes.TrimSpace(line[bytes.IndexByte(line, ':')+1:])
	return isDigits(value) || string(value) == "-"
}

// label gives what stands before the colon, which is full-width in Chinese and has a blank before it in French.
func label(line []byte) string {
	end := bytes.IndexByte(line, ':')
	if wide := bytes.Index(line, []byte("：")); wide >= 0 && (end < 0 || wide < end) {
		end = wide
	}
	if end < 0 || end > 80 {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(string(line[:end]), "\u00a0", " "))
}

type infoRows struct {
	*sheet
	id, name string
}

func (r *infoRows) row(line []byte) {
	key := label(line)
	value := r.text(line[len(line)-len(afterColon(line)):])
	switch {
	case isWord(key, idWords):
		r.id, r.name = value, ""
	case isWord(key, nameWords) && value != "":
		r.name = value
		r.fact(value, record.FactVM, "virsh dominfo")
		if isDigits([]byte(r.id)) {
			r.fact(value, record.FactVMID, r.id)
		}
	case r.name == "":
	case isWord(key, stateWords):
		r.fact(r.name, record.FactVMState, englishState(value, r.id == "-"))
	case isWord(key, uuidWords):
		r.fact(r.name, record.FactVMUUID, value)
	case isWord(key, maxWords):
		r.size(record.FactVMMemory, value)
	case isWord(key, usedWords):
		r.size(record.FactVMBalloon, value)
	}
}

func (r *infoRows) end() {}

func (r *infoRows) size(key, value string) {
	n, ok := scan.KernelSize([]byte(value))
	if !ok {
		r.noSize("virsh dominfo", []byte(value), "KiB")
		return
	}
	r.fact(r.name, key, strconv.FormatInt(n, 10))
}

// afterColon gives what stands behind the label.
func afterColon(line []byte) []byte {
	end, width := bytes.IndexByte(line, ':'), 1
	if wide := bytes.Index(line, []byte("：")); wide >= 0 && (end < 0 || wide < end) {
		end, width = wide, len("：")
	}
	if end < 0 {
		return nil
	}
	return line[end+width:]
}

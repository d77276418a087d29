package facts

import (
	"bytes"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// vmCSV reads a list of VMs that somebody kept by hand: a header with a name and a memory column, sizes with a unit:
//
//	name,memory
//	vm-k8s-worker-1,16 GiB
//	vm-k8s-master-1,8G
var vmCSV = listing{
	name: "vm-csv", title: "a list of VMs: CSV with name and memory, sizes with a unit",
	begins: func(line []byte) bool {
		name, memory := csvColumns(line)
		return name >= 0 && memory >= 0
	},
	open: func(s *sheet) rows { return &csvRows{sheet: s, name: -1} },
}

func csvColumns(line []byte) (name, memory int) {
	name, memory = -1, -1
	if len(line) > 200 || bytes.IndexByte(line, ',') < 0 {
		return
	}
	for i, word := range bytes.Split(line, []byte{','}) {
		switch strings.ToLower(string(bytes.Trim(word, " \""))) {
		case "name", "vm", "domain":
			name = i
		case "memory", "mem", "ram", "max memory":
			memory = i
		}
	}
	return
}

type csvRows struct {
	*sheet
	name, memory int
}

func (r *csvRows) row(line []byte) {
	if r.name < 0 || r.memory < 0 {
		r.name, r.memory = csvColumns(line)
		return
	}
	words := bytes.Split(line, []byte{','})
	if len(bytes.TrimSpace(line)) == 0 {
		return
	}
	if len(words) <= max(r.name, r.memory) {
		r.lines.Problem("list of VMs: the row has fewer columns than the header")
		return
	}
	vm, value := r.text(bytes.Trim(words[r.name], " \"")), bytes.Trim(words[r.memory], " \"")
	size, _, ok := scan.Size(value)
	if vm == "" || !ok || size < 1 || size >= 1<<62 || isDigits(value) && size < 1<<20 {
		r.noSize("list of VMs", value, "a unit such as GiB, or bytes")
		return
	}
	r.fact(vm, record.FactVM, "a list of VMs")
	r.fact(vm, record.FactVMMemory, strconv.FormatFloat(size, 'f', 0, 64))
}

func (r *csvRows) end() {}

// qmList reads Proxmox's `qm list` (5 to 9), which shows memory in MiB and the pid:
//
//	VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID
//	 101 vm-k8s-worker-1      running    16384             32.00 7569
var qmList = listing{
	name: "qm-list", title: "Proxmox: qm list",
	commands: []string{"qm list"},
	begins: func(line []byte) bool {
		return bytes.Contains(line[:min(len(line), 40)], []byte(" VMID NAME ")) && bytes.Contains(line, []byte("MEM(MB)"))
	},
	open: func(s *sheet) rows { return qmRows{s} },
}

type qmRows struct{ *sheet }

func (r qmRows) row(line []byte) {
	words := bytes.Fields(line)
	if len(words) < 6 || !isDigits(words[0]) {
		return
	}
	last := len(words) - 1
	id, name := string(words[0]), r.text(bytes.Join(words[1:last-3], []byte{' '}))
	memory, ok := scan.Int(words[last-2])
	if !ok || memory <= 0 || memory >= 1<<42 {
		r.lines.Problem("not as qm list writes it: expected VMID NAME STATUS MEM(MB) BOOTDISK(GB) PID")
		return
	}
	// Proxmox's logs know the number alone, so it is the subject and the name is its second one.
	r.fact(id, record.FactVM, "qm list")
	r.fact(id, record.FactVMTitle, name)
	r.fact(id, record.FactVMState, map[string]string{"running": "running", "stopped": "shut off", "paused": "paused"}[string(words[last-3])])
	r.fact(id, record.FactVMMemory, strconv.FormatInt(memory<<20, 10))
	if pid := words[last]; isDigits(pid) && string(pid) != "0" {
		r.fact(id, record.FactVMPID, string(pid))
	}
}

func (r qmRows) end() {}

// openstackServers reads `openstack server list --long`, whose instance names and states are what it adds:
//
//	| ID                                   | Name  | Status | Task State | Power State | Networks | Image Name | Host |
var openstackServers = listing{
	name: "openstack-servers", title: "openstack server list",
	commands: []string{"openstack server list", "nova list"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("| ID ")) && bytes.Contains(line, []byte("| Name ")) && bytes.Contains(line, []byte("| Status "))
	},
	open: func(s *sheet) rows { return &serverRows{sheet: s} },
}

type serverRows struct {
	*sheet
	names [][]byte
}

func (r *serverRows) row(line []byte) {
	if !bytes.HasPrefix(line, []byte("|")) {
		return
	}
	cells := bytes.Split(line, []byte{'|'})
	for i := range cells {
		cells[i] = bytes.TrimSpace(cells[i])
	}
	if openstackServers.begins(line) {
		r.names = cells
		return
	}
	get := func(name string) string {
		for i, n := range r.names {
			if string(n) == name && i < len(cells) {
				return r.text(cells[i])
			}
		}
		return ""
	}
	name := get("Name")
	if name == "" {
		return
	}
	r.fact(name, record.FactVM, "openstack server list")
	r.fact(name, record.FactVMUUID, get("ID"))
	r.fact(name, record.FactVMState, map[string]string{"ACTIVE": "running", "SHUTOFF": "shut off", "PAUSED": "paused", "ERROR": "crashed"}[get("Status")])
}

func (r *serverRows) end() {}

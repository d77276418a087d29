package facts

import (
	"bytes"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// cgls reads the tree of `systemd-cgls` and of `systemctl status machine.slice` (systemd 219 to 257): processes below
// their scopes, command lines cut at the terminal's width:
//
//	Control group /:
//	  ├─machine-qemu\x2d2\x2dvm\x2dk8s\x2dworker\x2d1.scope (#1525)
//	  │ └─254 /usr/libexec/qemu-kvm -name guest=vm-k8s-worker-1,debug-t…
var cgls = listing{
	name: "systemd-cgls", title: "systemd-cgls: which process runs in which VM's scope",
	commands: []string{"systemd-cgls", "systemctl status"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("Control group /"))
	},
	open: func(s *sheet) rows { return cglsRows{s} },
}

type cglsRows struct{ *sheet }

func (r cglsRows) row(line []byte) {
	row := bytes.TrimLeft(line, " \t│├└─|`-")
	pid, args, ok := bytes.Cut(row, []byte{' '})
	if !ok || !isDigits(pid) {
		return
	}
	vm, ok := scan.QEMU(r.long(args))
	if !ok || vm.Name == "" || strings.HasSuffix(vm.Name, "…") || strings.HasSuffix(vm.Name, "...") {
		return
	}
	name := vm.Name
	if vm.Number != "" { // Proxmox
		name = vm.Number
		r.fact(name, record.FactVMTitle, vm.Name)
	}
	r.fact(name, record.FactVM, "command line of its process")
	r.fact(name, record.FactVMPID, string(pid))
}

func (r cglsRows) end() {}

// vmstat reads /proc/vmstat, whose oom_kill counts the kernel's kills since boot (4.13 and later).
var vmstat = listing{
	name: "proc-vmstat", title: "/proc/vmstat: how many kills the kernel counts",
	commands: []string{"cat /proc/vmstat"},
	begins: func(line []byte) bool {
		name, value, ok := bytes.Cut(line, []byte{' '})
		return ok && (string(name) == "nr_free_pages" || string(name) == "pswpin") && isDigits(value)
	},
	open: func(s *sheet) rows { return vmstatRows{s} },
}

type vmstatRows struct{ *sheet }

func (r vmstatRows) row(line []byte) {
	if value, ok := bytes.CutPrefix(line, []byte("oom_kill ")); ok {
		if n, ok := scan.Int(value); ok && n >= 0 {
			r.fact(r.host, record.FactHostKills, strconv.FormatInt(n, 10))
		}
	}
}

func (r vmstatRows) end() {}

package facts

import (
	"slices"
	"strconv"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// process is one row of top or ps.
type process struct {
	pid, comm, args string
	rss             int64 // bytes, -1 when not told
	share           float64
	from            record.Origin
}

// mostProcesses is how many processes of one table become facts: the biggest ones; a VM's always does.
const mostProcesses = 60

// tell gives the facts about the processes that hold most, and about every VM.
func (s *sheet) tell(table []process) {
	slices.SortStableFunc(table, func(a, b process) int {
		switch {
		case a.rss > b.rss:
			return -1
		case a.rss < b.rss:
			return 1
		}
		return 0
	})
	for i, p := range table {
		vm, isVM := scan.QEMU(p.args)
		if (i >= mostProcesses || p.rss == 0) && !isVM { // kernel threads hold nothing
			continue
		}
		s.factAt(p.from, p.pid, record.FactProcComm, p.comm)
		if p.rss >= 0 {
			s.factAt(p.from, p.pid, record.FactProcRSS, strconv.FormatInt(p.rss, 10))
		}
		if p.share > 0 { // 0.0 is less than half of the last digit, not nothing
			s.factAt(p.from, p.pid, record.FactProcShare, strconv.FormatFloat(p.share, 'g', 6, 64))
		}
		if p.args != p.comm {
			s.factAt(p.from, p.pid, record.FactProcArgs, p.args)
		}
		if isVM && (vm.Name != "" || vm.Number != "") {
			s.running(p, vm)
		}
	}
}

// running gives what a hypervisor's command line tells about its VM. Proxmox's logs and cgroups know the number alone, so
// there it is the subject, as in qm list, and the name is its second one.
func (s *sheet) running(p process, vm scan.QEMUCommand) {
	name := vm.Name
	if vm.Number != "" {
		name = vm.Number
	}
	s.factAt(p.from, name, record.FactVM, "command line of its process")
	if name != vm.Name {
		s.factAt(p.from, name, record.FactVMTitle, vm.Name)
	}
	s.factAt(p.from, name, record.FactVMPID, p.pid)
	s.factAt(p.from, name, record.FactVMUUID, vm.UUID)
	if vm.Memory > 0 {
		s.factAt(p.from, name, record.FactVMMemory, strconv.FormatInt(vm.Memory, 10))
	}
	if p.rss > 0 {
		s.factAt(p.from, name, record.FactVMRSS, strconv.FormatInt(p.rss, 10))
	}
	if vm.HugePages {
		s.factAt(p.from, name, record.FactVMHugePages, "yes")
	}
}

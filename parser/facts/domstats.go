package facts

import (
	"bytes"
	"strconv"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// domstats reads `virsh domstats` (libvirt 1.2 to 11); sizes are KiB, states are virDomainState's numbers:
//
//	Domain: 'vm-k8s-worker-2'
//	  state.state=6
//	  balloon.maximum=262144
//	  balloon.rss=292880
var domstats = listing{
	name: "virsh-domstats", title: "virsh domstats: states and memory of VMs",
	commands: []string{"virsh domstats"},
	begins: func(line []byte) bool {
		return len(line) > len("Domain: ''") && bytes.HasPrefix(line, []byte("Domain: '")) && bytes.HasSuffix(line, []byte("'"))
	},
	fits: func(lines [][]byte) bool { // the first VM comes twice: a loop, which is a curve
		for _, l := range lines[1:] {
			if bytes.Equal(l, lines[0]) {
				return false
			}
		}
		return true
	},
	open: func(s *sheet) rows { return &statRows{sheet: s} },
}

var domainStates = map[string]string{"0": "no state", "1": "running", "2": "idle", "3": "paused", "4": "in shutdown", "5": "shut off", "6": "crashed", "7": "pmsuspended"}

// shutoffReasons and others are virDomainShutoffReason, virDomainCrashedReason and virDomainPausedReason of include/libvirt/libvirt-domain.h.
var (
	shutoffReasons = []string{"", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from-snapshot", "daemon"}
	crashedReasons = []string{"", "panicked"}
	pausedReasons  = []string{"", "user", "migration", "save", "dump", "ioerror", "watchdog", "from-snapshot", "shutting-down", "snapshot", "crashed",
		"starting-up", "postcopy", "postcopy-failed", "api-error"}
)

// memoryStats are the keys of balloon statistics, as domstats and dommemstat share them, all in KiB.
var memoryStats = map[string]string{
	"maximum": record.FactVMMemory, "current": record.FactVMBalloon, "actual": record.FactVMBalloon, "rss": record.FactVMRSS,
	"available": record.FactVMGuestTotal, "usable": record.FactVMGuestFree,
}

type statRows struct {
	*sheet
	vm, state string
}

func (r *statRows) row(line []byte) {
	if domstats.begins(line) {
		r.vm, r.state = r.text(line[len("Domain: '"):len(line)-1]), ""
		r.fact(r.vm, record.FactVM, "virsh domstats")
		return
	}
	key, value, ok := bytes.Cut(bytes.TrimSpace(line), []byte{'='})
	if !ok || r.vm == "" {
		return
	}
	switch string(key) {
	case "state.state":
		r.state = string(value)
		r.fact(r.vm, record.FactVMState, domainStates[r.state])
	case "state.reason":
		r.reason(string(value))
	default:
		if stat, ok := bytes.CutPrefix(key, []byte("balloon.")); ok {
			r.kibibytes(r.vm, string(stat), value)
		}
	}
}

func (r *statRows) end() {}

func (r *statRows) reason(value string) {
	n, err := strconv.Atoi(value)
	for state, reasons := range map[string][]string{"5": shutoffReasons, "6": crashedReasons, "3": pausedReasons} {
		if err == nil && r.state == state && n >= 0 && n < len(reasons) {
			r.fact(r.vm, record.FactVMReason, reasons[n])
		}
	}
}

// kibibytes gives the fact of one memory statistic of a VM.
func (s *sheet) kibibytes(vm, stat string, value []byte) {
	key, wanted := memoryStats[stat]
	if !wanted {
		return
	}
	n, ok := scan.Int(bytes.TrimSpace(value))
	if !ok || n < 0 || n >= 1<<52 {
		s.noSize("memory statistics", value, "KiB")
		return
	}
	s.fact(vm, key, strconv.FormatInt(n<<10, 10))
}

// dommemstat reads `virsh dommemstat VM`, whose output does not name the VM: the prompt or the file's name does.
//
//	actual 262144
//	unused 147616
//	rss 275944
var dommemstat = listing{
	name: "virsh-dommemstat", title: "virsh dommemstat: memory of one VM",
	commands: []string{"virsh dommemstat"},
	begins: func(line []byte) bool {
		value, ok := bytes.CutPrefix(line, []byte("actual "))
		return ok && isDigits(value)
	},
	open: func(s *sheet) rows { return &memstatRows{sheet: s, vm: s.asked("dommemstat")} },
}

type memstatRows struct {
	*sheet
	vm string
}

func (r *memstatRows) row(line []byte) {
	stat, value, ok := bytes.Cut(line, []byte{' '})
	if !ok || !isDigits(value) {
		return
	}
	if r.vm == "" {
		r.lines.Problem("virsh dommemstat does not tell whose memory it is: neither a prompt nor the file's name (dommemstat-VM.txt) names the VM")
		r.vm = "-"
	}
	if r.vm != "-" {
		r.kibibytes(r.vm, string(stat), value)
	}
}

func (r *memstatRows) end() {}

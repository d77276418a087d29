package messages

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
)

// boot reads when a machine came up and went down (kernel 2.6 to 7.x, systemd 219 to 257):
//
//	kernel: Linux version 3.10.0-1160.el7.x86_64 (mockbuild@kbuilder.bsys.centos.org) (gcc version 4.8.5 …) #1 SMP …
//	systemd[1]: Startup finished in 4.245s (kernel) + 15.398s (userspace) = 19.643s.
//	systemd-logind[222]: System is rebooting.
//	systemd[1]: Reached target shutdown.target - System Shutdown.
//	kernel: reboot: Restarting system
//	-- Boot 0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --
//
// The last is what the readers of the journal's exports set, with the host's name, where its _BOOT_ID changes.
var boot = Reader{
	Name: "boot", Title: "boots and shutdowns of the machine",
	Sources: []string{"kernel", "", "systemd", "systemd-logind", "systemd-shutdown", "shutdown"},
	Wants:   wantsBoot,
	Starts: []string{
		"Linux version ", "Startup finished in ", "System is ", "System halted", "Sending SIGTERM to remaining", "Reached target ",
		"Restarting system", "reboot: ", "Power down", "The system will ", "shutting down for system", "-- Boot ",
	},
	New: func() Step { return &bootStep{up: recent{span: 15 * time.Minute}, down: recent{span: 5 * time.Minute}} },
}

func wantsBoot(text []byte) bool {
	begin, _ := oomMessage(text)
	text = text[begin:]
	if len(text) < 10 {
		return false
	}
	starts := func(prefix string) bool { return bytes.HasPrefix(text, []byte(prefix)) }
	switch text[0] {
	case 'L':
		return starts("Linux version ")
	case 'S':
		return starts("Startup finished in ") || starts("System is ") || starts("System halted") || starts("Sending SIGTERM to remaining")
	case 'R':
		return starts("Reached target ") && containsAny(text, "hutdown", "eboot", "Power", "Halt") || starts("Restarting system")
	case 'r':
		return starts("reboot: ")
	case 'P':
		return starts("Power down")
	case 'T':
		return starts("The system will ")
	case 's':
		return starts("shutting down for system")
	case '-':
		return starts("-- Boot ")
	}
	return false
}

type bootStep struct {
	up, down recent
	entered  []record.Line // the journal's first entries of boots whose kernel has not told its release yet, one of a host
}

// mostEntered is of how many hosts a boot waits for the kernel's line.
const mostEntered = 256

// Flush gives the boots of which the journal holds no line of the kernel's.
func (s *bootStep) Flush(sink record.Sink) {
	for len(s.entered) > 0 {
		s.came(s.entered[0].Host, sink)
	}
}

// entry notes that the journal comes to another boot of a host. The kernel's own line, if it is there, says more about it.
func (s *bootStep) entry(l record.Line, sink record.Sink) {
	s.came(l.Host, sink)
	if len(s.entered) >= mostEntered {
		s.came(s.entered[0].Host, sink)
	}
	id := strings.Trim(strings.TrimPrefix(l.Text, "-- Boot "), " -")
	l.Program, l.Text = "systemd-journald", "_BOOT_ID="+id
	s.entered = append(s.entered, l)
}

// came gives the boot of a host that no line of its kernel told.
func (s *bootStep) came(host string, sink record.Sink) {
	if l, ok := s.waiting(host); ok {
		s.up.again(l.Host, l.At)
		s.down.last = nil
		sink.Event(settled(l, record.HostBoot, cameUp))
	}
}

// waiting takes away the entry of a host's boot that waits for the kernel's line.
func (s *bootStep) waiting(host string) (record.Line, bool) {
	for i, l := range s.entered {
		if l.Host == host {
			s.entered = slices.Delete(s.entered, i, i+1)
			return l, true
		}
	}
	return record.Line{}, false
}

const cameUp = "The machine came up"

func (s *bootStep) Line(l record.Line, sink record.Sink) {
	text := kernelText(l.Text)
	if l.Program == "" && strings.HasPrefix(l.Text, "-- Boot ") {
		if l.Host != "" { // else journalctl's own line, whose time is that of the line before it
			s.entry(l, sink)
		}
		return
	}
	release, booted := kernelRelease(text)
	if booted {
		s.waiting(l.Host)
		sink.Fact(record.Fact{At: l.At, From: l.From, Subject: l.Host, Key: record.FactKernel, Value: release})
	}
	if !booted {
		s.came(l.Host, sink)
	}
	if booted || l.Program == "systemd" && strings.HasPrefix(text, "Startup finished in ") && strings.Contains(text, "(kernel)") {
		// A second kernel line is a second boot however soon it comes; systemd's line belongs to the one before it.
		if again := s.up.again(l.Host, l.At); booted || !again {
			sink.Event(settled(l, record.HostBoot, cameUp, record.Attr{Key: "kernel", Value: release}))
		}
		s.down.last = nil
		return
	}
	if how := goingDown(l, text); how != "" && !s.down.again(l.Host, l.At) {
		sink.Event(settled(l, record.HostShutdown, "The machine went down: "+how, record.Attr{Key: record.AttrReason, Value: how}))
	}
}

// kernelRelease reads "Linux version RELEASE (builder) …", the first line of every boot.
func kernelRelease(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "Linux version ")
	release, _, more := strings.Cut(rest, " (")
	if !ok || !more || release == "" || release[0] < '0' || release[0] > '9' || strings.ContainsRune(release, ' ') {
		return "", false
	}
	return release, true
}

// goingDown gives reboot, poweroff, halt or shutdown; "" when the line tells no such thing. A user's own manager
// reaches "Shutdown" at every logout: it is not process 1, and EL7, which writes no number, has none.
func goingDown(l record.Line, text string) string {
	switch l.Program {
	case "kernel", "":
		for mark, how := range map[string]string{"reboot: Restarting system": "reboot", "reboot: Power down": "poweroff", "reboot: System halted": "halt",
			"Restarting system.": "reboot", "Power down.": "poweroff", "System halted.": "halt"} {
			if strings.HasPrefix(text, mark) {
				return how
			}
		}
	case "systemd-logind":
		for mark, how := range map[string]string{"System is rebooting": "reboot", "System is powering down": "poweroff", "System is halting": "halt",
			"The system will reboot": "reboot", "The system will power off": "poweroff", "The system will be halted": "halt"} {
			if strings.HasPrefix(text, mark) {
				return how
			}
		}
	case "systemd":
		if l.PID > 1 {
			return ""
		}
		for mark, how := range map[string]string{"System Reboot": "reboot", "System Power Off": "poweroff", "System Halt": "halt", "System Shutdown": "shutdown",
			"target Shutdown.": "shutdown", "target Reboot.": "reboot", "target Power-Off.": "poweroff", "target Halt.": "halt"} {
			if strings.HasPrefix(text, "Reached target ") && strings.Contains(text, mark) {
				return how
			}
		}
	case "systemd-shutdown":
		return "shutdown"
	case "shutdown":
		if _, how, ok := strings.Cut(text, "shutting down for system "); ok {
			return how
		}
	}
	return ""
}

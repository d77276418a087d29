package messages

import (
	"strconv"
	"strings"
)

// A VM has many names. libvirt calls it web_01, machined qemu-3-web01 (virDomainGenerateMachineName drops what
// is not a letter, digit, dash or single dot), systemd machine-qemu\x2d3\x2dweb01.scope. The way back is not
// unique: who compares must sanitise the candidates, never equate the unescaped name with libvirt's.

// machineParts takes machined's name apart: "qemu-3-web01" gives id 3 and web01; EL7.0's "qemu-web01" has no id.
// ok is false for machines that are not QEMU's.
func machineParts(machine string) (id, vm string, ok bool) {
	rest, ok := strings.CutPrefix(machine, "qemu-")
	if !ok || rest == "" {
		return "", "", false
	}
	number, name, dash := strings.Cut(rest, "-")
	if dash && number != "" && digitsIn(number) != "" && name != "" {
		return number, name, true
	}
	return "", rest, true
}

// scopeMachine gives machined's name for a systemd scope, "machine-qemu\x2d3\x2dweb01.scope"; ok is false for
// other units.
func scopeMachine(unit string) (machine string, ok bool) {
	name, ok := strings.CutSuffix(unit, ".scope")
	if !ok {
		return "", false
	}
	name, ok = strings.CutPrefix(name, "machine-")
	if !ok {
		return "", false
	}
	machine = unescapeUnit(name)
	return machine, strings.HasPrefix(machine, "qemu-")
}

// unescapeUnit undoes systemd's \xNN, whose backslash some loggers double.
func unescapeUnit(s string) string {
	if !strings.Contains(s, `\x`) {
		return s
	}
	s = strings.ReplaceAll(s, `\\x`, `\x`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "?")
}

// isQEMU tells whether a process name (15 bytes at most) is a hypervisor's, or one of its named threads. libvirt calls it
// qemu:NAME when qemu.conf sets set_process_name. Their tools (qemu-img, qemu-nbd, qemu-ga in a guest) and the emulators
// of single programs (qemu-aarch64) carry no VM.
func isQEMU(comm string) bool {
	return comm == "qemu-kvm" || comm == "qemu" || comm == "kvm" || strings.HasPrefix(comm, "qemu-system-") || strings.HasPrefix(comm, "qemu:") ||
		strings.HasPrefix(comm, "CPU ") && (strings.HasSuffix(comm, "/KVM") || strings.HasSuffix(comm, "/TCG"))
}

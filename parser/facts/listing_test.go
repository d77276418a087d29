package facts

import (
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestFreeOptions: sizes in the unit that the command line asks for (free.c of procps 3.2 to 4), and the swap's row among
// those that stand around it.
func TestFreeOptions(t *testing.T) {
	const head = "\n              total        used        free      shared  buff/cache   available\n"
	const mib = "Mem:          64136       58801         533          16        4801        4722\nSwap:          8191           0        8191\n"
	const kib = "Mem:       65675952    60000000      533000       16000     4800000     4722000\n"
	for command, c := range map[string]struct {
		rows      string
		ram, swap string // bytes
	}{
		"free -m":          {mib, "67251470336", "8588886016"}, // 64136 and 8191 times 1024^2
		"free -mt":         {mib + "Total:        72327       58801        8724\n", "67251470336", "8588886016"},
		"free -wms 5":      {mib, "67251470336", "8588886016"},
		"free --mebi":      {mib, "67251470336", "8588886016"},
		"free --mega":      {mib, "64136000000", "8191000000"},
		"free -m --si":     {mib, "64136000000", "8191000000"},
		"free -t":          {kib + "Swap:             0           0           0\nTotal:     65675952    60000000      533000\n", "67252174848", "0"}, // 65675952 times 1024
		"free":             {kib + "Swap:          1024           0        1024\n", "67252174848", "1048576"},
		"free -lt":         {kib + "Low:       65675952    65142952      533000\nHigh:             0           0           0\nSwap:          1024           0        1024\nTotal:     65676976    60000000      534024\n", "67252174848", "1048576"},
		"free -v":          {kib + "Swap:          1024           0        1024\nComm:      32837976     9000000    23837976\n", "67252174848", "1048576"},
		"free -b -c 2 -s1": {"Mem:    67252174848 1 2 3 4 5\nSwap:   7 0 7\n", "67252174848", "7"},
		"free -ht":         {"Mem:            62Gi        57Gi       533Mi        16Mi       4,7Gi       4,6Gi\nSwap:          512Mi          0B       512Mi\nTotal:          63Gi        57Gi         1Gi\n", "66571993088", "536870912"}, // 62 times 1024^3
	} {
		got := parse(named(t, "free-once"), "host.txt", []byte("$ "+command+head+c.rows))
		told := map[string]string{}
		for _, f := range got.facts {
			told[f.Key] = f.Value
		}
		if told[record.FactHostRAM] != c.ram || told[record.FactHostSwap] != c.swap || len(got.problems) > 0 {
			t.Errorf("%s: RAM %s, swap %s, want %s and %s; %v", command, told[record.FactHostRAM], told[record.FactHostSwap], c.ram, c.swap, got.problems)
		}
	}
}

// TestVMsOfPS: VM names hold blanks; Proxmox's number is the subject, as its logs and cgroups know nothing else.
func TestVMsOfPS(t *testing.T) {
	const head = "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
	const row = "libvirt+  7569  262 25.6 18283204 16804564 ?   Sl   Feb19 912:41 "
	for args, want := range map[string]string{
		"/usr/bin/qemu-system-x86_64 -name guest=Windows Server 2019,debug-threads=on -S -m size=8388608k": "Windows Server 2019 vm.pid 7569, Windows Server 2019 vm.memory 8589934592",
		"/usr/bin/kvm -id 105 -name db,debug-threads=on -no-shutdown -m 8192":                              "105 vm.title db, 105 vm.pid 7569, 105 vm.memory 8589934592",
	} {
		var got []string
		for _, f := range parse(named(t, "ps"), "ps.txt", []byte(head+row+args+"\n")).facts {
			switch f.Key {
			case record.FactVMPID, record.FactVMTitle, record.FactVMMemory:
				got = append(got, f.Subject+" "+f.Key+" "+f.Value)
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, want %s", args, s, want)
		}
	}
}

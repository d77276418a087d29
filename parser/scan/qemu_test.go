package scan

import (
	"strings"
	"testing"
	"time"
)

// TestQEMUName: virsh takes names with blanks and apostrophes; libvirt quotes them in NAME.log, ps shows none of it.
func TestQEMUName(t *testing.T) {
	const program = "/usr/bin/qemu-system-x86_64 "
	for line, want := range map[string]string{
		"-name guest=web01,debug-threads=on -S": "web01",
		"-name web01 -S":                        "web01",
		"-name web01":                           "web01",
		"-S -name guest=web01":                  "web01",
		"-name guest=a,,b,debug-threads=on -S":  "a,b",
		"-name guest=Windows Server 2019,debug-threads=on -S -smp 2,cores=1": "Windows Server 2019",
		"-name Windows Server 2019 -S -smp 2,cores=1":                        "Windows Server 2019",
		"-name guest=Build - nightly,debug-threads=on -S":                    "Build - nightly",
		"-name 'guest=Windows Server 2019,debug-threads=on' -S":              "Windows Server 2019",
		`-name 'guest=Bob'\''s VM,debug-threads=on' -S`:                      "Bob's VM",
		"-name guest=Bob's VM,debug-threads=on -S":                           "Bob's VM",
		`-name "web01" -S`:                       "web01",
		`-name guest=web01,debug-threads=on \`:   "web01",
		`-name guest=web01 \`:                    "web01",
		"-name guest=Windows Server 2019,debug":  "Windows Server 2019",
		"-name guest=Windows Ser":                "", // cut, as ps cuts at the terminal's width
		"-name 'guest=Windows Server 2019,debug": "Windows Server 2019",
		"-name":                                  "",
		"-name ":                                 "",
		"-name '":                                "",
	} {
		c, ok := QEMU(program + line)
		if !ok || c.Name != want {
			t.Errorf("%s: name %q (%v), want %q", line, c.Name, ok, want)
		}
	}
}

// TestQEMUCommand: the other arguments, in both writings.
func TestQEMUCommand(t *testing.T) {
	for line, want := range map[string]QEMUCommand{
		"HOME=/var/lib/libvirt/qemu/domain-3-web01 /usr/bin/qemu-system-x86_64 -name guest=web01,debug-threads=on -m size=8388608k,slots=16 -uuid 4ea5d1a3-0f6e-4d6c-9c0b-0123456789ab": {
			Name: "web01", ID: "3", UUID: "4ea5d1a3-0f6e-4d6c-9c0b-0123456789ab", Memory: 8 << 30},
		`/usr/libexec/qemu-kvm -name 'guest=a b' -object '{"qom-type":"memory-backend-file","id":"ram","mem-path":"/dev/hugepages/libvirt/qemu/3-a b"}' -m 512`: {
			Name: "a b", Memory: 512 << 20, HugePages: true},
		"/usr/bin/kvm -id 105 -name db,debug-threads=on -no-shutdown -m 8192": {Name: "db", Number: "105", Memory: 8 << 30},
		"qemu-kvm -id x -name d -S":                          {Name: "d"},
		"qemu-kvm -m 4G -mem-path /dev/hugepages -name c -S": {Name: "c", Memory: 4 << 30, HugePages: true},
	} {
		if c, ok := QEMU(line); !ok || c != want {
			t.Errorf("%s:\n got %+v %v\nwant %+v", line, c, ok, want)
		}
	}
	for _, line := range []string{"", "'", "''", "' '", "sshd: root@pts/0", "grep -name kvmtool"} {
		if _, ok := QEMU(line); ok {
			t.Errorf("%q is taken for QEMU", line)
		}
	}
}

// TestQEMUHostile: a megabyte of quotes that never close takes no longer than any other line.
func TestQEMUHostile(t *testing.T) {
	for _, piece := range []string{"'a ", "' ", "-name 'a ", `'\''`} {
		start := time.Now()
		if c, _ := QEMU("qemu-kvm " + strings.Repeat(piece, 1<<20/len(piece))); c.Memory != 0 || time.Since(start) > 20*time.Second {
			t.Errorf("%q: %+v after %v", piece, c, time.Since(start))
		}
	}
}

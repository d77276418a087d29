package facts

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// uname reads `uname -a`: "Linux hp-server 3.10.0-1160.el7.x86_64 #1 SMP Mon Oct 19 16:18:59 UTC 2020 x86_64 … GNU/Linux".
var uname = listing{
	name: "uname", title: "uname -a: host name and kernel",
	commands: []string{"uname"},
	begins: func(line []byte) bool {
		words := bytes.Fields(line[:min(len(line), 400)])
		return len(words) > 5 && string(words[0]) == "Linux" && words[2][0] >= '0' && words[2][0] <= '9' && words[3][0] == '#'
	},
	open: func(s *sheet) rows { return unameRows{s} },
}

type unameRows struct{ *sheet }

func (r unameRows) row(line []byte) {
	if uname.begins(line) {
		words := strings.Fields(r.text(line))
		r.fact("", record.FactHostName, words[1])
		r.fact(words[1], record.FactKernel, words[2])
	}
}

func (r unameRows) end() {}

// bootArgs reads /proc/cmdline: "BOOT_IMAGE=/vmlinuz-3.10.0 root=/dev/mapper/rhel-root ro crashkernel=auto hugepages=512".
var bootArgs = listing{
	name: "proc-cmdline", title: "/proc/cmdline: the kernel's boot arguments",
	commands: []string{"cat /proc/cmdline"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("BOOT_IMAGE="))
	},
	open: func(s *sheet) rows { return bootRows{s} },
}

type bootRows struct{ *sheet }

func (r bootRows) row(line []byte) { r.fact(r.host, record.FactHostBootArgs, r.text(line)) }

func (r bootRows) end() {}

// timedatectl reads the machine's zone from `timedatectl`, "Time zone: Asia/Shanghai (CST, +0800)", systemd 219 to 257.
var timedatectl = listing{
	name: "timedatectl", title: "timedatectl: the machine's time zone",
	commands: []string{"timedatectl"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("Local time: "))
	},
	open: func(s *sheet) rows { return zoneRows{s} },
}

type zoneRows struct{ *sheet }

func (r zoneRows) row(line []byte) {
	key, value, ok := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
	if !ok || string(key) != "Time zone" && string(key) != "Timezone" {
		return
	}
	name, _, _ := strings.Cut(r.text(value), " (")
	r.fact(r.host, record.FactHostZone, name)
}

func (r zoneRows) end() {}

// date reads `date` when it shows an offset (-R, --iso-8601, +%z): zone names like CST mean several zones and tell none.
var date = listing{
	name: "date", title: "date -R, date --iso-8601=seconds: the machine's offset from UTC",
	commands: []string{"date"},
	fits: func(lines [][]byte) bool {
		return len(lines) == 1 && dateOffset(lines[0]) != ""
	},
	open: func(s *sheet) rows { return dateRows{s} },
}

type dateRows struct{ *sheet }

func (r dateRows) row(line []byte) { r.fact(r.host, record.FactHostZone, dateOffset(line)) }

func (r dateRows) end() {}

// dateOffset gives "+08:00" for "Sat, 20 Feb 2021 04:20:41 +0800" and "2021-02-20T04:20:41+08:00", "" for other lines.
func dateOffset(line []byte) string {
	line = bytes.TrimSpace(line)
	if len(line) < 20 || len(line) > 40 {
		return ""
	}
	_, iso := scan.ISO(line)
	if iso != len(line) && !(line[3] == ',' && line[4] == ' ') {
		return ""
	}
	for _, width := range []int{6, 5} {
		tail := string(line[len(line)-width:])
		digits := strings.ReplaceAll(tail[1:], ":", "")
		if (tail[0] == '+' || tail[0] == '-') && len(digits) == 4 && isDigits([]byte(digits)) {
			return tail[:1] + digits[:2] + ":" + digits[2:]
		}
	}
	return ""
}

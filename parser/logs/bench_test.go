package logs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// chatter is a syslog in which one line of 100,000 matters.
func chatter(lines int) []byte {
	var b bytes.Buffer
	for i := range lines {
		s := i * 4 / 10
		fmt.Fprintf(&b, "Feb %2d %02d:%02d:%02d kvm-node-07 ", 1+s/86400%28, s/3600%24, s/60%60, s%60)
		switch i % 8 {
		case 0:
			fmt.Fprintf(&b, "systemd[1]: Started Session %d of user root.\n", i)
		case 1:
			fmt.Fprintf(&b, "sshd[%d]: Accepted publickey for root from 10.0.%d.%d port %d ssh2: RSA SHA256:abcdefgh\n", i%60000, i%250, i%200, i%60000)
		case 2:
			fmt.Fprintf(&b, "CROND[%d]: (root) CMD (/usr/lib64/sa/sa1 1 1)\n", i%60000)
		case 3:
			fmt.Fprintf(&b, "kernel: [%d.%06d] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00 SRC=10.0.%d.%d DST=10.0.0.5 LEN=60\n", i/10, i%1000000, i%200, i%250)
		case 4:
			fmt.Fprintf(&b, "dbus-daemon[902]: [system] Successfully activated service 'org.freedesktop.hostname1'\n")
		case 5:
			fmt.Fprintf(&b, "NetworkManager[884]: <info>  [1486667412.8898] device (vnet%d): state change: unmanaged -> unavailable\n", i%50)
		case 6:
			fmt.Fprintf(&b, "snmpd[1201]: Connection from UDP: [10.0.0.%d]:%d->[10.0.0.5]:161\n", i%250, i%60000)
		case 7:
			fmt.Fprintf(&b, "postfix/smtpd[%d]: connect from unknown[10.0.%d.%d]\n", i%60000, i%250, i%200)
		}
		if i%100_000 == 77_777 {
			fmt.Fprintf(&b, "Feb %2d %02d:%02d:%02d kvm-node-07 kernel: Killed process %d (qemu-kvm) total-vm:1kB\n", 1+s/86400%28, s/3600%24, s/60%60, s%60, i)
		}
	}
	return b.Bytes()
}

// BenchmarkSyslog measures the sieve alone, with cheap wishes: as a stream on one core, and from a file on all of them.
func BenchmarkSyslog(b *testing.B) {
	data := chatter(400_000)
	path := filepath.Join(b.TempDir(), "messages")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
	interest := &parser.Interest{}
	interest.Want([]string{"kernel", ""}, func(t []byte) bool { return bytes.HasPrefix(t, []byte("Killed process ")) })
	interest.Want([]string{"systemd-machined", "libvirtd", "qemu"}, nil)
	for _, from := range []string{"", path} {
		name := "stream"
		if from != "" {
			name = "file"
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if k := readAs(b, syslog, data, from, interest, 0); len(k.lines) != 4 {
					b.Fatalf("%d lines", len(k.lines))
				}
			}
		})
	}
}

// BenchmarkEnvelopes measures each envelope on its fixture, every line wanted.
func BenchmarkEnvelopes(b *testing.B) {
	for _, f := range allFixtures(b) {
		if len(f.data) < 4<<10 {
			continue
		}
		format := formatNamed(b, f.format)
		data := bytes.Repeat(f.data, 1+(1<<20)/len(f.data))
		if format.Binary || f.format == dmesgJSON.Name {
			data = f.data
		}
		b.Run(f.format+"/"+f.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				parser.Read(parser.NewInput("in", bytes.NewReader(data), time.Time{}), []parser.Format{sure(format)}, nil, record.Discard{})
			}
		})
	}
}

// sure makes recognition choose the format.
func sure(f parser.Format) parser.Format {
	f.Sniff = func(parser.Head) parser.Score { return 100 }
	return f
}

package logs

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
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

// busyHost is a syslog of a host that runs VMs and containers: sessions, cron, sshd, D-Bus, the network's and the kernel's
// chatter, dockerd and kubelet, and one OOM kill in 100,000 lines, one at least.
func busyHost(lines int) []byte {
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2021, 2, 1, 3, 0, 0, 0, time.FixedZone("", 8*3600))
	stamp, every := "", min(lines, 100_000)
	for i := range lines {
		if i%40 == 0 {
			at = at.Add(time.Duration(r.IntN(3)) * time.Second)
			stamp = at.Format("Jan _2 15:04:05") + " kvm-node-07 "
		}
		say := func(format string, args ...any) {
			b.WriteString(stamp)
			fmt.Fprintf(&b, format+"\n", args...)
		}
		up := fmt.Sprintf("kernel: [%d.%06d] ", 10000+i/100, i%1000000)
		if i%every == every/2 {
			say(up + "qemu-kvm invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), order=0, oom_score_adj=0")
			say(up+"Out of memory: Kill process %d (qemu-kvm) score 256 or sacrifice child", 1000+i/1000)
			say(up+"Killed process %d (qemu-kvm) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB", 1000+i/1000)
			say("systemd-machined[822]: Machine qemu-%d-web%02d terminated.", i%50, i%50)
			say("libvirtd[1397]: %s.706+0000: 1397: error : qemuMonitorIO:718 : internal error: End of file from qemu monitor", at.UTC().Format(time.DateTime))
			continue
		}
		chat(say, up, r.IntN(24), i, r.IntN(60000), at.Unix())
	}
	return b.Bytes()
}

func chat(say func(string, ...any), up string, kind, i, n int, epoch int64) {
	switch kind {
	case 0, 1:
		say("systemd[1]: Started Session %d of user root.", i)
	case 2:
		say("systemd[1]: Starting Cleanup of Temporary Directories...")
	case 3:
		say("systemd[1]: session-%d.scope: Succeeded.", i)
	case 4:
		say("systemd-logind[871]: New session %d of user root.", i)
	case 5, 6:
		say("CROND[%d]: (root) CMD (/usr/lib64/sa/sa1 1 1)", n)
	case 7, 8:
		say("sshd[%d]: Accepted publickey for root from 10.0.%d.%d port %d ssh2: RSA SHA256:abcdefghijklmn", n, i%250, n%250, n)
	case 9:
		say("sshd[%d]: pam_unix(sshd:session): session opened for user root by (uid=0)", n)
	case 10, 11:
		say("dbus-daemon[902]: [system] Successfully activated service 'org.freedesktop.hostname1'")
	case 12, 13:
		say("NetworkManager[884]: <info>  [%d.%04d] device (vnet%d): state change: unmanaged -> unavailable (reason 'connection-assumed')", epoch, n%10000, n%50)
	case 14:
		say(up + "IPVS: rr: UDP 10.96.0.10:53 - no destination available")
	case 15:
		say(up+"[UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56 SRC=10.0.%d.%d DST=10.0.0.5 LEN=60 TOS=0x00 TTL=64 ID=%d PROTO=TCP", i%250, n%250, n)
	case 16:
		say(up+"audit: type=1300 audit(%d.%03d:%d): arch=c000003e syscall=59 success=yes exit=0 a0=55d items=2 ppid=1 pid=%d", epoch, n%1000, i, n)
	case 17:
		say(up+[]string{"br0: port 3(vnet%d) entered forwarding state", "docker0: port 3(veth%07x) entered blocking state",
			"br0: received packet on eth0 with own address as source address (%d)", "device veth%07x entered promiscuous mode"}[n%4], n%50)
	case 18:
		say(up + "nf_conntrack: nf_conntrack: table full, dropping packet")
	case 19, 20:
		say(`dockerd[1201]: time="2021-02-01T03:00:00.%09d+08:00" level=info msg="ignoring event" module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"`, n)
	case 21, 22:
		say(`kubelet[2480]: I0201 03:00:00.%06d    2480 kubelet_getters.go:178] "Pod status updated" pod="kube-system/kube-proxy-%d" status=Running`, n, n%1000)
	default:
		say("rsyslogd[1100]: action 'action-8-builtin:omfwd' resumed (module 'builtin:omfwd') [v8.24.0 try http://www.rsyslog.com/e/2359 ]")
	}
}

var (
	writeLog     = flag.String("write", "", "write a busy host's log of 10 million lines there, to compare tools with")
	writeChatter = flag.String("chatter", "", "write a log of ordinary chatter of 10 million lines there")
)

func TestWriteLog(t *testing.T) {
	if *writeLog == "" && *writeChatter == "" {
		t.Skip("no -write and no -chatter")
	}
	for path, lines := range map[string]func(int) []byte{*writeLog: busyHost, *writeChatter: chatter} {
		if path == "" {
			continue
		}
		if err := os.WriteFile(path, lines(10_000_000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkBusyHost measures the reading of a host's log with all that the message readers want: as a stream, and from a
// file on all cores.
func BenchmarkBusyHost(b *testing.B) {
	data := busyHost(1_000_000)
	path := filepath.Join(b.TempDir(), "messages")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
	interest := everyWish()
	for _, from := range []string{"", path} {
		name := "stream"
		if from != "" {
			name = "file"
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				k := readAs(b, syslog, data, from, interest, 0)
				kills := 0
				for _, l := range k.lines {
					if strings.HasPrefix(l.Text, "Killed process ") {
						kills++
					}
				}
				if kills != 10 {
					b.Fatalf("%d kills", kills)
				}
			}
		})
	}
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

package logs

import (
	"math/bits"
	"slices"
	"strings"
)

// patterns are sets of three bytes, eight of them: bit k of lo[i][n] tells that in set k a byte number i may have the low
// nibble n. Phrases share the sets 0 to 5; sets 6 and 7 are the bytes from 0x80 on and NUL, which make a text dirty.
type patterns struct {
	nibbles [6][16]uint8 // lo and hi of the first byte, of the second, of the third
	phrases [phraseSets][]phrase
	widths  [phraseSets]int // how much of logs each set lets through
}

// phrase is a wanted phrase, its rarest three bytes, their offset, and whose the phrase is.
type phrase struct {
	text    string
	three   [3]int // the third of a phrase of two may be any
	at      int
	readers uint32
}

const (
	phraseSets = 6
	highSet    = 1 << 6
	nulSet     = 1 << 7
	anyByte    = -1
)

// patternsOf gives the patterns that find every phrase of two bytes or more.
func patternsOf(phrases []phrase) *patterns {
	p := &patterns{}
	for i := range p.nibbles {
		for n := range 16 {
			if i >= 2 || i == 0 || n >= 8 {
				p.nibbles[i][n] |= highSet
			}
			if i >= 2 || n == 0 {
				p.nibbles[i][n] |= nulSet
			}
		}
	}
	bare := *p
	for i := range phrases {
		phrases[i].three, phrases[i].at = rarest(phrases[i].text)
	}
	slices.SortStableFunc(phrases, func(a, b phrase) int { return a.weight() - b.weight() })
	for _, f := range phrases {
		p.add(f)
	}
	for _, f := range phrases { // the first ones were placed without knowing the others
		p = p.without(f.text, bare)
		p.add(f)
	}
	return p
}

// without gives the patterns without a phrase.
func (p *patterns) without(text string, bare patterns) *patterns {
	bare.widths = p.widths
	for set, all := range p.phrases {
		for _, f := range all {
			if f.text != text {
				bare.put(set, f.three)
				bare.phrases[set] = append(bare.phrases[set], f)
			}
		}
		if len(bare.phrases[set]) < len(all) {
			bare.widths[set] = bare.width(set)
		}
	}
	return &bare
}

// whose gives the readers of the phrases that stand where a hit was, all for a byte that makes a text dirty.
func (p *patterns) whose(data []byte, hit int) (readers uint32) {
	sets := p.at(data[hit:])
	if sets&(highSet|nulSet) != 0 {
		return everyReader
	}
	for ; sets != 0; sets &= sets - 1 {
		for _, f := range p.phrases[bits.TrailingZeros8(sets)] {
			from, end := hit-f.at, hit-f.at+len(f.text)
			if from >= 0 && end <= len(data) && data[from] == f.text[0] && string(data[from:end]) == f.text {
				readers |= f.readers
			}
		}
	}
	return readers
}

// weight is how common the phrase's three bytes are; the rarest are placed first, since they do best together.
func (f phrase) weight() int {
	w := 1
	for _, c := range f.three {
		if c != anyByte {
			w *= common(byte(c))
		}
	}
	return w
}

// add puts a phrase into the set that lets the fewest others through with it.
func (p *patterns) add(f phrase) {
	best, least, wide := 0, 1<<62, 0
	for set := range phraseSets {
		with := *p
		with.put(set, f.three)
		width := with.width(set)
		if more := width - p.widths[set]; more < least {
			best, least, wide = set, more, width
		}
	}
	p.put(best, f.three)
	p.phrases[best] = append(p.phrases[best], f)
	p.widths[best] = wide
}

func (p *patterns) put(set int, three [3]int) {
	for i, c := range three {
		for n := range 16 {
			if c == anyByte || c&15 == n {
				p.nibbles[2*i][n] |= 1 << set
			}
			if c == anyByte || c>>4 == n {
				p.nibbles[2*i+1][n] |= 1 << set
			}
		}
	}
}

// width is how much of logs the set lets through, roughly: by how common its bytes are, and above all by what it finds
// in everyday lines.
func (p *patterns) width(set int) int {
	all := 1
	for i := range 3 {
		n := 0
		for c := range 128 {
			if (p.nibbles[2*i][c&15]&p.nibbles[2*i+1][c>>4])>>set&1 != 0 {
				n += common(byte(c))
			}
		}
		all *= n
	}
	n := &p.nibbles
	for i := range len(everyday) - 2 {
		a, b, c := everyday[i], everyday[i+1], everyday[i+2]
		if n[0][a&15]&n[1][a>>4]>>set&1 != 0 && n[2][b&15]&n[3][b>>4]&n[4][c&15]&n[5][c>>4]>>set&1 != 0 {
			all += inEveryday
		}
	}
	return all
}

// rarest gives the three bytes of a phrase that the fewest log lines hold; the third of a phrase of two may be any.
func rarest(phrase string) (three [3]int, at int) {
	if len(phrase) < 3 {
		return [3]int{int(phrase[0]), int(phrase[1]), anyByte}, 0
	}
	least := 1 << 62
	for i := range len(phrase) - 2 {
		c := common(phrase[i])*common(phrase[i+1])*common(phrase[i+2]) + inEveryday*strings.Count(everyday, phrase[i:i+3])
		if c < least {
			at, least = i, c
		}
	}
	return [3]int{int(phrase[at]), int(phrase[at+1]), int(phrase[at+2])}, at
}

// common is how many of ten thousand bytes of a log are this one, roughly: counted in 1.2 GB of syslog and the fixtures.
func common(c byte) int {
	switch {
	case c == ' ':
		return 1000
	case c >= '0' && c <= '9':
		return 150
	case c >= 'A' && c <= 'Z':
		return 12
	case strings.IndexByte("eostinrda", c) >= 0:
		return 450
	case strings.IndexByte("lucmp:-[]", c) >= 0:
		return 220
	case strings.IndexByte("fvkbgh.=/", c) >= 0:
		return 120
	}
	return 40
}

// everyday is what logs are full of: patterns that find nothing in it cost nothing.
const everyday = `systemd[1]: Started Session 12 of user root. session-12.scope: Succeeded. Starting Cleanup of Temporary Directories...
systemd[1]: docker.service: Scheduled restart job. Reloading. Listening on D-Bus. Created slice user-0.slice. Deactivated successfully.
systemd-logind[8]: Removed session 5. CROND[1]: (root) CMD (/usr/lib64/sa/sa1 1 1) run-parts(/etc/cron.hourly) finished 0anacron
sshd[7]: Accepted publickey for root from 10.0.0.1 port 22 ssh2: RSA SHA256: pam_unix(sshd:session): session opened for user root by (uid=0)
sshd[7]: Failed password for invalid user admin; Disconnected from authenticating user; Connection closed by [preauth]
dbus-daemon[9]: [system] Successfully activated service 'org.freedesktop.hostname1' Activating via systemd: service name=
NetworkManager[8]: <info>  [161.5] device (vnet1): state change: unmanaged -> unavailable (reason 'connection-assumed') manager: dhcp4 lease
kernel: IPVS: rr: UDP 10.96.0.10:53 - no destination available [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00 SRC= DST= LEN=60 PROTO=TCP
kernel: audit: type=1400 audit(1.2:3): apparmor="DENIED" operation="open" profile="snap" name="/proc/" requested_mask="r" fsuid=0
kernel: audit: type=1300 arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=2 comm="sh" exe="/usr/bin/bash" key=(null)
kernel: nf_conntrack: table full, dropping packet. received packet with own address as source address entered forwarding state
kernel: net_ratelimit: callbacks suppressed TCP: request_sock_TCP: Possible SYN flooding. EXT4-fs mounted filesystem usb 1-1: new high-speed
dockerd[1]: time="2021" level=info msg="ignoring event" module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"
containerd[1]: level=info msg="shim disconnected" id= error="context canceled" starting signal loop cleaning up after
kubelet[2]: I0201 kubelet_getters.go:178] "Pod status updated" pod="kube-system/kube-proxy" status=Running reconciler volume probe failed
rsyslogd[1]: action 'action-8-builtin:omfwd' resumed (module) [v8.24.0 try http://www.rsyslog.com/e/2359 ] chronyd: Selected source
postfix/smtpd[1]: connect from unknown snmpd: Connection from UDP: dnsmasq-dhcp: DHCPREQUEST DHCPACK haproxy backend libvirtd qemu`

const inEveryday = 1 << 44 // what one find in everyday weighs, against products of three commons

// at gives the sets that the three bytes at the beginning of b are in.
func (p *patterns) at(b []byte) uint8 {
	n := &p.nibbles
	return n[0][b[0]&15] & n[1][b[0]>>4] & n[2][b[1]&15] & n[3][b[1]>>4] & n[4][b[2]&15] & n[5][b[2]>>4]
}

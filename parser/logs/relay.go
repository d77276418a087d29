package logs

import (
	"bytes"

	"oomortem/parser/scan"
)

// relayed reads a line that came through others, whose stamps and hosts stand before its own. The last host is the one that
// speaks:
//
//	Feb  3 06:30:05 loghub Feb  3 06:30:01 kvm01 kernel: text           forwarded whole by syslogd
//	Feb  3 06:30:05 loghub kvm01 kernel: text                           forwarded without its stamp
//	2021-02-03T06:30:02.123Z [   35.300000] text                        kubectl logs --timestamps, docker logs -t, ts
//	Feb  3 06:30:05 10.0.0.7 [   35.300000] text                        netconsole into a syslogd
//	2021-02-03T06:30:02.123Z Out of memory: Killed process 4711 (...    the same of a kernel that prints no uptime
//
//	2021-02-03T06:30:02Z {job="syslog", host="kvm01"} Feb  3 06:30:01 kvm01 kernel: text    logcli query of Loki
//
// b is what follows the stamp, rest what follows its first word, the host if there is one. False leaves p as it was.
func (p *piece) relayed(b, rest []byte) bool {
	clock := hasClock(b)
	if clock || isDecoded(b) {
		host := p.host
		if p.host = nil; p.enveloped(b) {
			return true
		}
		p.host = host
	}
	if (clock || bracketed(rest)) && p.enveloped(rest) {
		return true
	}
	if i := bytes.IndexByte(rest, ' '); i > 0 && ownTag(rest[i+1:]) {
		p.host = rest[:i]
		return p.tagged(rest[i+1:])
	}
	if kernelBegins(b, rest) {
		p.host, p.text = nil, b
		return true
	}
	return false
}

// mostRelays bounds how many envelopes are opened.
const mostRelays = 3

// enveloped reads another envelope around a tagged line. Its stamp counts when it tells more than the one before it; the
// dates of dmesg -T drift.
func (p *piece) enveloped(b []byte) bool {
	in := piece{depth: p.depth + 1}
	if in.depth > mostRelays || !anyHeading(b, &in) || len(in.program) == 0 {
		return false
	}
	if in.host != nil {
		p.host = in.host
	}
	p.program, p.pid, p.text = in.program, in.pid, in.text
	mono := in.at.Mono
	if b[0] != '[' && !in.at.Wall.IsZero() && in.at.Lacks != p.at.Lacks && in.at.Lacks&^p.at.Lacks == 0 {
		p.at = in.at
	}
	p.at.Mono = mono
	return true
}

// labels gives the length of the labels that logcli prints before a line of Loki's, with the blank behind them; 0 when there
// are none (grafana.com/docs/loki, logcli): {job="syslog", filename="/var/log/messages"}.
func labels(b []byte) int {
	if len(b) < 2 || b[0] != '{' || (b[1]|0x20 < 'a' || b[1]|0x20 > 'z') && b[1] != '_' && b[1] != '}' {
		return 0
	}
	quoted := false
	for i := 1; i+1 < len(b); i++ {
		switch c := b[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '}' && !quoted && b[i+1] == ' ':
			return i + 2
		}
	}
	return 0
}

// labelled gives the host that labels of Loki's name; nil when they name none.
func labelled(labels []byte) []byte {
	for _, key := range [...]string{`host="`, `hostname="`, `nodename="`} {
		for _, before := range [...]string{"{", " "} {
			if _, rest, ok := bytes.Cut(labels, []byte(before+key)); ok {
				if end := bytes.IndexByte(rest, '"'); end > 0 && bytes.IndexByte(rest[:end], '\\') < 0 {
					return rest[:end]
				}
			}
		}
	}
	return nil
}

// printed reads what bracketed tells of, right behind the stamp. A host in brackets it leaves alone.
func (p *piece) printed(b []byte) bool {
	if p.enveloped(b) {
		return true
	}
	if i := bytes.IndexByte(b, ' '); b[0] == '[' && i > 0 && ownTag(b[i+1:]) {
		return false
	}
	n := priority(b)
	if n == len("<3>") && b[1] < '8' { // of the facility kern
		p.program = kernelName
	}
	p.text = b[n:]
	return true
}

// bracketed tells what begins as the kernel's own print or its record does, and as no host: "[   35.300000]", "<6>", "4,123,".
func bracketed(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if b[0] == '[' || priority(b) > 0 { // and no "<hostname>", which people put for theirs
		return true
	}
	_, l := scan.Digits(b[:min(len(b), 5)])
	return l > 0 && l < len(b) && b[l] == ','
}

// hasClock tells whether a time of day stands near the beginning of b, behind a host at most.
func hasClock(b []byte) bool {
	b = b[:min(len(b), 80)]
	for i := 2; i+6 <= len(b); i++ {
		j := bytes.IndexByte(b[i:len(b)-5], ':')
		if j < 0 {
			return false
		}
		i += j
		if b[i-1]-'0' < 10 && b[i+1]-'0' < 10 && b[i+3] == ':' {
			return true
		}
	}
	return false
}

// kernelBegins tells the kernel's own words about a kill, without host and tag, by those that begin its lines.
func kernelBegins(b, rest []byte) bool {
	return bytes.HasPrefix(rest, []byte("invoked oom-killer: ")) || bytes.HasPrefix(b, []byte("Out of memory: ")) ||
		bytes.HasPrefix(b, []byte("Out of memory (")) || bytes.HasPrefix(b, []byte("Memory cgroup out of memory: ")) ||
		bytes.HasPrefix(b, []byte("Killed process ")) || bytes.HasPrefix(b, []byte("Out of Memory: "))
}

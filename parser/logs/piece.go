package logs

import (
	"bytes"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// piece is one line taken apart. Its slices alias the line.
type piece struct {
	at      record.Stamp
	host    []byte
	program []byte
	pid     int
	text    []byte
	depth   uint8 // envelopes around it

	relative bool          // at tells nothing,
	since    time.Duration // but this is the time since the line before
}

// splitter takes a line apart; false when the line is not of its kind.
type splitter func(b []byte, p *piece) bool

// addressed reads what follows a stamp: "host tag[pid]: text", and what daemons make of it: no host, no tag, busybox's
// "kern.info" between host and tag, a path as the tag. What was relayed has another stamp or host behind the first.
func (p *piece) addressed(b []byte) {
	if bracketed(b) && p.printed(b) || p.tagged(b) {
		return
	}
	i := bytes.IndexByte(b, ' ')
	if i < 0 || bytes.ContainsAny(b[:i], `{"=`) { // JSON or key=value: no host
		n := labels(b)
		if n == 0 || !p.enveloped(b[n:]) { // without labels, or a line alone: a journal that promtail sent
			p.text = b[n:]
		}
		if n > 0 && p.host == nil {
			p.host = labelled(b[:n])
		}
		return
	}
	rest := b[i+1:]
	if isPriority(b[:i]) || isLevel(b[:i]) { // logread of OpenWrt (ubox, log/logread.c), ESXi, a program's log: no host
		if !p.tagged(rest) && !p.strange(rest) {
			p.text = rest
		}
		return
	}
	if j := bytes.IndexByte(rest, ' '); j > 0 && isPriority(rest[:j]) {
		rest = rest[j+1:]
	}
	if hasClock(b[:i]) && p.enveloped(b) { // a stamp is no host
		return
	}
	p.host = b[:i]
	if !p.tagged(rest) && !p.relayed(b, rest) && !p.strange(rest) {
		p.text = rest
	}
}

// tagged reads "tag[pid]: text"; false when b does not begin with a tag.
func (p *piece) tagged(b []byte) bool {
	name, end := tag(b)
	if end == 0 {
		return false
	}
	if len(name) < end-1 { // [pid] between name and colon
		n, _ := scan.Digits(b[len(name)+1:])
		p.pid = int(n)
	}
	p.program = baseName(name)
	p.text = b[end:]
	if len(p.text) > 0 && p.text[0] == ' ' {
		p.text = p.text[1:]
	}
	if isKernel(p.program) {
		p.kernel(p.text)
	}
	return true
}

// tag finds the tag at the beginning of b and gives its name, without "[pid]", and the length with the colon; 0 when b
// does not begin with a tag.
func tag(b []byte) (name []byte, end int) {
	end = tagEnd(b)
	if end == 0 {
		return nil, 0
	}
	name = b[:end-1]
	if last := len(name) - 1; name[last] == ']' {
		i := last - 1
		for i > 0 && name[i]-'0' < 10 {
			i--
		}
		if name[i] != '[' {
			i = bytes.IndexByte(name, '[')
		}
		if i > 0 {
			name = name[:i]
		}
	}
	return name, end
}

// tagEnd gives the length of the tag at the beginning of b, a word that ends with a colon; 0 when there is none. The
// colon must end the word: those inside "fe80::1" and of a URL do not count. Only behind the kernel's tag the text may begin
// at once: imklog (rsyslog 8, plugins/imklog) hands on texts without the blank that other inputs leave before theirs, so a
// template of %syslogtag%%msg% writes "kernel:text".
func tagEnd(b []byte) int {
	if len(b) == 0 || !tagInitial[b[0]] {
		return 0
	}
	if bytes.HasPrefix(b, kernelTag) {
		return len(kernelTag)
	}
	end := bytes.IndexByte(b, ' ')
	if end < 0 {
		end = len(b)
	}
	if end < 2 || end > longestTag || b[end-1] != ':' {
		return 0
	}
	return end
}

const longestTag = 128

// tagInitial are the bytes that tags begin with: "systemd", "(udev-worker)", "/usr/sbin/libvirtd", "3proxy".
var tagInitial = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/(") {
		t[c] = true
	}
	return t
}()

func baseName(name []byte) []byte {
	if len(name) > 0 && name[0] == '/' {
		if i := bytes.LastIndexByte(name, '/'); i+1 < len(name) {
			return name[i+1:]
		}
	}
	return name
}

func isKernel(program []byte) bool { return string(program) == "kernel" }

// isPriority tells busybox syslogd's "kern.info" and "local0.notice".
func isPriority(b []byte) bool {
	i := bytes.IndexByte(b, '.')
	return i > 0 && facilities[string(b[:i])] && severities[string(b[i+1:])]
}

// isLevel tells the level that a program's log has where syslog has the host, "INFO" and "WARN", and that of ESXi 8 with the
// number of facility and severity, "In(182)" and "Er(3)".
func isLevel(b []byte) bool {
	if n := len(b); n >= len("In(4)") && n <= len("In(182)") && b[2] == '(' && b[n-1] == ')' {
		_, l := scan.Digits(b[3:])
		return l == n-4 && b[0] >= 'A' && b[0] <= 'Z' && b[1] >= 'a' && b[1] <= 'z'
	}
	switch string(b) {
	case "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERR", "ERROR", "CRIT", "CRITICAL", "ALERT", "EMERG", "FATAL":
		return true
	}
	return false
}

// hostName takes off what syslog-ng's chain_hostnames() writes around a host: its source before, the relays behind,
// "src@kvm01/hub" (syslog-ng documentation, global options).
func hostName(b []byte) []byte {
	if i := bytes.IndexByte(b, '@'); i > 0 && i+1 < len(b) {
		b = b[i+1:]
	}
	if i := bytes.IndexByte(b, '/'); i > 0 {
		b = b[:i]
	}
	return b
}

var facilities = map[string]bool{"kern": true, "user": true, "mail": true, "daemon": true, "auth": true, "syslog": true, "lpr": true, "news": true,
	"uucp": true, "cron": true, "authpriv": true, "ftp": true, "local0": true, "local1": true, "local2": true, "local3": true, "local4": true,
	"local5": true, "local6": true, "local7": true}

var severities = map[string]bool{"emerg": true, "alert": true, "crit": true, "err": true, "warn": true, "warning": true, "error": true,
	"notice": true, "info": true, "debug": true, "panic": true}

// kernel sets the program and takes the printk prefix off the text: "<6>", "[12345.678901]", "[ T6736]".
func (p *piece) kernel(b []byte) {
	p.program = kernelName
	mono, thread, text, timed := ownWords(b)
	if timed {
		p.at.Mono, p.pid = mono, thread
	}
	p.text = text
}

// ownWords gives what the kernel itself says in a text behind its tag, and the time since boot, with the thread that said it,
// if they stand there. Relays and templates that set a tag before a text which has one already write "kernel: kernel: text".
func ownWords(b []byte) (mono time.Duration, thread int, text []byte, timed bool) {
	for range mostRelays {
		if up, by, rest, ok := printk(b); ok {
			mono, thread, b, timed = up, by, rest, true
		} else {
			b = b[priority(b):]
		}
		if !bytes.HasPrefix(b, kernelTag) {
			break
		}
		b = bytes.TrimPrefix(b[len(kernelTag):], blank)
	}
	return mono, thread, b, timed
}

var (
	kernelName = []byte("kernel")
	kernelTag  = []byte("kernel:")
)

// priority gives the length of "<30>" at the beginning of b, 0 when there is none.
func priority(b []byte) int {
	if len(b) < 3 || b[0] != '<' {
		return 0
	}
	n, l := scan.Digits(b[1:min(len(b), 5)])
	if l == 0 || n > 191 || 1+l >= len(b) || b[1+l] != '>' {
		return 0
	}
	return l + 2
}

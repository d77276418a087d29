package metrics

// virsh domstats in a loop (a single one is a listing of facts, not a curve):
//
//	2026-11-23 00:28:29
//	Domain: 'vm-k8s-worker-1'
//	  balloon.current=393216
//	  balloon.unused=149924
//	  balloon.available=346836
//	  balloon.last-update=1795396212
//	  balloon.rss=391148
//
// Source: virsh(1), libvirt's qemu_driver.c (qemuDomainGetStatsBalloon). Seen: 8.0, 9.0. Sizes are KiB. current is what the
// VM is allowed; rss is what it costs the host; unused, available and usable are the guest's own view, reported when
// last-update says, which can be long ago. A loop that prints the date gives the times.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var domstatsText = parser.Format{
	Name: "domstats", Title: "virsh domstats in a loop, best with dates between",
	Sniff: sniffDomstats,
	Parse: parseDomstats,
}

// sniffDomstats wants a domain that comes again, or a date before the first.
func sniffDomstats(h parser.Head) parser.Score {
	var first []byte
	dated := false
	for _, l := range h.Lines(2000) {
		switch _, isDate := isTime(l); {
		case isDate:
			dated = true
		case has(l, "Domain: '") && (dated || bytes.Equal(l, first)):
			return 92
		case has(l, "Domain: '") && first == nil:
			first = bytes.Clone(l)
		}
	}
	return 0
}

var domstatsNames = map[string]struct {
	quantity record.Quantity
	unit     record.Unit
	scale    float64
	counter  bool
}{
	"balloon.rss": {record.RSS, record.Bytes, 1024, false}, "balloon.current": {record.Balloon, record.Bytes, 1024, false},
	"balloon.maximum": {"", record.Bytes, 1024, false}, "balloon.unused": {"", record.Bytes, 1024, false}, "balloon.available": {"", record.Bytes, 1024, false},
	"balloon.usable": {"", record.Bytes, 1024, false}, "balloon.disk_caches": {"", record.Bytes, 1024, false},
	"balloon.swap_in": {"", record.Bytes, 1024, true}, "balloon.swap_out": {"", record.Bytes, 1024, true},
	"balloon.major_fault": {"", record.Count, 1, true}, "cpu.time": {record.CPU, record.Seconds, 1e-9, true}, "state.state": {"", record.NoUnit, 1, false},
}

type domstatsReader struct {
	*curves
	domain  string
	now     record.Stamp
	clock   summerTime
	block   int // how often the first domain came
	first   string
	untimed bool
	guest   map[string]float64 // the guest's own numbers of this block, bytes
	update  record.Stamp       // when the guest reported them, and the line that says so
	updated int
}

func parseDomstats(lines *parser.Lines, sink record.Sink) error {
	r := &domstatsReader{curves: newCurves(lines, sink), guest: map[string]float64{}}
	for lines.Next() {
		l := trim(lines.Bytes())
		switch {
		case len(l) > len("Domain: '") && has(l, "Domain: '") && l[len(l)-1] == '\'':
			r.flush()
			r.domain = lines.Text(l[len("Domain: '") : len(l)-1])
			if r.first == "" {
				r.first = r.domain
			} else if r.first == r.domain {
				r.block++
			}
		case len(l) == 0:
		case bytes.IndexByte(l, '=') > 0 && r.domain != "" && !lines.Torn():
			r.value(l)
		default:
			if at, ok := isTime(l); ok {
				r.flush()
				r.now = r.inStep(&r.clock, at, lines.Number())
			}
		}
	}
	if !r.update.IsZero() { // else the end may be missing that tells when the guest reported
		r.flush()
	}
	if r.untimed {
		r.sayUnplaced("virsh domstats", "run it as `while sleep 5; do date; virsh domstats --balloon; done`")
	}
	return nil
}

func (r *domstatsReader) stamp() record.Stamp {
	if !r.now.IsZero() {
		return r.now
	}
	r.untimed = true
	return unplaced(r.block)
}

func (r *domstatsReader) value(l []byte) {
	eq := bytes.IndexByte(l, '=')
	key := string(l[:eq])
	if key == "balloon.last-update" {
		if at, ok := scan.Epoch(l[eq+1:]); ok {
			r.update, r.updated = at, r.lines.Number()
		}
		return
	}
	m, known := domstatsNames[key]
	v, ok := scan.Float(l[eq+1:])
	if !known || !ok {
		return
	}
	switch key {
	case "balloon.unused", "balloon.available", "balloon.usable":
		r.guest[key] = v * 1024
		return
	}
	r.emit(key, r.stamp(), r.lines.Number(), v*m.scale)
}

// flush gives the guest's own numbers at the time the guest reported them, and what it used by them.
func (r *domstatsReader) flush() {
	at, line := r.update, r.updated
	if at.IsZero() && len(r.guest) > 0 {
		at, line = r.stamp(), r.lines.Number()
	}
	for _, key := range []string{"balloon.unused", "balloon.available", "balloon.usable"} {
		if v, ok := r.guest[key]; ok {
			r.emit(key, at, line, v)
		}
	}
	available, ok1 := r.guest["balloon.available"]
	usable, ok2 := r.guest["balloon.usable"]
	if ok1 && ok2 {
		r.emit("balloon.available-balloon.usable", at, line, available-usable)
	}
	clear(r.guest)
	r.update = record.Stamp{}
}

func (r *domstatsReader) emit(key string, at record.Stamp, line int, v float64) {
	s := r.get([]byte(key+"\x00"+r.domain), func() *record.Series {
		m := domstatsNames[key]
		s := &record.Series{Name: key, Quantity: m.quantity, Unit: m.unit, Counter: m.counter, Subject: r.domain,
			Labels: []record.Attr{{Key: "domain", Value: r.domain}}}
		if key == "balloon.available-balloon.usable" {
			s.Quantity, s.Unit = record.GuestUsed, record.Bytes
		}
		if s.Unit == record.Bytes {
			s.Quantum = 1024
		}
		return s
	})
	r.sample(at, line, s, v)
}

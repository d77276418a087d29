package logs

import (
	"oomortem/parser/record"
)

// boots tells by the _BOOT_ID of journald's entries where a machine comes to another boot (systemd.journal-fields(7)).
// Merged journals hold several machines, whose entries take turns, and a machine may change its name while it comes up: an
// entry is the first of a boot when its machine, under the same name, wrote those of another boot before it, and none of
// this one yet.
type boots struct {
	of   map[string]*booted // by machine and name
	seen map[string]bool    // ids, and ids behind machine and name
	key  []byte             // of the entry before
	last *booted
}

// booted is the boot that a machine's latest entry is of.
type booted struct {
	id string
	at int64 // microseconds, of the latest entry
}

// mostBoots bounds what an input may make of its ids; beyond it no boot is seen.
const mostBoots = 8192

const bootIDLength = 32 // hexadecimal digits

// comes tells whether an entry of the given time is a machine's first of another boot; first, that no entry of that boot
// was there before it under any name. Where the time goes back the entries stand in another order than they were written
// (journalctl -r), or behind those of another file: no machine comes up there.
func (b *boots) comes(e *entry, when int64) (boot, first bool) {
	if len(e.boot) != bootIDLength {
		return false, false
	}
	if b.last == nil || !b.sameMachine(e) {
		b.key = append(append(append(b.key[:0], e.machine...), 0), e.host...)
		b.last = b.of[string(b.key)]
	}
	if b.last != nil && b.last.id == string(e.boot) {
		b.last.at = when
		return false, false
	}
	if len(b.seen) >= mostBoots {
		return false, false
	}
	if b.of == nil {
		b.of, b.seen = map[string]*booted{}, map[string]bool{}
	}
	id := string(e.boot)
	here := string(b.key) + "\x00" + id
	first, again := !b.seen[id], b.seen[here]
	b.seen[id], b.seen[here] = true, true
	if b.last == nil {
		b.last = &booted{id, when}
		b.of[string(b.key)] = b.last
		return false, false
	}
	boot = !again && when >= b.last.at
	*b.last = booted{id, when}
	return boot, first && boot
}

func (b *boots) sameMachine(e *entry) bool {
	n := len(e.machine)
	return len(b.key) == n+1+len(e.host) && string(b.key[:n]) == string(e.machine) && string(b.key[n+1:]) == string(e.host)
}

// bootAt sends on that a machine comes to another boot with the entry, as journalctl itself writes it between two boots
// (show_journal() of systemd's logs-show.c), with the machine's name; without the id where another entry told the boot.
func (r *reading) bootAt(e *entry, at record.Stamp, from record.Origin) {
	boot, first := r.boots.comes(e, e.realtime)
	if !boot {
		return
	}
	text := "-- Reboot --"
	if first {
		text = "-- Boot " + string(e.boot) + " --"
	}
	if r.lines.Interest.Wants(nil, []byte(text)) {
		r.sink.Line(record.Line{At: at, From: from, Host: r.names.text(r.lines, e.host), Text: r.lines.Text([]byte(text))})
	}
}

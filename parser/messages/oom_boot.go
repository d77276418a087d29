package messages

import (
	"strings"
	"time"

	"oomortem/parser/record"
)

// A kernel that comes up counts its pids from one again and repeats nothing that the one before it said, however alike
// their lines are. Its own banner tells it, or what journalctl sets between two boots (show_journal() of systemd's
// logs-show.c), unless it merges the journals of several machines (--merge):
//
//	kernel: Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, …) #1 SMP …
//	-- Boot 0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --
//	-- Reboot --
//
// The journal's exports say it with each entry's _BOOT_ID: their readers set the same lines, with the name of the host.
// bootKind knows the lines of journalctl.
func bootKind(msg []byte) oomKind {
	if has(msg, "-- Boot ") || has(msg, "-- Reboot --") {
		return oomBoot
	}
	return oomNone
}

// booted notes that a kernel begins: that of the line's host, or of all hosts of the text.
func (s *oomStep) booted(l record.Line, sink record.Sink) {
	marker := strings.HasPrefix(l.Text, "-- ")
	if marker && l.Host == "" {
		for _, h := range s.order {
			s.end(h, sink)
		}
		s.boots++
		s.marked = s.boots
	} else if _, banner := kernelRelease(l.Text); banner || marker {
		h := s.host(l.Host, sink)
		s.end(h, sink)
		s.boots++
		h.boot = s.boots
	}
}

// bootOf gives the number of the kernel that the host's lines are of now.
func (s *oomStep) bootOf(host string) int {
	if h := s.hosts[host]; h != nil {
		return max(h.boot, s.marked)
	}
	return s.marked
}

// mayRepeat tells that a line of a host, which says what a kill's line said, may be about that kill.
func (s *oomStep) mayRepeat(k *oomDeath, host string, l record.Line) bool {
	if k.boot != s.bootOf(host) {
		return copied(k.at, l.At)
	}
	return !unrelated(record.Line{At: k.at}, l)
}

// copied tells that two lines of like words, between which the text has a boot, are one line all the same: somebody put
// a log behind another one of the same boot, or a daemon read the kernel's buffer again from its beginning. The stamps give
// it away, if both are of one kind.
func copied(a, b record.Stamp) bool {
	switch {
	case a.Mono != 0 && b.Mono != 0:
		return a.Mono == b.Mono
	case !a.Wall.IsZero() && !b.Wall.IsZero():
		gap := b.Wall.Sub(a.Wall)
		return gap < time.Second && gap > -time.Second
	}
	return a.Mono != b.Mono || a.Wall.IsZero() != b.Wall.IsZero()
}

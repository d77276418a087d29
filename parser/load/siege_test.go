package load

import (
	"strings"
	"testing"
)

// TestSiegeConsole: the lines of __display_result in siege's browser.c, "%s%s %d%s %5.2f secs: %7lu bytes ==> %-4s %s"
// and "%4d) %s %d %6.2f secs: %7lu bytes ==> %-4s %s", coloured or not, with date_stamp's "[%a, %F %T] " or without.
func TestSiegeConsole(t *testing.T) {
	const head = "** SIEGE 4.1.6\n** Preparing 20 concurrent users for battle.\nThe server is now under siege...\n"
	const tail = "\nLifting the server siege...\nTransactions:\t\t           2 hits\nAvailability:\t\t       66.67 %\n"
	for _, c := range []struct {
		name, hits string
		timed      bool
	}{
		{"plain", "HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /a,b\nHTTP/1.1 302     0.02 secs:     182 bytes ==> GET  /\nHTTP/1.1 503     0.02 secs:     182 bytes ==> POST /\n", false},
		{"coloured, one from the cache", "\x1b[0;34mHTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\x1b[0m\n\x1b[0;32mHTTP/1.1 200(C)  0.00 secs:       0 bytes ==> GET  /\x1b[0m\n\x1b[0;31mHTTP/1.1 500     0.02 secs:     182 bytes ==> GET  /\x1b[0m\n", false},
		{"numbered", "   4) HTTP/1.1 200   0.36 secs:    3372 bytes ==> GET  /\n  12) HTTP/1.1 200   0.36 secs:    3372 bytes ==> GET  /\n   4) HTTP/1.1 404   0.36 secs:    3372 bytes ==> GET  /\n", false},
		{"stamped", "[Mon, 2026-11-23 00:28:00] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n[Mon, 2026-11-23 00:28:01] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n[Mon, 2026-11-23 00:28:02] HTTP/1.1 503     0.36 secs:    3372 bytes ==> GET  /\n", true},
	} {
		s := read(t, "siege.txt", head+c.hits+tail)
		n, failed, _ := s.total()
		if n != 3 || failed != 1 || len(s.problems) != 0 {
			t.Errorf("%s: %d hits, %d failed, %v", c.name, n, failed, s.problems)
			continue
		}
		// The first of the stamped hits took 0.36 s and ended somewhere within its second: it began there, more likely than not.
		if b := s.loads[0].Buckets; c.timed && (len(b) != 3 || b[2].Failed != 1 || !s.loads[0].Start.Wall.Equal(at("2026-11-23T00:28:00"))) || !c.timed && len(b) != 0 {
			t.Errorf("%s: %s", c.name, s.dump())
		}
	}
	if s := read(t, "siege.txt", "HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\nHTTP/1.1 ok     0.36 secs:    3372 bytes ==> GET  /\n[now, soon] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n"); len(s.problems) != 2 || !strings.HasPrefix(s.problems[1].Msg, "no time") {
		t.Errorf("%v", s.problems)
	}
}

// TestSiegeGivesUp: siege gave up at the time that ts wrote, else not before its last hit.
func TestSiegeGivesUp(t *testing.T) {
	const hit, over = "[Mon, 2026-11-23 00:28:07] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n", "siege aborted due to excessive socket failure; you\n"
	for text, want := range map[string]string{hit + over: "2026-11-23T00:28:07", hit + "2026-11-23 00:28:31 " + over: "2026-11-23T00:28:31"} {
		if s := read(t, "siege.txt", text); len(s.events) != 1 || !s.events[0].At.Wall.Equal(at(want)) || s.events[0].From.Line != 2 {
			t.Errorf("%q: %s", text, s.dump())
		}
	}
}

// TestSiegeUnanswered: each request without an answer failed: new_socket and socket_read of siege's sock.c write one line for
// it, and __socket_select or __socket_poll one more before that of a timeout. A hit and six of them are 7 requests.
func TestSiegeUnanswered(t *testing.T) {
	const text = "** SIEGE 4.1.6\nHTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n" +
		"[alert] socket: select and discovered it's not ready sock.c:384: Connection timed out\n[alert] socket: read check timed out(30) sock.c:273: Connection timed out\n" +
		"\x1b[1;33m[alert]\x1b[0m socket: polled(15) and discovered it's not ready sock.c:353: Connection timed out\n\x1b[1;33m[alert]\x1b[0m socket: read check timed out(15) sock.c:635: Connection timed out\n" +
		"[error] socket: read error Connection reset by peer sock.c:539: Connection reset by peer\n" +
		"[error] socket: -1215666432 connection refused.: Connection refused\n[error] socket: 140211 connection timed out.: Connection timed out\n[error] socket: 140211 network is unreachable.: Network is unreachable\n"
	s := read(t, "siege.txt", text)
	if n, failed, _ := s.total(); n != 7 || failed != 6 || len(s.problems) > 0 {
		t.Errorf("%d requests, %d failed, %v", n, failed, s.problems)
	}
}

// TestSiegeRefused: a request that got no connection is a failed one, as in siege's own totals: of 2 hits and 3 of these 4
// failed, one hit being a 503. Where the hits have times and these have none they are not counted, and named.
func TestSiegeRefused(t *testing.T) {
	const head = "** SIEGE 4.0.7\n** Preparing 20 concurrent users for battle.\nThe server is now under siege...\n"
	const hit, bad = "HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n", "HTTP/1.1 503     0.36 secs:    3372 bytes ==> GET  /\n"
	const refused, coloured = "[error] socket: unable to connect sock.c:249: Connection refused\n", "\x1b[1;31m[error]\x1b[0m socket: unable to connect sock.c:282: Connection timed out\n"
	ts := func(lines string) string {
		return "Nov 26 04:20:01 " + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\nNov 26 04:20:01 ") + "\n"
	}
	for _, c := range []struct {
		name, text string
		n, failed  int64
		says       int // the line that says what is not counted
	}{
		{"among hits", head + hit + refused + coloured + bad + refused, 5, 4, 0},
		{"nothing but these", head + refused + refused, 2, 2, 0},
		{"behind ts", ts(head + hit + refused + coloured + bad + refused), 5, 4, 0},
		{"hits with times", head + "[Mon, 2026-11-23 00:28:00] " + hit + refused + refused, 1, 0, 5},
	} {
		s := read(t, "siege.txt", c.text)
		n, failed, _ := s.total()
		if n != c.n || failed != c.failed || (len(s.problems) > 0) != (c.says > 0) || c.says > 0 && (s.problems[0].From.Line != c.says || !strings.Contains(s.problems[0].Msg, "from here on 2 requests")) {
			t.Errorf("%s: %d requests, %d failed, %v", c.name, n, failed, s.problems)
		}
	}
}

package logs

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestLogsAsToolsShowThem: what kubectl, docker compose, grep and syslog over TCP put before lines, and what copying them
// makes of them, hides no kill.
func TestLogsAsToolsShowThem(t *testing.T) {
	const (
		up    = 35300 * time.Millisecond
		early = "0000-02-03 06:30:01"
		iso   = "2021-02-03 06:30:01.25"
	)
	syslog := told{"kvm01", "kernel", early, up, local, killText}
	lines := func(before string) string {
		return strings.Repeat(before+"eth0: link up\n", 9) + before + killText + "\n"
	}
	const classic = "Feb  3 06:30:01 kvm01 kernel: [   35.300000] "
	for _, c := range []struct {
		name, file string
		want       told
	}{
		{"kubectl --prefix, bare", lines("[pod/dmesg-x7/dmesg] "), told{"", "", "", 0, 0, killText}},
		{"kubectl --prefix, dmesg", lines("[pod/dmesg-x7/dmesg] [   35.300000] "), told{"", "kernel", "", up, record.LacksWall, killText}},
		{"kubectl --prefix, dmesg -T", lines("[pod/dmesg-x7/dmesg] [Wed Feb  3 06:30:01 2021] "), told{"", "kernel", "2021-02-03 06:30:01", 0, record.LacksZone, killText}},
		{"kubectl --prefix, syslog", lines("[pod/dmesg-x7/dmesg] " + classic), syslog},
		{"kubectl --prefix --timestamps, dmesg", lines("[pod/dmesg-x7/dmesg] 2021-02-03T06:30:01.250000000Z [   35.300000] "), told{"", "kernel", iso, up, 0, killText}},
		{"compose, bare", lines("dmesg-1  | "), told{"", "", "", 0, 0, killText}},
		{"compose, syslog", lines("dmesg-1  | " + classic), syslog},
		{"compose, kmsg", lines("dmesg-1  | 3,102,35300000,-;"), told{"", "kernel", "", up, record.LacksWall, killText}},
		{"grep -H", lines("messages:" + classic), syslog},
		{"grep -Hn", lines("/var/log/messages-20210214:14:" + classic), syslog},
		{"grep -n", lines("14:" + classic), syslog},
		{"octet counts", lines("103 <2>1 2021-02-03T06:30:01.25Z kvm01 kernel - - - [   35.300000] "), told{"kvm01", "kernel", iso, up, 0, killText}},
		{"out of a mail", lines("    " + classic), syslog},
		{"no-break spaces", lines(strings.Replace(classic, "  3", "\u00a0 3", 1)), syslog},
		{"tabs", lines("Feb  3 06:30:01\tkvm01\tkernel:\t[   35.300000] "), syslog},
	} {
		sameKills(t, c.name, c.file, c.want)
	}
}

// TestDocumentsOfLogLines: what journalctl -o json-pretty (src/shared/logs-show.c, with a blank before the colon up to systemd
// 235) and gcloud logging read --format=json print.
func TestDocumentsOfLogLines(t *testing.T) {
	const exact = "2021-02-03 06:30:01.25"
	kill := told{"kvm01", "kernel", exact, 0, 0, killText}
	for name, object := range map[string]string{
		"json-pretty":      "{\n\t\"__REALTIME_TIMESTAMP\" : \"1612333801250000\",\n\t\"_TRANSPORT\" : \"kernel\",\n\t\"_HOSTNAME\" : \"kvm01\",\n\t\"MESSAGE\" : \"TEXT\"\n}\n",
		"json-pretty, new": "{\n\t\"__REALTIME_TIMESTAMP\": \"1612333801250000\",\n\t\"_TRANSPORT\": \"kernel\",\n\t\"_HOSTNAME\": \"kvm01\",\n\t\"MESSAGE\": \"TEXT\"\n}\n",
		"gcloud":           "  {\n    \"jsonPayload\": {\n      \"_HOSTNAME\": \"kvm01\",\n      \"SYSLOG_IDENTIFIER\": \"kernel\",\n      \"message\": \"TEXT\"\n    },\n    \"timestamp\": \"2021-02-03T06:30:01.25Z\"\n  }",
	} {
		other := strings.Replace(object, "TEXT", "eth0: link up", 1)
		file := strings.Repeat(other, 3) + strings.Replace(object, "TEXT", killText, 1)
		line := 3*strings.Count(object, "\n") + 1
		if name == "gcloud" {
			file, line = "[\n"+strings.Repeat(other+",\n", 3)+strings.Replace(object, "TEXT", killText, 1)+"\n]\n", line+1+3
		}
		sameKills(t, name, file, kill)
		lines := read([]byte(file), wishes()).lines
		if n := lines[len(lines)-1].From.Line; n != line {
			t.Errorf("%s: the kill stands on line %d, want %d", name, n, line)
		}
	}
}

// TestJournalEntriesAsVectorShipsThem: its journald source renames the message and the host and keeps the other fields.
func TestJournalEntriesAsVectorShipsThem(t *testing.T) {
	const object = `{"_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","host":"kvm01","message":"TEXT","source_type":"journald","timestamp":"2021-02-03T06:30:01.250Z","__REALTIME_TIMESTAMP":"1612333801250000"}` + "\n"
	file := strings.Repeat(strings.Replace(object, "TEXT", "eth0: link up", 1), 3) + strings.Replace(object, "TEXT", killText, 1)
	sameKills(t, "vector", file, told{"kvm01", "kernel", "2021-02-03 06:30:01.25", 0, 0, killText})
}

// TestWhatAMessageQuotesIsItsOwn: journalctl indents the further lines of a message, so that one that quotes a log is told
// from the log.
func TestWhatAMessageQuotesIsItsOwn(t *testing.T) {
	const file = `Feb 03 06:30:00 kvm01 app[1]: start
Feb 03 06:30:01 kvm01 logwatch[44]: report follows
                                    Feb 02 11:30:50 kvm01 kernel: Out of memory: Killed process 999 (quoted)
Feb 03 06:30:02 kvm01 kernel: Out of memory: Killed process 4711 (java) total-vm:1kB
Feb 03 06:30:03 kvm01 app[1]: end
`
	for _, interest := range []bool{true, false} {
		wants := wishes()
		if !interest {
			wants = nil
		}
		for _, l := range read([]byte(file), wants).lines {
			if quoted := strings.Contains(l.Text, "(quoted)"); quoted && l.Program != "logwatch" || strings.Contains(l.Text, "(java)") && l.Program != "kernel" {
				t.Errorf("%+v", l)
			}
		}
	}
	sameKills(t, "sifted and not", strings.Replace(file, "Killed process 999", "killed 999", 1), told{"kvm01", "kernel", "0000-02-03 06:30:02", 0, local, killText})
}

// TestLogsBehindAHole: what logrotate's copytruncate and a first line of some program's output leave before a log.
func TestLogsBehindAHole(t *testing.T) {
	const classic = "Feb  3 06:30:01 kvm01 kernel: [   35.300000] "
	log := strings.Repeat(classic+"eth0: link up\n", 9) + classic + killText + "\n"
	want := told{"kvm01", "kernel", "0000-02-03 06:30:01", 35300 * time.Millisecond, local, killText}
	for name, before := range map[string]string{
		"a hole": strings.Repeat("\x00", 70_000), "a hole of megabytes": strings.Repeat("\x00", 3<<20), "a long line": strings.Repeat("x", 70_000) + "\n",
		"holes": strings.Repeat("\x00", 70_000) + classic + "eth0: link up\n" + strings.Repeat("\x00", 70_000),
	} {
		sameKills(t, name, before+log, want)
	}
	if k := read(make([]byte, 70_000), nil); k.input.Format != "" || len(k.problems) != 1 || !strings.Contains(k.problems[0].Msg, "binary") {
		t.Errorf("nothing but a hole: %q %v", k.input.Format, k.problems)
	}
}

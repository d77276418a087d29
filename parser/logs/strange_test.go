package logs

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestBeginningsThatNoEnvelopeKnows: templates, locales and tickets put before the kernel's words what they like.
func TestBeginningsThatNoEnvelopeKnows(t *testing.T) {
	const up = 35300 * time.Millisecond
	const timeOnly = record.LacksDate | record.LacksZone
	nothing := told{"kvm01", "kernel", "", 0, 0, killText}
	dated, undatedYear := told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, record.LacksZone, killText}, told{"kvm01", "kernel", "0000-03-05 10:20:30", 0, local, killText}
	for _, c := range []struct {
		name, before string
		want         told
	}{
		{"a stamp that was cut off", "kernel: ", told{"", "kernel", "", 0, 0, killText}},
		{"the same without a blank", "kernel:", told{"", "kernel", "", 0, 0, killText}},
		{"the same with printk", "kernel: [   35.300000] ", told{"", "kernel", "", up, record.LacksWall, killText}},
		{"a host", "kvm01 kernel: ", nothing},
		{"day-month-year", "05-Mar-2024 10:20:30 kvm01 kernel: ", dated},
		{"day.month.year", "05.03.2024 10:20:30 kvm01 kernel: ", dated},
		{"day/month-name/year", "[05/Mar/2024:10:20:30 +0100] kvm01 kernel: ", told{"kvm01", "kernel", "2024-03-05 09:20:30", 0, 0, killText}},
		{"year/month/day", "* 2024/03/05 10:20:30 kvm01 kernel: ", dated},
		{"a day above twelve", "03/15/2024 01:20:30 PM kvm01 kernel: ", told{"kvm01", "kernel", "2024-03-15 13:20:30", 0, record.LacksZone, killText}},
		{"in brackets", "[2024-03-05T10:20:30] ", told{"", "", "2024-03-05 10:20:30", 0, record.LacksZone, killText}},
		{"with tabs", "2024-03-05T10:20:30.5Z\tkvm01\tkernel\t", told{"", "", "2024-03-05 10:20:30.5", 0, 0, killText}},
		{"a time only", "10:20:30 kvm01 kernel: ", told{"kvm01", "kernel", "0000-01-01 10:20:30", 0, timeOnly, killText}},
		{"month-day", "Mar-05 10:20:30 kvm01 kernel: ", undatedYear},
		{"day month", "5 mars 10:20:30 kvm01 kernel: ", undatedYear},
		{"an unknown language", "Mawrth  5 10:20:30 kvm01 kernel: ", told{"kvm01", "kernel", "0000-01-01 10:20:30", 0, timeOnly, killText}},
		{"seconds since 1970", "1709634030 kvm01 kernel: ", told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, 0, killText}},
		{"a number that is none", "170963403 kvm01 kernel: ", nothing},
		{"parted by bars", "|2024-03-05 10:20:30|WARN|kernel: ", told{"", "kernel", "2024-03-05 10:20:30", 0, record.LacksZone, killText}},
		{"a zone is no host", "05.03.2024 10:20:30 AM CEST kernel: ", told{"", "kernel", "2024-03-05 10:20:30", 0, record.LacksZone, killText}},
		{"a level is no host", "10:20:30 WARNING kernel: ", told{"", "kernel", "0000-01-01 10:20:30", 0, timeOnly, killText}},
		{"a number is no host", "05 Mar 10:20:30 2024 kernel: ", told{"", "kernel", "0000-03-05 10:20:30", 0, local, killText}},
		{"a sign of its own", "10:20:30 kvm01 kernel - - ", told{"", "", "0000-01-01 10:20:30", 0, timeOnly, killText}},
		{"bold", "**", told{"", "", "", 0, 0, killText}},
		{"code", "`", told{"", "", "", 0, 0, killText}},
		{"a table", "| ", told{"", "", "", 0, 0, killText}},
		{"comma separated", "\"Mar  5 10:20:30\",\"kvm01\",\"kernel\",\"", told{"", "", "0000-03-05 10:20:30", 0, local, killText}},
	} {
		file := strings.Repeat(c.before+"Mem-Info:\n", 5) + c.before + killText + "\n"
		sameKills(t, c.name, file, c.want)
		before, early := strings.Repeat("Feb  3 06:30:01 kvm02 cron[1]: a job\n", 9), c.want
		if early.wall == "" || early.lacks&record.LacksDate != 0 { // the line before tells the day
			early.wall, early.lacks = "0000-02-03 06:30:01", local
		}
		if early.host == "" {
			early.host = "kvm02"
		}
		sameKills(t, c.name+" among others", before+c.before+killText+"\n"+before, early)
	}
	const year = "Mar  5 2024 10:20:30: kvm01 kernel: "
	sameKills(t, "a colon behind the stamp", strings.Repeat(year+"Mem-Info:\n", 5)+year+killText+"\n", told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, record.LacksZone, killText})
	const date = "Tue Mar  5 10:20:30 PM UTC 2024 kernel: "
	sameKills(t, "date(1)", strings.Repeat(date+"Mem-Info:\n", 5)+date+killText+"\n", told{"", "kernel", "2024-03-05 22:20:30", 0, 0, killText})
	const loki = `2024-03-05T10:20:30Z {host="kvm01", file="/a b} c"} Mar  5 10:20:29 kvm01 kernel: `
	sameKills(t, "logcli", strings.Repeat(loki+"Mem-Info:\n", 5)+loki+killText+"\n", told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, 0, killText})
}

// TestWhereTheKillsWordsBegin: what other programs write of killed processes is theirs.
func TestWhereTheKillsWordsBegin(t *testing.T) {
	for line, want := range map[string]string{
		"x Memory cgroup out of memory: Killed process 12 (a) total-vm:1kB":         "Memory cgroup out of memory: Killed process 12 (a) total-vm:1kB",
		"x Out of memory (oom_kill_allocating_task): Kill process 12 (a) score 0":   "Out of memory (oom_kill_allocating_task): Kill process 12 (a) score 0",
		"x No available memory (MPOL_BIND): kill process 12 (a) score 5 or a child": "No available memory (MPOL_BIND): kill process 12 (a) score 5 or a child",
		"still x Killed process 12 (a) total-vm:1kB, anon-rss:1kB":                  "Killed process 12 (a) total-vm:1kB, anon-rss:1kB",
		"x Killed process 12 (a), UID 107, total-vm:1kB":                            "Killed process 12 (a), UID 107, total-vm:1kB",
		"x oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=a,pid=12,uid=0": "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=a,pid=12,uid=0",
		"a very long prefix, java invoked oom-killer: gfp_mask=0x201da, order=0":    "java invoked oom-killer: gfp_mask=0x201da, order=0",
		"Web Content 1 invoked oom-killer: gfp_mask=0x201da, order=0":               "", // the name itself
		"job 5: Killed process 12 (a)":                                              "",
		"it ends in 'Killed process 12 (a), UID 0, total-vm:'":                      "",
		"the summary oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null) is cut":    "",
		"job 5: kill process 12":             "",
		"deadline: Killed process group":     "",
		"Killed process 12 (a) total-vm:1kB": "", // as it stands
		"will skill process 12: Out of memory: skilled process 12 (a) total-vm:1kB no": "",
	} {
		got := ""
		if i := killWords([]byte(line)); i > 0 {
			got = line[i:]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	for _, quoted := range []string{" kernel: " + killText, "\tkvm01 kernel: " + killText, `{"text":"` + killText + `"}`, "mykernel: " + killText[len("Out of memory: "):len("Out of memory: Killed process 4711 (java)")]} {
		if p := (piece{}); p.strange([]byte(quoted)) {
			t.Errorf("%q: %q", quoted, p.text)
		}
	}
}

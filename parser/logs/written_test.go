package logs

import (
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestDatesOfEitherOrder: which number is the day is told by any line that has one above twelve, before the kill or behind it;
// a year of two digits may be the day as well.
func TestDatesOfEitherOrder(t *testing.T) {
	const (
		timeOnly = record.LacksDate | record.LacksZone
		open     = "do not tell day, month and year apart"
	)
	kill := func(stamp string) string { return stamp + " kvm01 kernel: " + killText + "\n" }
	other := func(stamp string) string { return stamp + " kvm01 systemd[1]: Started a thing.\n" }
	on := func(wall string, lacks record.Lack) told { return told{"kvm01", "kernel", wall, 0, lacks, killText} }
	for name, c := range map[string]struct {
		file    string
		want    []told
		problem string
	}{
		"the month first, told before": {other("03/15/2024 10:20:29") + kill("03/05/2024 10:20:30"), []told{on("2024-03-05 10:20:30", record.LacksZone)}, ""},
		"the day first, told behind":   {kill("05/03/2024 10:20:30") + other("15/03/2024 10:20:29"), []told{on("2024-03-05 10:20:30", record.LacksZone)}, ""},
		"with dashes":                  {kill("05-03-2024 10:20:30") + kill("15-03-2024 10:20:29"), []told{on("2024-03-05 10:20:30", record.LacksZone), on("2024-03-15 10:20:29", record.LacksZone)}, ""},
		"by nothing":                   {kill("05/03/2024 10:20:30") + other("06/03/2024 10:20:29") + kill("07/03/2024 11:20:30"), []told{on("0000-01-01 10:20:30", timeOnly), on("0000-01-01 11:20:30", timeOnly)}, open},
		"with points it is the day":    {other("05.03.2024 10:20:30") + kill("05.03.2024 10:20:30"), []told{on("2024-03-05 10:20:30", record.LacksZone)}, ""},
		"a date without a time":        {kill("05/03/2024 10:20:30") + "the report of 15/03/2024 of kernel: that\n", []told{on("0000-01-01 10:20:30", timeOnly)}, open},
		"a short year":                 {other("24/03/05 10:20:29") + kill("24/03/05 10:20:30"), []told{on("0000-01-01 10:20:30", timeOnly)}, open},
	} {
		sameKills(t, name, c.file, c.want...)
		problems := read([]byte(c.file), nil).problems
		if (len(problems) == 1) != (c.problem != "") || c.problem != "" && !strings.Contains(problems[0].Msg, c.problem) {
			t.Errorf("%s: problems %v", name, problems)
		}
	}
	many := strings.Repeat(kill("05/03/2024 10:20:30"), mostHeld+1) + other("15/03/2024 10:20:29")
	if k := read([]byte(many), nil); len(k.lines) != mostHeld+2 || k.lines[mostHeld].At.Lacks&record.LacksDate == 0 || len(k.problems) != 1 {
		t.Errorf("%d lines, the last at %v, problems %v", len(k.lines), k.lines[mostHeld].At, k.problems)
	}
	for i, l := range read([]byte(kill("05/03/2024 10:20:30")+"Mem-Info:\n"+other("15/03/2024 10:20:29")), nil).lines[:2] {
		if l.From.Line != i+1 || l.At.Wall.Format("2006-01-02 15:04:05") != "2024-03-05 10:20:30" {
			t.Errorf("a line without a stamp behind one that waits: %+v", l)
		}
	}
}

// TestSyslogOfAnUnknownTemplate: the kernel's words about memory may stand far behind the part that recognition looks at.
func TestSyslogOfAnUnknownTemplate(t *testing.T) {
	for _, stamp := range []string{"05.03.2024 10:20:30", "[05/Mar/2024:10:20:30 +0000]", "Mar-05 10:20:30", "10:20:30"} {
		head := strings.Repeat(stamp+" kvm01 systemd[1]: Started a thing.\n"+stamp+" kvm01 kernel: eth0: link up\n", 3000)
		if k := read([]byte(head+stamp+" kvm01 kernel: "+killText+"\n"), wishes()); len(k.lines) != 1 || k.lines[0].Host != "kvm01" {
			t.Errorf("%s: read as %q, %d lines, problems %v", stamp, k.input.Format, len(k.lines), k.problems)
		}
		if k := read([]byte(strings.ReplaceAll(head, "kernel: ", "app: ")), wishes()); k.input.Format != "" {
			t.Errorf("%s: a program's own log was read as %q", stamp, k.input.Format)
		}
	}
}

// TestBroadcasts: rsyslog's omusrmsg sends "\r\n\aMessage from syslogd@HOST at STAMP ...\r\n TAG TEXT" to each terminal.
func TestBroadcasts(t *testing.T) {
	const heading = "\r\n\aMessage from syslogd@kvm01 at Mar  5 10:20:30 ...\r\n"
	want := told{"kvm01", "kernel", "0000-03-05 10:20:30", 0, local, killText}
	up := want
	up.mono = 35300e6
	sameKills(t, "as sent", heading+" kernel:java invoked oom-killer: gfp_mask=0x0\r\n"+heading+" kernel:"+killText+"\r\n", want)
	sameKills(t, "as pasted", strings.ReplaceAll(strings.ReplaceAll(heading, "\a", ""), "\r", "")+" kernel:[   35.300000] "+killText+"\n", up)
	sameKills(t, "another daemon's", heading+" systemd[1]:Out of memory: nothing\n")
	const quoted = " kernel: " + killText + "\n"
	if k := read([]byte(heading+"a prompt\n"+quoted), nil); k.lines[len(k.lines)-1].Program != "" {
		t.Errorf("a line that continues another one: %+v", k.lines)
	}
}

package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"oomortem/parser/record"
)

// TestStampsInTheCharsetOfTheirLocale: logs are read undecoded, stamps with a localized month among them; the sieve keeps
// them, and a month that only comes late in the file is read as well.
func TestStampsInTheCharsetOfTheirLocale(t *testing.T) {
	chatter := func(month string) string {
		var b strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&b, "%s  3 06:%02d:%02d host sshd[12]: Accepted publickey, no memory of it\n", month, i/60, i%60)
		}
		return b.String()
	}
	const kill = "  3 07:00:01 host kernel: [   12.345678] Out of memory: Killed process 700 (java)\n"
	for _, c := range []struct {
		name, text string
		set        encoding.Encoding
		month      time.Month
		year       int
	}{
		{"German", chatter("Mär") + "Mär" + kill, charmap.ISO8859_1, 3, 0},
		{"German, from the second month on", chatter("Feb") + chatter("Mär") + "Mär" + kill, charmap.ISO8859_1, 3, 0},
		{"Russian", chatter("фев") + "фев" + kill, charmap.KOI8R, 2, 0},
		{"Chinese", chatter("2月") + "2月" + kill, simplifiedchinese.GBK, 2, 0},
		{"Chinese dmesg -T", "[三 2月  3 07:00:00 2021] usb 1-1: new device\n[三 2月  3 07:00:01 2021] Out of memory: Killed process 700 (java)\n", simplifiedchinese.GBK, 2, 2021},
	} {
		data, err := c.set.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		k := read(data, wishes())
		var found []record.Line
		for _, l := range k.lines {
			if strings.Contains(l.Text, "Killed process") {
				found = append(found, l)
			}
		}
		want := time.Date(c.year, c.month, 3, 7, 0, 1, 0, time.UTC)
		if len(found) != 1 || !found[0].At.Wall.Equal(want) || found[0].Program != "kernel" || len(k.problems) > 0 {
			t.Errorf("%s: read as %s: %+v, problems %v; want one at %v", c.name, k.input.Format, found, k.problems, want)
		}
	}
}

// TestPastedFromAPage: a page shows a log with no-break spaces, and a big file of them is no plain one that is cut for all cores.
func TestPastedFromAPage(t *testing.T) {
	const kernel, host = "[   35.300000] ", "Feb  3 06:30:01 kvm01 kernel: "
	hard := func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
	sameKills(t, "dmesg", hard(strings.Repeat(kernel+"Mem-Info:\n", 5)+kernel+killText+"\n"), told{"", "kernel", "", 35300e6, record.LacksWall, killText})
	file := hard(strings.Repeat("Feb  3 06:30:01 kvm01 sshd[7]: session opened\n", 30000) + host + killText + "\n")
	sameKills(t, "syslog", file, told{"kvm01", "kernel", "0000-02-03 06:30:01", 0, local, killText})
	path := filepath.Join(t.TempDir(), "messages")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if k := readAs(t, formatNamed(t, syslog.Name), nil, path, wishes(), 1000); len(k.lines) != 1 || k.lines[0].From.Line != 30001 {
		t.Errorf("from a file: %+v", k.lines)
	}
}

package logs

import (
	"fmt"
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

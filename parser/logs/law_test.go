package logs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// kept is a sink that keeps lines and problems.
type kept struct {
	record.Discard
	lines    []record.Line
	problems []record.Problem
	anchors  []record.Anchor
	input    record.Input
}

func (k *kept) Line(l record.Line)       { k.lines = append(k.lines, l) }
func (k *kept) Problem(p record.Problem) { k.problems = append(k.problems, p) }
func (k *kept) Anchor(a record.Anchor)   { k.anchors = append(k.anchors, a) }
func (k *kept) Input(i record.Input)     { k.input = i }

// wishes are readers' wishes of all kinds: by text, by program, for lines without a program.
func wishes() *parser.Interest {
	has := func(s string) func([]byte) bool {
		return func(b []byte) bool { return bytes.Contains(b, []byte(s)) }
	}
	i := &parser.Interest{}
	i.Want([]string{"kernel", ""}, has("Killed process"))
	i.Want([]string{"kernel", ""}, has("oom"))
	i.Want([]string{"kernel"}, has("rss"))
	i.Want([]string{""}, has("-- Boot "))
	i.Want([]string{"systemd", "libvirtd"}, has("error"))
	i.Want([]string{"systemd-machined", "audit", "qemu"}, nil)
	return i
}

// readAs reads data with one format. When path is not empty the data is read from that file.
func readAs(t testing.TB, f parser.Format, data []byte, path string, interest *parser.Interest, block int) *kept {
	t.Helper()
	k := &kept{}
	f.Sniff = func(parser.Head) parser.Score { return 100 }
	in := parser.NewInput("in", bytes.NewReader(data), time.Time{})
	if path != "" {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		in = parser.NewInput("in", file, time.Time{})
	}
	in.Block = block
	parser.Read(in, []parser.Format{f}, interest, k)
	return k
}

// torture is a log with everything that must not depend on where blocks end.
func torture(stamp func(i int) string) []byte {
	var b strings.Builder
	b.WriteString("-- Logs begin at Mon 2021-02-01 00:00:01 CET, end at Wed 2021-02-24 10:00:01 CET. --\n")
	b.WriteString("cut off beginning of a line with oom in it\nnothing\n")
	for i := range 300 {
		b.WriteString(stamp(i))
		switch i % 12 {
		case 0:
			fmt.Fprintf(&b, " host%d kernel: [%5d.%06d] Killed process %d (qemu-kvm) total-vm:1kB\n", i%3, i, i, i)
		case 1:
			b.WriteString(" host1 systemd[1]: Started Session 12 of user root.\n")
		case 2:
			b.WriteString(" host1 kernel: Memory cgroup stats:\nanon 123\nrss 4096\n\tindented oom\nfile 1\n")
		case 3:
			b.WriteString(" host1 kern.info kernel: busybox says oom\r\n")
		case 4:
			b.WriteString(" CRON[12]: (root) CMD (true)\n")
		case 5:
			b.WriteString(" last message repeated 5 times, oom\n")
		case 6:
			b.WriteString(" host1 libvirtd[99]: \xb4\xed\xce\xf3 GBK\n")
		case 7:
			b.WriteString(" host1 sshd[123]: Accepted publickey\ntext behind it\n\n-- Boot 123 --\n-- Journal begins at Tue 2019-01-01 00:00:00 CET. --\n")
		case 8:
			b.WriteString(" host1 kernel: tail\x00\x00\x00 with oom\n")
		case 9:
			b.WriteString(" host1 /usr/sbin/libvirtd: an error\n")
		case 10:
			b.WriteString(" host1 systemd-machined[1]: New machine qemu-3-web01.\n\x01\x02garbage\n")
		case 11:
			b.WriteString(" host1 qemu[1]: " + strings.Repeat("x", 300) + "\n")
		}
	}
	b.WriteString(stamp(300) + " host1 sshd[1]: torn")
	return []byte(b.String())
}

func TestTheSizeOfBlocksChangesNothing(t *testing.T) {
	classic := func(i int) string { return fmt.Sprintf("Feb %2d 04:%02d:%02d", 1+i/100, i/7%60, i%60) }
	iso := func(i int) string {
		return fmt.Sprintf("2021-02-%02dT04:%02d:%02d.%06d+08:00", 1+i/100, i/7%60, i%60, i)
	}
	rfc := func(i int) string {
		return fmt.Sprintf("<30>1 2021-02-%02dT04:%02d:%02d.%06d+08:00", 1+i/100, i/7%60, i%60, i)
	}
	for _, c := range []struct {
		f     parser.Format
		stamp func(int) string
	}{{syslog, classic}, {syslogISO, iso}, {rfc5424, rfc}} {
		data := torture(c.stamp)
		if c.f.Name == rfc5424.Name {
			data = regexp.MustCompile(` (host\d) (\S+?)(\[\d+\])?: `).ReplaceAll(data, []byte(" $1 $2 - - - "))
		}
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		whole := c.f
		whole.Sift, whole.Begins = nil, nil
		want := readAs(t, whole, data, "", wishes(), 0)
		if len(want.lines) < 100 {
			t.Fatalf("%s: only %d lines wanted: the test tests nothing", c.f.Name, len(want.lines))
		}
		if !slices.ContainsFunc(want.lines, func(l record.Line) bool { return l.Text == "-- Boot 123 --" && l.Program == "" }) {
			t.Errorf("%s: nobody is told of another boot", c.f.Name)
		}
		base := readAs(t, c.f, data, "", wishes(), 0)
		if !reflect.DeepEqual(base.lines, want.lines) {
			t.Errorf("%s: sifting changed the lines: %s", c.f.Name, firstDifference(base.lines, want.lines))
		}
		if base.input.NotBefore != want.input.NotBefore || want.input.NotBefore.Year() != 2021 || base.input.First != want.input.First || base.input.Last != want.input.Last || base.input.Lines != want.input.Lines || base.input.Bytes != want.input.Bytes {
			t.Errorf("%s: sifting changed the input's record:\n got %+v\nwant %+v", c.f.Name, base.input, want.input)
		}
		for _, size := range []int{64, 65, 77, 100, 333, 1000, 4096, 1 << 16, 1 << 20} {
			for _, from := range []string{"", path} {
				got := readAs(t, c.f, data, from, wishes(), size)
				if !reflect.DeepEqual(got, base) {
					t.Errorf("%s in blocks of %d (file %v): %s; %d problems, want %d; input %+v, want %+v", c.f.Name, size, from != "",
						firstDifference(got.lines, base.lines), len(got.problems), len(base.problems), got.input, base.input)
				}
			}
		}
	}
}

func firstDifference(got, want []record.Line) string {
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			return fmt.Sprintf("line %d of %d/%d\n got %+v\nwant %+v", i, len(got), len(want), got[i], want[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(got), len(want))
}

func TestOverlongLinesDoNotDependOnBlocks(t *testing.T) {
	for _, n := range []int{parser.MaxLine - 30, parser.MaxLine - 1, parser.MaxLine, parser.MaxLine + 1, parser.MaxLine + 2, parser.MaxLine + 3, 3 * parser.MaxLine} {
		for _, end := range []string{"", "\n", "\r\n", "\nFeb 20 04:20:43 h kernel: oom 2\n"} {
			head := "Feb 20 04:20:41 h kernel: oom 1\nFeb 20 04:20:42 h sshd[1]: "
			data := []byte(head + strings.Repeat("y", n-27) + end)
			path := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			want := readAs(t, syslog, data, "", wishes(), 0)
			for _, size := range []int{100_000, 1 << 20} {
				for _, from := range []string{"", path} {
					got := readAs(t, syslog, data, from, wishes(), size)
					if !reflect.DeepEqual(got, want) {
						t.Errorf("line of %d bytes, end %q, blocks of %d (file %v): %d lines %v %+v, want %d %v %+v", n, end, size, from != "", len(got.lines), got.problems, got.input, len(want.lines), want.problems, want.input)
					}
				}
			}
		}
	}
}

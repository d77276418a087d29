package logs

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oomortem/parser"
	"oomortem/parser/messages"
)

// everyWish is what all message readers want.
func everyWish() *parser.Interest {
	i := &parser.Interest{}
	for _, r := range messages.All() {
		i.WantMarked(r.Sources, r.Wants, parser.Marks{Starts: r.Starts, Holds: r.Holds})
	}
	return i
}

// fixtureTexts are the lines of all fixtures, and what stands behind their tags and uptimes.
func fixtureTexts(t testing.TB) (texts []string) {
	t.Helper()
	err := filepath.WalkDir("../../fixtures", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) > 1<<20 || bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0 {
			return err
		}
		for _, line := range strings.Split(string(data), "\n") {
			if len(line) > 500 {
				line = line[:500]
			}
			texts = append(texts, line)
			for _, behind := range []string{": ", "] "} {
				if _, text, ok := strings.Cut(line, behind); ok {
					texts = append(texts, text)
				}
			}
		}
		return nil
	})
	if err != nil || len(texts) < 10_000 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	return texts
}

// mixed puts texts behind heads of all kinds, most of them usual ones.
func mixed(texts []string, lines int, iso bool, r *rand.Rand) []byte {
	programs := []string{
		"kernel:", "systemd[1]:", "kubelet[22]:", "dockerd[1]:", "sshd[12345]:", "libvirtd[7]:", "rsyslogd:", "avahi-daemon[953]:", "CROND[1]:", "/usr/sbin/libvirtd:",
		"audit[3]:", "java[4711]:", "nohang[1]:", "systemd-machined[8]:", "(udev-worker)[5]:", "kern.info kernel:", "last message", "kernel", "sudo:", "earlyoom[2]:",
		"a-program-with-a-very-long-name-that-goes-on-and-on-and-on-and-on-and-on[1]:",
	}
	before := []string{"", "[12345.678901] ", "[12345.678901] ", "[   12.345678] ", "[12345.678901][ T6736] ", "[12345.678901] [T6736] ", "<6>", " ", "[12345.678901]"}
	var b bytes.Buffer
	at := 1
	for range lines {
		at += r.IntN(3)
		day, s := 1+at/86400%9, at%86400
		switch n := r.IntN(200); {
		case iso:
			fmt.Fprintf(&b, "2021-02-%02dT%02d:%02d:%02d.%06d+08:00 ", day, s/3600, s/60%60, s%60, r.IntN(1_000_000))
		case n == 0:
			b.WriteString("Feb  3 29:61:07 ")
		case n == 1:
			b.WriteString("Feb  3 2021 04:20:41 ")
		case n == 2: // a line that goes on
		default:
			fmt.Fprintf(&b, "Feb  %d %02d:%02d:%02d ", day, s/3600, s/60%60, s%60)
		}
		if r.IntN(50) > 0 {
			b.WriteString("kvm-node-07 ")
		} else {
			b.WriteString([]string{"h ", "", "kvm-node-08 ", strings.Repeat("host", 20) + " "}[r.IntN(4)])
		}
		text := texts[r.IntN(len(texts))]
		fmt.Fprintf(&b, "%s %s%s", programs[r.IntN(len(programs))], before[r.IntN(len(before))], text)
		b.WriteString([]string{"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\x00\n"}[r.IntN(9)])
		if r.IntN(3000) == 0 {
			b.WriteString(strings.Repeat("long ", 3000))
		}
	}
	return b.Bytes()
}

// losesNothing holds the sweep against the fate of each line, told by a sieve of its own.
func losesNothing(t *testing.T, f parser.Format, interest *parser.Interest, data []byte) (skipped, number int) {
	t.Helper()
	swept, alone := f.Sift(interest), f.Sift(interest)
	for at := 0; at < len(data); {
		next, lines := swept.Skip(data, at)
		if n := bytes.Count(data[at:next], []byte("\n")); n != lines {
			t.Fatalf("%d lines skipped, counted as %d", n, lines)
		}
		for line := range bytes.Lines(data[at:next]) {
			number++
			skipped++
			if line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r")); alone.Fate(line) != parser.Drop {
				t.Fatalf("line %d is wanted and was skipped:\n%q", number, line)
			}
		}
		at = next
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			break
		}
		number++
		line := bytes.TrimSuffix(data[at:at+end], []byte("\r"))
		if a, b := swept.Fate(line), alone.Fate(line); a != b {
			t.Fatalf("line %d: fate %d, want %d:\n%q", number, a, b, line)
		}
		at += end + 1
	}
	return skipped, number
}

func TestSweepLosesNothing(t *testing.T) {
	texts, interest := fixtureTexts(t), everyWish()
	for seed := range uint64(6) {
		f, iso := syslog, seed%3 == 2
		if iso {
			f = syslogISO
		}
		skipped, number := losesNothing(t, f, interest, mixed(texts, 20_000, iso, rand.New(rand.NewPCG(seed, 1))))
		if skipped < number/5 {
			t.Errorf("seed %d: only %d of %d lines were skipped: the test tests nothing", seed, skipped, number)
		}
	}
}

// FuzzSweep puts hostile lines among usual ones.
func FuzzSweep(f *testing.F) {
	usual, interest := busyHost(600), everyWish()
	f.Add([]byte("Feb  1 03:00:02 kvm-node-07 kernel: [12345.678901][T6736] Killed process 1 (x) total-vm:1kB\n"), 3)
	f.Add([]byte("Feb  1 23:00:02 kvm-node-07 kernel: [1a.123456\n.123456] Out of memory\n\x00\n"), 1)
	f.Add([]byte("Feb  1 03:00:02 h systemd[1]: Reached target Shutdown.\nFeb  1 03:00:02 h x"), 2)
	f.Fuzz(func(t *testing.T, hostile []byte, every int) {
		if len(hostile) > 4<<10 {
			return
		}
		var data []byte
		number := 0
		for line := range bytes.Lines(usual) {
			data = append(data, line...)
			if number++; every > 0 && number%(every%500+5) == 0 {
				data = append(data, hostile...)
			}
		}
		losesNothing(t, syslog, interest, data)
		losesNothing(t, syslogISO, interest, data)
	})
}

// TestWindow holds what the processor finds against the plain way.
func TestWindow(t *testing.T) {
	if !wide {
		t.Skip("there is only the plain way here")
	}
	r := rand.New(rand.NewPCG(7, 7))
	texts := fixtureTexts(t)
	g := gateOf(everyWish())
	var fast, plain window
	odds, ours, uptimes, strikes := 0, 0, 0, 0
	for round := range 300 {
		data := mixed(texts, 100, round%2 == 0, r)
		for range r.IntN(300) {
			data[r.IntN(len(data))] = [...]byte{'\n', '\n', ' ', 0, 0xff, 'K', 'B', byte(r.IntN(256))}[r.IntN(8)]
		}
		words := 1 + r.IntN(min(windowBytes, len(data)-room)/64)
		l := &layout{}
		if round%2 == 0 {
			l.learn([]byte("2021-02-01T00:20:41.123456+08:00 kvm-node-07 kernel: x"), 33, 12, 11)
		} else {
			l.learn([]byte("Feb  1 00:20:41 kvm-node-07 kernel: x"), 16, 12, 7)
		}
		fast.ends[0], plain.ends[0] = -1, -1
		lines := plain.findEndsPlain(data[:words*64])
		if n := fast.findEnds(data[:words*64]); n != lines || !slices.Equal(fast.ends[:n+1], plain.ends[:n+1]) {
			t.Fatalf("%d lines, want %d", n, lines)
		}
		for from := 0; from < lines; from += windowLines {
			ends := plain.ends[from:min(from+windowLines+1, lines+1)]
			odd, n := plain.readTagsPlain(data, ends, l, g)
			if o, k := fast.readTags(data, ends, l, g); o != odd || k != n || !slices.Equal(fast.odd[:o], plain.odd[:o]) {
				t.Fatalf("%d odd lines and %d texts, want %d and %d", o, k, odd, n)
			}
			for k := range n {
				plain.texts[k].readers, fast.texts[k].readers = 0, 0
				uptimes -= int(plain.texts[k].from)
			}
			if !slices.Equal(fast.texts[:n], plain.texts[:n]) {
				t.Fatal("other texts")
			}
			places := plain.readTextsPlain(data, n, g)
			if p := fast.readTexts(data, n, g); p != places || !slices.Equal(fast.places[:p], plain.places[:p]) || !slices.Equal(fast.texts[:n], plain.texts[:n]) {
				t.Fatalf("%d places, want %d, or other texts", p, places)
			}
			for k := range n {
				uptimes += int(plain.texts[k].from)
			}
			struck := plain.searchPlain(data, places, g.patterns)
			if s := fast.search(data, places, g.patterns); s != struck || !slices.Equal(fast.struck[:s], plain.struck[:s]) {
				t.Fatalf("%d struck places, want %d", s, struck)
			}
			odds, ours, strikes = odds+odd, ours+n, strikes+struck
		}
	}
	if min(odds, ours, uptimes, strikes) < 1000 {
		t.Errorf("%d odd lines, %d texts, %d bytes of uptimes, %d strikes: the test tests nothing", odds, ours, uptimes, strikes)
	}
}

// TestPatternsFindEveryPhrase: three bytes of each phrase must be let through wherever it stands.
func TestPatternsFindEveryPhrase(t *testing.T) {
	g := gateOf(everyWish())
	for _, r := range messages.All() {
		for _, phrase := range r.Holds {
			data := []byte("Feb  3 04:20:41 h kernel: some text " + phrase + " and some more")
			found := uint32(0)
			for i := range len(data) - 3 {
				found |= g.patterns.whose(data, i)
			}
			if found == 0 {
				t.Errorf("%q is not found", phrase)
			}
		}
	}
}

// TestKernelTagsWithoutABlankHideNoLine: in "kernel:CPU: 3 PID:" the first word that ends with a colon is no tag.
func TestKernelTagsWithoutABlankHideNoLine(t *testing.T) {
	const head = "Feb  3 04:20:41 kvm-node-07 "
	dump := []string{
		"java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0", "CPU: 3 PID: 4242 Comm: java Not tainted 3.10.0-514.el7.x86_64 #1",
		"memory: usage 524288kB, limit 524288kB, failcnt 12", "lowmem_reserve[]: 0 3191 15659 15659", "Killed process 4711 (java) total-vm:1kB, anon-rss:1kB, file-rss:0kB",
	}
	file := strings.Repeat(head+"sshd[7]: Connection closed by 10.0.0.1\n", 4*worthSweeping/64)
	file += head + "kernel:" + strings.Join(dump, "\n"+head+"kernel:") + "\n" + file
	var texts []string
	for _, l := range read([]byte(file), everyWish()).lines {
		texts = append(texts, l.Text)
	}
	if !slices.Equal(texts, dump) {
		t.Errorf("%q\nwant %q", texts, dump)
	}
}

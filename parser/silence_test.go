package parser_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/logs"
	"oomortem/parser/record"
)

type events struct {
	record.Discard
	all []record.Event
}

func (e *events) Event(v record.Event) { e.all = append(e.all, v) }

func eventsOf(t *testing.T, data []byte, block int) []record.Event {
	t.Helper()
	formats := logs.Formats()
	for i := range formats {
		formats[i].Log = true
	}
	in := parser.NewInput("messages", bytes.NewReader(data), time.Time{})
	in.Block = block
	interest := &parser.Interest{}
	interest.Want([]string{"kernel"}, func(text []byte) bool { return bytes.HasPrefix(text, []byte("Killed")) })
	e := &events{}
	parser.Read(in, formats, interest, e)
	return e.all
}

// logOf writes a line every so often, and lets the clock jump before some of them.
func logOf(lines int, every time.Duration, at time.Time, layout string, jumps map[int]time.Duration) []byte {
	var b bytes.Buffer
	for i := range lines {
		at = at.Add(every + jumps[i])
		fmt.Fprintf(&b, "%s kvm01 systemd[1]: Started Session %d of user root.\n", at.Format(layout), i)
		if i%9 == 0 {
			b.WriteString("\tcontinued\n")
		}
	}
	return b.Bytes()
}

func TestSilence(t *testing.T) {
	night := time.Date(2021, 2, 20, 0, 0, 0, 0, time.UTC)
	march := time.Date(2021, 3, 28, 0, 0, 0, 0, time.UTC)
	const classic, iso = "Jan _2 15:04:05", "2006-01-02T15:04:05-07:00"
	often := map[int]time.Duration{}
	for i := range 20 {
		often[100*i+50] = 15 * time.Minute // as on a host that only cron keeps awake
	}
	for name, c := range map[string]struct {
		data []byte
		line int // after which the log is silent; 0: it is not
	}{
		// line 900 is the first one after the jump; every ninth line of 900 has one more behind it
		"a hole of 40 minutes":           {logOf(2000, 4*time.Second, night, classic, map[int]time.Duration{900: 40 * time.Minute}), 900 + 100},
		"with years and zones":           {logOf(2000, 4*time.Second, night, iso, map[int]time.Duration{900: 40 * time.Minute}), 900 + 100},
		"none":                           {logOf(2000, 4*time.Second, night, classic, nil), 0},
		"nine minutes":                   {logOf(2000, 4*time.Second, night, classic, map[int]time.Duration{900: 9 * time.Minute}), 0},
		"silent often":                   {logOf(2000, 4*time.Second, night, classic, often), 0},
		"few lines a day":                {logOf(2000, 10*time.Minute, night, classic, map[int]time.Duration{900: 5 * time.Hour}), 0},
		"summer time begins":             {logOf(2000, 4*time.Second, march, classic, map[int]time.Duration{1800: time.Hour}), 0},
		"the clock of a zone goes on":    {logOf(2000, 4*time.Second, march, iso, map[int]time.Duration{1800: time.Hour}), 1800 + 200},
		"a kill of long ago in front":    {logOf(2000, 4*time.Second, night, classic, map[int]time.Duration{3: 40 * time.Hour}), 0},
		"two minutes, too few to tell":   {logOf(200, time.Second, night, classic, map[int]time.Duration{100: time.Hour}), 0},
		"the clock goes back and on":     {logOf(2000, 4*time.Second, night, classic, map[int]time.Duration{900: -time.Hour}), 0},
		"journalctl -o short-full, none": {logOf(2000, 4*time.Second, night, "Mon 2006-01-02 15:04:05 MST", nil), 0},
		"journalctl -o short-full":       {logOf(2000, 4*time.Second, night, "Mon 2006-01-02 15:04:05 MST", map[int]time.Duration{900: 40 * time.Minute}), 900 + 100},
	} {
		t.Run(name, func(t *testing.T) {
			whole := eventsOf(t, c.data, 0)
			if c.line == 0 {
				if len(whole) != 0 {
					t.Fatalf("%+v", whole)
				}
				return
			}
			if len(whole) != 1 || whole[0].Kind != record.LogGap || whole[0].From.Line != c.line {
				t.Fatalf("want a gap behind line %d, got %+v", c.line, whole)
			}
			// Ten lines for each nine sessions: the line is that of the last session before the jump.
			if last := string(bytes.Split(c.data, []byte("\n"))[c.line-1]); !strings.Contains(last, fmt.Sprintf("Session %d ", c.line*9/10-1)) {
				t.Fatalf("line %d is %q", c.line, last)
			}
			for _, block := range []int{64, 100, 1000, 4096, 1 << 16} {
				if got := eventsOf(t, c.data, block); !reflect.DeepEqual(got, whole) {
					t.Errorf("in blocks of %d: %+v, want %+v", block, got, whole)
				}
			}
		})
	}
}

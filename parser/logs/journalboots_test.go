package logs

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// jotted is one entry of a journal: seconds, the digit that its ids are made of, and its host; "" when a field is not there.
type jotted struct {
	at                  int
	boot, machine, host string
}

// digits makes an id of 128 bits of a digit.
func digits(d string) string { return strings.Repeat(d, 32) }

// exports gives entries in each of the journal's forms, the text of each its number.
func exports(entries []jotted) map[string][]byte {
	var json, export, verbose bytes.Buffer
	for i, e := range entries {
		at := 1709634030_000000 + int64(e.at)*1_000000
		fields := [][2]string{{"_BOOT_ID", digits(e.boot)}, {"_HOSTNAME", e.host}, {"_TRANSPORT", "kernel"}, {"MESSAGE", fmt.Sprint("oom ", i+1)}}
		if e.machine != "" {
			fields = append(fields, [2]string{"_MACHINE_ID", digits(e.machine)})
		}
		fmt.Fprintf(&json, `{"__REALTIME_TIMESTAMP":"%d"`, at)
		fmt.Fprintf(&export, "__REALTIME_TIMESTAMP=%d\n", at)
		fmt.Fprintf(&verbose, "Tue 2024-03-05 10:20:30.000000 UTC [s=1;i=6e;b=2c1c;m=916b7a;t=%x;x=802f]\n", at)
		for _, f := range fields {
			fmt.Fprintf(&json, `,"%s":"%s"`, f[0], f[1])
			fmt.Fprintf(&export, "%s=%s\n", f[0], f[1])
			fmt.Fprintf(&verbose, "    %s=%s\n", f[0], f[1])
		}
		json.WriteString("}\n")
		export.WriteString("\n")
	}
	return map[string][]byte{journalJSON.Name: json.Bytes(), journalExport.Name: export.Bytes(), journalVerbose.Name: verbose.Bytes(), journal.Name: binaryJournal(entries)}
}

// binaryJournal writes the objects of a regular journal, by systemd's journal-def.h: data before the entry that names it.
func binaryJournal(entries []jotted) []byte {
	word := binary.LittleEndian.AppendUint64
	b := append([]byte("LPKSHHRH"), make([]byte, 200)...)
	binary.LittleEndian.PutUint64(b[88:], 208)
	object := func(kind byte, rest ...[]byte) uint64 {
		at, body := uint64(len(b)), bytes.Join(rest, nil)
		b = append(word(append(b, kind, 0, 0, 0, 0, 0, 0, 0), uint64(16+len(body))), body...)
		b = append(b, make([]byte, -len(b)&7)...)
		return at
	}
	for i, e := range entries {
		var items []byte
		fields := []string{"_HOSTNAME=" + e.host, "_TRANSPORT=kernel", fmt.Sprint("MESSAGE=oom ", i+1)}
		if e.machine != "" {
			fields = append(fields, "_MACHINE_ID="+digits(e.machine))
		}
		for _, f := range fields {
			items = word(word(items, object(objectData, make([]byte, 48), []byte(f))), 0)
		}
		id, _ := hex.DecodeString(digits(e.boot))
		object(objectEntry, word(nil, uint64(i)), word(nil, uint64(1709634030_000000+int64(e.at)*1_000000)), word(nil, 0), id, word(nil, 0), items)
	}
	return b
}

// TestBootsOfAJournal: a machine's entries of another boot than before begin it, in every form of a journal.
func TestBootsOfAJournal(t *testing.T) {
	for name, c := range map[string]struct {
		entries []jotted
		want    string // hosts and markers, in the order of the entries
	}{
		"one boot":               {[]jotted{{1, "a", "1", "h"}, {2, "a", "1", "h"}}, "1 2"},
		"two boots":              {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "h"}, {3, "b", "1", "h"}}, "1 h:Boot-b 2 3"},
		"no machine id":          {[]jotted{{1, "a", "", "h"}, {2, "b", "", "h"}}, "1 h:Boot-b 2"},
		"three":                  {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "h"}, {3, "c", "1", "h"}}, "1 h:Boot-b 2 h:Boot-c 3"},
		"two machines":           {[]jotted{{1, "a", "1", "h"}, {2, "b", "2", "i"}, {3, "a", "1", "h"}, {4, "b", "2", "i"}}, "1 2 3 4"},
		"of one name":            {[]jotted{{1, "a", "1", "h"}, {2, "b", "2", "h"}, {3, "a", "1", "h"}, {4, "b", "2", "h"}}, "1 2 3 4"},
		"of one machine id":      {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "i"}, {3, "a", "1", "h"}, {4, "b", "1", "i"}}, "1 2 3 4"},
		"one of them boots":      {[]jotted{{1, "a", "1", "h"}, {2, "b", "2", "i"}, {3, "c", "1", "h"}, {4, "b", "2", "i"}}, "1 2 h:Boot-c 3 4"},
		"late entries":           {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "h"}, {2, "a", "1", "h"}, {3, "b", "1", "h"}}, "1 h:Boot-b 2 3 4"},
		"backwards":              {[]jotted{{2, "b", "1", "h"}, {1, "a", "1", "h"}}, "1 2"},
		"the same journal twice": {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "h"}, {1, "a", "1", "h"}, {2, "b", "1", "h"}}, "1 h:Boot-b 2 3 4"},
		"a name that comes late": {[]jotted{{1, "a", "1", "h"}, {2, "b", "1", "localhost"}, {3, "b", "1", "h"}}, "1 2 h:Reboot 3"},
		"twice":                  {[]jotted{{1, "a", "1", "localhost"}, {2, "a", "1", "h"}, {3, "b", "1", "localhost"}, {4, "b", "1", "h"}}, "1 2 localhost:Boot-b 3 h:Reboot 4"},
	} {
		for format, data := range exports(c.entries) {
			k := read(data, nil)
			var got []string
			for _, l := range k.lines {
				text := strings.TrimPrefix(l.Text, "oom ")
				if mark, ok := strings.CutPrefix(l.Text, "-- "); ok {
					mark, id, _ := strings.Cut(strings.TrimSuffix(mark, " --"), " ")
					if text = l.Host + ":" + mark; id != "" {
						text += "-" + id[:1]
					}
				}
				got = append(got, text)
			}
			if k.input.Format != format || strings.Join(got, " ") != c.want || len(k.problems) > 0 {
				t.Errorf("%s as %s: %q, want %q; read as %s, problems %v", name, format, got, c.want, k.input.Format, k.problems)
			}
		}
	}
	for format, data := range exports([]jotted{{1, "a", "1", "h"}, {7, "b", "1", "h"}}) {
		lines := read(data, wishes()).lines
		if len(lines) != 3 || lines[1].At.Wall != lines[2].At.Wall || lines[1].From != lines[2].From || lines[1].Program != "" || lines[1].Text != "-- Boot "+digits("b")+" --" {
			t.Errorf("%s: %+v", format, lines)
		}
	}
	for _, id := range []string{"", "b", strings.Repeat("b", 4000)} {
		odd := `{"__REALTIME_TIMESTAMP":"1","_BOOT_ID":"` + digits("a") + `"}` + "\n" + `{"__REALTIME_TIMESTAMP":"2","_BOOT_ID":"` + id + `"}` + "\n"
		if k := read([]byte(odd), wishes()); len(k.lines) != 0 {
			t.Errorf("a boot of the id %.40q: %+v", id, k.lines)
		}
	}
}

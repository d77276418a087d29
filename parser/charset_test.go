package parser

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"oomortem/parser/record"
)

// texts are libvirt's own words in its translations (libvirt 9.0 catalogues).
var texts = map[string]string{
	"zh": "libvirtd[1397]: 1400: error : qemuMonitorIO:718 : 内部错误：qemu 监控中的文件结束。无法获得状态更改锁定，操作超时：未找到域\n",
	"ja": "libvirtd[1397]: 1400: error : qemuMonitorIO:718 : 内部エラー: ゲストが予期せず終了しました。状態変更ロックを獲得できません。ドメインは見つかりませんでした\n",
	"fr": "libvirtd[1397]: 1400: error : qemuMonitorIO:718 : erreur interne : Domaine non trouvé, la mémoire a été épuisée à cause du système hôte\n",
}

func TestTheEncodingOfAFileIsFoundAndSaid(t *testing.T) {
	utf16 := func(e unicode.Endianness) encoding.Encoding { return unicode.UTF16(e, unicode.UseBOM) }
	for _, c := range []struct {
		lang, want string
		enc        encoding.Encoding
	}{
		{"zh", "utf-8", encoding.Nop},
		{"zh", "utf-8", unicode.UTF8BOM},
		{"zh", "gb18030", simplifiedchinese.GBK},
		{"zh", "gb18030", simplifiedchinese.GB18030},
		{"ja", "shift_jis", japanese.ShiftJIS},
		{"fr", "latin-1", charmap.ISO8859_1},
		{"fr", "utf-16le", utf16(unicode.LittleEndian)},
		{"zh", "utf-16be", utf16(unicode.BigEndian)},
		{"fr", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, // without a mark
		{"zh", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		plain := "Feb 20 04:20:41 host sshd[12]: Accepted publickey for root from 10.0.0.1 port 22 ssh2\n"
		text := strings.Repeat(plain, 20) + "Feb 20 04:20:41 host " + texts[c.lang] + strings.Repeat(plain, 20)
		data, err := c.enc.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range []bool{true, false} {
			var got []string
			f := Format{Name: "x", Raw: raw, Sniff: func(Head) Score { return 100 }, Parse: func(l *Lines, _ record.Sink) error {
				for l.Next() {
					got = append(got, l.Text(l.Bytes()))
				}
				return nil
			}}
			in := inputs{}
			Read(NewInput("f", bytes.NewReader(data), time.Time{}), []Format{f}, nil, &in)
			if len(got) != 41 || got[20]+"\n" != "Feb 20 04:20:41 host "+texts[c.lang] {
				t.Errorf("%s, raw %v: %d lines, line 21 %q", c.want, raw, len(got), got[min(20, len(got)-1)])
			}
			if in.last.Encoding != c.want {
				t.Errorf("%s in %s, raw %v: encoding said to be %q", c.lang, c.want, raw, in.last.Encoding)
			}
		}
	}
}

// TestUTF16WithoutAMark: NULs in every second place are UTF-16's; those of binary files and of a hole in a log are not.
func TestUTF16WithoutAMark(t *testing.T) {
	wide := func(s string, e unicode.Endianness) string {
		b, err := unicode.UTF16(e, unicode.IgnoreBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const line = "Feb 20 04:20:41 host sshd[12]: Accepted publickey\n"
	for name, c := range map[string]struct {
		head string
		want string
	}{
		"little-endian":         {wide(line, unicode.LittleEndian), "utf-16le"},
		"big-endian":            {wide(line, unicode.BigEndian), "utf-16be"},
		"cut in a letter":       {wide(line+line, unicode.LittleEndian)[1:], "utf-16be"}, // the low bytes are the next pairs'
		"with Chinese":          {wide(line+"一个进程\n", unicode.LittleEndian), "utf-16le"}, // 一 is 00 4E
		"plain":                 {line + line, ""},
		"a hole":                {"\x00\x00\x00\x00" + line + line, ""},
		"one NUL":               {"F\x00" + line + line, ""},
		"numbers of two bytes":  {strings.Repeat("\x01\x00\x02\x00\x03\x00\x00\x00", 20), ""},
		"numbers without a ten": {strings.Repeat("\x01\x00\x02\x00", 20), ""},
		"too little":            {wide("F\n", unicode.LittleEndian), ""},
		"nothing":               {"", ""},
	} {
		got := ""
		if order, ok := unmarkedUTF16([]byte(c.head)); ok {
			got = map[unicode.Endianness]string{unicode.LittleEndian: "utf-16le", unicode.BigEndian: "utf-16be"}[order]
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestUnbreakableBlanks: text of a page whose blanks are all no-break spaces is read as if they were blanks, a text with some of
// them as it stands.
func TestUnbreakableBlanks(t *testing.T) {
	hard := func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
	const line = "[   35.300000] Out of memory: Killed process 4711 (Größe)\n"
	for name, c := range map[string]struct{ file, want string }{
		"all of them":        {strings.Repeat(hard(line), 3000), line},
		"one line":           {hard(line), line},
		"with a mark":        {"\xef\xbb\xbf" + line, line},
		"some":               {line + "a" + hard(" ") + "b\n", line},
		"some in French":     {strings.Repeat("erreur"+hard(" ")+": mémoire épuisée\n", 5), "erreur" + hard(" ") + ": mémoire épuisée\n"},
		"a torn letter, end": {strings.Repeat(hard(line), 3) + "\xc3", line},
	} {
		var first, last string
		f := Format{Name: "x", Raw: true, Sniff: func(h Head) Score {
			if !bytes.HasPrefix(h.Data, []byte(c.want)) {
				t.Errorf("%s: recognition sees %.60q", name, h.Data)
			}
			return 100
		}, Parse: func(l *Lines, _ record.Sink) error {
			for l.Next() {
				if last = l.Text(l.Bytes()); first == "" {
					first = last
				}
			}
			return nil
		}}
		in := inputs{}
		Read(NewInput("f", strings.NewReader(c.file), time.Time{}), []Format{f}, nil, &in)
		if first+"\n" != c.want || in.last.Encoding != "utf-8" {
			t.Errorf("%s: first line %q in %s", name, first, in.last.Encoding)
		}
		if name == "all of them" && last+"\n" != line {
			t.Errorf("%s: last line %q", name, last)
		}
	}
}

type inputs struct {
	record.Discard
	last record.Input
}

func (i *inputs) Input(in record.Input) { i.last = in }

func TestForeignBytesBehindAPlainHeadAreDecoded(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(texts["zh"]))
	if err != nil {
		t.Fatal(err)
	}
	data := append(bytes.Repeat([]byte("plain ASCII line\n"), 2*headSize/17), gbk...)
	var last string
	f := Format{Name: "x", Raw: true, Sniff: func(Head) Score { return 100 }, Parse: func(l *Lines, _ record.Sink) error {
		for l.Next() {
			last = l.Text(l.Bytes())
		}
		return nil
	}}
	in := inputs{}
	Read(NewInput("f", bytes.NewReader(data), time.Time{}), []Format{f}, nil, &in)
	if last+"\n" != texts["zh"] || in.last.Encoding != "gb18030" {
		t.Errorf("read %q as %s", last, in.last.Encoding)
	}
}

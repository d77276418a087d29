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

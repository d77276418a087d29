package metrics

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// What date(1) prints follows the locale (glibc's date_fmt): a word for the month, or East Asian marks behind the numbers. In German
// and French a weekday may look like an English month: the later word is the month.
func TestDatesOfLocales(t *testing.T) {
	for text, want := range map[string]string{
		"Mon Nov 23 00:28:29 UTC 2026":                     "2026-11-23 00:28:29",
		"Mo 23. Mär 00:28:29 UTC 2026":                     "2026-03-23 00:28:29",
		"So 25. Okt 00:28:29 CEST 2026":                    "2026-10-25 00:28:29",
		"lun. 23 févr. 2026 00:28:29 UTC":                  "2026-02-23 00:28:29",
		"mar. 4 août 2026 00:28:29 CEST":                   "2026-08-04 00:28:29",
		"2026年 11月 23日 星期一 00:28:29 UTC":                   "2026-11-23 00:28:29",
		"2026年 11月  3日 火曜日 00:28:29 JST":                   "2026-11-03 00:28:29",
		"2026년 11월 23일 (월) 00:28:29 UTC":                   "2026-11-23 00:28:29",
		"2026年 11月 23日 星期一":                                "",
		"2026年 13月 23日 星期一 00:28:29 UTC":                   "",
		"2026-11-23 00:28:29 INFO memory of worker is low": "",
	} {
		at, ok := isTime([]byte(text))
		if ok != (want != "") || ok && at.Wall.Format(time.DateTime) != want {
			t.Errorf("%q: %v %v, want %q", text, ok, at.Wall, want)
		}
		if utc := len(text) > 4 && (text[len(text)-3:] == "UTC" || text[len(text)-8:len(text)-5] == "UTC"); ok && (at.Lacks&record.LacksZone == 0) != utc {
			t.Errorf("%q lacks %v", text, at.Lacks)
		}
	}
}

// procps in Chinese (po/zh_CN.po) has labels with a colon of their own.
func TestFreeInChinese(t *testing.T) {
	text := ""
	for _, second := range []string{"29", "30"} {
		text += "2026年 11月 23日 星期一 00:28:" + second + " UTC\n               总计        已用        空闲        共享   缓冲/缓存        可用\n内存：      16000000     5000000     7000000       10000     4000000    10000000\n交换：       2097148           0     2097148\n"
	}
	s := read(t, "free.txt", text)
	for name, want := range map[string]float64{"Mem available": 10000000 * kib, "Mem used": 5000000 * kib, "Swap free": 2097148 * kib} {
		if x := s.find(t, name); s.input.Format != "free" || len(s.values(x)) != 2 || s.values(x)[0] != want {
			t.Errorf("%s: %q, %v", name, s.input.Format, s.values(x))
		}
	}
	if at := s.samples[0].At; s.times() != 2 || at.Wall.Format(time.DateTime) != "2026-11-23 00:28:29" || at.Lacks != 0 {
		t.Errorf("%d times from %+v", s.times(), at)
	}
}

package scan

import (
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// TestMonthsInTheCharsetOfTheirLocale: the names are glibc's (localedata/locales, abmon), the charsets those of its SUPPORTED
// and of Windows.
func TestMonthsInTheCharsetOfTheirLocale(t *testing.T) {
	for _, c := range []struct {
		name  string
		month time.Month
		sets  []encoding.Encoding
	}{
		{"Mär", 3, []encoding.Encoding{charmap.ISO8859_1, charmap.ISO8859_15, charmap.Windows1252}},
		{"févr.", 2, []encoding.Encoding{charmap.ISO8859_1, charmap.ISO8859_15, charmap.Windows1252}},
		{"août", 8, []encoding.Encoding{charmap.ISO8859_1, charmap.ISO8859_15}},
		{"déc.", 12, []encoding.Encoding{charmap.ISO8859_1}},
		{"tammi", 1, nil},
		{"helmi", 2, nil},
		{"kesä", 6, []encoding.Encoding{charmap.ISO8859_1, charmap.ISO8859_15}},
		{"joulu", 12, nil},
		{"juni", 6, nil},
		{"jan.", 1, nil},
		{"feb.", 2, nil},
		{"aug.", 8, nil},
		{"sep.", 9, nil},
		{"okt.", 10, nil},
		{"nov.", 11, nil},
		{"des.", 12, nil},
		{"foo.", 0, nil},
		{"máj", 5, []encoding.Encoding{charmap.ISO8859_2}},
		{"szept", 9, nil},
		{"paź", 10, []encoding.Encoding{charmap.ISO8859_2, charmap.Windows1250}},
		{"zář", 9, []encoding.Encoding{charmap.ISO8859_2, charmap.Windows1250}},
		{"Şub", 2, []encoding.Encoding{charmap.ISO8859_9, charmap.Windows1254}},
		{"Ağu", 8, []encoding.Encoding{charmap.ISO8859_9, charmap.Windows1254}},
		{"фев", 2, []encoding.Encoding{charmap.KOI8R, charmap.Windows1251, charmap.ISO8859_5}},
		{"Дек", 12, []encoding.Encoding{charmap.KOI8R, charmap.Windows1251, charmap.ISO8859_5}},
		{"января", 1, []encoding.Encoding{charmap.KOI8R, charmap.Windows1251, charmap.ISO8859_5}},
		{"січ", 1, []encoding.Encoding{charmap.KOI8U, charmap.Windows1251, charmap.ISO8859_5}},
		{"11月", 11, []encoding.Encoding{simplifiedchinese.GBK, simplifiedchinese.GB18030, traditionalchinese.Big5, japanese.ShiftJIS, japanese.EUCJP}},
		{"2월", 2, []encoding.Encoding{korean.EUCKR}},
	} {
		if m := LocalMonth([]byte(c.name)); m != c.month {
			t.Errorf("%s in UTF-8 is %d, want %d", c.name, m, c.month)
		}
		for _, set := range c.sets {
			b, err := set.NewEncoder().Bytes([]byte(c.name))
			if err != nil {
				t.Fatal(c.name, set, err)
			}
			if m := LocalMonth(b); m != c.month {
				t.Errorf("%s in %v (% x) is %d, want %d", c.name, set, b, m, c.month)
			}
		}
	}
	for _, none := range []string{"\xff\xfe", "\xe4\xf6\xfc", "11\xd5\xc2", "13\xd4\xc2", "\x80."} {
		if m := LocalMonth([]byte(none)); m != 0 {
			t.Errorf("%q is said to be month %d", none, m)
		}
	}
}

// TestNoBytesAreTwoMonths: a name in one charset must not be another month's in another.
func TestNoBytesAreTwoMonths(t *testing.T) {
	sets := []*charmap.Charmap{charmap.ISO8859_1, charmap.ISO8859_2, charmap.Windows1250, charmap.ISO8859_9, charmap.ISO8859_5, charmap.KOI8R, charmap.KOI8U, charmap.Windows1251}
	for name, month := range months {
		for _, set := range sets {
			if b, err := set.NewEncoder().String(name); err == nil && b != name && LocalMonth([]byte(b)) != month {
				t.Errorf("%s in %v is %d, want %d", name, set, LocalMonth([]byte(b)), month)
			}
		}
	}
	if len(encodedMonths) < 100 {
		t.Errorf("only %d names", len(encodedMonths))
	}
}

func TestDaysOfCalendarsInTheirCharset(t *testing.T) {
	want := time.Date(2026, 11, 23, 0, 44, 26, 0, time.UTC)
	for _, set := range []encoding.Encoding{encoding.Nop, simplifiedchinese.GBK, traditionalchinese.Big5, japanese.ShiftJIS, japanese.EUCJP} {
		b, err := set.NewEncoder().Bytes([]byte("日 11月 23日 00:44:26 2026] x"))
		if err != nil {
			t.Fatal(err)
		}
		at, n := Calendar(b)
		if n == 0 || !at.Wall.Equal(want) || string(b[n:]) != "] x" {
			t.Errorf("%v: %v, %d bytes", set, at.Wall, n)
		}
	}
}

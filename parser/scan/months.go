package scan

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// LocalMonth reads a month's short or long name in the locales that servers run in: en de fr es pt it nl sv nb fi pl cs sk
// hu tr ru uk zh ja ko, in UTF-8 or in a charset of the locale's own. 0 when it is none.
func LocalMonth(b []byte) time.Month {
	if len(b) == 3 {
		if m := monthOf(b[0], b[1], b[2]); m != 0 {
			return m
		}
	}
	if len(b) < 2 || len(b) > 24 {
		return 0
	}
	if n, l := Digits(b); l > 0 {
		if n >= 1 && n <= 12 && monthWords[string(b[l:])] {
			return time.Month(n)
		}
		return 0
	}
	if !utf8.Valid(b) {
		return encodedMonth(b)
	}
	name := strings.TrimSuffix(strings.ToLower(string(b)), ".")
	if m, ok := months[name]; ok {
		return m
	}
	if len(name) == 3 && len(b) == 4 { // "feb.", "aug.": nb writes the point behind those that are English too
		return monthOf(name[0], name[1], name[2])
	}
	if b[0] >= 0xD0 { // Cyrillic long and genitive forms: января, мая, листопада
		if r := []rune(name); len(r) > 3 {
			return months[string(r[:3])]
		}
	}
	return 0
}

// encodedMonth is LocalMonth for names that are not UTF-8: logs of locales such as de_DE.ISO-8859-1 and ru_RU.KOI8-R are read
// undecoded, so that gigabytes need not be decoded to find ten lines.
func encodedMonth(b []byte) time.Month {
	name := strings.TrimSuffix(string(b), ".")
	if m, ok := encodedMonths[name]; ok {
		return m
	}
	if name[0] >= 0x80 && len(name) > 3 { // as in Cyrillic, one byte a letter
		return encodedMonths[name[:3]]
	}
	return 0
}

// encodedMonths holds the names of months that are not ASCII, lower case and with a capital, in the charsets that glibc (its
// localedata/SUPPORTED) and Windows have for the locales of months.
var encodedMonths = func() map[string]time.Month {
	all := map[string]time.Month{}
	for name, month := range months {
		first, n := utf8.DecodeRuneInString(name)
		for _, written := range []string{name, string(unicode.ToUpper(first)) + name[n:]} {
			for _, set := range []*charmap.Charmap{
				charmap.ISO8859_1, charmap.ISO8859_2, charmap.Windows1250, charmap.ISO8859_9, // Latin
				charmap.ISO8859_5, charmap.KOI8R, charmap.KOI8U, charmap.Windows1251, // Cyrillic
			} {
				if encoded, err := set.NewEncoder().String(written); err == nil && !utf8.ValidString(encoded) {
					all[encoded] = month
				}
			}
		}
	}
	return all
}()

// monthWords and dayWords stand behind the number of a month and of a day: in UTF-8, GBK (and GB18030), Big5, Shift-JIS,
// EUC-JP and EUC-KR.
var (
	monthWords = map[string]bool{"月": true, "월": true, "\xd4\xc2": true, "\xa4\xeb": true, "\x8c\x8e": true, "\xb7\xee": true, "\xbf\xf9": true}
	dayWords   = map[string]bool{"日": true, "일": true, "\xc8\xd5": true, "\xa4\xe9": true, "\x93\xfa": true, "\xc6\xfc": true, "\xc0\xcf": true}
)

// months holds the abbreviations of glibc's locales (localedata/locales, abmon), lower case, without the dot.
var months = map[string]time.Month{
	"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, // de
	"janv": 1, "jan": 1, "févr": 2, "fév": 2, "mars": 3, "avril": 4, "avr": 4, "juin": 6, "juil": 7, "août": 8, "sept": 9, "déc": 12, // fr
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, // es
	"fev": 2, "set": 9, "out": 10, // pt
	"gen": 1, "mag": 5, "giu": 6, "lug": 7, "ott": 10, // it
	"mrt": 3, "mei": 5, "maj": 5, // nl sv
	"april": 4, "juni": 6, "juli": 7, "des": 12, // nb
	"tammi": 1, "helmi": 2, "maalis": 3, "huhti": 4, "touko": 5, "kesä": 6, "heinä": 7, "elo": 8, "syys": 9, "loka": 10, "marras": 11, "joulu": 12, // fi
	"sty": 1, "lut": 2, "kwi": 4, "cze": 6, "lip": 7, "sie": 8, "wrz": 9, "paź": 10, "lis": 11, "gru": 12, // pl
	"led": 1, "úno": 2, "bře": 3, "dub": 4, "kvě": 5, "čen": 6, "čec": 7, "srp": 8, "zář": 9, "říj": 10, "pro": 12, // cs
	"máj": 5, "jún": 6, "júl": 7, // sk hu
	"febr": 2, "márc": 3, "ápr": 4, "szept": 9, // hu
	"oca": 1, "şub": 2, "nis": 4, "haz": 6, "tem": 7, "ağu": 8, "eyl": 9, "eki": 10, "kas": 11, "ara": 12, // tr
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12, // ru
	"січ": 1, "лют": 2, "бер": 3, "кві": 4, "тра": 5, "чер": 6, "лип": 7, "сер": 8, "вер": 9, "жов": 10, "лис": 11, "гру": 12, // uk
}

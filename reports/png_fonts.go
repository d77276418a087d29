package reports

import (
	"fmt"
	"os"
	"strings"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
)

// fonts are what a picture is written with: Liberation Sans for Latin, Greek and Cyrillic, and for all else one of the
// system's, where there is one.
type fonts struct {
	regular, bold *opentype.Font
	system        *opentype.Font // nil: none found
	file          *os.File
}

// run is a piece of a text in one font.
type run struct {
	text  string
	face  font.Face
	width float64
}

// systemFonts are where Linux distributions, macOS and Windows keep a font with Chinese, Japanese and Korean.
var systemFonts = [...]string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	"/System/Library/Fonts/PingFang.ttc",
	"/System/Library/Fonts/STHeiti Light.ttc",
	`C:\Windows\Fonts\msyh.ttc`,
	`C:\Windows\Fonts\simsun.ttc`,
}

// openFonts gives the fonts; the system's is read glyph by glyph from its file, which may have 20 MB.
func openFonts() (fonts, error) {
	var f fonts
	var err error
	if f.regular, err = opentype.Parse(liberationsansregular.TTF); err != nil {
		return f, fmt.Errorf("reading the built-in font: %w", err)
	}
	if f.bold, err = opentype.Parse(liberationsansbold.TTF); err != nil {
		return f, fmt.Errorf("reading the built-in font: %w", err)
	}
	for _, path := range systemFonts {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		if all, err := opentype.ParseCollectionReaderAt(file); err == nil {
			if one, err := all.Font(0); err == nil {
				f.system, f.file = one, file
				return f, nil
			}
		}
		file.Close()
	}
	return f, nil
}

// Close closes the system's font.
func (f fonts) Close() {
	if f.file != nil {
		f.file.Close()
	}
}

// runs splits a text by the fonts that have its characters; what no font has is spelled out: \u865a.
func (f fonts) runs(text string, bold bool) []run {
	first := f.regular
	if bold {
		first = f.bold
	}
	var buf sfnt.Buffer
	has := func(one *opentype.Font, r rune) bool {
		if one == nil {
			return false
		}
		i, err := one.GlyphIndex(&buf, r)
		return err == nil && i != 0
	}
	var out []run
	var last *opentype.Font
	var piece strings.Builder
	flush := func() {
		if piece.Len() > 0 {
			out = append(out, run{text: piece.String(), face: font.Face{Face: last}})
			piece.Reset()
		}
	}
	for _, r := range text {
		one, s := first, string(r)
		switch {
		case has(first, r):
		case has(f.system, r):
			one = f.system
		default:
			s = fmt.Sprintf(`\u%04x`, r)
		}
		if one != last {
			flush()
			last = one
		}
		piece.WriteString(s)
	}
	flush()
	return out
}

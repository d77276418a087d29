package reports

import (
	"fmt"
	"os"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
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
	box   bool // the text is the code of one character that no font has
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

// runs splits a text by the fonts that have its characters. One that no font has, as an emoji, becomes a box with its
// code; what is there only to join or vary others is left out.
func (f fonts) runs(text string, bold bool) []run {
	first := f.regular
	if bold {
		first = f.bold
	}
	var out []run
	var last *opentype.Font
	var buf sfnt.Buffer
	for _, r := range text {
		var one *opentype.Font
		switch {
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			continue
		case draws(first, &buf, r):
			one = first
		case draws(f.system, &buf, r):
			one = f.system
		}
		switch n := len(out); {
		case one == nil:
			out = append(out, run{text: fmt.Sprintf("%04X", r), box: true, face: font.Face{Face: first}})
		case one == last && n > 0:
			out[n-1].text += string(r)
		default:
			out = append(out, run{text: string(r), face: font.Face{Face: one}})
		}
		last = one
	}
	return out
}

// draws tells whether a font shows a character: has an outline for it. Fonts of coloured pictures have none.
func draws(f *opentype.Font, buf *sfnt.Buffer, r rune) bool {
	if f == nil {
		return false
	}
	i, err := f.GlyphIndex(buf, r)
	if err != nil || i == 0 {
		return false
	}
	outline, err := f.LoadGlyph(buf, i, fixed.I(16), nil)
	return err == nil && (len(outline) > 0 || unicode.IsSpace(r))
}

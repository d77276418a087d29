package reports

import (
	"image/color"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// A character that no font has is shown by its code; nothing that can be seen is lost.
func TestRunsOfFonts(t *testing.T) {
	f, err := openFonts()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.system = nil // as on a machine without one
	for text, want := range map[string][]string{
		"web-1":            {"web-1"},
		"🚀web":             {"[1F680]", "web"},
		"a🚀b":              {"a", "[1F680]", "b"},
		"数据":               {"[6570]", "[636E]"},
		"❤️":               {"[2764]"},             // and a selector
		"👩\u200d💻":         {"[1F469]", "[1F4BB]"}, // and a joiner
		"\U0010ffff x":     {"[10FFFF]", " x"},     // not assigned
		"Größe, ελ, метр€": {"Größe, ελ, метр€"},
		"":                 nil,
	} {
		var got []string
		for _, r := range f.runs(text, false) {
			if r.box {
				r.text = "[" + r.text + "]"
			}
			got = append(got, r.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// The box of a character and what stands behind it are painted where they belong.
func TestBoxIsPainted(t *testing.T) {
	c := easel{Canvas: vgimg.NewWith(vgimg.UseWH(60, 30), vgimg.UseDPI(72), vgimg.UseBackgroundColor(color.White)), height: 30, looks: looks()}
	var err error
	if c.fonts, err = openFonts(); err != nil {
		t.Fatal(err)
	}
	defer c.fonts.Close()
	c.fonts.system = nil
	c.write(words{x: 2, y: 20, text: "🚀I", look: "tick", at: begins})
	dark := func(from, to vg.Length) (n int) {
		for x := int(from); x < int(to); x++ {
			for y := range 30 {
				if r, _, _, _ := c.Image().At(x, y).RGBA(); r < 0xc000 {
					n++
				}
			}
		}
		return n
	}
	box := c.fonts.runs("🚀", false)[0]
	box.face.Font.Size = vg.Length(c.looks["tick"].size) * boxed
	end := 2 + box.face.Width("1F6") + 4
	if inBox, behind := dark(2, end), dark(end, 60); inBox < 20 || behind < 3 {
		t.Errorf("%d dark points in the box, %d behind it", inBox, behind)
	}
}

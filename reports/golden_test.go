package reports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"oomortem/correlate/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff afterwards")

// TestGolden compares every format of every sample with what was looked at and found good.
func TestGolden(t *testing.T) {
	for name, r := range samples() {
		for _, f := range All() {
			if f.Name == "csv" || f.Name == "png" { // see TestCSV, TestPNG
				continue
			}
			widths := []int{0}
			if f.Name == "text" {
				widths = []int{80, 160}
			}
			for _, w := range widths {
				file := "want" + f.Endings[0]
				if w > 0 {
					file = "want-" + strconv.Itoa(w) + f.Endings[0]
				}
				golden(t, filepath.Join(f.Name, name, file), f, Options{Width: w}, r)
			}
		}
	}
}

func golden(t *testing.T, file string, f Reporter, o Options, r *verdict.Report) {
	t.Helper()
	var got bytes.Buffer
	if err := f.Write(&got, r, o); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if f.Name == "html" {
		shown := withoutAssets(got.Bytes())
		got.Reset()
		got.Write(shown)
	}
	path := filepath.Join("..", "fixtures", "reports", file)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "ORIGIN")); err != nil { // -update leaves it alone
			t.Errorf("%s is new: look at it, and write into the ORIGIN beside it where it comes from and who looked, when and how", path)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs from what this version writes; look at `go test ./reports -update` and git diff", path)
	}
}

// withoutAssets takes the parts out of a page that are the same in every one: styles, scripts, their hashes, and the
// chart's data, which TestChartData looks at.
func withoutAssets(page []byte) []byte {
	for _, tag := range []string{"style", "script"} {
		page = regexp.MustCompile(`(?s)(<`+tag+`[^>]*>).*?(</`+tag+`>)`).ReplaceAll(page, []byte("$1…$2"))
	}
	return regexp.MustCompile(`sha256-(?:[^&]|&#43;)*`).ReplaceAll(page, []byte("sha256-…"))
}

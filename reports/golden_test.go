package reports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"oomortem/correlate/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff afterwards")

// TestGolden compares every format of every sample with what was looked at and found good.
func TestGolden(t *testing.T) {
	for name, r := range samples() {
		for _, f := range All() {
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
	path := filepath.Join("..", "fixtures", "reports", file)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
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

package reports

import (
	"io"
	"testing"
)

// BenchmarkLarge renders a report of 200 curves with 5000 points and a timeline of 500 rows.
func BenchmarkLarge(b *testing.B) {
	r := large()
	for _, f := range All() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Write(io.Discard, r, Options{Width: 160}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

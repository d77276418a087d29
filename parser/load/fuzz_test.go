package load

import (
	"bytes"
	"testing"

	"oomortem/parser"
)

// FuzzReaders feeds every reader anything, whatever its sniffing would say: none may panic, and no number of
// failures may exceed that of requests.
func FuzzReaders(f *testing.F) {
	formats := FormatsWith(Options{ByLabel: true})
	index := map[string]byte{}
	for i, x := range formats {
		index[x.Name] = byte(i)
	}
	for _, x := range owned(f) {
		f.Add(index[x.format], x.data[:min(len(x.data), 6000)])
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		x := formats[int(which)%len(formats)]
		var s seen
		err := x.Parse(parser.NewLines("x", bytes.NewReader(data), &s), &s)
		for _, l := range s.loads {
			if l.Failed > l.Samples || l.Samples < 0 || l.Failed < 0 {
				t.Errorf("%s: %d failed of %d", x.Name, l.Failed, l.Samples)
			}
		}
		if err == nil && len(s.loads)+len(s.samples) > len(data)*8+64 {
			t.Errorf("%s: %d loads and %d samples from %d bytes", x.Name, len(s.loads), len(s.samples), len(data))
		}
	})
}

// FuzzSniff: recognizing anything never panics, and what is recognized is read without a fault of ours.
func FuzzSniff(f *testing.F) {
	for _, x := range owned(f) {
		f.Add(x.data[:min(len(x.data), 3000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, x := range Formats() {
			x.Sniff(parser.Head{Name: "x", Data: data, Whole: true})
		}
	})
}

// FuzzBlocks: the size of the blocks changes nothing.
func FuzzBlocks(f *testing.F) {
	splittable := []string{"jmeter-csv", "k6-csv", "k6-json", "gatling"}
	for _, x := range owned(f) {
		for i, name := range splittable {
			if x.format == name {
				f.Add(byte(i), uint16(64), x.data[:min(len(x.data), 4000)])
			}
		}
	}
	f.Fuzz(func(t *testing.T, which byte, size uint16, data []byte) {
		name := splittable[int(which)%len(splittable)]
		want, _ := parseBySize(name, data, 1<<20)
		if got, _ := parseBySize(name, data, 64+int(size)); got != want {
			t.Errorf("%s in blocks of %d:\n%s\nwant\n%s", name, 64+int(size), got, want)
		}
	})
}

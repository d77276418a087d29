package parser

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// What is unknown is called by what it is, as it stands after decoding: bytes of every value are no text, a log with
// colours or with a hole of zeros is.
func TestResembles(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 4000)
	for i := range noise {
		noise[i] = byte(dice.IntN(256))
	}
	for _, c := range []struct{ name, data, want string }{
		{"noise", string(noise), "it is a binary file"},
		{"an ELF header", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00", "it is a binary file"},
		{"colours", strings.Repeat("\x1b[31mfailed\x1b[0m to say anything\t\r\n", 50), "it looks like plain text without a known layout"},
		{"a hole", strings.Repeat("a line of a log of some kind\n", 50) + "\x00\x00\x00\x00", "it looks like plain text without a known layout"},
		{"Latin-1", "gr\xfc\xdfe aus K\xf6ln\nund mehr davon\n", "it looks like plain text without a known layout"},
		{"blank", " \n\n", "it holds nothing but white space"},
		{"JSON", `{"a": 1}`, "it looks like JSON of a shape that no format claims"},
	} {
		decoded, _ := decodeHead([]byte(c.data))
		if got := resembles(decoded); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

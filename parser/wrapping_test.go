package parser

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWrappings(t *testing.T) {
	for _, c := range []struct {
		bare       func([]byte) ([]byte, bool)
		line, want string
		wrapped    bool
	}{
		{withoutPod, "[pod/web-7d4b9/nginx] [    1.0] x", "[    1.0] x", true},
		{withoutPod, "[pod/web-7d4b9] x", "[pod/web-7d4b9] x", false},
		{withoutPod, "[Wed Feb  3 06:30:01 2021] x", "[Wed Feb  3 06:30:01 2021] x", false},
		{withoutService, "web-1      | text | more", "text | more", true},
		{withoutService, "\x1b[36mweb_1  | \x1b[0mtext", "text", true},
		{withoutService, "2021-02-03 06:30:01 | x", "2021-02-03 06:30:01 | x", false},
		{withoutService, " | x", " | x", false},
		{withoutCount, "199 <13>1 2021", "<13>1 2021", true},
		{withoutCount, "199 13", "199 13", false},
		{withoutPath, "messages:Feb  3 06:30:01 h", "Feb  3 06:30:01 h", true},
		{withoutPath, "/var/log/messages:14:Feb  3 06:30:01 h", "Feb  3 06:30:01 h", true},
		{withoutPath, "14:Feb  3 06:30:01 h", "Feb  3 06:30:01 h", true},
		{withoutPath, "Feb  3 06:30:01 h", "Feb  3 06:30:01 h", false},
		{withoutIndent, "  \tFeb  3", "Feb  3", true},
		{withBlanks, "Feb\u00a0 3\thost", "Feb  3 host", true},
		{withBlanks, "Feb  3 host", "Feb  3 host", false},
	} {
		got, wrapped := c.bare([]byte(c.line))
		if string(got) != c.want || wrapped != c.wrapped {
			t.Errorf("%q gives %q, %v; want %q, %v", c.line, got, wrapped, c.want, c.wrapped)
		}
	}
}

// TestOctetCountedMessages: each message is behind its length in bytes, 10 for "<4>1 a\u00e4 b" (RFC 6587, 3.4.1).
func TestOctetCountedMessages(t *testing.T) {
	for _, c := range []struct{ from, want string }{
		{"10 <4>1 aä b7 <4>1 cc8 <4>1 d\ne", "<4>1 aä b\n<4>1 cc\n<4>1 d\ne\n"},
		{"7 <4>1 cc7 <4>1 cc8", "<4>1 cc\n<4>1 cc\n"},        // cut in a length
		{"7 <4>1 cc70 <4>1 c", "<4>1 cc\n<4>1 c\n"},          // cut in a message
		{"7 <4>1 cc\n7 <4>1 cc\n", ""},                       // with line ends behind them
		{"8 <4>1 cc\n8 <4>1 cc\n", ""},                       // with line ends in them
		{"7 <4>1 ccc7 <4>1 cc7 <4>1 cc", ""},                 // wrong
		{"7 <4>1 c", ""},                                     // too little
		{"99999999 <4>1 cc7 <4>1 cc", ""}, {"0 <4>1 cc", ""}, // not believed
	} {
		if got := offFrames([]byte(c.from)); string(got) != c.want {
			t.Errorf("%q gives %q, want %q", c.from, got, c.want)
		}
	}
	const from, want = "7 <4>1 cc9 <4>1 dddd7 <4>1 eewrong 7 <4>1 ff", "<4>1 cc\n<4>1 dddd\n<4>1 ee\nwrong 7 <4>1 ff"
	for _, in := range []func(io.Reader) io.Reader{iotest.DataErrReader, iotest.OneByteReader} {
		for _, out := range []func(io.Reader) io.Reader{iotest.DataErrReader, iotest.OneByteReader} {
			got, err := io.ReadAll(out(&frames{from: bufio.NewReader(in(strings.NewReader(from)))}))
			if string(got) != want || err != nil {
				t.Errorf("%q, want %q; %v", got, want, err)
			}
		}
	}
}

// TestDocumentsBecomeLines: an object stands on the line that it began on.
func TestDocumentsBecomeLines(t *testing.T) {
	for _, c := range []struct{ from, want string }{
		{"{\n\t\"a\" : \"1\",\n\t\"b\" : [\n1 ]\n}\n{\n\t\"a\" : \"2\"\n}\n", "{ \t\"a\" : \"1\", \t\"b\" : [ 1 ] }\n\n\n\n\n{ \t\"a\" : \"2\" }\n\n\n"},
		{"[\n  {\n    \"a\": \"}\\\"{,\"\n  },\n  {\n    \"a\": {}\n  }\n]\n", "\n{     \"a\": \"}\\\"{,\"   }\n\n\n{     \"a\": {}   }\n\n\n\n"},
		{`[{"a":1},{"a":[2,3]},` + "\n" + `{"a":4}]`, `{"a":1}` + "\n" + `{"a":[2,3]}` + "\n" + `{"a":4}`},
		{"[{\"a\":\n1},{\"a\":2}]", "{\"a\": 1}\n{\"a\":2}"},
		{"{\n\"a\":1}\n{\n\"a\":", "{ \"a\":1}\n\n"}, // cut
		{"{\"a\":1}\n{\"a\":2}\n", ""}, // lines already
		{"[   12.345678] text\n", ""},
		{"[1,2]", ""},
		{"text {\n", ""},
	} {
		if got := offDocument([]byte(c.from)); string(got) != c.want {
			t.Errorf("%q gives\n%q, want\n%q", c.from, got, c.want)
		}
		if c.want == "" || strings.HasSuffix(c.from, ":") {
			continue
		}
		for _, in := range []func(io.Reader) io.Reader{iotest.DataErrReader, iotest.OneByteReader} {
			got, err := io.ReadAll(&documents{from: bufio.NewReader(in(strings.NewReader(c.from)))})
			if string(got) != c.want || err != nil {
				t.Errorf("%q reads\n%q, want\n%q; %v", c.from, got, c.want, err)
			}
		}
	}
}

// TestUnwrappingWhateverTheReads: the bytes are the same however they are read, lines longer than the buffer are taken off
// their prefix once, and what ended the input is told.
func TestUnwrappingWhateverTheReads(t *testing.T) {
	long := strings.Repeat("a | b ", headSize/2)
	from := "web-1  | one\n\nweb-1  | " + long + "\nnot wrapped\nweb-1  | torn"
	want := "one\n\n" + long + "\nnot wrapped\ntorn"
	broken := errors.New("broken")
	for _, end := range []error{io.EOF, broken} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(from), "halves": iotest.HalfReader(strings.NewReader(from)), "bytes": iotest.OneByteReader(strings.NewReader(from))} {
			got, err := io.ReadAll(wrappings[1].reader(breaking{r, end}))
			if string(got) != want || end == broken && err != broken || end == io.EOF && err != nil {
				t.Errorf("%s: %d bytes, want %d; %v", name, len(got), len(want), err)
			}
		}
	}
}

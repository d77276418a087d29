package load

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"oomortem/parser"
)

// beyond is how many rows of 39 bytes are more than the layout is decided by: what stands behind them is cut into blocks.
const beyond = jtlLookahead/39 + 10

// quoted writes a field as CSVSaveService.quoteDelimiters does.
func quoted(s string) string {
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// TestJTLRowsInQuotes: whatever a message holds is no row, wherever a block ends: copies of rows and of the header, quotes and
// line ends at its beginning and its end. Rows of whatever message are counted.
func TestJTLRowsInQuotes(t *testing.T) {
	const row = "1795393700000,12,x,200,OK,t 1-1,true,3"
	pieces := []string{"\n", "\n", ",", `"`, `""`, row, row, strings.TrimSuffix(jtlHead, "\n"), "expected:", "\r\n", `,"a, b",`, `"` + row + `"`, "1700000000000,12,x,200,", "timeStamp"}
	rng := rand.New(rand.NewPCG(7, 7))
	for name, plain := range map[string]string{
		"few quotes": row + "\n", "quotes in every row": strings.Replace(row, "OK", `"a, b"`, 1) + "\n", "empty quotes in every row": strings.Replace(row, "OK", `""`, 1) + "\n",
	} {
		var text strings.Builder
		text.WriteString(jtlHead + strings.Repeat(row+"\n", beyond))
		n, failed := int64(beyond), int64(0)
		for range 60 {
			for range rng.IntN(4) {
				text.WriteString(plain)
				n++
			}
			message := ""
			for range rng.IntN(12) {
				message += pieces[rng.IntN(len(pieces))]
			}
			fmt.Fprintf(&text, "1795393701000,9,a,500,%s,t,false,3\n", quoted(message))
			n, failed = n+1, failed+1
		}
		for _, size := range []int{64, 100, 999, 5000, 1 << 18} {
			var s seen
			parseJTL(parser.NewLines("x.jtl", strings.NewReader(text.String()), &s), &s, Options{}, size)
			if got, bad, _ := s.total(); got != n || bad != failed || len(s.problems) > 0 {
				t.Errorf("%s, blocks of %d: %d requests, %d failed, problems %v; want %d and %d", name, size, got, bad, s.problems, n, failed)
			}
		}
	}
}

// TestJTLTornQuote: behind a row that ends inside a quote rows are rows again, be the next quote near, far or nowhere, and a
// header behind it begins another part.
func TestJTLTornQuote(t *testing.T) {
	const row, torn = "1795393700000,12,x,200,OK,t 1-1,true,3\n", "1795393700000,12,x,500,\"one, two\n"
	mixed := strings.Replace(row, "OK", `"a, b"`, 1)
	for _, c := range []struct {
		name, text string
		n          int64
	}{
		{"a quoted row next", torn + strings.Repeat(mixed, 40), 40},
		{"a quoted row later", torn + strings.Repeat(row, 300) + mixed + strings.Repeat(row, 300), 601},
		{"no other quote", torn + strings.Repeat(row, 4000), 4000},
		{"many of them", strings.Repeat(torn+row, 200), 200},
		{"quotes that only look closed", strings.Repeat("1795393700000,12,x,500,\"\n"+row, 200), 200},
		{"a header behind it", torn + jtlHead + strings.Repeat(row, 300), 300},
		{"a message of several lines behind it", torn + row + strings.Replace(row, "OK", "\"one\n"+strings.TrimSuffix(row, "\n")+"\nthree\"", 1) + row, 3},
	} {
		for _, size := range []int{64, 1000, 1 << 18} {
			var s seen
			parseJTL(parser.NewLines("x.jtl", strings.NewReader(jtlHead+strings.Repeat(row, beyond)+c.text), &s), &s, Options{}, size)
			if got, _, _ := s.total(); got != c.n+beyond {
				t.Errorf("%s, blocks of %d: %d requests, want %d; problems %v", c.name, size, got, c.n+beyond, s.problems)
			}
		}
	}
}

// TestJTLLongMessage: an assertion's message may hold a whole answer. One of 300 and one of 800 KiB, of lines that hold quotes
// and look like rows, are a row each wherever a block ends; a quote that nothing closes costs its own row.
func TestJTLLongMessage(t *testing.T) {
	const row, torn = "1795393700000,12,x,200,OK,t 1-1,true,3\n", "1795393700000,12,x,500,\"one, two\n"
	long := func(size int) string {
		return "1795393701000,9,a,500," + quoted(strings.Repeat("1795393700000,12,x,\"say\",OK\n", size/28)) + ",t,false,3\n"
	}
	text := jtlHead + strings.Repeat(row, beyond) + long(300<<10) + row + long(800<<10) + strings.Repeat(row, 10) + torn + strings.Repeat(row, 40000)
	for _, size := range []int{1000, 1 << 18, 1 << 21} {
		var s seen
		parseJTL(parser.NewLines("x.jtl", strings.NewReader(text), &s), &s, Options{}, size)
		if n, failed, _ := s.total(); n != beyond+2+1+10+40000 || failed != 2 || len(s.problems) != 1 {
			t.Errorf("blocks of %d: %d requests, %d failed, problems %v", size, n, failed, s.problems)
		}
	}
}

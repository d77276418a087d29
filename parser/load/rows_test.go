package load

import (
	"fmt"
	"strings"
	"testing"

	"oomortem/parser"
)

// TestRowsOfSeveralLines: encoding/csv, which k6 (output/csv) and vegeta (lib/results.go) write with, quotes a field that
// holds a line end. Of 400 requests every tenth failed with a message of three lines, wherever a block ends. A row that was
// cut inside its message takes in nothing of the rows behind it.
func TestRowsOfSeveralLines(t *testing.T) {
	const message = `"dial: ""no, route""` + "\n\nto host, 1795393700\""
	k6 := func(at int, message, status string) string {
		return fmt.Sprintf("http_req_duration,%d,30,,%s,,,::main,GET,/,HTTP/1.1,default,,%s,,,/,,\n", at, message, status)
	}
	vegeta := func(at int, message, code string) string {
		return fmt.Sprintf("%d000000000,%s,18914728,0,0,%s,,db1,0,GET,http://x/,Q29\n", at, code, message)
	}
	for _, c := range []struct {
		name, head string
		row        func(at int, message, code string) string
		parse      func(l *parser.Lines, s *seen, size int)
	}{
		{"k6", k6Head, k6, func(l *parser.Lines, s *seen, size int) { parseK6CSV(l, s, Options{}, size) }},
		{"vegeta", "", vegeta, func(l *parser.Lines, s *seen, size int) { parseVegetaCSV(l, s, Options{}, size) }},
	} {
		var text strings.Builder
		text.WriteString(c.head)
		for i := range 400 {
			if i%10 == 5 {
				text.WriteString(c.row(1795393700+i, message, "0"))
			} else {
				text.WriteString(c.row(1795393700+i, "", "200"))
			}
		}
		cut, _, _ := strings.Cut(c.row(1795394100, message, "0"), "to host")
		for _, size := range []int{64, 100, 999, 1 << 18} {
			for _, x := range []struct {
				name, text  string
				n, problems int
			}{
				{"whole", text.String(), 400, 0},
				{"cut, then more", text.String() + cut + strings.TrimPrefix(text.String(), c.head), 800, 1},
			} {
				var s seen
				c.parse(parser.NewLines("x.csv", strings.NewReader(x.text), &s), &s, size)
				if n, failed, _ := s.total(); n != int64(x.n) || failed != int64(x.n)/10 || len(s.problems) != x.problems {
					t.Errorf("%s, %s, blocks of %d: %d requests, %d failed, problems %v", c.name, x.name, size, n, failed, s.problems)
				}
			}
		}
	}
}

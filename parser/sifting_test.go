package parser

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// breaking gives its text and then an error, in a read of its own as decoders do.
type breaking struct {
	io.Reader
	err error
}

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

type problems struct {
	record.Discard
	said []record.Problem
}

func (p *problems) Problem(said record.Problem) { p.said = append(p.said, said) }

// TestABreakIsToldWhereverItIs: what is damaged mostly ends at a line's end, as writers flush whole lines and a checksum
// stands behind the last one.
func TestABreakIsToldWhereverItIs(t *testing.T) {
	const line = "a line of a log, 32 bytes long.\n"
	lines := strings.Repeat(line, 256) // 8 KiB: a block of that size ends with it
	all := func(*Interest) Sieve { return Sieve{Fate: func([]byte) Fate { return Keep }} }
	every := func([]byte) (record.Stamp, bool) { return record.Stamp{}, true }
	for _, c := range []struct {
		err  error
		want string
	}{
		{io.ErrUnexpectedEOF, "the packed data ends too early: what stood before the cut is read"},
		{errors.New("gzip: invalid checksum"), "reading stopped here: gzip: invalid checksum"},
		{bomb{"unpacks to more"}, "unpacks to more"},
		{io.EOF, ""},
	} {
		for text, number := range map[string]int{lines: 256, lines + "torn": 257, lines + strings.Repeat("x", MaxLine+9): 257} {
			for _, sift := range []func(*Interest) Sieve{nil, all} {
				for _, size := range []int{0, 8 << 10, 1 << 20} {
					read, told := 0, problems{}
					f := Format{Name: "x", Raw: true, Sniff: func(Head) Score { return 100 }, Sift: sift, Begins: every, Parse: func(l *Lines, _ record.Sink) error {
						for l.Next() {
							read++
						}
						return nil
					}}
					in := NewInput("f", breaking{strings.NewReader(text), c.err}, time.Time{})
					in.Block = size
					Read(in, []Format{f}, nil, &told)
					last := record.Problem{}
					if n := len(told.said); n > 0 && !strings.HasPrefix(told.said[n-1].Msg, "line longer than") {
						last = told.said[n-1]
					}
					if read != number || last.Msg != c.want || c.want != "" && last.From.Line != number {
						t.Errorf("%v behind %d bytes, sifted %v in blocks of %d: %d lines, %q at line %d; want %d lines, %q", c.err, len(text), sift != nil, size, read, last.Msg, last.From.Line, number, c.want)
					}
				}
			}
		}
	}
}

package parser

import (
	"bytes"

	"oomortem/parser/record"
)

// Score is how sure a format is that an input is its own: 0 not mine, 1..39 perhaps, 40..79 by its shape,
// 80..100 by a mark that nothing else carries.
type Score int

// Format is one kind of file that oomortem reads.
type Format struct {
	Name  string // stable, lower case: "jmeter-csv"
	Title string // one line for the list of formats
	Sniff func(Head) Score
	Log   bool // a host's log: that something is not in it says something
	// Parse reads all lines into the sink. It returns an error only when the input as a whole is of no use;
	// a bad line is a Problem, and reading goes on.
	Parse func(*Lines, record.Sink) error
	// Raw says that Parse takes undecoded bytes and calls Lines.Text for what it keeps, so that gigabytes in
	// GBK or Latin-1 need not be decoded to find ten lines.
	Raw bool
	// Live says that the writer writes each line when it happens, so that the file's last line is as old as the file.
	Live bool
	// Binary says that the input is no text, so that no encoding is guessed.
	Binary bool
	// Sift gives a sieve that tells lines no message reader can want, by looking at one line alone. It may keep too
	// much, never too little. Each call gives one with a memory of its own, for one goroutine. Nil: every line counts.
	Sift func(*Interest) Sieve
	// Begins tells lines that begin a message from those that continue one, and gives their time. The first and the last
	// line of an input that begin a message are kept whatever Sift says. Needed when Sift is given.
	Begins func(line []byte) (at record.Stamp, ok bool)
}

// Head is the beginning of an input, decoded to UTF-8.
type Head struct {
	Name  string // base name of the file; content decides, a name may only break ties
	Data  []byte
	Whole bool   // Data is the entire input
	Magic []byte // the first bytes as they are, undecoded, for binary formats
}

// Lines gives at most n complete lines of the head, without their ends.
func (h Head) Lines(n int) [][]byte {
	var out [][]byte
	data := h.Data
	for len(out) < n && len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			if h.Whole || len(out) == 0 {
				out = append(out, bytes.TrimSuffix(data, []byte{'\r'}))
			}
			break
		}
		out = append(out, bytes.TrimSuffix(data[:i], []byte{'\r'}))
		data = data[i+1:]
	}
	return out
}

// Line gives the first line that is not blank.
func (h Head) Line() []byte {
	for _, l := range h.Lines(20) {
		if len(bytes.TrimSpace(l)) > 0 {
			return l
		}
	}
	return nil
}

// Detect gives the format that recognizes the head best; on a tie the earlier one. ok is false when none does.
func Detect(h Head, formats []Format) (best Format, score Score, ok bool) {
	for _, f := range formats {
		if s := f.score(h); s > score {
			best, score, ok = f, s, true
		}
	}
	return best, score, ok
}

// score asks a format how sure it is. A fault of its own must not cost the analysis of the others: then it is read so only
// when nobody else knows it, and reading says what broke off.
func (f Format) score(h Head) (s Score) {
	defer func() {
		if recover() != nil {
			s = 1
		}
	}()
	return f.Sniff(h)
}

package parser

import (
	"bufio"
	"bytes"
	"path/filepath"
)

// shown gives what the formats see of the input.
func (in *Input) shown(head, utf8Head []byte, whole bool) Head {
	return Head{Name: filepath.Base(filepath.ToSlash(in.Path)), Data: utf8Head, Whole: whole, Magic: head[:min(len(head), 16)]}
}

// fewestNULs is how many NUL bytes an input begins with when it has a hole there: a block of a disk. UTF-16 and binary formats
// begin with fewer.
const fewestNULs = 512

// skipNULs passes over the hole at the beginning of a log that was emptied while its writer wrote on (logrotate's copytruncate
// does so to a writer that did not open the file to append), and gives its length.
func (in *Input) skipNULs() (skipped int) {
	for {
		head, _ := in.r.Peek(headSize)
		n := len(head) - len(bytes.TrimLeft(head, "\x00"))
		if n == 0 || skipped == 0 && n < fewestNULs {
			return skipped
		}
		in.r.Discard(n)
		skipped += n
	}
}

// behindLongLine gives the head of what follows a first line that fills the input's head; false when none does. The input is
// read from its beginning all the same.
func (in *Input) behindLongLine(head []byte) (behind []byte, ok bool) {
	if len(head) < headSize || bytes.IndexByte(head, '\n') >= 0 {
		return head, false
	}
	in.r = bufio.NewReaderSize(in.r, MaxLine+headSize)
	all, _ := in.r.Peek(MaxLine + headSize)
	_, behind, ok = bytes.Cut(all, []byte{'\n'})
	if !ok || len(behind) == 0 {
		return all[:len(head)], false
	}
	return behind[:min(len(behind), headSize)], true
}

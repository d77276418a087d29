package parser

import (
	"bytes"
	"io"
)

// Stream gives the input from the next unread line on as undivided bytes, for formats that are not made of lines:
// JSON of a whole day on one line, binary records. Call it instead of Next, not after having read to the end.
// Number keeps counting the line ends that were handed out, Err keeps the read error.
func (l *Lines) Stream() io.Reader { return (*stream)(l) }

type stream Lines

// Read hands out what the line buffer holds already, then the input itself.
func (s *stream) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if s.at < s.end {
		n := copy(p, s.buf[s.at:s.end])
		s.at += n
		s.number += bytes.Count(p[:n], []byte{'\n'})
		return n, nil
	}
	if s.eof {
		return 0, io.EOF
	}
	n, err := s.r.Read(p)
	s.read += int64(n)
	s.number += bytes.Count(p[:n], []byte{'\n'})
	if err != nil {
		s.eof = true
		if err != io.EOF {
			s.err = err
		}
		err = io.EOF // what ended the input is told by Err; a format sees an end
	}
	return n, err
}

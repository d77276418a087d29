package parser

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A large xz stream is unpacked by the program of that name where there is one: it is twice as fast (95 against 47 MB/s)
// as the best in Go that was tried, and runs beside the reading. Without it, and for small streams, the Go one does the
// same, but of a stream that is cut it gives nothing, and the program what stood before the cut.

// program is a running `xz -dc`.
type program struct {
	cmd   *exec.Cmd
	out   io.ReadCloser
	given int64        // bytes of the file that it reads by itself
	said  bytes.Buffer // on stderr
	ended error        // how it ended, once it has
}

// unpackOutside starts the program on a large stream; nil when it is not there or not worth while. A file it reads by
// itself.
func unpackOutside(r compressed) io.Reader {
	if head, _ := r.Peek(headSize); len(head) < headSize && wholeXZ(head) {
		return nil
	}
	path, err := exec.LookPath("xz")
	if err != nil {
		return nil
	}
	p := &program{cmd: exec.Command(path, "-dc", fmt.Sprintf("--memlimit-decompress=%d", 2*longestWindow))}
	p.cmd.Stdin, p.cmd.Stderr = r.Reader, &p.said
	if r.file != nil {
		if p.given, err = rewound(r.file); err != nil {
			return nil
		}
		p.cmd.Stdin = r.file
	}
	if p.out, err = p.cmd.StdoutPipe(); err != nil || p.cmd.Start() != nil {
		return nil
	}
	if pipe, ok := p.out.(*os.File); ok {
		widen(pipe)
	}
	return p
}

// wholeXZ tells whether the magic of a stream's footer ends a file, NULs of padding behind it (tukaani.org/xz/xz-file-format.txt,
// 2.1.2.4 and 2.2).
func wholeXZ(file []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(file, "\x00"), []byte("YZ"))
}

// rewound puts a file back to its beginning and gives its size.
func rewound(f *os.File) (size int64, err error) {
	if size, err = f.Seek(0, io.SeekEnd); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	return size, err
}

// Read gives what the program prints, and at its end how it ended.
func (p *program) Read(b []byte) (int, error) {
	if p.ended != nil {
		return 0, p.ended
	}
	n, err := p.out.Read(b)
	if err != nil {
		p.ended = p.wait()
		err = p.ended
	}
	return n, err
}

func (p *program) wait() error {
	err := p.cmd.Wait()
	said := p.said.Bytes()
	switch {
	case err == nil:
		return io.EOF
	case bytes.Contains(said, []byte("Unexpected end of input")):
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(said[:min(len(said), 200)]))
}

// Close ends the program if it has not ended.
func (p *program) Close() error {
	if p.ended == nil {
		p.cmd.Process.Kill()
		p.ended = p.wait()
	}
	return nil
}

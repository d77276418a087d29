package store

import (
	"context"
	"io"
	"io/fs"
	"sync"

	"github.com/minio/minio-go/v7"
)

// object is a file in a bucket, read as it comes over the network and never as a whole. It is an fs.File and an
// io.ReaderAt.
type object struct {
	link *link
	at   place
	info objectInfo
	ctx  context.Context
	flow *flow

	mu    sync.Mutex
	block []byte // the last one that ReadAt fetched
	from  int64
}

// Sizes of what is asked for at a time: a look into a file takes the first piece alone, reading on takes the rest in one
// answer; an archive that is read here and there takes blocks.
const (
	firstPiece = 128 << 10
	blockSize  = 1 << 20
)

// object opens a file by asking for its first piece.
func (l *link) object(ctx context.Context, at place) (*object, error) {
	o := &object{link: l, at: at, ctx: ctx}
	o.flow = &flow{o: o, end: firstPiece}
	err := o.flow.open()
	if minio.ToErrorResponse(err).Code == "InvalidRange" { // of nothing there is no first piece
		var info minio.ObjectInfo
		if info, err = l.core.StatObject(ctx, at.bucket, at.key, minio.StatObjectOptions{}); err == nil {
			o.info, o.flow.end = infoOf(at.key, info), 0
		}
	}
	if err != nil {
		return nil, l.failed("open", at, err)
	}
	return o, nil
}

// failed gives an error as one of file systems, and remembers it when it says nothing about the file.
func (l *link) failed(op string, at place, err error) error {
	err = l.fault(at.bucket, err)
	l.lost.note(err)
	return &fs.PathError{Op: op, Path: at.String(), Err: err}
}

func (o *object) Stat() (fs.FileInfo, error) { return o.info, nil }

func (o *object) Close() error {
	o.flow.close()
	return nil
}

func (o *object) Read(p []byte) (int, error) {
	n, err := o.flow.Read(p)
	if err == io.EOF && o.flow.end < o.info.size {
		o.flow.end = o.info.size
		return o.flow.Read(p)
	}
	return n, err
}

// ReadAt reads anywhere, through the block that was fetched last: archives are read in small steps.
func (o *object) ReadAt(p []byte, off int64) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= o.info.size {
			return n, io.EOF
		}
		if at < o.from || at >= o.from+int64(len(o.block)) {
			if err := o.fetch(at - at%blockSize); err != nil {
				return n, err
			}
		}
		n += copy(p[n:], o.block[at-o.from:])
	}
	return n, nil
}

func (o *object) fetch(from int64) error {
	f := &flow{o: o, at: from, end: min(from+blockSize, o.info.size)}
	defer f.close()
	o.from, o.block = from, append(o.block[:0], make([]byte, f.end-from)...)
	if _, err := io.ReadFull(f, o.block); err != nil {
		o.block = o.block[:0]
		return err
	}
	return nil
}

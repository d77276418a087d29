package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

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

// flow reads a range of an object and goes on where the connection broke.
type flow struct {
	o       *object
	at, end int64
	body    io.ReadCloser
	until   int64 // end of what body gives
	cancel  context.CancelCauseFunc
	ctx     context.Context
	watch   *time.Timer
	again   int // attempts since the last byte
}

// mostAgain is how often a download is begun anew without a byte of progress.
const mostAgain = 5

func (f *flow) Read(p []byte) (int, error) {
	for {
		if f.at >= f.end {
			return 0, io.EOF
		}
		if err := f.open(); err != nil { // the client has tried it ten times
			return 0, f.o.link.failed("read", f.o.at, err)
		}
		n, err := f.next(p)
		if n > 0 {
			return n, nil
		}
		if err == nil {
			continue
		}
		f.abandon()
		if f.again++; f.again > mostAgain {
			return 0, f.o.link.failed("read", f.o.at, err)
		}
		select {
		case <-f.o.ctx.Done():
			return 0, f.o.ctx.Err()
		case <-time.After(f.o.link.pause << (f.again - 1)):
		}
	}
}

// next reads what comes within the link's patience.
func (f *flow) next(p []byte) (int, error) {
	p = p[:min(int64(len(p)), f.until-f.at)]
	f.watch.Reset(f.o.link.patience)
	n, err := f.body.Read(p)
	f.watch.Stop()
	f.at += int64(n)
	switch {
	case n > 0:
		f.again = 0
	case f.at >= f.until: // the range is done
		f.close()
		return 0, nil
	case err == io.EOF:
		return 0, fmt.Errorf("it broke off after %d bytes: %w", f.at, io.ErrUnexpectedEOF)
	}
	if f.at >= f.until {
		f.close()
	}
	if err != nil && f.ctx != nil && context.Cause(f.ctx) != nil {
		err = context.Cause(f.ctx)
	}
	return n, err
}

// open asks for the rest of the range, of the same object as before.
func (f *flow) open() error {
	if f.body != nil {
		return nil
	}
	opt := minio.GetObjectOptions{}
	if err := opt.SetRange(f.at, f.end-1); err != nil {
		return err
	}
	if f.o.info.etag != "" {
		if err := opt.SetMatchETag(f.o.info.etag); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(f.o.ctx)
	watch := time.AfterFunc(10*f.o.link.patience, func() { cancel(errStalled) }) // with all attempts of the client
	body, info, header, err := f.o.link.core.GetObject(ctx, f.o.at.bucket, f.o.at.key, opt)
	watch.Stop()
	if err != nil {
		if context.Cause(ctx) != nil {
			err = context.Cause(ctx)
		}
		cancel(nil)
		if minio.ToErrorResponse(err).Code == "PreconditionFailed" {
			return errChanged
		}
		return err
	}
	f.body, f.ctx, f.cancel = body, ctx, cancel
	f.watch = time.AfterFunc(f.o.link.patience, func() { cancel(errStalled) })
	total, ranged := wholeSize(header.Get("Content-Range"))
	if !ranged { // a server that gives the whole
		total = info.Size
		if f.at > 0 {
			f.close()
			return errors.New("the server gives no parts of objects (Range)")
		}
	}
	if f.o.info.etag == "" {
		info.Size = total
		f.o.info = infoOf(f.o.at.key, info)
	}
	f.end = min(f.end, total)
	f.until = f.end
	return nil
}

// close reads what little is left, so that the connection serves the next request.
func (f *flow) close() {
	if f.body == nil {
		return
	}
	if left := f.until - f.at; left <= firstPiece {
		f.watch.Reset(f.o.link.patience)
		io.CopyN(io.Discard, f.body, left)
	}
	f.abandon()
}

// abandon gives up the connection.
func (f *flow) abandon() {
	f.watch.Stop()
	f.body.Close()
	f.cancel(nil)
	f.body = nil
}

// wholeSize reads an object's size from "bytes 0-99/12345" (RFC 9110, 14.4).
func wholeSize(contentRange string) (int64, bool) {
	_, total, ok := strings.Cut(contentRange, "/")
	n, err := strconv.ParseInt(total, 10, 64)
	return n, ok && err == nil && n >= 0
}

// objectInfo tells of an object as of a file, or of the folder that keys share.
type objectInfo struct {
	name     string
	size     int64
	modified time.Time
	etag     string
	dir      bool
}

func infoOf(key string, o minio.ObjectInfo) objectInfo {
	info := objectInfo{name: shownName(path.Base("/" + key)), size: o.Size, modified: o.LastModified, etag: o.ETag}
	// Tools that copy files into buckets keep the time of the file there: seconds since 1970, with decimals.
	if s, err := strconv.ParseFloat(o.UserMetadata["Mtime"], 64); err == nil && s > 0 && s < 1e11 {
		info.modified = time.UnixMilli(int64(s * 1000))
	}
	return info
}

func (i objectInfo) Name() string               { return i.name }
func (i objectInfo) Size() int64                { return i.size }
func (i objectInfo) ModTime() time.Time         { return i.modified }
func (i objectInfo) IsDir() bool                { return i.dir }
func (i objectInfo) Sys() any                   { return nil }
func (i objectInfo) Type() fs.FileMode          { return i.Mode().Type() }
func (i objectInfo) Info() (fs.FileInfo, error) { return i, nil }
func (i objectInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

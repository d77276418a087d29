package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

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
	f.watch.Stop() // until somebody reads
	if total, ranged := wholeSize(header.Get("Content-Range")); ranged {
		info.Size, f.end = total, min(f.end, total)
	} else { // a server that gives the whole
		f.end = info.Size
	}
	f.until = f.end
	return f.same(info, f.at == 0 || header.Get("Content-Range") != "")
}

// same keeps what the first answer tells of the object, and refuses a later one that tells of another.
func (f *flow) same(info minio.ObjectInfo, inParts bool) error {
	var err error
	switch {
	case f.o.info.name == "":
		f.o.info = infoOf(f.o.at.key, info)
	case info.Size != f.o.info.size:
		err = errChanged
	case !inParts:
		err = errors.New("the server gives no parts of objects (Range)")
	}
	if err != nil {
		f.abandon()
	}
	return err
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

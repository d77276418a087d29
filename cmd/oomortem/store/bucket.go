package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// bucket is a place in an object store.
type bucket struct {
	*link
	name   string
	prefix string // "" or the key of a folder, without its slash
}

func (b *bucket) String() string { return place{b.name, b.prefix}.String() }

func (b *bucket) key(name string) string { return place{b.name, b.prefix}.below() + name }

func (b *bucket) Is(path string) bool {
	p, ok := bucketPath(path)
	return ok && p == place{b.name, b.prefix}
}

// Ready asks for the bucket, which is never made: who pays for it decides where it lies.
func (b *bucket) Ready() error {
	for _, err := range b.objects(context.Background(), b.name, b.key(""), true, 1) {
		return err
	}
	return nil
}

func (b *bucket) List(dir string) ([]string, error) {
	within := b.key(dir + "/")
	var names []string
	for o, err := range b.objects(context.Background(), b.name, within, false, 0) {
		if err != nil {
			return names, err
		}
		if name := o.Key[len(within):]; name != "" && !strings.HasSuffix(name, "/") {
			names = append(names, name)
		}
	}
	return names, nil
}

func (b *bucket) Files(dir string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		within := b.key(strings.TrimPrefix(dir+"/", "./"))
		for o, err := range b.objects(context.Background(), b.name, within, true, 0) {
			if err != nil {
				yield("", err)
				return
			}
			if !strings.HasSuffix(o.Key, "/") && !yield(o.Key[len(b.key("")):], nil) {
				return
			}
		}
	}
}

func (b *bucket) Open(name string) (io.ReadCloser, error) {
	o, err := b.object(context.Background(), place{b.name, b.key(name)})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// inMemory is how much of a file is held in memory until it is sent; what is larger goes by way of the disk, because its
// size must be known first.
const inMemory = 8 << 20

func (b *bucket) Write(name string, write func(io.Writer) error) error {
	sp := &spool{}
	defer sp.close()
	err := write(sp)
	if err == nil {
		var body io.Reader
		if body, err = sp.reader(); err == nil {
			err = b.put(name, body, sp.size, false)
		}
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", place{b.name, b.key(name)}, err)
	}
	return nil
}

func (b *bucket) Create(name string, data []byte) error {
	err := b.put(name, bytes.NewReader(data), int64(len(data)), true)
	if errors.Is(err, errors.ErrUnsupported) { // a server without conditions: the last one who writes wins
		err = b.put(name, bytes.NewReader(data), int64(len(data)), false)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", place{b.name, b.key(name)}, err)
	}
	return nil
}

func (b *bucket) put(name string, body io.Reader, size int64, fresh bool) error {
	opt := minio.PutObjectOptions{ContentType: contentType(name), PartSize: 16 << 20, NumThreads: 2}
	if fresh {
		opt.SetMatchETagExcept("*")
	}
	_, err := b.core.Client.PutObject(context.Background(), b.name, b.key(name), body, size, opt)
	return b.fault(b.name, err)
}

func (b *bucket) Remove(names ...string) error {
	for _, name := range names {
		err := b.fault(b.name, b.core.RemoveObject(context.Background(), b.name, b.key(name), minio.RemoveObjectOptions{}))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing %s: %w", place{b.name, b.key(name)}, err)
		}
	}
	return nil
}

// Sweep has nothing to do: an object is there as a whole or not at all.
func (b *bucket) Sweep(string) {}

// longestUpload is the age from which an upload in parts that did not end is taken for one whose writer was killed.
const longestUpload = time.Hour

// SweepAll takes away the parts of uploads that were never completed: nobody sees them, but they are paid for.
func (b *bucket) SweepAll() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for u := range b.core.ListIncompleteUploads(ctx, b.name, b.key(""), true) {
		if u.Err != nil {
			return b.fault(b.name, u.Err)
		}
		if time.Since(u.Initiated) > longestUpload {
			if err := b.core.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID); err != nil {
				return b.fault(b.name, err)
			}
		}
	}
	return nil
}

// objects lists the keys that begin with a prefix, in order: all of them, or those up to the next slash and the folders
// behind, whose keys end with one. Page is how many are asked for at a time, 0 for as many as the server gives.
func (l *link) objects(ctx context.Context, bucket, prefix string, all bool, page int) iter.Seq2[minio.ObjectInfo, error] {
	return func(yield func(minio.ObjectInfo, error) bool) {
		noOwner := false
		opt := minio.ListObjectsOptions{Prefix: prefix, Recursive: all, MaxKeys: page, FetchOwner: &noOwner}
		for o := range l.core.ListObjectsIter(ctx, bucket, opt) {
			if o.Err != nil {
				yield(o, l.fault(bucket, o.Err))
				return
			}
			if !strings.HasPrefix(o.Key, prefix) { // which no server gives that means well
				continue
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

// spool takes what is written until its size is known.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	size   int64
}

func (s *spool) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	if s.file == nil && s.memory.Len()+len(p) <= inMemory {
		return s.memory.Write(p)
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "oomortem-*")
		if err != nil {
			return 0, err
		}
		os.Remove(f.Name()) // it lives on until it is closed
		s.file = f
		if _, err := s.memory.WriteTo(f); err != nil {
			return 0, err
		}
	}
	return s.file.Write(p)
}

func (s *spool) reader() (io.Reader, error) {
	if s.file == nil {
		return &s.memory, nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return s.file, err
}

func (s *spool) close() {
	if s.file != nil {
		s.file.Close()
	}
}

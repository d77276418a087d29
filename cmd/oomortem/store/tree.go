package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"

	"oomortem/parser"
)

// Tree is where runs lie, whatever the place.
type Tree interface {
	parser.Tree
	// Digest writes what changes when a file at or below the path does: names and contents on a disk; names, sizes and
	// entity tags in a bucket, where the content would have to be fetched. Names are without the root.
	Digest(w io.Writer, path, root string)
}

// Tree gives everything that paths can lead to.
func (a *Access) Tree() Tree { return anywhere{a} }

type anywhere struct{ *Access }

// at gives the tree that a path lies in.
func (a anywhere) at(path string) (Tree, error) {
	p, isBucket := bucketPath(path)
	if !isBucket {
		return onDisk{parser.Disk}, nil
	}
	err := p.check()
	if err == nil {
		var l *link
		if l, err = a.connected(); err == nil {
			return inBucket{l}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: err}
}

func (a anywhere) Stat(path string) (fs.FileInfo, error) {
	t, err := a.at(path)
	if err != nil {
		return nil, err
	}
	return t.Stat(path)
}

func (a anywhere) ReadDir(path string) ([]fs.DirEntry, error) {
	t, err := a.at(path)
	if err != nil {
		return nil, err
	}
	return t.ReadDir(path)
}

func (a anywhere) Open(path string) (fs.File, error) {
	t, err := a.at(path)
	if err != nil {
		return nil, err
	}
	return t.Open(path)
}

func (a anywhere) Digest(w io.Writer, path, root string) {
	t, err := a.at(path)
	if err != nil {
		fmt.Fprintf(w, "\x00%s\x00unreadable", path)
		return
	}
	t.Digest(w, path, root)
}

// onDisk is the machine's own tree.
type onDisk struct{ parser.Tree }

// Digest takes no file's time: a copy is the same run.
func (onDisk) Digest(w io.Writer, path, root string) {
	var files []string
	filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && (d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0) {
			files = append(files, p)
		}
		return nil
	})
	slices.Sort(files)
	for _, file := range files {
		digestFile(w, file, strings.TrimPrefix(filepath.ToSlash(file), root))
	}
}

// digestFile writes a file; for one that cannot be read it says so.
func digestFile(w io.Writer, file, name string) {
	fmt.Fprintf(w, "\x00%s\x00", name)
	f, err := os.Open(file)
	if err != nil {
		io.WriteString(w, "unreadable")
		return
	}
	defer f.Close()
	n, err := io.Copy(w, f)
	fmt.Fprintf(w, "\x00%d %t", n, err == nil)
}

// inBucket is the tree of a store's buckets: a slash in a key makes a folder.
type inBucket struct{ *link }

// Stat takes a name that is both a folder's and an object's for the folder.
func (t inBucket) Stat(p string) (fs.FileInfo, error) {
	at, _ := bucketPath(p)
	ctx := context.Background()
	for _, err := range t.objects(ctx, at.bucket, at.below(), true, 1) {
		if err != nil {
			return nil, t.failed("stat", at, err)
		}
		return objectInfo{name: shownName(p[strings.LastIndexByte(p, '/')+1:]), dir: true}, nil
	}
	if at.key == "" {
		return objectInfo{name: at.bucket, dir: true}, nil // an empty bucket
	}
	o, err := t.object(ctx, at)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return o.Stat()
}

func (t inBucket) ReadDir(p string) ([]fs.DirEntry, error) {
	at, _ := bucketPath(p)
	within := at.below()
	var entries []fs.DirEntry
	for o, err := range t.objects(context.Background(), at.bucket, within, false, 0) {
		if err != nil {
			return sorted(entries), t.failed("list", at, err)
		}
		name, isDir := strings.CutSuffix(o.Key[len(within):], "/")
		if name == "" && !isDir && o.Size == 0 {
			continue // the mark that consoles make for a folder
		}
		entries = append(entries, objectInfo{name: shownName(name), size: o.Size, modified: o.LastModified, etag: o.ETag, dir: isDir})
	}
	return sorted(entries), nil
}

// sorted puts names in the order of a disk: a slash counts in keys, "a/" comes behind "a-b".
func sorted(entries []fs.DirEntry) []fs.DirEntry {
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

func (t inBucket) Open(p string) (fs.File, error) {
	at, _ := bucketPath(p)
	o, err := t.object(context.Background(), at)
	if err != nil {
		return nil, err
	}
	return o, nil
}

func (t inBucket) Digest(w io.Writer, p, root string) {
	at, _ := bucketPath(p)
	ctx, some := context.Background(), false
	tell := func(key string, o minio.ObjectInfo) {
		some = true
		if o.ETag == "" { // a server that has none
			o.ETag = o.LastModified.UTC().String()
		}
		fmt.Fprintf(w, "\x00%s\x00%s\x00%d", strings.TrimPrefix(place{at.bucket, key}.String(), root), o.ETag, o.Size)
	}
	for o, err := range t.objects(ctx, at.bucket, at.below(), true, 0) {
		if err != nil {
			fmt.Fprintf(w, "\x00%s\x00unreadable", p)
			return
		}
		tell(o.Key, o)
	}
	if some {
		return
	}
	info, err := t.core.StatObject(ctx, at.bucket, at.key, minio.StatObjectOptions{})
	if err != nil && !errors.Is(t.fault(at.bucket, err), fs.ErrNotExist) {
		fmt.Fprintf(w, "\x00%s\x00unreadable", p)
		return
	}
	tell(at.key, info)
}

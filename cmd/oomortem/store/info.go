package store

import (
	"io/fs"
	"path"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"
)

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

package store

import (
	"fmt"
	"path"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// scheme begins the paths that lead into buckets.
const scheme = "s3://"

// place is a path into a bucket: the key of an object, or of all objects behind it and a slash.
type place struct{ bucket, key string }

// bucketPath reads s3://BUCKET/KEY as it stands, for a key is no URL: a % or a ? in it is part of it.
func bucketPath(p string) (place, bool) {
	rest, ok := strings.CutPrefix(p, scheme)
	if !ok {
		return place{}, false
	}
	bucket, shown, _ := strings.Cut(rest, "/")
	return place{bucket, keyOf(strings.TrimRight(shown, "/"))}, true
}

func (p place) String() string {
	if p.key == "" {
		return scheme + p.bucket
	}
	return scheme + p.bucket + "/" + shownKey(p.key)
}

// check refuses what no server takes for a bucket.
func (p place) check() error {
	if err := s3utils.CheckValidBucketName(p.bucket); err != nil {
		return fmt.Errorf("%q names no bucket (%s): want s3://BUCKET/PREFIX", p.String(), err)
	}
	return nil
}

// below gives the beginning of the keys of what lies in the folder.
func (p place) below() string {
	if p.key == "" {
		return ""
	}
	return p.key + "/"
}

// Whoever may write to a bucket chooses the keys. A part of a key that would lead somewhere else in a path is shown as
// one that leads nowhere, and found again by it.
var leading = map[string]string{"": "%", ".": "%2E", "..": "%2E%2E"}

// shownName gives the part of a key as the name of a file or folder.
func shownName(part string) string {
	if shown, ok := leading[part]; ok {
		return shown
	}
	return part
}

// shownKey gives a key as a path that stays below where it begins.
func shownKey(key string) string {
	parts := strings.Split(key, "/")
	for i, p := range parts {
		parts[i] = shownName(p)
	}
	return strings.Join(parts, "/")
}

// keyOf is the way back from shownKey.
func keyOf(shown string) string {
	parts := strings.Split(shown, "/")
	for i, p := range parts {
		for part, as := range leading {
			if p == as {
				parts[i] = part
			}
		}
	}
	return strings.Join(parts, "/")
}

// contentType tells browsers what a report is, so that it opens from the bucket.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".md", ".txt", ".jira":
		return "text/plain; charset=utf-8"
	case ".json", ".jsonl":
		return "application/json"
	case ".xml":
		return "application/xml"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	}
	return "application/octet-stream"
}

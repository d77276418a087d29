package main

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// ledger is the mapping of a batch, whose workers are processes of their own: pseudonyms are worked out of a key that all
// of them are given, so that a name has the same one in every run, and the batch collects what they stand for.
//
// Without a file for the mapping the key is a new one each time, and runs that are done are done again: half of the
// results would speak of others by the same names. The parts of a spread batch need the file for the same reason.
type ledger struct {
	key  []byte
	part shard // that the mapping is of
	mu   sync.Mutex
	all  map[reports.Pseudonym]bool
}

// keyEntry is how the key stands in the mapping.
const keyEntry = "key"

// openLedger takes the key of an earlier mapping in the file, or makes one. "" is no file.
func openLedger(file string) (*ledger, error) {
	l := &ledger{part: shard{0, 1}, all: map[reports.Pseudonym]bool{}}
	if file == "" {
		l.key = newKey()
		return l, nil
	}
	if err := beginMapping(file); err != nil {
		return nil, err
	}
	earlier, err := readMapping(file)
	if err != nil {
		return nil, err
	}
	for _, p := range earlier {
		if p.Kind == keyEntry {
			l.key, err = hex.DecodeString(p.Name)
		}
	}
	if err != nil || len(l.key) < 16 {
		return nil, fmt.Errorf("reading the mapping of --redact-map %s: it holds no key; name the one of an earlier batch, or a new file", file)
	}
	l.take(earlier)
	return l, nil
}

// beginMapping writes a mapping with nothing but a new key, unless there is one: of several who begin, one does.
func beginMapping(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		_, err = fmt.Fprintf(f, "[{\"kind\": %q, \"pseudonym\": \"\", \"name\": %q}]\n", keyEntry, hex.EncodeToString(newKey()))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("writing the mapping of --redact-map %s: %w", file, err)
	}
	return nil
}

func newKey() []byte {
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand since Go 1.24)
	return key
}

// take notes what pseudonyms stand for.
func (l *ledger) take(names []reports.Pseudonym) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range names {
		if p.Kind != keyEntry {
			l.all[p] = true
		}
	}
}

// entries gives the mapping, its key first.
func (l *ledger) entries() []reports.Pseudonym {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []reports.Pseudonym{{Kind: keyEntry, Name: hex.EncodeToString(l.key)}}
	for p := range l.all {
		out = append(out, p)
	}
	slices.SortFunc(out[1:], func(a, b reports.Pseudonym) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Instead, b.Instead), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// hideRuns gives the runs pseudonyms for names, places and folders; what they are read from stays.
func (b *batch) hideRuns(runs []archived) []archived {
	if b.ledger == nil {
		return runs
	}
	for i, r := range runs {
		b.names.Know(append(pathNames(r.Paths), verdict.Named{Kind: "file", Name: r.Name}))
		r.Name = b.names.Pseudonym("run", "run "+r.Name) // it may be called like its host
		r.Path, r.dir = r.Name, r.Name
		runs[i] = r
	}
	b.ledger.take(b.names.Names())
	return runs
}

// hideKey gives the key for a worker, nil when all is told.
func (b *batch) hideKey() []byte {
	if b.ledger == nil {
		return nil
	}
	return b.ledger.key
}

// noted takes what a worker's pseudonyms stand for.
func (b *batch) noted(names []reports.Pseudonym) {
	if b.ledger != nil {
		b.ledger.take(names)
	}
}

// unmixed refuses a place that holds results that tell names.
func (b *batch) unmixed() error {
	parts, err := partsIn(b.results)
	if err != nil {
		return failure{exitUnusable, err}
	}
	earlier, err := newGathered()
	if err != nil {
		return failure{exitUnusable, err}
	}
	defer earlier.close()
	for _, s := range parts {
		err = errors.Join(err, s.read(b.results, earlier))
	}
	if err != nil || slices.ContainsFunc(earlier.standing, func(s standing) bool { return !strings.HasPrefix(s.run, "run-") }) {
		return failure{exitUsage, fmt.Errorf("--redact: %s holds results that tell names; name another place with --out", b.out)}
	}
	return nil
}

// mappingFile gives where a batch writes its mapping: a part of a spread one beside the file that all parts share.
func (s shard) mappingFile(shared string) string {
	if s.of1() {
		return shared
	}
	return fmt.Sprintf("%s.%d-of-%d", shared, s.index, s.count)
}

// keyMark tells keys apart without telling them.
func (x *secrecy) keyMark() string {
	if x.ledger == nil {
		return ""
	}
	sum := sha256.Sum256(x.ledger.key)
	return hex.EncodeToString(sum[:8])
}

// secrecyOf gives a worker what it needs to hide the names of a run.
func secrecyOf(j job) secrecy {
	if len(j.Hide) == 0 {
		return secrecy{}
	}
	x := secrecy{ledger: &ledger{key: j.Hide}, names: reports.NewRedactor(j.Hide)}
	x.names.Know(pathNames(j.paths()))
	return x
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate/verdict"
)

// The catalogue is a SQLite file with all runs that batches brought into it, for questions in SQL. It is made from the
// results, which stay the truth: a lost or broken catalogue is filled again by the next batch.

// catalogTables are the catalogue's tables. Times are RFC 3339 with the host's offset, sizes bytes, rates per second;
// what is not known is NULL.
const catalogTables = `
CREATE TABLE IF NOT EXISTS causes (name TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hosts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS runs (
	id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, path TEXT NOT NULL, status TEXT NOT NULL, error TEXT, cause TEXT REFERENCES causes(name),
	confidence REAL, headline TEXT, started TEXT, ended TEXT, steady REAL, achieved REAL, target_met INTEGER, lost REAL, report TEXT);
CREATE TABLE IF NOT EXISTS run_hosts (
	run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, host INTEGER NOT NULL REFERENCES hosts(id), PRIMARY KEY (run, host));
CREATE TABLE IF NOT EXISTS incidents (
	id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, at TEXT, ended TEXT, cause TEXT REFERENCES causes(name),
	confidence REAL, headline TEXT, lost REAL, before REAL, during REAL, aggressor_kind TEXT, aggressor TEXT, growth_bytes INTEGER);
CREATE TABLE IF NOT EXISTS victims (
	incident INTEGER NOT NULL REFERENCES incidents(id) ON DELETE CASCADE, kind TEXT, name TEXT, host INTEGER REFERENCES hosts(id), comm TEXT, pid INTEGER,
	rss_bytes INTEGER, badness INTEGER);
CREATE INDEX IF NOT EXISTS incidents_run ON incidents(run);
CREATE INDEX IF NOT EXISTS victims_incident ON victims(incident);
CREATE INDEX IF NOT EXISTS victims_name ON victims(name);
`

// mishap is what the catalogue keeps of an incident.
type mishap struct {
	At         time.Time           `json:"at,omitzero"`
	End        time.Time           `json:"end,omitzero"`
	Cause      verdict.Cause       `json:"cause"`
	Confidence float64             `json:"confidence"`
	Headline   string              `json:"headline"`
	Victim     *verdict.Party      `json:"victim,omitempty"`
	Aggressor  *verdict.Aggressor  `json:"aggressor,omitempty"`
	Throughput *verdict.Throughput `json:"throughput,omitempty"`
}

// mishaps gives a report's incidents for the catalogue.
func mishaps(r *verdict.Report) []mishap {
	var out []mishap
	for _, in := range r.Incidents {
		m := mishap{Cause: in.Cause, Confidence: in.Confidence, Headline: in.Headline.String(), Throughput: in.Throughput}
		if !r.Clock.Assumed {
			m.At, m.End = r.Clock.Local(in.At), in.End
			if !in.End.IsZero() {
				m.End = r.Clock.Local(in.End)
			}
		}
		if v := in.Victim; v != nil {
			short := *v
			short.Pods, short.Processes, short.Named = nil, nil, verdict.Text{}
			m.Victim = &short
		}
		if len(in.Aggressors) > 0 {
			m.Aggressor = &in.Aggressors[0]
		}
		out = append(out, m)
	}
	return out
}

// checkCatalog refuses a place where SQLite cannot lock: a catalogue lies on a disk, also that of results in a bucket.
func checkCatalog(file string) error {
	if store.NoFile(file) {
		return fmt.Errorf("--catalog %s: a catalogue is a file of this machine, for SQLite must lock it; name one, and copy it where it is wanted", printable(file))
	}
	return nil
}

// catalogue brings the results into a catalogue; a run that is in it already is replaced. All or nothing.
func catalogue(file string, results *gathered) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing the catalogue %s: %w", file, err)
		}
	}()
	db, err := sql.Open("sqlite", catalogName(file))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(catalogTables); err != nil {
		return err
	}
	c := &catalog{tx: tx, hosts: map[string]int64{}}
	for _, h := range hypotheses() {
		c.do("INSERT INTO causes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET title = excluded.title", string(h.Name), h.Title)
	}
	for r, err := range results.all() {
		if err != nil {
			return err
		}
		c.run(r)
	}
	if c.err != nil {
		return c.err
	}
	return tx.Commit()
}

// catalogName gives a file's name as SQLite takes it (sqlite.org/uri.html), whatever characters are in it.
func catalogName(file string) string {
	at := url.URL{Scheme: "file", Opaque: url.PathEscape(filepath.ToSlash(file)), RawQuery: "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate"}
	return at.String()
}

// catalog is a transaction that remembers its first error.
type catalog struct {
	tx    *sql.Tx
	hosts map[string]int64
	err   error
}

// do runs a statement and gives the new row's id.
func (c *catalog) do(statement string, args ...any) int64 {
	if c.err != nil {
		return 0
	}
	res, err := c.tx.Exec(statement, args...)
	if err != nil {
		c.err = err
		return 0
	}
	id, err := res.LastInsertId()
	c.err = err
	return id
}

func (c *catalog) run(r result) {
	o := r.Outcome
	c.do("DELETE FROM runs WHERE name = ?", o.Run)
	run := c.do("INSERT INTO runs (name, path, status, error, cause, confidence, headline, started, ended, steady, achieved, target_met, lost, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		o.Run, o.Path, o.Status, text(o.Error), text(string(o.Cause)), o.Confidence, text(o.Headline), when(o.Start), when(o.End), o.Steady, o.Achieved, o.TargetMet, o.Lost, text(o.Report))
	for _, h := range o.Hosts {
		c.do("INSERT OR IGNORE INTO run_hosts VALUES (?, ?)", run, c.host(h))
	}
	for _, m := range r.Mishaps {
		c.incident(run, m)
	}
}

func (c *catalog) incident(run int64, m mishap) {
	var lost, before, during, growth any
	var kind, name any
	if t := m.Throughput; t != nil {
		lost, before, during = t.Lost, t.Before, t.During // a nil pointer is NULL
	}
	if a := m.Aggressor; a != nil {
		kind, name, growth = text(a.Kind), text(a.Name), a.Growth
	}
	id := c.do("INSERT INTO incidents (run, at, ended, cause, confidence, headline, lost, before, during, aggressor_kind, aggressor, growth_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		run, when(m.At), when(m.End), text(string(m.Cause)), m.Confidence, text(m.Headline), lost, before, during, kind, name, growth)
	v := m.Victim
	if v == nil {
		return
	}
	c.do("INSERT INTO victims VALUES (?, ?, ?, ?, ?, ?, ?, ?)", id, text(v.Kind), text(v.Name), c.host(v.Host), text(v.Comm), amountOf(v.PID.Get()), amountOf(v.RSS.Get()), amountOf(v.Badness.Get()))
}

// host gives a host's row, nil for none.
func (c *catalog) host(name string) any {
	if name == "" || c.err != nil {
		return nil
	}
	if id, ok := c.hosts[name]; ok {
		return id
	}
	c.do("INSERT INTO hosts (name) VALUES (?) ON CONFLICT DO NOTHING", name)
	var id int64
	if c.err == nil {
		c.err = c.tx.QueryRow("SELECT id FROM hosts WHERE name = ?", name).Scan(&id)
	}
	c.hosts[name] = id
	return id
}

// text gives NULL for what is not known.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func when(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func amountOf(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

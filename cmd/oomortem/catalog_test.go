package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// asked gives the rows of a question, "a|b" each.
func asked(t *testing.T, file, question string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", catalogName(file))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(question)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var a, b sql.NullString
		if err := rows.Scan(&a, &b); err != nil {
			t.Fatal(err)
		}
		out = append(out, a.String+"|"+b.String)
	}
	return out
}

func TestCatalog(t *testing.T) {
	root, dir := archive(t, 1), t.TempDir()
	file := filepath.Join(dir, "it's a #catalogue?.db")
	for range 2 { // the second time replaces what is there
		batchOf(t, exitDone, "--out", filepath.Join(dir, "out"), "--target", "50M", "--catalog", file, root)
	}
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ question, want string }{
		{"SELECT count(*), sum(status = 'failed') FROM runs", "[4|1]"},
		{"SELECT cause, count(*) FROM runs WHERE status = 'ok' GROUP BY cause ORDER BY cause", "[healthy|1 host-overcommit|2]"},
		{"SELECT v.name, v.pid FROM victims v JOIN incidents i ON i.id = v.incident ORDER BY i.at", "[vm-k8s-worker-1|7569 vm-k8s-worker-2|7603]"}, // WANT
		{"SELECT h.name, count(*) FROM run_hosts r JOIN hosts h ON h.id = r.host GROUP BY h.id", "[hp-server|3]"},
		{"SELECT at, aggressor FROM incidents ORDER BY at", "[2021-02-20T04:20:41+08:00|vm-k8s-worker-2 2021-02-20T19:42:44+08:00|vm-k8s-worker-4]"},
		{"SELECT target_met, confidence IS NULL FROM runs WHERE name = 'broken.tar.gz'", "[|1]"},
		{"SELECT count(*), count(DISTINCT name) FROM causes", fmt.Sprintf("[%d|%d]", len(hypotheses()), len(hypotheses()))},
	} {
		if got := fmt.Sprint(asked(t, file, c.question)); got != c.want {
			t.Errorf("%s: %s, want %s", c.question, got, c.want)
		}
	}
	batchOf(t, exitUnusable, "--out", filepath.Join(dir, "out"), "--target", "50M", "--catalog", filepath.Join(dir, "no/such/folder.db"), root)
	if err := os.WriteFile(filepath.Join(dir, "text.db"), []byte("this is no database, but a text that somebody named so"), 0o644); err != nil {
		t.Fatal(err)
	}
	batchOf(t, exitUnusable, "--out", filepath.Join(dir, "out"), "--target", "50M", "--catalog", filepath.Join(dir, "text.db"), root)
}

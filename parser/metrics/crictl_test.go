package metrics

import (
	"fmt"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// crictl before 1.25 has no column of names, and statsp has pods: the name or the id that is there is the subject. go-units'
// HumanSize writes powers of 1000, and --watch clears the screen before each table.
func TestTablesOfCrictl(t *testing.T) {
	const old = "CONTAINER           CPU %%               MEM                 DISK                INODES\n3d1ab1b4a8e2f       0.52                43.%dMB             45.06kB             13\n"
	const pods = "POD                 POD ID              CPU %%               MEM\nweb-1               1f0a9d6b2c3e4       0.61                43.%dMB\nweb-1               2e0a9d6b2c3e4       0.00                9.5kB\n"
	for name, c := range map[string]struct{ block, key, of string }{
		"without names": {old, "container", "3d1ab1b4a8e2f"},
		"watched":       {"\x1b[2J\x1b[H" + old, "container", "3d1ab1b4a8e2f"},
		"pods":          {pods, "id", "1f0a9d6b2c3e4"},
	} {
		s := read(t, "stats.txt", loopOf(func(i int) string { return fmt.Sprintf(c.block, i) }))
		x := s.find(t, "MEM", c.key, c.of)
		if v := s.values(x); s.input.Format != "crictl-stats" || !slices.EqualFunc(v, []float64{43.0e6, 43.1e6, 43.2e6, 43.3e6}, near) || x.Quantity != record.MemoryUsed || x.Subject != map[string]string{"pods": "web-1"}[name] && x.Subject != c.of || s.times() != 4 {
			t.Errorf("%s: %q, %v of %q at %d times", name, s.input.Format, v, x.Subject, s.times())
		}
	}
	s := read(t, "stats.txt", fmt.Sprintf(old+old, 0, 1)) // no dates
	if x := s.find(t, "MEM"); len(s.values(x)) != 2 || s.times() != 2 || !s.said("crictl stats wrote no times") {
		t.Errorf("%v at %d times, %v", s.values(x), s.times(), s.problems)
	}
}

// An answer that is cut gives what stands before, with dates between the answers too; the runtime's own time counts, and an entry
// of a container that ended has no memory.
func TestAnswersOfCrictl(t *testing.T) {
	const answer = `{"stats": [{"attributes": {"id": "%[1]s", "metadata": {"name": "web"}, "labels": {}}, "cpu": {}, "memory": {"timestamp": "1795393%[2]d000000000", "workingSetBytes": {"value": "%[3]d"}}},
  {"attributes": {"id": "ended", "metadata": {"name": "job"}}, "cpu": null, "memory": null}]}` + "\n"
	text := "Mon Nov 23 00:28:09 UTC 2026\n" + fmt.Sprintf(answer, "aa", 680, 4096) + "Mon Nov 23 00:28:19 UTC 2026\n" + fmt.Sprintf(answer, "aa", 690, 8192) + fmt.Sprintf(answer, "aa", 700, 9000)[:150]
	s := read(t, "stats.json", text)
	x := s.find(t, "workingSetBytes", "container", "web")
	if v := s.values(x); s.input.Format != "crictl-json" || !slices.Equal(v, []float64{4096, 8192}) || len(s.series) != 1 || !s.said("cut off here") {
		t.Errorf("%q: %v of %d series, %v", s.input.Format, v, len(s.series), s.problems)
	}
	if at := s.samples[0].At; at.Wall.Unix() != 1795393680 || at.Lacks != 0 || s.samples[1].Line != 5 {
		t.Errorf("%+v", s.samples)
	}
}

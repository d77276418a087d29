package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The same two containers as docker's objects, with and without dates, and as podman's table, in units of 1000
// (podman-stats(1)).
func TestOtherFormsOfDockerStats(t *testing.T) {
	object := func(name string, usage float64) string {
		return fmt.Sprintf(`{"BlockIO":"0B / 0B","CPUPerc":"0.50%%","Container":%q,"ID":"3f4a","MemPerc":"25.13%%","MemUsage":"%.1fMiB / 400MiB","Name":%q,"NetIO":"1kB / 0B","PIDs":"5"}`+"\n", name, usage, name)
	}
	ended := `{"Container":"db","ID":"3f4b","MemUsage":"-- / --","Name":"db"}` + "\n"
	list := func(web, db string) string { // podman's list, a member a line (cmd/podman/containers/stats.go)
		member := " {\n  \"id\": \"3f4a\",\n  \"name\": %q,\n  \"cpu_time\": \"1m2.345s\",\n  \"cpu_percent\": \"0.50%%\",\n  \"avg_cpu\": \"0.50%%\",\n  \"mem_usage\": \"%s / 419.4MB\",\n  \"mem_percent\": \"25.13%%\",\n  \"net_io\": \"1kB / 0B\",\n  \"block_io\": \"-- / --\",\n  \"pids\": \"5\"\n }"
		return "[\n" + fmt.Sprintf(member, "web", web) + ",\n" + fmt.Sprintf(member, "db", db) + "\n]\n"
	}
	const podman = "ID            NAME        CPU %       MEM USAGE / LIMIT  MEM %       NET IO      BLOCK IO   PIDS\n"
	for name, c := range map[string]struct {
		text  string
		unit  float64
		limit float64
	}{
		"objects":             {"2026-11-23T00:28:00Z\n" + object("web", 100.5) + object("db", 50) + "2026-11-23T00:28:01Z\n" + object("web", 101.5) + ended, mib, 400 * mib},
		"without dates":       {object("web", 100.5) + object("db", 50) + object("web", 101.5) + ended, mib, 400 * mib},
		"podman's lists":      {"2026-11-23T00:28:00Z\n" + list("100.5MB", "50MB") + "2026-11-23T00:28:01Z\n" + list("101.5MB", "--"), 1e6, 419.4e6},
		"lists without dates": {list("100.5MB", "50MB") + list("101.5MB", "--"), 1e6, 419.4e6},
		"a list in a line":    {"2026-11-23T00:28:00Z\n" + `[{"id":"1","name":"web","mem_usage":"100.5MB / 419.4MB"},{"id":"2","name":"db","mem_usage":"50MB / 419.4MB"}]` + "\n2026-11-23T00:28:01Z\n" + `[{"id":"1","name":"web","mem_usage":"101.5MB / 419.4MB"}]` + "\n", 1e6, 419.4e6},
		"podman": {"2026-11-23T00:28:00Z\n" + podman + "3f4a1b2c3d4e  web         0.50%       100.5MB / 419.4MB  25.13%      1.2kB / 0B   0B / 0B   5\n3f4a1b2c3d4f  db          0.50%       50MB / 419.4MB  25.13%      1.2kB / 0B   0B / 0B   5\n" +
			"2026-11-23T00:28:01Z\n" + podman + "3f4a1b2c3d4e  web         0.50%       101.5MB / 419.4MB  25.13%      1.2kB / 0B   0B / 0B   5\n", 1e6, 419.4e6},
		"chosen columns":       {"2026-11-23T00:28:00Z\nweb 100.5MiB / 400MiB\ndb 50MiB / 400MiB\n2026-11-23T00:28:01Z\nweb 101.5MiB / 400MiB\n", mib, 400 * mib},
		"with a colon":         {"2026-11-23T00:28:00Z\nweb: 100.5MiB / 400MiB\ndb: 50MiB / 400MiB\n2026-11-23T00:28:01Z\nweb: 101.5MiB / 400MiB\n", mib, 400 * mib},
		"and a share of a CPU": {"2026-11-23T00:28:00Z\nweb\t0.50%\t100.5MiB / 400MiB\t25.13%\ndb\t0.50%\t50MiB / 400MiB\t12.50%\n2026-11-23T00:28:01Z\nweb\t0.50%\t101.5MiB / 400MiB\t25.38%\n", mib, 400 * mib},
	} {
		s := read(t, "stats.txt", c.text)
		web, db, limit := s.values(s.find(t, "MEM USAGE", "name", "web")), s.values(s.find(t, "MEM USAGE", "name", "db")), s.values(s.find(t, "LIMIT", "name", "web"))
		if !slices.Equal(web, []float64{100.5 * c.unit, 101.5 * c.unit}) || !slices.Equal(db, []float64{50 * c.unit}) || !slices.Equal(limit, []float64{c.limit, c.limit}) {
			t.Errorf("%s: web %v, db %v, limit %v", name, web, db, limit)
		}
		if s.times() != 2 || s.said("wrote no times") != strings.HasSuffix(name, "without dates") {
			t.Errorf("%s: %d times, %v", name, s.times(), s.problems)
		}
	}
}

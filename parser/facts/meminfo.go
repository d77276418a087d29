package facts

import (
	"bytes"
	"strconv"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// meminfo reads /proc/meminfo (fs/proc/meminfo.c, 2.6 to 7.x), whose kB are 1024 bytes:
//
//	MemTotal:       65675952 kB
//	HugePages_Total:       0
//	Hugepagesize:       2048 kB
var meminfo = listing{
	name: "meminfo", title: "/proc/meminfo",
	commands: []string{"cat /proc/meminfo"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("MemTotal:")) && bytes.HasSuffix(line, []byte("B"))
	},
	open: func(s *sheet) rows { return &meminfoRows{sheet: s, pages: -1, page: -1} },
}

var meminfoKeys = map[string]string{
	"MemTotal": record.FactHostRAM, "MemFree": record.FactHostFree, "MemAvailable": record.FactHostAvail,
	"SwapTotal": record.FactHostSwap, "SwapFree": record.FactHostSwapFree, "CommitLimit": record.FactHostCommit,
	"Shmem": record.FactHostShmem, "SUnreclaim": record.FactHostSlab,
}

type meminfoRows struct {
	*sheet
	pages, page int64 // of the default huge page pool, -1 when not told
}

func (r *meminfoRows) row(line []byte) {
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok {
		return
	}
	key, wanted := meminfoKeys[string(name)]
	huge := string(name) == "HugePages_Total" || string(name) == "Hugepagesize"
	if !wanted && !huge {
		return
	}
	n, ok := scan.KernelSize(bytes.TrimSpace(value))
	switch {
	case !ok:
		r.noSize("meminfo", value, "kB")
	case wanted:
		r.fact(r.host, key, strconv.FormatInt(n, 10))
	case string(name) == "Hugepagesize":
		r.page = n
		r.hugePages()
	default:
		r.pages = n
		r.hugePages()
	}
}

func (r *meminfoRows) end() {}

func (r *meminfoRows) hugePages() {
	if r.pages >= 0 && r.page > 0 && r.pages < 1<<40 {
		r.fact(r.host, record.FactHostHuge, strconv.FormatInt(r.pages*r.page, 10))
		r.pages, r.page = -1, -1
	}
}

package facts

import (
	"bytes"
	"strconv"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// numactl reads `numactl -H` (numactl 2.0); MB are 2^20 bytes:
//
//	available: 2 nodes (0-1)
//	node 0 size: 32091 MB
//	node 0 free: 412 MB
var numactl = listing{
	name: "numactl", title: "numactl -H: memory of NUMA nodes",
	commands: []string{"numactl"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("available: ")) && bytes.Contains(line, []byte(" nodes ("))
	},
	open: func(s *sheet) rows { return numaRows{s} },
}

type numaRows struct{ *sheet }

func (r numaRows) row(line []byte) {
	for what, key := range map[string]string{" size: ": record.FactNUMARAM, " free: ": record.FactNUMAFree} {
		node, value, ok := bytes.Cut(line, []byte(what))
		number, isNode := bytes.CutPrefix(node, []byte("node "))
		if !ok || !isNode || !isDigits(number) {
			continue
		}
		n, length := scan.Digits(value)
		if length == 0 || string(bytes.TrimSpace(value[length:])) != "MB" || n >= 1<<42 {
			r.noSize("numactl", value, "MB")
			continue
		}
		r.fact(string(node), key, strconv.FormatInt(n<<20, 10))
	}
}

func (r numaRows) end() {}

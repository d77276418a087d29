package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// machineMemory gives the memory that there is: of the machine, or of the container where that has less. 0 where
// neither tells.
func machineMemory() int64 {
	var total int64
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		rest, _ := strings.CutPrefix(string(data), "MemTotal:")
		if fields := strings.Fields(rest); len(fields) > 0 {
			kib, _ := strconv.ParseInt(fields[0], 10, 64)
			total = kib << 10
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && n > 0 && (total == 0 || n < total) {
			total = n
		}
	}
	return total
}

// parseMemory reads 4G, 512M, a number of bytes; "" is three quarters of the machine's or container's memory.
func parseMemory(s string) (int64, error) {
	if s == "" {
		return machineMemory() / 4 * 3, nil
	}
	n, unit := strings.TrimRight(strings.ToUpper(s), "IB"), int64(1)
	for i, u := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(n, u); ok {
			n, unit = rest, int64(1)<<(10*(i+1))
			break
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
	if err != nil || !(v > 0 && v*float64(unit) <= 1<<60) { // NaN is neither
		return 0, fmt.Errorf("--max-memory %s: want a size as 4G or 512M", s)
	}
	return int64(v * float64(unit)), nil
}

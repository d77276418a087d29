package scan

import (
	"bytes"
	"math"
)

// units maps a unit's spelling in lower case to its size in bytes. IEC (KiB) and the bare letters of Linux tools
// (K, M, G) are powers of 1024; SI spellings (kB, MB) are powers of 1000, save that the kernel's "kB" is 1024:
// use KernelSize there.
var units = map[string]float64{
	"": 1, "b": 1, "byte": 1, "bytes": 1,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50,
	"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40, "pi": 1 << 50,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40, "pib": 1 << 50,
	"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15,
}

// Size reads a number with a unit, "7.61 GiB", "512M", "1024", as bytes. quantum is the size of the last digit
// that was written: 7.61 GiB cannot show changes below 0.01 GiB.
func Size(b []byte) (size, quantum float64, ok bool) {
	b = bytes.TrimSpace(b)
	end := 0
	for end < len(b) && (b[end] >= '0' && b[end] <= '9' || b[end] == '.' || b[end] == '-') {
		end++
	}
	number, unit := b[:end], bytes.TrimSpace(b[end:])
	n, ok := Float(number)
	if !ok || len(unit) > 5 {
		return 0, 0, false
	}
	scale, ok := units[string(bytes.ToLower(unit))]
	if !ok {
		return 0, 0, false
	}
	quantum = scale
	if p := bytes.IndexByte(number, '.'); p >= 0 {
		quantum = scale / math.Pow10(len(number)-p-1)
	}
	return n * scale, quantum, true
}

// KernelSize reads the kernel's sizes: "18283204kB" with or without a space, where kB means 1024 bytes.
func KernelSize(b []byte) (int64, bool) {
	n, l := Digits(b)
	if l == 0 {
		return 0, false
	}
	switch unit := bytes.TrimLeft(b[l:], " "); {
	case len(unit) == 0:
		return n, true
	case unit[0] == 'k' || unit[0] == 'K':
		return scaled(n, 1<<10)
	case unit[0] == 'M' || unit[0] == 'm':
		return scaled(n, 1<<20)
	case unit[0] == 'G' || unit[0] == 'g':
		return scaled(n, 1<<30)
	}
	return 0, false
}

func scaled(n, by int64) (int64, bool) {
	if n > math.MaxInt64/by {
		return 0, false
	}
	return n * by, true
}

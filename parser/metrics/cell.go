package metrics

import (
	"bytes"
	"math"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// cellUnit is what stands behind a number in a formatted cell.
type cellUnit struct {
	scale float64
	unit  record.Unit
}

// cellUnits are the spellings of Grafana's value formats (packages/grafana-data/src/valueFormats): IEC for "bytes",
// SI for "decbytes", K/Mil/Bil for "short". A bare M or G is written by Linux tools and means the power of 1024.
var cellUnits = map[string]cellUnit{
	"B": {1, record.Bytes}, "bytes": {1, record.Bytes}, "byte": {1, record.Bytes},
	"KiB": {1 << 10, record.Bytes}, "MiB": {1 << 20, record.Bytes}, "GiB": {1 << 30, record.Bytes}, "TiB": {1 << 40, record.Bytes}, "PiB": {1 << 50, record.Bytes}, "EiB": {1 << 60, record.Bytes},
	"Ki": {1 << 10, record.Bytes}, "Mi": {1 << 20, record.Bytes}, "Gi": {1 << 30, record.Bytes}, "Ti": {1 << 40, record.Bytes},
	"M": {1 << 20, record.Bytes}, "G": {1 << 30, record.Bytes}, "T": {1 << 40, record.Bytes},
	"kB": {1e3, record.Bytes}, "KB": {1e3, record.Bytes}, "MB": {1e6, record.Bytes}, "GB": {1e9, record.Bytes}, "TB": {1e12, record.Bytes}, "PB": {1e15, record.Bytes},
	"K": {1e3, record.NoUnit}, "Mil": {1e6, record.NoUnit}, "Bil": {1e9, record.NoUnit}, "Tri": {1e12, record.NoUnit}, "Quadr": {1e15, record.NoUnit},
	"%": {0.01, record.Share}, "percent": {0.01, record.Share},
	"ns": {1e-9, record.Seconds}, "µs": {1e-6, record.Seconds}, "μs": {1e-6, record.Seconds}, "us": {1e-6, record.Seconds}, "ms": {1e-3, record.Seconds}, "s": {1, record.Seconds}, "sec": {1, record.Seconds}, "secs": {1, record.Seconds}, "second": {1, record.Seconds}, "seconds": {1, record.Seconds},
	"min": {60, record.Seconds}, "mins": {60, record.Seconds}, "minute": {60, record.Seconds}, "minutes": {60, record.Seconds},
	"hour": {3600, record.Seconds}, "hours": {3600, record.Seconds}, "day": {86400, record.Seconds}, "days": {86400, record.Seconds}, "week": {604800, record.Seconds}, "weeks": {604800, record.Seconds},
	"req/s": {1, record.PerSecond}, "reqs/s": {1, record.PerSecond}, "ops/s": {1, record.PerSecond}, "rps": {1, record.PerSecond}, "qps": {1, record.PerSecond}, "tps": {1, record.PerSecond},
	"reads/s": {1, record.PerSecond}, "writes/s": {1, record.PerSecond}, "io/s": {1, record.PerSecond}, "c/s": {1, record.PerSecond}, "p/s": {1, record.PerSecond}, "/s": {1, record.PerSecond}, "mps": {1, record.PerSecond}, "evt/s": {1, record.PerSecond},
	"req/m": {1.0 / 60, record.PerSecond}, "ops/m": {1.0 / 60, record.PerSecond}, "c/m": {1.0 / 60, record.PerSecond},
	"B/s": {1, record.ByteRate}, "KiB/s": {1 << 10, record.ByteRate}, "MiB/s": {1 << 20, record.ByteRate}, "GiB/s": {1 << 30, record.ByteRate},
	"kB/s": {1e3, record.ByteRate}, "MB/s": {1e6, record.ByteRate}, "GB/s": {1e9, record.ByteRate},
}

// lookUnit reads a unit, with Grafana's "K req/s" and "Mil ops/s" before a rate.
func lookUnit(b []byte) (cellUnit, bool) {
	u, ok := cellUnits[string(b)]
	if ok {
		return u, true
	}
	if i := bytes.IndexByte(b, ' '); i > 0 {
		first, ok1 := cellUnits[string(b[:i])]
		second, ok2 := cellUnits[string(trim(b[i:]))]
		if ok1 && ok2 && first.unit == record.NoUnit {
			return cellUnit{first.scale * second.scale, second.unit}, true
		}
	}
	return cellUnit{}, false
}

// isNothing tells the spellings of "no value".
func isNothing(b []byte) bool {
	switch len(b) {
	case 0:
		return true
	case 1:
		return b[0] == '-' || b[0] == '.' || b[0] == '?'
	}
	switch string(b) {
	case "null", "NULL", "NaN", "nan", "N/A", "n/a", "NA", "undefined", "<unknown>", "None", "nil", "--", "Inf", "+Inf", "-Inf", "∞":
		return true
	}
	return false
}

// numberStyle is how a column writes its numbers.
type numberStyle struct {
	group   byte // between thousands: ',' '.' or 0
	decimal byte // ',' or '.'
}

// readCell reads "7.61 GiB", "9,240,576", "1 234,5", "127 req/s". quantum is the value of the last written digit, 0
// for a plain whole number without a unit. known is false when a unit is written that is not known.
func readCell(b []byte, style numberStyle) (value, quantum float64, unit cellUnit, known bool) {
	if style.decimal == '.' && endsInDigit(b) {
		if v, ok := scan.Float(b); ok {
			return v, digitStep(b), cellUnit{1, record.NoUnit}, true
		}
	}
	var plain [40]byte
	n, i := 0, 0
	for ; i < len(b) && n < len(plain); i++ {
		c := b[i]
		switch {
		case c >= '0' && c <= '9' || c == '-' && i == 0:
			plain[n] = c
			n++
		case c == style.decimal && c != 0:
			plain[n] = '.'
			n++
		case c == style.group && c != 0, isGap(b[i:]) > 0 && i > 0 && scan.ThreeDigits(b[i+isGap(b[i:]):]):
			i += max(0, isGap(b[i:])-1)
		case (c == 'e' || c == 'E') && i+1 < len(b) && (b[i+1] == '+' || b[i+1] == '-' || b[i+1] >= '0' && b[i+1] <= '9') && n > 0:
			plain[n] = 'e'
			n++
			if b[i+1] == '+' || b[i+1] == '-' {
				i++
				if n < len(plain) {
					plain[n] = b[i]
					n++
				}
			}
		default:
			goto done
		}
	}
done:
	value, ok := scan.Float(plain[:n])
	if !ok {
		return 0, 0, unit, false
	}
	rest := trimGaps(b[i:])
	if len(rest) == 0 {
		return value, digitStep(plain[:n]), cellUnit{1, record.NoUnit}, true
	}
	unit, known = lookUnit(rest)
	quantum = digitStep(plain[:n])
	if quantum == 0 {
		quantum = 1
	}
	if unit.scale == 1 && unit.unit == record.Bytes {
		quantum = 0
	}
	return value * unit.scale, quantum * unit.scale, unit, known
}

// endsInDigit spares the attempt to read as a number what carries a unit.
func endsInDigit(b []byte) bool { return len(b) > 0 && b[len(b)-1]-'0' <= 9 }

// digitStep is the value of the last digit after the point; 0 for whole numbers and for the many digits of a float
// that was written in full.
func digitStep(b []byte) float64 {
	p := bytes.IndexByte(b, '.')
	if p < 0 || len(b)-p-1 > 6 || bytes.IndexByte(b, 'e') >= 0 {
		return 0
	}
	return 1 / math.Pow10(len(b)-p-1)
}

// isGap gives the length of a blank of any kind at the beginning: space, no-break space, narrow no-break space.
func isGap(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == ' ' || b[0] == '\'':
		return 1
	case len(b) > 1 && b[0] == 0xC2 && b[1] == 0xA0:
		return 2
	case len(b) > 2 && b[0] == 0xE2 && b[1] == 0x80 && (b[2] == 0xAF || b[2] == 0x89 || b[2] == 0x99):
		return 3
	}
	return 0
}

func trimGaps(b []byte) []byte {
	for isGap(b) > 0 {
		b = b[isGap(b):]
	}
	return trim(b)
}

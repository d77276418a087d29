package facts

import (
	"bytes"
	"slices"
)

// columns is the header of a table whose values stand below their headings and may hold single blanks, as kubectl and
// openstack print them.
type columns struct {
	names  []string
	starts []int
}

func columnsOf(header []byte) columns {
	var c columns
	for i := 0; i < len(header) && len(c.names) < 64; {
		if header[i] == ' ' || header[i] == '\t' {
			i++
			continue
		}
		end := bytes.Index(header[i:], []byte("  "))
		if end < 0 {
			end = len(header) - i
		}
		c.names = append(c.names, string(bytes.TrimSpace(header[i:i+end])))
		c.starts = append(c.starts, i)
		i += end
	}
	return c
}

// get gives the value in a row below the heading; ok is false when there is no such heading or the row ends before.
func (c columns) get(row []byte, name string) (value []byte, ok bool) {
	i := slices.Index(c.names, name)
	if i < 0 || c.starts[i] >= len(row) {
		return nil, false
	}
	end := len(row)
	if i+1 < len(c.starts) && c.starts[i+1] < end {
		end = c.starts[i+1]
	}
	return bytes.TrimSpace(row[c.starts[i]:end]), true
}

func (c columns) has(name string) bool { return slices.Contains(c.names, name) }

package metrics

import (
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// textColumns are the columns of an InfluxDB 1 answer that hold text: tags, where the query did not group by them. A
// column is one since its first text; numbers before are fields.
type textColumns struct {
	names []string
	is    []bool
	over  []bool // too many texts: no tag, but messages
	seen  []map[string]bool
	key   []byte
}

// maxTexts is how many different texts a tag may have.
const maxTexts = 2000

func (c *textColumns) begin(names []string) {
	c.names = names
	c.is, c.over, c.seen = make([]bool, len(names)), make([]bool, len(names)), make([]map[string]bool, len(names))
}

// row gives what tells the series of a row apart, empty when no cell from first up to last is text.
func (c *textColumns) row(cells [][]byte, first, last int) []byte {
	c.key = c.key[:0]
	for i := first; i < last; i++ {
		if !c.is[i] && !c.isText(cells[i]) || c.over[i] || len(cells[i]) == 0 {
			continue
		}
		c.is[i] = true
		if !c.seen[i][string(cells[i])] {
			if c.seen[i] == nil {
				c.seen[i] = map[string]bool{}
			}
			if len(c.seen[i]) >= maxTexts {
				c.over[i], c.seen[i] = true, nil
				continue
			}
			c.seen[i][string(cells[i])] = true
		}
		c.key = append(append(append(append(c.key, c.names[i]...), '='), cells[i]...), 0)
	}
	return c.key
}

// labels adds what a row says of whose it is to labels, once row has seen it.
func (c *textColumns) labels(labels []record.Attr, cells [][]byte, first, last int) []record.Attr {
	for i := first; i < last; i++ {
		if c.is[i] && !c.over[i] && len(cells[i]) > 0 {
			labels = append(labels, record.Attr{Key: c.names[i], Value: string(cells[i])})
		}
	}
	return labels
}

// isText tells a text from numbers, truth values and nothing.
func (c *textColumns) isText(cell []byte) bool {
	if _, ok := scan.Float(cell); ok || isNothing(cell) {
		return false
	}
	return string(cell) != "true" && string(cell) != "false"
}

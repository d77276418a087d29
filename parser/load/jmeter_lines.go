package load

import (
	"bytes"

	"oomortem/parser"
)

// The rows of a JTL are lines, but for those with line ends in a quoted message. Such a message may hold anything, a copy of
// another row too, and a quote that JMeter was killed in is never closed. JMeter doubles the quotes of what it quotes, and
// gives all rows of a file as many fields (CSVSaveService.java, quoteDelimiters, resultToDelimitedString): so a line that looks
// like a row is one, unless it lies in a quote whose own quotes are all doubled up to its end and which leaves its row with
// the right number of fields. The rows behind a torn one fail that at the next quoted field: its first quote is not doubled.

// maxOpen is after how many bytes a quote that is not closed was never meant as one: as many as a line may have. Assertions
// that put whole answers into their message make rows of hundreds of KiB.
const maxOpen = parser.MaxLine

// takeRow gives the row at the beginning of data, without its line end, and its length with it. A quote that is open at a
// line's end takes in the next lines when it is closed within maxOpen bytes, and when none of them looks like a row, or all
// is as JMeter writes it. Else the row is its first line, and in the first literal bytes of data no quote takes in lines:
// without that, a file full of open quotes would be searched over and over.
func (c *jtlColumns) takeRow(data []byte) (row []byte, n, literal int) {
	row, n = firstLine(data)
	if bytes.IndexByte(row, quote) < 0 || !quoteOpen(row, c.delim) {
		return row, n, 0
	}
	end, clean, rowLike := n, true, false
	for end < len(data) && end < maxOpen {
		line, next := firstLine(data[end:])
		goesOn, asWritten := quoteGoesOn(line, c.delim)
		clean, rowLike = clean && asWritten, rowLike || c.time == 0 && c.begins(line)
		if rowLike && !clean {
			break
		}
		if goesOn {
			end += next
			continue
		}
		whole := bytes.TrimRight(data[:end+next], "\r\n")
		if rowLike && len(allFields(whole, c.delim)) != c.count {
			break
		}
		return whole, end + next, 0
	}
	return row, n, end
}

// wholeRows gives the length of the rows that end in data, whose beginning is a row's.
func (c *jtlColumns) wholeRows(data []byte) int { return c.rowsTo(data, 0, len(data), false) }

// rowsTo goes from the beginning of a row on over whole rows, and gives the beginning of the last one that is not behind to.
// end says that nothing follows data: else a quote that is open at its end may be closed by what comes.
func (c *jtlColumns) rowsTo(data []byte, row, to int, end bool) int {
	if !end { // half a line says nothing of a quote
		data = data[:bytes.LastIndexByte(data, '\n')+1]
		to = min(to, len(data))
	}
	for literal := 0; row < to; {
		_, n := firstLine(data[row:])
		if row >= literal {
			var open int
			if _, n, open = c.takeRow(data[row:]); open > 0 {
				if row+open == len(data) && open < maxOpen && !end {
					break
				}
				literal = row + open
			}
		}
		if row+n > to {
			break
		}
		row += n
	}
	return row
}

// lastRow gives the offset of the last row that begins in data, whose beginning is a row's, of a layout whose rows begin with
// their time; where only the first does, that behind it, or 0 when it does not end in data.
func (c *jtlColumns) lastRow(data []byte) int {
	for end := bytes.LastIndexByte(data, '\n'); end >= 0; end = bytes.LastIndexByte(data[:end], '\n') {
		if line, _ := firstLine(data[end+1:]); c.begins(line) {
			if row := c.rowBefore(data, end+1, false); row > 0 {
				return row
			}
			return c.rowsTo(data, 0, len(data), false)
		}
	}
	return 0
}

// rowBefore gives the last beginning of a row that is not behind the line at the offset, which looks like a row: the line
// itself, unless it lies in a quote. Only as much is read as must be: where no quote is near, or from the last line on that
// cannot lie in one.
func (c *jtlColumns) rowBefore(data []byte, at int, end bool) int {
	near := max(0, at-maxOpen)
	if bytes.IndexByte(data[near:at], quote) < 0 {
		return at
	}
	sure := at
	for sure > 0 {
		sure = bytes.LastIndexByte(data[:sure-1], '\n') + 1
		if line, _ := firstLine(data[sure:]); bytes.IndexByte(line, quote) >= 0 && c.begins(line) {
			if _, clean := quoteGoesOn(line, c.delim); !clean {
				break
			}
		}
	}
	return c.rowsTo(data, sure, at, end)
}

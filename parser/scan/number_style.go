package scan

import "bytes"

// NumberVotes gathers from the cells of a table how it writes numbers: "1.234,5" or "1,234.5".
type NumberVotes struct {
	manyCommas, manyPoints       bool // two of them in one cell: they stand between thousands
	commaThenPoint, pointToComma bool // both in one cell
	comma, notThree              bool // a lone comma, and one before other than three digits: it is the decimal one
}

// See takes a cell.
func (v *NumberVotes) See(cell []byte) {
	commas, points := bytes.Count(cell, []byte{','}), bytes.Count(cell, []byte{'.'})
	c, p := bytes.LastIndexByte(cell, ','), bytes.LastIndexByte(cell, '.')
	v.manyCommas = v.manyCommas || commas > 1
	v.manyPoints = v.manyPoints || points > 1
	if commas > 0 && points > 0 {
		v.commaThenPoint, v.pointToComma = v.commaThenPoint || c < p, v.pointToComma || c > p
	}
	if commas == 1 && points == 0 {
		v.comma, v.notThree = true, v.notThree || !ThreeDigits(cell[c+1:])
	}
}

// Style decides what stands between thousands, 0 when nothing does, and before the fraction. A lone comma before three
// digits in each cell is between thousands, unless the file separates its columns by something else than commas because
// the decimal one is a comma.
func (v *NumberVotes) Style(delimiter byte) (group, decimal byte) {
	switch {
	case v.manyPoints || v.pointToComma:
		return '.', ','
	case v.manyCommas || v.commaThenPoint:
		return ',', '.'
	case v.notThree || v.comma && delimiter != ',':
		return 0, ','
	case v.comma:
		return ',', '.'
	}
	return 0, '.'
}

// ThreeDigits tells that b begins with three digits and no fourth one, as it does behind a mark between thousands.
func ThreeDigits(b []byte) bool {
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	return digits == 3
}

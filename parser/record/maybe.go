package record

import "strconv"

// Maybe is a whole number that the text may not have told. The zero value is "not told", so that forgetting
// to fill a field can never turn into a 0 in a report.
type Maybe struct {
	n     int64
	known bool
}

// Known gives a told number.
func Known(n int64) Maybe { return Maybe{n, true} }

// Get gives the number and whether it was told.
func (m Maybe) Get() (int64, bool) { return m.n, m.known }

// Known tells whether the number was told.
func (m Maybe) Known() bool { return m.known }

// IsZero tells that the number was not told; with it the JSON option omitzero leaves the field out.
func (m Maybe) IsZero() bool { return !m.known }

// Or gives the number, or d when it was not told.
func (m Maybe) Or(d int64) int64 {
	if m.known {
		return m.n
	}
	return d
}

// Plus adds two numbers; the sum is told when at least one of them is.
func (m Maybe) Plus(o Maybe) Maybe {
	switch {
	case !m.known:
		return o
	case !o.known:
		return m
	}
	return Known(m.n + o.n)
}

// String gives the digits, or "?".
func (m Maybe) String() string {
	if !m.known {
		return "?"
	}
	return strconv.FormatInt(m.n, 10)
}

// MarshalJSON gives the number, or null.
func (m Maybe) MarshalJSON() ([]byte, error) {
	if !m.known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, m.n, 10), nil
}

// UnmarshalJSON reads a number or null.
func (m *Maybe) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = Maybe{}
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		return err
	}
	*m = Known(n)
	return nil
}

package scan

import "testing"

// TestEpochNumber: the unit is told by the size, and what lies outside 1990 to 2100 is no time, however its
// nanoseconds would wrap.
func TestEpochNumber(t *testing.T) {
	for n, sec := range map[int64]int64{
		1795393700: 1795393700, 1795393700123: 1795393700, 1795393700123456: 1795393700, 1795393700123456789: 1795393700,
		631152000: 631152000, 4102444800: 4102444800,
		631151999: 0, 4102444801: 0, 99999999999: 0, 20261123002800: 0, 20261123002800123: 0, 99999999999999: 0, 1<<63 - 1: 0, -1: 0, -1 << 63: 0,
	} {
		st, ok := EpochNumber(n)
		if ok != (sec != 0) || ok && st.Wall.Unix() != sec {
			t.Errorf("%d: %v %v, want %d", n, st, ok, sec)
		}
	}
}

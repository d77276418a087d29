package messages

import "testing"

// Masks whose names the kernel itself printed (4.6 and later), or which include/linux/gfp.h of the version defines.
func TestDecodeGFP(t *testing.T) {
	for _, c := range []struct {
		mask    uint64
		version int
		oldAdj  bool
		want    string
	}{
		{0x140dca, 6001, false, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO|__GFP_COMP"},
		{0x100cca, 0, false, "GFP_HIGHUSER_MOVABLE"},
		{0x101cc0, 5007, false, "GFP_USER|__GFP_WRITE"},
		{0xcc0, 0, false, "GFP_KERNEL"},
		{0x400cc0, 5015, false, "GFP_KERNEL_ACCOUNT"},
		{0x408d40, 6007, false, "GFP_NOFS|__GFP_ZERO|__GFP_NOFAIL|__GFP_ACCOUNT"},
		{0x6200ca, 0, false, "GFP_HIGHUSER_MOVABLE"},
		{0x600040, 4018, false, "GFP_NOFS"},
		{0x6202c2, 4020, false, "GFP_HIGHUSER|__GFP_NOWARN"},
		{0x24000c0, 0, false, "GFP_KERNEL"},
		{0x24201ca, 4006, false, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
		{0x14280ca, 0, false, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
		{0x201da, 3010, false, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
		{0x280da, 0, false, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
		{0xd0, 0, false, "GFP_KERNEL"},
		{0x1201d2, 0, true, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
		{0x201d2, 0, true, "GFP_HIGHUSER|__GFP_COLD"},
		{0x1d2, 0, true, "GFP_HIGHUSER|__GFP_COLD"},
		{0, 5015, false, ""},
	} {
		if got := decodeGFP(c.mask, eraOf(c.version, c.mask, c.oldAdj)); got != c.want {
			t.Errorf("%#x of kernel %d: %s, want %s", c.mask, c.version, got, c.want)
		}
	}
}

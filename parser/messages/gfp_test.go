package messages

import (
	"testing"

	"oomortem/parser/record"
)

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
		{0x201da, 0, true, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
		{0, 5015, false, ""},
	} {
		if got := decodeGFP(c.mask, eraOf(c.version, c.mask, c.oldAdj)); got != c.want {
			t.Errorf("%#x of kernel %d: %s, want %s", c.mask, c.version, got, c.want)
		}
	}
}

// TestGFPOfHeaders: include/linux/gfp.h of the kernels that print such a header (dump_header() of mm/oom_kill.c).
func TestGFPOfHeaders(t *testing.T) {
	for header, want := range map[string]string{
		"oom-killer: gfp_mask=0x1d2":                                                   "0x1d2 (GFP_HIGHUSER|__GFP_COLD)",             // 2.6.9
		"oom-killer: gfp_mask=0x201d2, order=0":                                        "0x201d2 (GFP_HIGHUSER|__GFP_COLD)",           // 2.6.14
		"sh invoked oom-killer: gfp_mask=0x201d2, order=0, oomkilladj=0":               "0x201d2 (GFP_HIGHUSER|__GFP_COLD)",           // 2.6.18
		"sh invoked oom-killer: gfp_mask=0x1201d2, order=0, oomkilladj=0":              "0x1201d2 (GFP_HIGHUSER_MOVABLE|__GFP_COLD)",  // 2.6.24
		"sh invoked oom-killer: gfp_mask=0x201da, order=0, oomkilladj=0":               "0x201da (GFP_HIGHUSER_MOVABLE|__GFP_COLD)",   // 2.6.30
		"sh invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0":                  "0x280da (GFP_HIGHUSER_MOVABLE|__GFP_ZERO)",   // 2.6.34
		"sh invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0": "0x280da (GFP_HIGHUSER_MOVABLE|__GFP_ZERO)",   // 2.6.36
		"sh invoked oom-killer: gfp_mask=0x24201ca, order=0, oom_score_adj=0":          "0x24201ca (GFP_HIGHUSER_MOVABLE|__GFP_COLD)", // 4.4
	} {
		if got := tell(header, elKill).of(record.OOMKill)[0].OOM.Trigger.GFP; got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

package record

import "testing"

// The numbers are those of a Red Hat 7 host, 3.10.0-514: 5157063 resident pages, 15483 page tables, 1527848 in
// swap; 8379834-192987 usable pages of RAM and 2097151 of swap; the kernel printed 651.
func TestScoreAndInferTotal(t *testing.T) {
	const page = 4096
	points, total := int64(5157063+15483+1527848)*page, int64(8379834-192987+2097151)*page
	if got, ok := Score(points/page, total/page, 0); !ok || got != 651 {
		t.Fatalf("score %d %v, want 651", got, ok)
	}
	got, slack, ok := InferTotal(651, 0, points)
	if !ok || got-slack > total || total > got+slack || slack > total/1000 {
		t.Errorf("total %d ± %d %v, want %d", got, slack, ok, total)
	}
	if got, _, _ := InferTotal(651+300, 300, points); got-slack > total || total > got+slack {
		t.Errorf("with an adjustment of 300 the total is %d", got)
	}
}

// A container of 10240 pages: 994 thousandths of it are 994*(10240/1000) = 9940 pages, not 10178.
func TestScoreRoundsTheAdjustment(t *testing.T) {
	if got, ok := Score(300, 10240, 994); !ok || got != (300+9940)*1000/10240 {
		t.Errorf("score %d %v", got, ok)
	}
}

func TestInferTotalRefuses(t *testing.T) {
	for _, c := range [][3]int64{{0, 0, 1}, {300, 300, 1 << 20}, {100, 0, 0}, {100, 0, 1 << 60}} {
		if total, _, ok := InferTotal(c[0], c[1], c[2]); ok {
			t.Errorf("%v: total %d", c, total)
		}
	}
	if _, ok := Score(1, 0, 0); ok {
		t.Error("a score against nothing")
	}
}

package main

import (
	"runtime/debug"
	"testing"
)

// TestCollectAsUsual: a batch's worker and the merging of its parts have rules of their own, which the end of the late start
// must leave alone.
func TestCollectAsUsual(t *testing.T) {
	before := debug.SetGCPercent(late)
	defer debug.SetGCPercent(before)
	for set, want := range map[int]int{late: usual, 400: 400, 30: 30} {
		debug.SetGCPercent(set)
		collectAsUsual()
		if got := debug.SetGCPercent(set); got != want {
			t.Errorf("after %d: %d, want %d", set, got, want)
		}
	}
}

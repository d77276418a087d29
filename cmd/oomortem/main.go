// Command oomortem reads what a failed load run left behind and prints its root cause.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	collectLater()
	os.Exit(run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}

// firstHeap is the heap, in MiB, at which garbage is collected for the first time. Most logs are read with less, and one
// collection costs them a fifth of their time.
const firstHeap = 32

// collectLater puts off the first garbage collection; after it the usual rule holds, or from the start if GOGC is set.
func collectLater() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const usual, leastHeap = 100, 4 // percent, and MiB at that
	debug.SetGCPercent(firstHeap / leastHeap * usual)
	collected := new([16]byte)
	runtime.AddCleanup(collected, func(percent int) { debug.SetGCPercent(percent) }, usual)
}

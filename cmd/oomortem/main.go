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

// Garbage is collected for the first time when the heap has come to 32 MiB, late per cent of the least one of 4 MiB. Most
// logs are read with less, and one collection costs them a fifth of their time.
const (
	late  = 800
	usual = 100
)

// collectLater puts off the first garbage collection; after it the usual rule holds, or from the start if GOGC is set.
func collectLater() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(late)
	runtime.AddCleanup(new([16]byte), func(int) { collectAsUsual() }, 0)
}

// collectAsUsual goes back to the usual rule, unless somebody has set one of his own since.
func collectAsUsual() {
	if now := debug.SetGCPercent(usual); now != late {
		debug.SetGCPercent(now)
	}
}

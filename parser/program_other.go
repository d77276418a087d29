//go:build !linux

package parser

import "os"

// widen lets a pipe hold more, where the system allows it.
func widen(*os.File) {}

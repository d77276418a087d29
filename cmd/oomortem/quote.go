package main

import (
	"strings"
	"unicode"
)

// printable takes out what a file name or a log line could do to a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// quoted names the paths in an error.
func quoted(paths []string) string {
	const few = 3
	if len(paths) > few {
		return printable(strings.Join(paths[:few], ", ")) + " ..."
	}
	return printable(strings.Join(paths, ", "))
}

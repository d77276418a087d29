// Command oomortem reads what a failed load run left behind and prints its root cause.
package main

import "os"

func main() {
	os.Exit(run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}

// Package scan holds the scanners that several readers share, each file named by what it reads. They work on
// bytes, allocate nothing for what they read, and say plainly when the text is not what they expect.
package scan

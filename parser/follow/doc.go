// Package follow gives the bytes of a log that grows: of a file through all its rotations, or of a stream.
//
//	File ─► Generation (an io.Reader) ─► Generation ─► ...
//
// A log under one path lives several lives. Each begins with a new file, or with the old one cut to nothing, and ends some
// time after the next one began: a daemon goes on writing to the file that was renamed until it is told to open a new one.
// So each life is read by itself to its very end, and several may be read at a time.
package follow

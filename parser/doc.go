// Package parser opens what a run left behind, recognizes each input by its content and reads it into records.
//
//	Walk ─► Detect ─► Format.Parse(*Lines, record.Sink)
//
// A Format is a value that lives in the folder of its kind (logs, load, metrics, facts); the command joins the
// lists. Only this package knows about goroutines, compression and encodings; formats see lines.
package parser

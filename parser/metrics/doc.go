// Package metrics reads curves: what monitoring systems, exporters and sampling tools wrote about memory and load over
// time. One file for each source; the meaning of the names that they use is in names.go, that of free column headings
// in heading.go.
//
//	lines ─► a row's time ─► a series with its meaning ─► record.Sample
//
// A value that the source gives as "nothing" (an empty cell, null, NaN, <unknown>) is no sample.
package metrics

// Package correlate turns what was seen into what is concluded:
//
//	records ─► one clock ─► changes ─► attribution ─► findings ─► verdict
//
// A Session is a record.Sink; when all inputs are read it is asked for its Report. The same records give the same
// report, in whatever order the inputs came.
package correlate

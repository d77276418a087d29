// Package load reads what load tools leave behind: one file for each tool.
//
// Tools that write a row for each request are folded into a record.Load as they are read: requests by the second
// of their completion, the distribution of latencies, requests in flight. Tools that report by intervals give
// record.Samples: rates, stamped with the end of the interval they cover, whatever end of it the tool writes; of a
// table nobody knows which end it is.
package load

import (
	"slices"

	"oomortem/parser"
)

// Options is what the user may ask of the load readers.
type Options struct {
	ByLabel bool // give a Load for every request name beside the total
	// Columns names columns of tables that no rule recognizes: "tps" -> "Durchsatz". Keys are tps, requests,
	// errors, latency, users, time.
	Columns map[string]string
}

// Table is the name of the format whose columns Options.Columns names.
const Table = "load-table"

// Formats gives the load tools' formats, in the order in which they are tried.
func Formats() []parser.Format { return FormatsWith(Options{}) }

// FormatsWith gives the formats with the user's wishes.
func FormatsWith(o Options) []parser.Format {
	return slices.Concat([]parser.Format{
		jmeterCSV(o),
		jmeterXML(o),
		jmeterLog(),
		k6CSV(o),
		k6JSON(o),
		gatlingText(o),
		gatlingBinary(o),
		hey(o),
		ab(o),
		molotov(o),
		tsungDump(o),
		tsung(),
		locust(o),
		locustStats(),
		k6Console(),
		k6Log(),
		pgbench(),
		sysbench(),
		ycsb(),
		hdrLog(),
		artillery(),
		dashboardGraphs(),
		totalsJSON(),
		totalsText(),
	}, vegetaFormats(o), siegeFormats(o), pgbenchLogs(o), taurusFormats(), []parser.Format{
		genericCSV(o),
	})
}

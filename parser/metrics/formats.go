package metrics

import "oomortem/parser"

// Formats gives every curve source that is read, the ones with the plainest marks first.
func Formats() []parser.Format {
	return []parser.Format{
		prometheusJSON, exposition,
		vmstatText, freeText, pidstatText, topSeries,
		sadfD, sadfJ, sadfX, sadfP, sarText, sarBinary,
		grafanaCSV, metricsCSV,
	}
}

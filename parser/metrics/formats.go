package metrics

import "oomortem/parser"

// Formats gives every curve source that is read, the ones with the plainest marks first.
func Formats() []parser.Format {
	return []parser.Format{
		prometheusJSON, exposition, promtoolQuery,
		vmstatText, freeText, pidstatText, psLoop, topSeries,
		dstatCSV, collectlText, nmonText, atopText, atopScreen, atopBinary, virtTopCSV,
		domstatsText, dockerStats, kubectlTop, crictlStats, crictlJSON, shellLoop, zabbixNDJSON,
		influx2CSV, influx1JSON, influx1CSV, influx1Columns, lineProtocol, telegrafJSON,
		sadfD, sadfJ, sadfX, sadfP, sadfR, sarText, sarBinary,
		graphiteJSON, graphiteRaw, graphiteCSV, openTSDB, cloudWatch, azureMonitor, gcpMonitoring, datadogJSON, netdataJSON, netdataCSV,
		rrdFetch, rrdXport,
		grafanaJSON, grafanaCSV, metricsCSV,
		seriesJSON, jsonRows, valueTable,
	}
}

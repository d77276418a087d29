package metrics

import (
	"strings"
	"testing"

	"oomortem/parser"
)

// fuzz feeds a reader its own fixtures, changed: it must not break off, and every sample has a series and a value.
func fuzz(f *testing.F, format parser.Format) {
	eachFixture(f, func(owner, path string, data []byte) {
		if owner == format.Name {
			f.Add(data[:min(len(data), 4000)])
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		format.Sniff(parser.Head{Name: "x", Data: data, Whole: true, Magic: data[:min(len(data), 16)]})
		s := readAs(format, "fuzzed", data)
		for _, p := range s.problems {
			if strings.Contains(p.Msg, "a defect of oomortem") {
				t.Fatal(p.Msg)
			}
		}
		for _, x := range s.samples {
			if x.Series == nil || x.Value-x.Value != 0 || x.Line < 1 || x.At.IsZero() {
				t.Fatalf("sample %+v", x)
			}
		}
	})
}

func FuzzPrometheusJSON(f *testing.F) { fuzz(f, prometheusJSON) }
func FuzzExposition(f *testing.F)     { fuzz(f, exposition) }
func FuzzGrafana(f *testing.F)        { fuzz(f, grafanaCSV) }
func FuzzMetricsCSV(f *testing.F)     { fuzz(f, metricsCSV) }
func FuzzSar(f *testing.F)            { fuzz(f, sarText) }
func FuzzSadfD(f *testing.F)          { fuzz(f, sadfD) }
func FuzzSadfP(f *testing.F)          { fuzz(f, sadfP) }
func FuzzSadfR(f *testing.F)          { fuzz(f, sadfR) }
func FuzzSadfJ(f *testing.F)          { fuzz(f, sadfJ) }
func FuzzSadfX(f *testing.F)          { fuzz(f, sadfX) }
func FuzzSysstatBinary(f *testing.F)  { fuzz(f, sarBinary) }
func FuzzPidstat(f *testing.F)        { fuzz(f, pidstatText) }
func FuzzVmstat(f *testing.F)         { fuzz(f, vmstatText) }
func FuzzFree(f *testing.F)           { fuzz(f, freeText) }
func FuzzTop(f *testing.F)            { fuzz(f, topSeries) }
func FuzzDstat(f *testing.F)          { fuzz(f, dstatCSV) }
func FuzzCollectl(f *testing.F)       { fuzz(f, collectlText) }
func FuzzNmon(f *testing.F)           { fuzz(f, nmonText) }
func FuzzAtop(f *testing.F)           { fuzz(f, atopText) }
func FuzzAtopScreen(f *testing.F)     { fuzz(f, atopScreen) }
func FuzzVirtTop(f *testing.F)        { fuzz(f, virtTopCSV) }
func FuzzDomstats(f *testing.F)       { fuzz(f, domstatsText) }
func FuzzDockerStats(f *testing.F)    { fuzz(f, dockerStats) }
func FuzzKubectlTop(f *testing.F)     { fuzz(f, kubectlTop) }
func FuzzCrictlStats(f *testing.F)    { fuzz(f, crictlStats) }
func FuzzCrictlJSON(f *testing.F)     { fuzz(f, crictlJSON) }
func FuzzShellLoop(f *testing.F)      { fuzz(f, shellLoop) }
func FuzzZabbix(f *testing.F)         { fuzz(f, zabbixNDJSON) }
func FuzzInflux1CSV(f *testing.F)     { fuzz(f, influx1CSV) }
func FuzzInflux1JSON(f *testing.F)    { fuzz(f, influx1JSON) }
func FuzzInflux2CSV(f *testing.F)     { fuzz(f, influx2CSV) }
func FuzzLineProtocol(f *testing.F)   { fuzz(f, lineProtocol) }
func FuzzGrafanaJSON(f *testing.F)    { fuzz(f, grafanaJSON) }
func FuzzJSONRows(f *testing.F)       { fuzz(f, jsonRows) }
func FuzzPSLoop(f *testing.F)         { fuzz(f, psLoop) }
func FuzzGraphiteJSON(f *testing.F)   { fuzz(f, graphiteJSON) }
func FuzzGraphiteRaw(f *testing.F)    { fuzz(f, graphiteRaw) }
func FuzzGraphiteCSV(f *testing.F)    { fuzz(f, graphiteCSV) }
func FuzzOpenTSDB(f *testing.F)       { fuzz(f, openTSDB) }
func FuzzCloudWatch(f *testing.F)     { fuzz(f, cloudWatch) }
func FuzzAzureMonitor(f *testing.F)   { fuzz(f, azureMonitor) }
func FuzzGCPMonitoring(f *testing.F)  { fuzz(f, gcpMonitoring) }
func FuzzDatadog(f *testing.F)        { fuzz(f, datadogJSON) }
func FuzzNetdata(f *testing.F)        { fuzz(f, netdataJSON) }
func FuzzRRDFetch(f *testing.F)       { fuzz(f, rrdFetch) }
func FuzzRRDXport(f *testing.F)       { fuzz(f, rrdXport) }
func FuzzInflux1Columns(f *testing.F) { fuzz(f, influx1Columns) }
func FuzzTelegrafJSON(f *testing.F)   { fuzz(f, telegrafJSON) }
func FuzzPromtoolQuery(f *testing.F)  { fuzz(f, promtoolQuery) }
func FuzzNetdataCSV(f *testing.F)     { fuzz(f, netdataCSV) }

package metrics

import (
	"fmt"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// What exporters write as a status: RFC 9110's codes, HAProxy's and Envoy's classes, Istio's 0 for a client that hung up, and
// gRPC's codes (doc/statuscodes.md) as Go and Java spell them. 4xx is a failure, as it is in the files of load tools.
func TestOutcomes(t *testing.T) {
	const good, bad, open = record.Throughput, record.Errors, record.Requests
	for status, want := range map[string]record.Quantity{
		"200": good, "204": good, "302": good, "101": good, "2xx": good, "3xx": good, "2": good, "1XX": good,
		"404": bad, "429": bad, "500": bad, "503": bad, "5xx": bad, "4": bad, "0": bad, "other": bad,
		"OK": good, "Unavailable": bad, "DEADLINE_EXCEEDED": bad, "ResourceExhausted": bad, "CANCELLED": bad, "Canceled": bad,
		"": open, "total": open, "20": open, "999": open, "2000": open, "SUCCESS": open, "7": open, "2x": open,
	} {
		if q := outcomeOf(status); q != want {
			t.Errorf("%q: %s, want %s", status, q, want)
		}
	}
}

// A counter's label tells which requests succeeded; without a status they stay requests. A rate has lost its name, and the
// file's tells what it is.
func TestRequestsByStatus(t *testing.T) {
	const answer = `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{%s},"values":[[1795393515,"10"],[1795393530,"30"]]}]}}`
	for _, c := range []struct {
		file, metric string
		want         record.Quantity
		counter      bool
	}{
		{"a.json", `"__name__":"http_requests_total","code":"200","job":"shop"`, record.Throughput, true},
		{"a.json", `"__name__":"http_requests_total","status":"503","job":"shop"`, record.Errors, true},
		{"a.json", `"__name__":"istio_requests_total","response_code":"201","reporter":"source"`, record.Throughput, true},
		{"a.json", `"__name__":"haproxy_frontend_http_responses_total","code":"4xx","proxy":"web"`, record.Errors, true},
		{"a.json", `"__name__":"nginx_ingress_controller_requests","status":"200","ingress":"shop"`, record.Throughput, true},
		{"a.json", `"__name__":"http_server_requests_seconds_count","status":"200","outcome":"SUCCESS","uri":"/x"`, record.Throughput, true},
		{"a.json", `"__name__":"nginx_http_requests_total","instance":"web-1:9113"`, record.Requests, true},
		{"a.json", `"__name__":"prometheus_http_requests_total","code":"200","handler":"/metrics"`, "", true}, // Prometheus' own
		{"a.json", `"__name__":"envoy_cluster_upstream_rq_xx","envoy_response_code_class":"2","envoy_cluster_name":"shop"`, record.Throughput, true},
		{"a.json", `"__name__":"envoy_http_downstream_rq_xx","envoy_response_code_class":"5","envoy_http_conn_manager_prefix":"ingress_http"`, record.Errors, true},
		{"a.json", `"__name__":"envoy_cluster_upstream_rq_total","envoy_cluster_name":"shop"`, record.Requests, true},
		{"a.json", `"__name__":"envoy_cluster_upstream_rq_retry","envoy_cluster_name":"shop"`, "", false},
		{"a.json", `"__name__":"grpc_server_handled_total","grpc_code":"OK","grpc_method":"Buy","grpc_service":"shop.v1.Cart","grpc_type":"unary"`, record.Throughput, true},
		{"a.json", `"__name__":"grpc_server_handled_total","grpc_code":"Unavailable","grpc_service":"shop.v1.Cart"`, record.Errors, true},
		{"a.json", `"__name__":"grpc_server_handled_total","code":"UNAVAILABLE","grpc_service":"shop.v1.Cart"`, record.Errors, true}, // java-grpc-prometheus
		{"a.json", `"__name__":"grpc_server_handled_total","grpc_code":"OK","grpc_method":"Range","grpc_service":"etcdserverpb.KV"`, "", true},
		{"a.json", `"__name__":"grpc_server_handled_total","grpc_code":"OK","grpc_service":"runtime.v1.RuntimeService"`, "", true},
		{"a.json", `"__name__":"grpc_server_handled_total","grpc_code":"OK","grpc_service":"grpc.health.v1.Health"`, "", true},
		{"a.json", `"__name__":"grpc_server_msg_received_total","grpc_service":"shop.v1.Cart"`, "", true}, // messages, of streams many a call
		{"a.json", `"__name__":"rpc_server_duration_milliseconds_count","rpc_grpc_status_code":"0","rpc_service":"shop.v1.Cart"`, record.Throughput, true},
		{"a.json", `"__name__":"rpc_server_duration_milliseconds_count","rpc_grpc_status_code":"14","rpc_service":"shop.v1.Cart"`, record.Errors, true},
		{"a.json", `"__name__":"http_server_duration_milliseconds_count","http_status_code":"200"`, record.Throughput, true},
		{"a.json", `"__name__":"istio_requests_total","response_code":"200","grpc_response_status":"14","request_protocol":"grpc"`, record.Errors, true},
		{"a.json", `"__name__":"istio_requests_total","response_code":"200","grpc_response_status":"0","request_protocol":"grpc"`, record.Throughput, true},
		{"a.json", `"__name__":"istio_requests_total","response_code":"200","grpc_response_status":"","request_protocol":"http"`, record.Throughput, true},
		{"a.json", `"__name__":"traefik_service_requests_total","code":"502","service":"shop@docker"`, record.Errors, true},
		{"a.json", `"code":"200"`, "", false}, // it may as well be a latency by code: see TestRatesByStatus
		{"requests.json", `"code":"200"`, record.Throughput, false},
		{"requests.json", `"code":"502"`, record.Errors, false},
		{"requests.json", `"job":"shop"`, record.Requests, false},
	} {
		s := read(t, c.file, fmt.Sprintf(answer, c.metric))
		if len(s.series) != 1 || s.series[0].Quantity != c.want || s.series[0].Counter != c.counter {
			t.Errorf("%s {%s}: %+v, want %q", c.file, c.metric, s.series, c.want)
		}
	}
}

// sum by (code) (rate(http_requests_total[1m])) has no name. Its values tell it from what else is asked for by status: it is
// 0 when nothing of the kind was answered, where a mean or a percentile is NaN; it falls, as no counter does; it does not
// always add up to one. In each case the first list is 200's, the second 503's.
func TestRatesByStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		values [2][]string
		rates  bool
	}{
		{"an outage", [2][]string{{"100", "101", "0", "0"}, {"0", "0", "40", "41"}}, true},
		{"no failure before the outage, and no series of it", [2][]string{{"100", "101", "0", "99"}, {}}, true},
		{"a steady hundred and nothing else", [2][]string{{"100", "100", "0", "100"}, {}}, true},
		{"latencies", [2][]string{{"0.2", "0.3", "NaN", "0.2"}, {"NaN", "NaN", "0.01", "0.01"}}, false},
		{"latencies in ms", [2][]string{{"200", "300", "NaN", "200"}, {"NaN", "NaN", "10", "10"}}, false},
		{"counters", [2][]string{{"0", "100", "200", "300"}, {"0", "0", "0", "4"}}, false},
		{"shares", [2][]string{{"1", "1", "0", "0.5"}, {"0", "0", "1", "0.5"}}, false},
		{"per cent", [2][]string{{"100", "100", "0", "50"}, {"0", "0", "100", "50"}}, false},
		{"bytes per second", [2][]string{{"4000000", "4000000", "0", "0"}, {"0", "0", "900", "900"}}, false},
	} {
		answer, csv, long, tool := "", "Time,200,503\n", "Series;Time;Value\n", ""
		for i, code := range []string{"200", "503"} {
			points := ""
			tool += fmt.Sprintf("{code=\"%s\"} =>\n", code)
			for k, v := range c.values[i] {
				tool += fmt.Sprintf("%s @[%d]\n", v, 1795393515+15*k)
				long += fmt.Sprintf("%s;%d;%s\n", code, 1795393515000+15000*k, v)
				points += fmt.Sprintf(`,[%d,"%s"]`, 1795393515+15*k, v)
			}
			answer += fmt.Sprintf(`,{"metric":{"code":"%s"},"values":[%s]}`, code, strings.TrimPrefix(points, ","))
		}
		for k, v := range c.values[0] {
			cell := ""
			if len(c.values[1]) > 0 {
				cell = c.values[1][k]
			}
			csv += fmt.Sprintf("%d,%s,%s\n", 1795393515000+15000*k, v, cell)
		}
		for file, s := range map[string]*seen{
			"an answer": read(t, "a.json", `{"status":"success","data":{"resultType":"matrix","result":[`+answer[1:]+`]}}`), "Grafana": read(t, "a.csv", csv),
			"Grafana 4": read(t, "a.csv", long), "promtool": read(t, "a.txt", tool),
		} {
			want := map[bool]map[string]record.Quantity{true: {"200": record.Throughput, "503": record.Errors}}[c.rates]
			n := 0
			for _, x := range s.series {
				status := x.Name
				if len(x.Labels) > 0 {
					status = x.Labels[0].Value
				}
				if n += len(s.values(x)); x.Quantity != want[status] {
					t.Errorf("%s, %s: %s is %q, want %q", c.name, file, status, x.Quantity, want[status])
				}
			}
			if finite := 8 - strings.Count(answer, "NaN") - 4 + len(c.values[1]); n != finite {
				t.Errorf("%s, %s: %d values, want %d", c.name, file, n, finite)
			}
		}
	}
}

// A unit in the cells says so outright, and what is no status or has another unit is left alone.
func TestRatesByStatusInFormattedCells(t *testing.T) {
	for text, want := range map[string]record.Quantity{
		"Time,2xx,5xx\n2026-11-23 00:28:35,100 req/s,1 req/s\n2026-11-23 00:28:50,90 req/s,1 req/s\n":   record.Throughput,
		"Time,2xx,5xx\n2026-11-23 00:28:35,100 ms,1 ms\n2026-11-23 00:28:50,0 ms,1 ms\n":                "",
		"Time,2xx,queue\n2026-11-23 00:28:35,100,1\n2026-11-23 00:28:50,0,1\n":                          "",
		"Time,200,600\n2026-11-23 00:28:35,100,1\n2026-11-23 00:28:50,0,1\n":                            "",
		"Time,\"{code=\"\"200\"\"}\",\"{code=\"\"500\"\"}\"\n1795393715000,100,0\n1795393730000,40,0\n": record.Throughput,
	} {
		s := read(t, "a.csv", text)
		if len(s.series) == 0 || s.series[0].Quantity != want {
			t.Errorf("%q: %+v, want %q", text, s.series, want)
		}
	}
	s := read(t, "HTTP requests by status-data.csv", "Time,200,503\n1795393715000,100,1\n1795393730000,90,1\n")
	if a, b := s.find(t, "200"), s.find(t, "503"); a.Quantity != record.Throughput || b.Quantity != record.Errors {
		t.Errorf("the panel's name: %+v %+v", a, b)
	}
}

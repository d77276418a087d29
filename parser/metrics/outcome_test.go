package metrics

import (
	"fmt"
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
		{"a.json", `"code":"200"`, "", false}, // it may as well be a latency by code
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

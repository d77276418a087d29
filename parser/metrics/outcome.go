package metrics

import (
	"strings"

	"oomortem/parser/record"
)

// statusLabels are what exporters call the label with a request's status: Prometheus' client libraries, Traefik, HAProxy,
// Caddy, Kong and java-grpc-prometheus write code; Micrometer, ingress-nginx and k6 status; Istio response_code; Envoy the
// envoy ones; OpenTelemetry http_response_status_code; go-grpc-prometheus grpc_code.
var statusLabels = map[string]bool{
	"code": true, "status": true, "status_code": true, "response_code": true, "http_status": true, "http_status_code": true,
	"http_response_status_code": true, "envoy_response_code": true, "envoy_response_code_class": true, "grpc_code": true,
}

// outcome parts requests by the status in their labels: what succeeded is throughput, the rest are errors. Without a
// status, or with one that is none of HTTP's or gRPC's, they stay requests.
func outcome(labels []record.Attr) record.Quantity {
	told := record.Requests
	for _, l := range labels {
		switch {
		case l.Key == "grpc_response_status" && l.Value != "" && l.Value != "0":
			return record.Errors // Istio: gRPC fails under HTTP's 200
		case l.Key == "rpc_grpc_status_code" && allDigits([]byte(l.Value)): // OpenTelemetry
			if l.Value == "0" {
				return record.Throughput
			}
			return record.Errors
		case told == record.Requests && statusLabels[l.Key]:
			told = outcomeOf(l.Value)
		}
	}
	return told
}

// outcomeOf reads "200", "2xx" (HAProxy, "other" is a status that it does not know), "2" (Envoy's class) or "OK". 4xx is a
// failure, as in the files of load tools; 0 is a client that hung up before there was a status (Istio, k6).
func outcomeOf(status string) record.Quantity {
	class := strings.ToLower(status)
	switch {
	case class == "ok":
		return record.Throughput
	case class == "0" || class == "other" || grpcFailures[strings.ReplaceAll(class, "_", "")]:
		return record.Errors
	case len(class) == 1, len(class) == 3 && class[1:] == "xx", len(class) == 3 && allDigits([]byte(class)):
		switch class[0] {
		case '1', '2', '3':
			return record.Throughput
		case '4', '5':
			return record.Errors
		}
	}
	return record.Requests
}

// grpcFailures are gRPC's codes but for OK (grpc: doc/statuscodes.md), as Go and Java spell them, in lower case.
var grpcFailures = map[string]bool{
	"canceled": true, "cancelled": true, "unknown": true, "invalidargument": true, "deadlineexceeded": true, "notfound": true,
	"alreadyexists": true, "permissiondenied": true, "resourceexhausted": true, "failedprecondition": true, "aborted": true,
	"outofrange": true, "unimplemented": true, "internal": true, "unavailable": true, "dataloss": true, "unauthenticated": true,
}

// plumbing tells the calls of a platform to itself, which are no load on anything: etcd's and containerd's, a kubelet's to
// the container runtime and the storage, an Envoy's to its control plane, health checks.
func plumbing(labels []record.Attr) bool {
	for _, l := range labels {
		if l.Key != "grpc_service" && l.Key != "rpc_service" {
			continue
		}
		for _, of := range []string{"etcdserverpb.", "v3lockpb.", "v3electionpb.", "containerd.", "runtime.v1", "csi.v1.", "envoy.service.", "grpc.health.", "grpc.reflection."} {
			if strings.HasPrefix(l.Value, of) {
				return true
			}
		}
	}
	return false
}

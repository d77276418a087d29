package metrics

import (
	"strings"

	"oomortem/parser/record"
)

// statusLabels are what exporters call the label with a request's status: Prometheus' client libraries, Traefik, HAProxy,
// Caddy and Kong write code; Micrometer, ingress-nginx and k6 status; Istio response_code; Envoy the last two;
// OpenTelemetry http_response_status_code.
var statusLabels = map[string]bool{
	"code": true, "status": true, "status_code": true, "response_code": true, "http_status": true, "http_status_code": true,
	"http_response_status_code": true, "envoy_response_code": true, "envoy_response_code_class": true,
}

// outcome parts requests by the status in their labels: what succeeded is throughput, the rest are errors. Without a
// status, or with one that is none of HTTP's, they stay requests.
func outcome(labels []record.Attr) record.Quantity {
	for _, l := range labels {
		if statusLabels[l.Key] {
			return outcomeOf(l.Value)
		}
	}
	return record.Requests
}

// outcomeOf reads "200", "2xx" (HAProxy, "other" is a status that it does not know) or "2" (Envoy's class). 4xx is a
// failure, as in the files of load tools; 0 is a client that hung up before there was a status (Istio, k6).
func outcomeOf(status string) record.Quantity {
	class := strings.ToLower(status)
	switch {
	case class == "0" || class == "other":
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

package metrics

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Server is a live Prometheus (or anything that speaks its HTTP API: Thanos, Mimir, VictoriaMetrics). What it answers is
// read by the prometheus-json format like a saved file; nothing here parses.
type Server struct {
	URL    string       // "http://prometheus:9090", a path prefix allowed
	Client *http.Client // nil: http.DefaultClient
}

// DefaultQueries ask for the memory of hosts, VMs, containers and processes, and for kills, under the names of the usual
// exporters. A name that the server does not know costs one empty answer.
func DefaultQueries() []string {
	return []string{
		`{__name__=~"node_memory_(MemTotal|MemFree|MemAvailable|Cached|Slab|SUnreclaim|Shmem|SwapTotal|SwapFree|Hugetlb)_bytes"}`,
		`{__name__=~"node_vmstat_(oom_kill|pswpin|pswpout|pgmajfault)"}`,
		`{__name__=~"node_pressure_memory_(waiting|stalled)_seconds_total"}`,
		`{__name__=~"libvirt_domain_memory_stats_(rss|actual_balloon|available|usable|unused)_bytes"}`,
		`{__name__=~"libvirt_domain_info_(memory_usage|maximum_memory)_bytes"}`,
		`{__name__=~"kubevirt_vmi_memory_(resident|used|actual_balloon)_bytes"}`,
		`{__name__=~"container_memory_(rss|working_set_bytes)",container!="POD"}`,
		`{__name__=~"container_(oom_events_total|spec_memory_limit_bytes)",container!="POD"}`,
		`process_resident_memory_bytes`,
		`namedprocess_namegroup_memory_bytes{memtype="resident"}`,
		`{__name__=~"windows_(memory_available|memory_physical_total|cs_physical_memory)_bytes"}`,
	}
}

// maxPoints is the number of steps that Prometheus answers at most (web/api/v1: 11,000 points per timeseries).
const maxPoints = 11_000

// Step gives the resolution for a span: the wanted one, or the next whole second that keeps within what a server answers.
func Step(from, to time.Time, wanted time.Duration) time.Duration {
	least := to.Sub(from) / (maxPoints - 1)
	if least > wanted {
		wanted = least.Truncate(time.Second) + time.Second
	}
	return max(wanted, time.Second)
}

// ErrNoSeries says that the server answered, and knows no series of that kind in that time.
var ErrNoSeries = errors.New("asking Prometheus: no such series")

// Range asks api/v1/query_range and gives the answer's body, which the caller closes. An answer that reports an error, as
// JSON, is a body too: the format tells what it says. The error is for a server that cannot be reached or says no JSON,
// or ErrNoSeries.
func (s Server) Range(ctx context.Context, query string, from, to time.Time, step time.Duration) (io.ReadCloser, error) {
	if !to.After(from) {
		return nil, errors.New("asking Prometheus: the time to is not after the time from")
	}
	form := url.Values{
		"query": {query},
		"start": {seconds(from)},
		"end":   {seconds(to)},
		"step":  {strconv.FormatFloat(Step(from, to, step).Seconds(), 'f', -1, 64)},
	}
	address := strings.TrimSuffix(s.URL, "/") + "/api/v1/query_range"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("asking Prometheus: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking Prometheus: %w", err)
	}
	if !strings.Contains(response.Header.Get("Content-Type"), "json") {
		response.Body.Close()
		return nil, fmt.Errorf("asking Prometheus: %s answers %s and no JSON: is that its address?", request.URL.Redacted(), response.Status)
	}
	body := bufio.NewReader(response.Body)
	if head, _ := body.Peek(emptyWithin); bytes.Contains(head, []byte(`"result":[]`)) {
		response.Body.Close()
		return nil, ErrNoSeries
	}
	return struct {
		io.Reader
		io.Closer
	}{body, response.Body}, nil
}

// emptyWithin is where an answer without series shows it: behind its status and the kind of result.
const emptyWithin = 256

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}

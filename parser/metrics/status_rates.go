package metrics

import (
	"strings"

	"oomortem/parser/record"
)

// statusRates holds back the samples of series without a name that nothing but a status parts, as sum by (code)
// (rate(http_requests_total[1m])) gives them, until what they are can be told by their values: requests per second, or a latency,
// a size or a share by status.
type statusRates struct {
	record.Sink // that the rest goes to
	samples     []record.Sample
	series      map[*record.Series]string // their statuses
}

// maxHeld bounds what is held back.
const maxHeld = 1 << 19

// statusOf gives the status that alone tells a series apart, as its only label or as its legend; "" when it has a name or is
// known otherwise. Only what can be nothing else counts: 404, 5xx.
func statusOf(s *record.Series) string {
	status := ""
	switch {
	case s.Quantity != "" || s.Counter || s.Unit != record.NoUnit && s.Unit != record.PerSecond:
	case len(s.Labels) == 0:
		status = s.Name
	case len(s.Labels) == 1 && statusLabels[s.Labels[0].Key] && (s.Name == "" || strings.EqualFold(s.Name, "value") || s.Name == s.Labels[0].Value):
		status = s.Labels[0].Value
	}
	if len(status) != 3 || status[0] < '1' || status[0] > '5' || !strings.EqualFold(status[1:], "xx") && !allDigits([]byte(status)) || strings.Contains(status, ".") {
		return ""
	}
	return status
}

// hold takes the sink's place for the series when only a status tells it apart; false leaves it alone.
func (h *statusRates) hold(s *record.Series) bool {
	status := statusOf(s)
	if status == "" {
		return false
	}
	if h.series == nil {
		h.series = map[*record.Series]string{}
	}
	h.series[s] = status
	return true
}

// Sample keeps a sample of a series that is held back.
func (h *statusRates) Sample(x record.Sample) {
	if h.series[x.Series] == "" {
		h.Sink.Sample(x)
		return
	}
	if h.samples = append(h.samples, x); len(h.samples) == maxHeld {
		h.settle()
	}
}

// settle says what the series are, if it can be told, and passes their samples on.
func (h *statusRates) settle() {
	if len(h.samples) > 0 && h.areRates() {
		for s, status := range h.series {
			s.Quantity, s.Unit, s.Subject = outcomeOf(status), record.PerSecond, ""
		}
	}
	for _, x := range h.samples {
		h.Sink.Sample(x)
	}
	h.samples, h.series = nil, nil
}

// areRates tells rates of requests: their source says so, or one is 0 at times, which no latency is - a mean or a percentile
// of no request is none. What only grows is a counter, what always adds up to 1 or 100 a share - of no request it is none -,
// and millions are bytes.
func (h *statusRates) areRates() bool {
	stated, unstated := false, false
	for s := range h.series {
		stated = stated || s.Unit == record.PerSecond
		unstated = unstated || s.Unit != record.PerSecond
		if s.Unit != record.PerSecond && s.Unit != record.NoUnit { // the cells said so
			return false
		}
	}
	zero, falls, most := false, false, 0.0
	sums := map[int64]float64{}
	last := map[*record.Series]float64{}
	for _, x := range h.samples {
		if x.Value < 0 {
			return false
		}
		before, known := last[x.Series]
		falls = falls || known && x.Value < before
		zero = zero || x.Value == 0
		most = max(most, x.Value)
		last[x.Series] = x.Value
		sums[x.At.Wall.UnixNano()] += x.Value
	}
	if stated && !unstated {
		return true
	}
	share := true
	for _, sum := range sums {
		share = share && (sum > 0.99 && sum < 1.01 || sum > 99 && sum < 101)
	}
	return zero && falls && !share && most > 1 && most < 1e6
}

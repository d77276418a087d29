package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// What Taurus itself writes. Its kpi.jtl is read as JMeter's CSV. The reports of Locust workers
// (locust-workers.ldjson), a line for each report of each worker, add up; failures are counted at the report's end:
//
//	{"stats":[{"response_times":{"420":1},"num_requests":7,"num_reqs_per_sec":{"1493304176":7},"num_failures":0,"name":"/x"}],"user_count":12,"client_id":"..."}
//
// and the totals of its final-stats module (dump-csv), of which the row without label is the whole:
//
//	label,avg_ct,avg_lt,avg_rt,bytes,concurrency,fail,perc_50.0,...,stdev_rt,succ,throughput
//
// Sources: bzt/modules/locustio.py, bzt/modules/reporting.py.
func taurusFormats() []parser.Format {
	return []parser.Format{
		{Name: "locust-workers", Title: "Taurus's reports of Locust workers (ldjson)", Sniff: func(h parser.Head) parser.Score {
			if line := h.Line(); bytes.Contains(line, []byte(`"num_reqs_per_sec"`)) && bytes.Contains(line, []byte(`"client_id"`)) {
				return 90
			}
			return 0
		}, Parse: parseLocustWorkers},
		{Name: "taurus-stats", Title: "Taurus's final statistics (dump-csv)", Sniff: func(h parser.Head) parser.Score {
			if line := h.Line(); bytes.Contains(line, []byte("avg_ct")) && bytes.Contains(line, []byte("avg_rt")) && bytes.Contains(line, []byte("succ")) {
				return 95
			}
			return 0
		}, Parse: parseTaurusStats},
	}
}

// workerReport is one line of a worker.
type workerReport struct {
	Stats []struct {
		Requests  int64            `json:"num_requests"`
		Failures  int64            `json:"num_failures"`
		PerSecond map[string]int64 `json:"num_reqs_per_sec"`
		Times     map[string]int64 `json:"response_times"` // by rounded milliseconds
		Last      int64            `json:"last_request_timestamp"`
	}
	Users int64 `json:"user_count"`
}

func parseLocustWorkers(l *parser.Lines, sink record.Sink) error {
	w := &workerReader{f: newFold()}
	bad := &faults{path: l.Path, sink: sink}
	for l.Next() {
		var r workerReport
		if err := json.Unmarshal(l.Bytes(), &r); err != nil {
			bad.add(l.Number(), "no whole JSON object of a worker's report")
			continue
		}
		for i := range r.Stats {
			w.count(&r, i, l.Number())
		}
	}
	pattern := record.Load{From: record.Origin{File: l.Path}, Tool: "locust", Start: record.Stamp{Prec: time.Second}, Torn: l.Torn() && bad.n > 0}
	for _, load := range w.f.harvest(pattern, bad.plain) {
		sink.Load(load)
	}
	bad.close()
	return nil
}

// workerReader adds reports up. Locust before 1.0 did not count failures among the requests, which shows when
// there are more failures than requests.
type workerReader struct {
	f     *fold
	apart bool
}

func (w *workerReader) count(r *workerReport, i, line int) {
	s := &r.Stats[i]
	failed, last := s.Failures, int64(0)
	w.apart = w.apart || s.Failures > s.Requests
	if _, ok := scan.EpochNumber(s.Last); ok && s.Last < year2100/second {
		last = s.Last
	}
	for _, key := range slices.Sorted(maps.Keys(s.PerSecond)) {
		n := s.PerSecond[key]
		sec, _ := scan.Int([]byte(key))
		if _, ok := scan.EpochNumber(sec); !ok || n < 1 || sec >= year2100/second {
			continue
		}
		of := int64(0)
		if !w.apart {
			of = min(failed, n)
		}
		w.f.addMany(sec*second, unknown, n, of, unknown, line)
		failed -= of
		last = max(last, sec)
	}
	if last == 0 {
		return
	}
	if w.apart && failed > 0 {
		w.f.addMany(last*second, unknown, failed, failed, unknown, line)
	}
	for key, n := range s.Times {
		if ms, ok := scan.Int([]byte(key)); ok && ms >= 0 && ms < 1<<40 && n > 0 && n < 1<<24 {
			w.f.took(last, ms*millisecond)
			w.f.sketch[slot(ms*millisecond)] += uint32(n - 1)
		}
	}
	w.f.users(last*second, r.Users, line)
}

func parseTaurusStats(l *parser.Lines, sink record.Sink) error {
	if !l.Next() {
		return fmt.Errorf("no header line")
	}
	label, good, failed, p50, p95, p99 := -1, -1, -1, -1, -1, -1
	for i, f := range allFields(l.Bytes(), ',') {
		switch string(f) {
		case "label":
			label = i
		case "succ":
			good = i
		case "fail":
			failed = i
		case "perc_50.0":
			p50 = i
		case "perc_95.0":
			p95 = i
		case "perc_99.0":
			p99 = i
		}
	}
	if label < 0 || good < 0 || failed < 0 {
		return fmt.Errorf("not as Taurus writes its header: expected label, succ, fail")
	}
	for l.Next() {
		f := allFields(l.Bytes(), ',')
		if len(f) <= max(label, good, failed) {
			l.Problem("row has too few fields")
			continue
		}
		ok, isOK := scan.Int(f[good])
		bad, isBad := scan.Int(f[failed])
		if !isOK || !isBad || ok < 0 || bad < 0 {
			l.Problem("no number where succ or fail belongs")
			continue
		}
		if len(f[label]) == 0 {
			sink.Load(&record.Load{From: l.Origin(), Tool: "taurus", Samples: ok + bad, Failed: bad, Planned: true,
				Totals: marks(column(f, p50), column(f, p95), column(f, p99), time.Second)})
		}
	}
	return nil
}

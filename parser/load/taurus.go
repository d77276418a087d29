package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// What Taurus itself writes. Its kpi.jtl is read as JMeter's CSV. The reports of Locust workers
// (locust-workers.ldjson), a line for each report of each worker, add up:
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
	}
	Users int64 `json:"user_count"`
}

func parseLocustWorkers(l *parser.Lines, sink record.Sink) error {
	f := newFold()
	bad := &faults{path: l.Path, sink: sink, what: "reports"}
	for l.Next() {
		var r workerReport
		if err := json.Unmarshal(l.Bytes(), &r); err != nil {
			bad.add(l.Number(), "no whole JSON object of a worker's report")
			continue
		}
		for _, s := range r.Stats {
			failed := s.Failures
			var last int64
			for key, n := range s.PerSecond {
				sec, _ := scan.Int([]byte(key))
				if _, ok := scan.EpochNumber(sec); !ok || n < 1 {
					continue
				}
				f.addMany(sec*second, unknown, n, min(failed, n), unknown, l.Number())
				failed -= min(failed, n)
				last = max(last, sec)
			}
			for key, n := range s.Times {
				if ms, ok := scan.Int([]byte(key)); ok && last > 0 && ms >= 0 && n > 0 && n < 1<<24 {
					f.took(last, ms*millisecond)
					f.sketch[slot(ms*millisecond)] += uint32(n - 1)
				}
			}
			if last > 0 {
				f.users(last*second, r.Users, l.Number())
			}
		}
	}
	pattern := record.Load{From: record.Origin{File: l.Path}, Tool: "locust", Start: record.Stamp{Prec: time.Second}, Torn: l.Torn() && bad.n > 0}
	for _, load := range f.harvest(pattern, bad.plain) {
		sink.Load(load)
	}
	bad.close()
	return nil
}

func parseTaurusStats(l *parser.Lines, sink record.Sink) error {
	if !l.Next() {
		return fmt.Errorf("no header line")
	}
	label, good, failed := -1, -1, -1
	for i, f := range allFields(l.Bytes(), ',') {
		switch string(f) {
		case "label":
			label = i
		case "succ":
			good = i
		case "fail":
			failed = i
		}
	}
	if label < 0 || good < 0 || failed < 0 {
		return fmt.Errorf("no header line of Taurus's: expected label, succ and fail")
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
			l.Problem("no whole numbers in succ and fail")
			continue
		}
		if len(f[label]) == 0 {
			sink.Load(&record.Load{From: l.Origin(), Tool: "taurus", Samples: ok + bad, Failed: bad, Planned: true})
		}
	}
	return nil
}

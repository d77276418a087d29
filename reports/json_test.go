package reports

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// contract lists the keys of schema "oomortem/report/1" as the contract has them; "[]" steps into each element of a
// list.
var contract = []string{
	"schema", "tool.name", "tool.version", "run.start", "run.end", "run.hosts[]",
	"run.inputs[].path", "run.inputs[].format", "run.inputs[].bytes", "run.inputs[].lines", "run.inputs[].events", "run.inputs[].samples",
	"run.inputs[].first", "run.inputs[].last", "run.inputs[].problems[].line", "run.inputs[].problems[].message",
	"clock.zone", "clock.year", "clock.method", "clock.sources[].path", "clock.sources[].offset_s", "clock.sources[].skew_s", "clock.sources[].uncertainty_s",
	"verdict.cause", "verdict.confidence", "verdict.headline", "verdict.explanation[]",
	"verdict.alternatives[].cause", "verdict.alternatives[].confidence", "verdict.alternatives[].against[]",
	"incidents[].at", "incidents[].end", "incidents[].cause", "incidents[].confidence",
	"incidents[].victim.kind", "incidents[].victim.name", "incidents[].victim.host", "incidents[].victim.pid", "incidents[].victim.comm", "incidents[].victim.uid",
	"incidents[].victim.rss_bytes", "incidents[].victim.total_vm_bytes", "incidents[].victim.badness", "incidents[].victim.oom_score_adj", "incidents[].victim.cgroup",
	"incidents[].victim.pods[]", "incidents[].victim.processes[]",
	"incidents[].trigger.comm", "incidents[].trigger.pid", "incidents[].trigger.order", "incidents[].trigger.gfp", "incidents[].constraint",
	"incidents[].aggressors[].kind", "incidents[].aggressors[].name", "incidents[].aggressors[].host", "incidents[].aggressors[].growth_bytes",
	"incidents[].aggressors[].share", "incidents[].aggressors[].since", "incidents[].aggressors[].bytes",
	"incidents[].holders[].kind", "incidents[].holders[].name", "incidents[].holders[].bytes", "incidents[].holders[].promised_bytes", "incidents[].holders[].badness",
	"incidents[].throughput.series", "incidents[].throughput.onset", "incidents[].throughput.uncertainty_s", "incidents[].throughput.before", "incidents[].throughput.during",
	"incidents[].throughput.depth", "incidents[].throughput.recovered", "incidents[].throughput.lost",
	"incidents[].timeline[].at", "incidents[].timeline[].uncertainty_s", "incidents[].timeline[].kind", "incidents[].timeline[].text", "incidents[].timeline[].source",
	"incidents[].timeline[].excerpt", "incidents[].evidence[].text", "incidents[].evidence[].weight", "incidents[].evidence[].source",
	"capacity.host", "capacity.ram_bytes", "capacity.ram_source", "capacity.swap_bytes", "capacity.overcommit_memory", "capacity.promised_bytes", "capacity.ratio",
	"capacity.vms[].name", "capacity.vms[].state", "capacity.vms[].promised_bytes", "capacity.vms[].peak_bytes", "capacity.vms[].suggested_bytes",
	"load.tool", "load.samples", "load.errors", "load.start", "load.end", "load.duration_s", "load.steady", "load.peak", "load.achieved", "load.target", "load.target_met",
	"load.latency.p50_ms", "load.latency.p95_ms", "load.latency.p99_ms",
	"recommendations[].action", "recommendations[].why", "recommendations[].command", "missing[].what", "missing[].would_tell",
}

// complete is a report in which everything is known.
func complete() *verdict.Report {
	r := hpServer()
	in := &r.Incidents[0]
	in.End = at("2021-02-20 04:40:00")
	in.Victim.Adj, in.Victim.Cgroup = known(0), "/machine.slice/machine-qemu\\x2d3.scope"
	in.Trigger = &verdict.Trigger{Comm: "qemu-kvm", PID: known(7634), Order: known(0), GFP: "0x201da"}
	for i := range in.Holders {
		in.Holders[i].Badness = known(100)
	}
	for i := range in.Timeline {
		in.Timeline[i].Excerpt = "a line"
	}
	for i := range r.Run.Inputs {
		r.Run.Inputs[i].Problems = []verdict.Problem{{Line: 3, Message: "torn"}}
	}
	for i := range r.Recommendations {
		r.Recommendations[i].Command = "true"
	}
	r.Load.Errors, r.Load.Latency = number(12), &verdict.Latency{P50: 41.25, P95: 90, P99: 180.5}
	return r
}

func TestJSONHasTheKeysOfTheContract(t *testing.T) {
	decoded := decode(t, complete())
	for _, key := range contract {
		if err := find(decoded, key); err != "" {
			t.Errorf("%s: %s", key, err)
		}
	}
	if got := decoded["schema"]; got != "oomortem/report/1" {
		t.Errorf("schema is %v", got)
	}
}

// find walks a path through decoded JSON; "" when it is there in every element.
func find(v any, path string) string {
	key, rest, deeper := strings.Cut(path, ".")
	name, list := strings.CutSuffix(key, "[]")
	m, ok := v.(map[string]any)
	if !ok {
		return "not an object above " + key
	}
	x, ok := m[name]
	if !ok {
		return "missing " + name
	}
	elements := []any{x}
	if list {
		elements, ok = x.([]any)
		if !ok || len(elements) == 0 {
			return name + " is no list with something in it"
		}
	}
	for _, e := range elements {
		if deeper {
			if err := find(e, rest); err != "" {
				return err
			}
		}
	}
	return ""
}

func decode(t *testing.T, r *verdict.Report) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := jsonReport.Write(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	return out
}

// The lists of the contract are never null, in an empty report least of all.
func TestJSONListsAreNeverNull(t *testing.T) {
	for name, r := range samples() {
		var b bytes.Buffer
		if err := jsonReport.Write(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "null") {
			t.Errorf("%s: a null in %s", name, b.String())
		}
	}
	empty := decode(t, &verdict.Report{Incidents: []verdict.Incident{{}}})
	for _, path := range []string{"incidents", "recommendations", "missing"} {
		if _, ok := empty[path].([]any); !ok {
			t.Errorf("%s is %v, want []", path, empty[path])
		}
	}
	in := empty["incidents"].([]any)[0].(map[string]any)
	for _, path := range []string{"aggressors", "holders", "timeline", "evidence"} {
		if x, ok := in[path].([]any); !ok || len(x) != 0 {
			t.Errorf("incidents[].%s is %v, want []", path, in[path])
		}
	}
}

// What is not known is absent or null, and a value that is no number spoils nothing else.
func TestJSONUnknown(t *testing.T) {
	r := hpServer()
	r.Incidents[0].Victim.RSS = record.Maybe{}
	r.Incidents[0].Throughput.During = math.NaN()
	r.Incidents[0].Throughput.Lost = nil
	r.Load.Steady = math.NaN()
	in := decode(t, r)["incidents"].([]any)[0].(map[string]any)
	if v, ok := in["victim"].(map[string]any)["rss_bytes"]; ok {
		t.Errorf("an unknown rss is %v", v)
	}
	through := in["throughput"].(map[string]any)
	if through["during"] != nil || through["lost"] != nil {
		t.Errorf("no number is %v and %v, want null", through["during"], through["lost"])
	}
	if through["before"] != 1779.3 {
		t.Errorf("before is %v, want 1779.3", through["before"])
	}
}

func TestJSONValues(t *testing.T) {
	d := decode(t, complete())
	in := d["incidents"].([]any)[0].(map[string]any)
	if got := in["at"]; got != "2021-02-20T04:20:41+08:00" { // the host's own offset
		t.Errorf("at is %v", got)
	}
	if got := in["victim"].(map[string]any)["rss_bytes"]; got != float64((16804564+232+16)*1024) {
		t.Errorf("rss_bytes is %v", got)
	}
	if got := d["clock"].(map[string]any)["sources"].([]any)[0].(map[string]any)["offset_s"]; got != 28800.0 {
		t.Errorf("offset_s is %v, want 8 h in seconds", got)
	}
	if got := in["timeline"].([]any)[4].(map[string]any)["source"]; got != "messages:4128" {
		t.Errorf("source is %v", got)
	}
	if got := d["load"].(map[string]any)["achieved"]; got != 29386627.0 {
		t.Errorf("achieved is %v", got)
	}
}

func TestJSONNumbers(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0", 1: "1", 0.93: "0.93", 1.0 / 3: "0.333333", 1779.3: "1779.3", 29386627: "29386627", 85899345920: "85899345920", -1.5: "-1.5", 1234.56789: "1234.568",
	} {
		var j jsonWriter
		j.number(in)
		if j.String() != want {
			t.Errorf("%v is written %s, want %s", in, j.String(), want)
		}
	}
}

func TestEventsJSONL(t *testing.T) {
	rows := []verdict.EventRow{
		{
			At: at("2021-02-20 04:20:41"), Uncertainty: time.Second, Host: "hp-server", Source: src("messages", 4128), Kind: record.OOMKill, Text: "killed",
			Attr: []record.Attr{{Key: record.AttrPID, Value: "7569"}, {Key: record.AttrVM, Value: "107"}, {Key: "kind", Value: "not this one"}},
			OOM: &record.OOM{Killer: "kernel", Victim: record.Victim{PID: known(7569), Comm: "qemu-kvm", Anon: known(16804564 * kB), Badness: known(256)},
				Trigger: record.Trigger{Comm: "CPU 2/KVM", GFP: "0x201da"}, Memory: record.Memory{RAM: known(65675952 * kB)}, Tasks: []record.Task{{PID: 1, Comm: "systemd", RSS: 4096}}},
		},
		{Kind: record.LinkDown, Text: "a link\x1b[2J went \u202eaway"},
	}
	var b bytes.Buffer
	if err := EventsJSONL(&b, rows); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for 2 events", len(lines))
	}
	var kill, link map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &kill); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(lines[1]), &link); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"at", "uncertainty_s", "host", "source", "kind", "text", "killer", "victim.pid", "victim.comm", "victim.anon_rss_bytes", "victim.badness",
		"trigger.comm", "trigger.gfp_mask", "memory.ram_bytes", "tasks[].pid", "tasks[].rss_bytes"} {
		if err := find(kill, key); err != "" {
			t.Errorf("%s: %s", key, err)
		}
	}
	if kill["kind"] != "oom-kill" || kill["pid"] != 7569.0 || kill["vm"] != "107" {
		t.Errorf("kind %v, pid %v, vm %v", kill["kind"], kill["pid"], kill["vm"])
	}
	if _, ok := link["at"]; ok {
		t.Error("an event without a time has one")
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Error("a terminal's escape stands in the output as it was")
	}
	if link["text"] != "a link\x1b[2J went \u202eaway" {
		t.Errorf("the text is not the same after decoding: %q", link["text"])
	}
}

package reports

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// EventsJSONL writes one JSON object a line for each event (contract: `events --format jsonl`). What the log does not
// tell is absent.
func EventsJSONL(w io.Writer, rows []verdict.EventRow) error {
	for _, r := range rows {
		j := jsonWriter{zone: r.At.Location(), oneLine: true}
		if err := j.event(r); err != nil {
			return fmt.Errorf("writing the event at %s as JSON: %w", r.Source, err)
		}
		j.WriteByte('\n')
		if _, err := w.Write(j.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// event writes what every event has, then what an OOM kill has, then the event's own attributes as fields beside them.
func (j *jsonWriter) event(r verdict.EventRow) error {
	head := eventJSON{At: r.At, Host: r.Host, Source: r.Source, Kind: string(r.Kind), Text: r.Text, Excerpt: r.Excerpt}
	if r.Lacks&record.LacksYear != 0 {
		head.Lacks = append(head.Lacks, "year")
	}
	if r.Lacks&record.LacksZone != 0 {
		head.Lacks = append(head.Lacks, "zone")
	}
	if !r.At.IsZero() {
		u := verdict.Seconds(r.Uncertainty)
		head.Uncertainty = &u
	}
	j.WriteByte('{')
	used := map[string]bool{}
	if err := j.fields(reflect.ValueOf(head), 0, used); err != nil {
		return err
	}
	if r.OOM != nil {
		if err := j.fields(reflect.ValueOf(newOOMJSON(r.OOM)), 0, used); err != nil {
			return err
		}
	}
	for _, a := range r.Attr {
		if used[a.Key] {
			continue
		}
		j.field(a.Key, 0, used)
		if n, err := strconv.ParseInt(a.Value, 10, 64); err == nil && countable(a.Key) {
			j.WriteString(strconv.FormatInt(n, 10))
		} else {
			j.quote(a.Value)
		}
	}
	j.WriteByte('}')
	return nil
}

// countable tells the attributes whose values are numbers; a VM that is called 107 has a name.
func countable(key string) bool {
	return key == record.AttrPID || key == record.AttrBytes || key == record.AttrID
}

type eventJSON struct {
	At          time.Time        `json:"at,omitzero"`
	Lacks       []string         `json:"at_lacks,omitempty"` // "year": At stands in year 0, or in years that only count the New Years between; "zone": At is the host's local time, written as UTC
	Uncertainty *verdict.Seconds `json:"uncertainty_s,omitempty"`
	Host        string           `json:"host,omitempty"`
	Source      verdict.Source   `json:"source"`
	Kind        string           `json:"kind"`
	Text        string           `json:"text"`
	Excerpt     string           `json:"excerpt,omitempty"`
}

type oomJSON struct {
	Killer     string         `json:"killer,omitempty"`
	Kernel     string         `json:"kernel,omitempty"`
	Victim     *victimJSON    `json:"victim,omitempty"`
	Chosen     *victimJSON    `json:"chosen,omitempty"`
	Constraint string         `json:"constraint,omitempty"`
	OOMMemcg   string         `json:"oom_memcg,omitempty"`
	TaskMemcg  string         `json:"task_memcg,omitempty"`
	Trigger    *triggerJSON   `json:"trigger,omitempty"`
	Memory     *memoryJSON    `json:"memory,omitempty"`
	Tasks      []taskJSON     `json:"tasks,omitempty"`
	Why        string         `json:"why,omitempty"`
	Missing    []string       `json:"not_in_the_text,omitempty"`
	Begins     verdict.Source `json:"dump_begins,omitzero"` // in the log's file before, if a rotation cut the dump
}

type victimJSON struct {
	PID        record.Maybe `json:"pid,omitzero"`
	Comm       string       `json:"comm,omitempty"`
	UID        record.Maybe `json:"uid,omitzero"`
	TotalVM    record.Maybe `json:"total_vm_bytes,omitzero"`
	Anon       record.Maybe `json:"anon_rss_bytes,omitzero"`
	File       record.Maybe `json:"file_rss_bytes,omitzero"`
	Shmem      record.Maybe `json:"shmem_rss_bytes,omitzero"`
	PageTables record.Maybe `json:"pgtables_bytes,omitzero"`
	Adj        record.Maybe `json:"oom_score_adj,omitzero"`
	Badness    record.Maybe `json:"badness,omitzero"`
	Recomputed record.Maybe `json:"badness_recomputed,omitzero"`
}

type triggerJSON struct {
	Comm  string       `json:"comm,omitempty"`
	PID   record.Maybe `json:"pid,omitzero"`
	Adj   record.Maybe `json:"oom_score_adj,omitzero"`
	Order record.Maybe `json:"order,omitzero"`
	GFP   string       `json:"gfp_mask,omitempty"`
}

type memoryJSON struct {
	RAM        record.Maybe `json:"ram_bytes,omitzero"`
	SwapTotal  record.Maybe `json:"swap_total_bytes,omitzero"`
	SwapFree   record.Maybe `json:"swap_free_bytes,omitzero"`
	Free       record.Maybe `json:"free_bytes,omitzero"`
	Slab       record.Maybe `json:"slab_unreclaimable_bytes,omitzero"`
	Huge       record.Maybe `json:"hugepages_bytes,omitzero"`
	MemcgLimit record.Maybe `json:"memcg_limit_bytes,omitzero"`
	MemcgUsage record.Maybe `json:"memcg_usage_bytes,omitzero"`
}

type taskJSON struct {
	PID        int          `json:"pid"`
	UID        int          `json:"uid"`
	Comm       string       `json:"comm"`
	RSS        int64        `json:"rss_bytes"`
	Swap       record.Maybe `json:"swap_bytes,omitzero"`
	PageTables record.Maybe `json:"pgtables_bytes,omitzero"`
	Adj        record.Maybe `json:"oom_score_adj,omitzero"`
}

func newOOMJSON(k *record.OOM) oomJSON {
	o := oomJSON{
		Killer: k.Killer, Kernel: k.Kernel, Constraint: k.Constraint, OOMMemcg: k.OOMMemcg, TaskMemcg: k.TaskMemcg, Why: k.Why, Missing: k.Missing,
		Begins: verdict.Source(k.Begins), Victim: victimObject(k.Victim), Chosen: victimObject(k.Chosen),
	}
	if t := (triggerJSON{k.Trigger.Comm, k.Trigger.PID, k.Trigger.Adj, k.Trigger.Order, k.Trigger.GFP}); t != (triggerJSON{}) {
		o.Trigger = &t
	}
	m := k.Memory
	if j := (memoryJSON{m.RAM, m.SwapTotal, m.SwapFree, m.Free, m.SlabUnreclaimable, m.HugePages, m.MemcgLimit, m.MemcgUsage}); j != (memoryJSON{}) {
		o.Memory = &j
	}
	for _, t := range k.Tasks {
		o.Tasks = append(o.Tasks, taskJSON{t.PID, t.UID, t.Comm, t.RSS, t.Swap, t.Page, t.Adj})
	}
	return o
}

func victimObject(v record.Victim) *victimJSON {
	if !v.PID.Known() && v.Comm == "" {
		return nil
	}
	return &victimJSON{v.PID, v.Comm, v.UID, v.TotalVM, v.Anon, v.File, v.Shmem, v.Page, v.Adj, v.Badness, v.Recomputed.Score}
}

package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// EventsJSONL writes one JSON object a line for each event (contract: `events --format jsonl`). What the log does not
// tell is absent.
func EventsJSONL(w io.Writer, rows []verdict.EventRow) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range rows {
		if err := enc.Encode(eventObject(r)); err != nil {
			return fmt.Errorf("writing an event as JSON: %w", err)
		}
	}
	return nil
}

type eventJSON struct {
	At          string         `json:"at,omitempty"`
	Uncertainty *float64       `json:"uncertainty_s,omitempty"`
	Host        string         `json:"host,omitempty"`
	Source      string         `json:"source"`
	Kind        record.Kind    `json:"kind"`
	Text        string         `json:"text"`
	Excerpt     string         `json:"excerpt,omitempty"`
	VM          string         `json:"vm,omitempty"`
	Fields      map[string]any `json:"fields,omitempty"` // the kind's own, by the names of the log's reader
	Killer      string         `json:"killer,omitempty"`
	Kernel      string         `json:"kernel,omitempty"`
	Victim      *victimJSON    `json:"victim,omitempty"`
	Chosen      *victimJSON    `json:"chosen,omitempty"`
	Constraint  string         `json:"constraint,omitempty"`
	OOMMemcg    string         `json:"oom_memcg,omitempty"`
	TaskMemcg   string         `json:"task_memcg,omitempty"`
	Trigger     *triggerJSON   `json:"trigger,omitempty"`
	Memory      *memoryJSON    `json:"memory,omitempty"`
	Tasks       []taskJSON     `json:"tasks,omitempty"`
	Why         string         `json:"why,omitempty"`
	Missing     []string       `json:"not_in_the_text,omitempty"`
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

func eventObject(r verdict.EventRow) eventJSON {
	o := eventJSON{
		Host: cut(r.Host, maxName), Source: r.Source.String(), Kind: r.Kind, Text: cut(r.Text, maxJSON), Excerpt: cut(r.Excerpt, maxJSON),
		Fields: map[string]any{},
	}
	if !r.At.IsZero() {
		o.At = r.At.Format(time.RFC3339Nano)
		u := math.Round(r.Uncertainty.Seconds()*1000) / 1000
		o.Uncertainty = &u
	}
	for _, a := range r.Attr {
		switch n, err := strconv.ParseInt(a.Value, 10, 64); {
		case a.Key == record.AttrVM:
			o.VM = a.Value
		case err == nil:
			o.Fields[a.Key] = n
		default:
			o.Fields[a.Key] = a.Value
		}
	}
	if r.OOM != nil {
		o.oom(r.OOM)
	}
	return o
}

func (o *eventJSON) oom(k *record.OOM) {
	o.Killer, o.Kernel, o.Constraint, o.OOMMemcg, o.TaskMemcg, o.Why, o.Missing = k.Killer, k.Kernel, k.Constraint, k.OOMMemcg, k.TaskMemcg, k.Why, k.Missing
	o.Victim, o.Chosen = victimObject(k.Victim), victimObject(k.Chosen)
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
}

func victimObject(v record.Victim) *victimJSON {
	if !v.PID.Known() && v.Comm == "" {
		return nil
	}
	return &victimJSON{v.PID, v.Comm, v.UID, v.TotalVM, v.Anon, v.File, v.Shmem, v.Page, v.Adj, v.Badness, v.Recomputed.Score}
}

package correlate

import (
	"cmp"
	"slices"
	"strings"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// processLabels name a process in what exporters write (process-exporter, telegraf's procstat, windows_exporter, pidstat).
var processLabels = []string{"groupname", "process_name", "process", "exe", "comm", "command"}

// guestLabels stand on what runs inside a guest or a container, whose memory is counted with the guest's.
var guestLabels = []string{"pod", "container", "namespace", "kubernetes_pod_name"}

// processCurves gives the memory curves of processes on the host itself, one for each name, the one that held most. A
// column beside the VMs' is a process's when a process listing or the kill's own dump knows it by that name, or when a list of
// the VMs that are there does not: else it may be a VM that no listing knows.
func (c *course) processCurves(kill *cause.Death) map[string]*curve {
	known := c.processNames(kill)
	out := map[string]*curve{}
	for _, cv := range c.curves {
		if cv.vm != nil || len(cv.t) == 0 || memoryRank(cv.Quantity) == 0 && cv.Quantity != "" || cv.Unit != record.Bytes {
			continue
		}
		name, ok := c.processOn(cv, known)
		if ok && !topology.IsHypervisor(name) && (out[name] == nil || slices.Max(cv.v) > slices.Max(out[name].v)) {
			out[name] = cv
		}
	}
	return out
}

// processOn gives the process of the host that a curve is about.
func (c *course) processOn(cv *curve, known map[string]bool) (name string, ok bool) {
	for _, label := range guestLabels {
		if cv.Label(label) != "" {
			return "", false
		}
	}
	if host := cmp.Or(cv.Label("instance"), cv.Label("host"), cv.Label("hostname")); host != "" && !topology.SameHost(host, c.topo.Host) {
		return "", false // it may be a guest's own
	}
	if cv.Quantity == record.RSS {
		for _, label := range processLabels {
			if name = cv.Label(label); name != "" {
				return short(name), true
			}
		}
	}
	if len(cv.Labels) > 0 {
		return "", false
	}
	for _, other := range c.curves {
		switch {
		case other.vm == nil:
			continue
		case other.From.File == cv.From.File:
			name = cmp.Or(cv.Subject, cv.Name)
		default: // mem-web-1.csv is a VM's, mem-java.csv is a process's
			before, after, found := strings.Cut(other.From.File, other.vm.Name)
			if name = strings.TrimSuffix(strings.TrimPrefix(cv.From.File, before), after); !found || before+name+after != cv.From.File {
				continue
			}
		}
		noVM := c.listsVMs() && other.vm.State != "" && cv.Quantity == other.Quantity && cv.Quantity != ""
		return short(name), known[short(name)] || noVM
	}
	return "", false
}

// listsVMs tells that all VMs of the host are known: virsh prints them all, or all that run.
func (c *course) listsVMs() bool {
	for _, in := range c.s.inputs {
		if in.Format == "virsh-list" {
			return true
		}
	}
	return false
}

// processNames gives the names of the processes on the host, by listings, by the kill's task table and by the kill itself.
func (c *course) processNames(kill *cause.Death) map[string]bool {
	names := map[string]bool{}
	for _, p := range c.listings() {
		if p.vm == nil {
			names[short(p.told.Name)] = true
		}
	}
	if kill != nil && kill.OOM != nil {
		names[short(kill.OOM.Victim.Comm)] = true
		for _, task := range kill.OOM.Tasks {
			names[short(task.Comm)] = true
		}
	}
	delete(names, "")
	return names
}

// short cuts a name as the kernel does: TASK_COMM_LEN is 16 with the NUL (include/linux/sched.h).
func short(comm string) string { return comm[:min(len(comm), 15)] }

// measured takes over how much processes grew where their curves tell, and adds those that the kill's dump does not show.
func (c *course) measured(held []cause.Held, kill *cause.Death, g *cause.Growth, t float64, least int64) []cause.Held {
	for name, cv := range c.processCurves(kill) {
		now, ok := cv.at(t, 5*cv.step+120)
		if !ok {
			continue
		}
		h := cause.Held{Kind: "process", Name: name, Bytes: int64(now), From: cv.sourceAt(t)}
		i := slices.IndexFunc(held, func(h cause.Held) bool { return h.Kind == "process" && short(h.Name) == name })
		if i >= 0 {
			h.Bytes = held[i].Bytes
		}
		before, ok := cv.at(seconds(g.Since)+cv.step/2, 1e9)
		if !ok {
			before = cv.v[0]
		}
		h.Grew = record.Known(h.Bytes - int64(before))
		switch {
		case i >= 0:
			held[i] = h
		case h.Bytes >= least:
			held = append(held, h)
		}
	}
	return held
}

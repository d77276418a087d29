package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// The events of the OOM killer, each with its sentence.

func oomEvent(l record.Line, kind record.Kind, o *record.OOM, text string) record.Event {
	e := record.Event{At: l.At, From: l.From, Host: l.Host, Source: "kernel", Kind: kind, Text: text, Excerpt: brief(l.Text, 1200), OOM: o}
	if o != nil {
		e.Attr = victimAttr(o.Victim)
		if o.TaskMemcg != "" && o.TaskMemcg != "/" {
			e.Attr = append(e.Attr, record.Attr{Key: record.AttrScope, Value: o.TaskMemcg})
		}
	}
	return e
}

func victimAttr(v record.Victim) (attr []record.Attr) {
	if v.PID.Known() {
		attr = append(attr, record.Attr{Key: record.AttrPID, Value: v.PID.String()})
	}
	if v.Comm != "" {
		attr = append(attr, record.Attr{Key: record.AttrComm, Value: v.Comm})
	}
	return attr
}

func killEvent(l record.Line, o *record.OOM) record.Event {
	var b strings.Builder
	fmt.Fprintf(&b, "The kernel killed %s%s", victimText(o.Victim), scopeText(o))
	switch {
	case o.Group != "" && o.TaskMemcg == o.Group:
		fmt.Fprintf(&b, ", together with its whole cgroup (memory.oom.group)")
	case o.Chosen.PID.Known():
		fmt.Fprintf(&b, ", as a child of %s, which it had chosen", victimText(o.Chosen))
	}
	if !o.Begins.IsZero() {
		fmt.Fprintf(&b, "; its dump begins in the log's file before, in %s", o.Begins)
	}
	if hasPart(o.Missing, "kill") {
		b.WriteString("; known from the line that chose it, the line of the kill itself is not in the text")
	}
	return oomEvent(l, record.OOMKill, o, b.String())
}

// victimText names a process: "qemu-kvm (pid 7569, 16.0 GiB resident)".
func victimText(v record.Victim) string {
	name := v.Comm
	if name == "" {
		name = "a process"
	}
	var details []string
	if v.PID.Known() {
		details = append(details, "pid "+v.PID.String())
	}
	if rss, ok := v.RSS().Get(); ok {
		details = append(details, sizeText(rss)+" resident")
	}
	if len(details) == 0 {
		return name
	}
	return name + " (" + strings.Join(details, ", ") + ")"
}

func scopeText(o *record.OOM) string {
	if order, ok := o.Trigger.Order.Get(); ok && order == -1 {
		return " by order of somebody (SysRq)"
	}
	switch o.Constraint {
	case "memcg":
		limit := ""
		if n, ok := o.Memory.MemcgLimit.Get(); ok {
			limit = " of " + sizeText(n)
		}
		if o.OOMMemcg == "" {
			return ": its cgroup hit its memory limit" + limit
		}
		return fmt.Sprintf(": cgroup %s hit its memory limit%s", o.OOMMemcg, limit)
	case "cpuset":
		return ": the NUMA nodes of its cpuset ran out of memory"
	case "mempolicy":
		return ": the NUMA nodes of a memory policy ran out of memory"
	case "none":
		return ": the host ran out of memory"
	}
	return ""
}

func hasPart(missing []string, part string) bool {
	for _, m := range missing {
		if m == part {
			return true
		}
	}
	return false
}

func invokedEvent(d *oomDump, o *record.OOM, outcome string) record.Event {
	who := "The OOM killer was called"
	if o.Trigger.Comm != "" {
		who = "The OOM killer was called for " + o.Trigger.Comm
	}
	e := oomEvent(d.first, record.OOMInvoked, o, who+"; "+outcome)
	if d.headed {
		e.Excerpt = brief(d.first.Text, 1200)
	}
	return e
}

func reapedEvent(l record.Line, v record.Victim, stuck bool) record.Event {
	text := "The memory of " + victimName(v) + " was freed"
	left, ok := v.RSS().Get()
	switch {
	case stuck:
		text = "The memory of " + victimName(v) + " could not be freed: the process is stuck"
	case ok && left > 0:
		text += fmt.Sprintf(", all but %s", sizeText(left))
	}
	return oomEvent(l, record.OOMReaped, &record.OOM{Killer: "kernel", Victim: v}, text)
}

func victimName(v record.Victim) string {
	return victimText(record.Victim{PID: v.PID, Comm: v.Comm})
}

func nobodyEvent(l record.Line, o *record.OOM) record.Event {
	return oomEvent(l, record.OOMNoVictim, o, "Memory ran out and there was no process that the kernel might kill"+scopeText(o))
}

func panicEvent(l record.Line, o *record.OOM) record.Event {
	_, cause, _ := strings.Cut(l.Text, "not syncing: ")
	text := "The kernel panicked because memory ran out"
	switch {
	case strings.Contains(cause, "panic_on_oom"):
		text += " and vm.panic_on_oom forbids killing"
	case strings.Contains(cause, "no killable") || strings.Contains(cause, "deadlocked"):
		text += " and there was nobody to kill"
	}
	return oomEvent(l, record.OOMPanic, o, text)
}

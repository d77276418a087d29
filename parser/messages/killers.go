package messages

import (
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// userEvent is the event of a killer that is not the kernel.
func userEvent(l record.Line, kind record.Kind, source string, o *record.OOM, text string) record.Event {
	e := record.Event{At: l.At, From: l.From, Host: l.Host, Source: source, Kind: kind, Text: text, Excerpt: brief(l.Text, 600), OOM: o}
	if o != nil {
		e.Attr = victimAttr(o.Victim)
		if o.TaskMemcg != "" {
			e.Attr = append(e.Attr, record.Attr{Key: record.AttrScope, Value: o.TaskMemcg})
		}
	}
	return e
}

// mebibytes reads a whole number of MiB as bytes.
func mebibytes(s string) record.Maybe {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > 1<<30 {
		return record.Maybe{}
	}
	return record.Known(n << 20)
}

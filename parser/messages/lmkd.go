package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// lmkd reads Android's low memory killer daemon (system/memory/lmkd/lmkd.cpp), and the kernel driver before it
// (drivers/staging/android/lowmemorykiller.c up to 4.11):
//
//	Kill 'com.example.app' (1234), uid 10123, oom_score_adj 900 to free 123456kB rss, 1234kB swap; reason: low watermark is breached
//	lowmemorykiller: Killing 'com.example.app' (1234) (tgid 1234), adj 900,
//	lowmemorykiller: send sigkill to 1234 (com.example.app), adj 900, size 23456        Linux's own; without the first word before 3.12
var lmkd = Reader{
	Name:    "lmkd",
	Title:   "Android's low memory killer",
	Sources: []string{"lmkd", "lowmemorykiller", "kernel", ""},
	Wants: func(text []byte) bool {
		begin, _ := kernelWords(text)
		msg := text[begin:]
		return has(msg, "Kill '") || has(msg, "Killing '") || has(msg, "send sigkill to ") || has(msg, "lowmemorykiller: Kill") || has(msg, "lowmemorykiller: send")
	},
	Starts: []string{"Kill '", "Killing '", "send sigkill to ", "lowmemorykiller: Kill", "lowmemorykiller: send"},
	New:    lineByLine(readLmkd),
}

func readLmkd(l record.Line, sink record.Sink) {
	begin, _ := oomMessage(l.Text)
	text := strings.TrimPrefix(l.Text[begin:], "lowmemorykiller: ")
	if rest, found := strings.CutPrefix(text, "send sigkill to "); found {
		if v, ok := readSigkill(rest); ok {
			sink.Event(lmkdEvent(l, v, ""))
		}
		return
	}
	_, rest, ok := strings.Cut(text, " '")
	if !ok {
		return
	}
	i := strings.LastIndex(rest, "' (")
	if i < 0 {
		return
	}
	v := record.Victim{Comm: oomComm(rest[:i])}
	pid, rest, ok := leadingInt(rest[i+len("' ("):])
	if !ok || pid <= 0 || !strings.HasPrefix(rest, ")") {
		return
	}
	v.PID = record.Known(pid)
	number := func(mark string) record.Maybe {
		_, after, ok := strings.Cut(rest, mark)
		n, tail, isInt := leadingInt(after)
		if !ok || !isInt || tail == "" {
			return record.Maybe{}
		}
		return record.Known(n)
	}
	v.UID = number(", uid ")
	for _, mark := range [...]string{"oom_score_adj ", ", adj ", "oom_adj "} {
		if v.Adj = number(mark); v.Adj.Known() {
			break
		}
	}
	v.Anon = times(number("to free "), 1<<10) // all that is resident; the parts are not told
	if _, after, ok := strings.Cut(rest, "kB rss, "); ok {
		size, _, _ := strings.Cut(after, " ")
		v.Swap = kernelKB(strings.TrimSuffix(size, ";"))
	}
	_, why, _ := strings.Cut(rest, "reason: ")
	sink.Event(lmkdEvent(l, v, why))
}

// readSigkill reads "1234 (com.example.app), adj 900, size 23456" of the driver. The size is not told: Linux counts pages,
// and vendors bytes.
func readSigkill(rest string) (v record.Victim, ok bool) {
	pid, rest, ok := leadingInt(rest)
	i := strings.LastIndex(rest, "), adj ")
	if !ok || pid <= 0 || i < 0 || !strings.HasPrefix(rest, " (") {
		return v, false
	}
	v = record.Victim{PID: record.Known(pid), Comm: oomComm(rest[len(" ("):max(i, len(" ("))])}
	if adj, tail, ok := leadingInt(rest[i+len("), adj "):]); ok && tail != "" {
		v.Adj = record.Known(adj)
	}
	return v, true
}

func lmkdEvent(l record.Line, v record.Victim, why string) record.Event {
	o := &record.OOM{Killer: "lmkd", Victim: v, Why: why, Lines: record.Span{First: l.From.Line, Last: l.From.Line}}
	return userEvent(l, record.OOMKill, "lmkd", o, fmt.Sprintf("Android's low memory killer ended %s", victimText(v)))
}

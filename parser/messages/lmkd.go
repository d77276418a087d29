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
var lmkd = Reader{
	Name:    "lmkd",
	Title:   "Android's low memory killer",
	Sources: []string{"lmkd", "lowmemorykiller", "kernel", ""},
	Wants: func(text []byte) bool {
		begin, _ := kernelWords(text)
		msg := text[begin:]
		return has(msg, "Kill '") || has(msg, "Killing '") || has(msg, "lowmemorykiller: Kill")
	},
	Starts: []string{"Kill '", "Killing '", "lowmemorykiller: Kill"},
	New:    lineByLine(readLmkd),
}

func readLmkd(l record.Line, sink record.Sink) {
	begin, _ := oomMessage(l.Text)
	text := strings.TrimPrefix(l.Text[begin:], "lowmemorykiller: ")
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
	o := &record.OOM{Killer: "lmkd", Victim: v, Lines: record.Span{First: l.From.Line, Last: l.From.Line}}
	if _, why, ok := strings.Cut(rest, "reason: "); ok {
		o.Why = why
	}
	sink.Event(userEvent(l, record.OOMKill, "lmkd", o, fmt.Sprintf("Android's low memory killer ended %s", victimText(v))))
}

package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// kubelet reads the eviction manager, which ends pods before the kernel must (pkg/kubelet/eviction/eviction_manager.go),
// and what kubelet and dockerd report about containers that the kernel killed. None of it is a kill of its own:
//
//	I1012 19:34:44.999261    2480 eviction_manager.go:374] "Eviction manager: attempting to reclaim" resourceName="memory"
//	I1012 19:34:45.445172    2480 eviction_manager.go:595] "Eviction manager: pod is evicted successfully" pod="default/nginx"
//	eviction manager: pod default/nginx is evicted successfully                                                     before 1.20
var kubelet = Reader{
	Name:    "kubelet",
	Title:   "kubelet evictions for memory",
	Sources: []string{"kubelet", "dockerd", ""},
	Wants: func(text []byte) bool {
		return len(text) > 20 && (text[0] == 'I' || text[0] == 'W' || text[0] == 'E' || text[0] == 'e' || text[0] == 't') &&
			(contains(text, "viction manager: ") || contains(text, "OOMKilled"))
	},
	Holds: []string{"iction", "OOM"},
	New:   func() Step { return &kubeletStep{} },
}

// kubeletStep remembers which resource was short: an eviction for disk space is no matter of memory.
type kubeletStep struct{ resource string }

func (s *kubeletStep) Line(l record.Line, sink record.Sink) {
	text := l.Text
	switch {
	case strings.Contains(text, "attempting to reclaim"), strings.Contains(text, "must evict pod(s) to reclaim"):
		s.resource = resourceOf(text)
		if s.resource == "memory" {
			sink.Event(kubeletEvent(l, "", "The kubelet reclaims memory: its node is under memory pressure"))
		}
	case strings.Contains(text, "evicted successfully"):
		if s.resource == "memory" || s.resource == "" {
			pod := podOf(text)
			sink.Event(kubeletEvent(l, pod, fmt.Sprintf("The kubelet evicted pod %s because its node was short of memory or another resource", pod)))
		}
	case strings.Contains(text, "OOMKilled"):
		e := kubeletEvent(l, podOf(text), "A container is reported as OOMKilled: the kernel killed a process of it for its memory limit")
		e.Attr = append(e.Attr, record.Attr{Key: record.AttrEcho, Value: e.Source})
		sink.Event(e)
	}
}

// Flush has nothing open.
func (s *kubeletStep) Flush(record.Sink) { s.resource = "" }

// resourceOf reads resourceName="memory", or the word behind "reclaim" of older releases.
func resourceOf(text string) string {
	if name, ok := between(text, `resourceName="`, `"`); ok {
		return name
	}
	_, after, _ := strings.Cut(text, " reclaim ")
	name, _, _ := strings.Cut(after, " ")
	return name
}

func podOf(text string) string {
	if pod, ok := between(text, `pod="`, `"`); ok {
		return pod
	}
	if pod, ok := between(text, "manager: pod ", " is evicted"); ok {
		return pod
	}
	return ""
}

func kubeletEvent(l record.Line, pod, text string) record.Event {
	source := l.Program
	if source == "" {
		source = "kubelet"
	}
	e := userEvent(l, record.MemPressure, source, nil, text)
	if pod != "" {
		e.Attr = []record.Attr{{Key: "pod", Value: pod}}
	}
	return e
}

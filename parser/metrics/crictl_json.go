package metrics

// crictl stats -o json and crictl statsp -o json, one answer after another:
//
//	{"stats": [{"attributes": {"id": "3d1ab...", "metadata": {"name": "coredns"}, "labels": {"io.kubernetes.pod.name": "coredns-5d78c", ...}},
//	  "memory": {"timestamp": "1795393680000000000", "workingSetBytes": {"value": "45350912"}, "rssBytes": {"value": "40000000"}}, ...}]}
//
// Source: the CRI's api.proto (ContainerStats, PodSandboxStats), which crictl prints as JSON of protocol buffers: numbers of 64
// bits are texts. The timestamp is when the runtime measured, in nanoseconds: no dates between are needed. statsp has the pod's
// own under "linux", and its containers in a list there.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var crictlJSON = parser.Format{
	Name: "crictl-json", Title: "crictl stats or statsp -o json",
	Sniff: func(h parser.Head) parser.Score {
		i := bytes.IndexByte(h.Data, '{')
		if i < 0 || i > 200 || !has(trim(h.Data[i+1:]), `"stats"`) || !bytes.Contains(h.Data, []byte(`"workingSetBytes"`)) {
			return 0
		}
		return 95
	},
	Parse: parseCrictlJSON,
}

// crictlEntry is what one entry of the list tells.
type crictlEntry struct {
	id, name, pod, namespace string
	isPod                    bool // its metadata has a uid
	at                       record.Stamp
	workingSet, rss          float64
	measured, resident       bool
}

type crictlJSONReader struct {
	*curves
	json *jsonScan
}

func parseCrictlJSON(lines *parser.Lines, sink record.Sink) error {
	r := &crictlJSONReader{curves: newCurves(lines, sink), json: newJSON(lines.Stream())}
	for r.json.seek('{') {
		if !r.entry(&crictlEntry{}, "") {
			if r.json.peek() == 0 {
				r.problem(r.json.line, "the file is cut off here: what stands before is read")
				break
			}
			r.json.at++
		}
	}
	return nil
}

// longestPath is about what leads to the deepest member that is read.
const longestPath = 100

// entry reads an object whose members belong to the entry, under the path that leads to it.
func (r *crictlJSONReader) entry(e *crictlEntry, path string) bool {
	return r.json.object(func(key []byte) bool {
		name := string(key)
		switch c := r.json.peek(); {
		case c == '{' && len(path)+len(name) < longestPath:
			ok := r.entry(e, path+name+".")
			if ok && name == "memory" {
				r.pass(e)
			}
			return ok
		case c == '[' && (name == "stats" || name == "containers"):
			return r.json.list(func() bool { return r.entry(&crictlEntry{}, "") })
		case c == '{' || c == '[':
			return r.json.skip()
		}
		text, _, ok := r.json.scalar()
		if ok {
			e.member(path+name, text)
		}
		return ok
	})
}

// member takes a value under its path.
func (e *crictlEntry) member(path string, text []byte) {
	switch path {
	case "attributes.id":
		e.id = unescaped(text)
	case "attributes.metadata.name":
		e.name = unescaped(text)
	case "attributes.metadata.uid":
		e.isPod = true
	case "attributes.labels.io.kubernetes.pod.name":
		e.pod = unescaped(text)
	case "attributes.labels.io.kubernetes.pod.namespace", "attributes.metadata.namespace":
		e.namespace = unescaped(text)
	case "memory.timestamp", "linux.memory.timestamp":
		if n, ok := scan.Int(text); ok && n > 0 {
			e.at, _ = scan.EpochNumber(n)
		}
	case "memory.workingSetBytes.value", "linux.memory.workingSetBytes.value":
		e.workingSet, e.measured = scan.Float(text)
	case "memory.rssBytes.value", "linux.memory.rssBytes.value":
		e.rss, e.resident = scan.Float(text)
	}
}

// pass gives the samples of an entry behind its memory, before which its attributes stand. One that ended has no memory.
func (r *crictlJSONReader) pass(e *crictlEntry) {
	if e.at.IsZero() || !e.measured || e.name == "" {
		return
	}
	emit := func(what string, q record.Quantity, v float64) {
		s := r.get([]byte(what+"\x00"+e.id+"\x00"+e.name), func() *record.Series {
			s := &record.Series{Name: what, Quantity: q, Unit: record.Bytes, Subject: e.name, From: record.Origin{File: r.lines.Path, Line: r.json.line}}
			label := func(key, value string) {
				if value != "" {
					s.Labels = append(s.Labels, record.Attr{Key: key, Value: value})
				}
			}
			if e.isPod {
				label("pod", e.name)
			} else {
				label("container", e.name)
				label("pod", e.pod)
			}
			label("namespace", e.namespace)
			label("id", e.id[:min(len(e.id), 13)])
			return s
		})
		r.sample(e.at, r.json.line, s, v)
	}
	emit("workingSetBytes", record.MemoryUsed, e.workingSet)
	if e.resident && e.rss > 0 {
		emit("rssBytes", record.RSS, e.rss)
	}
}

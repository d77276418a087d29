package messages

import (
	"strings"

	"oomortem/parser/record"
)

// oomSummaryLine is what "oom-kill:" tells (5.0 and later, RHEL 8.1):
//
//	oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,oom_memcg=/a,task_memcg=/a/b,task=x,pid=1,uid=0
type oomSummaryLine struct {
	constraint, nodemask, cpuset, mems, oomMemcg, taskMemcg string
	global                                                  bool
	comm                                                    string
	pid, uid                                                record.Maybe
}

// ofNodes tells that the call was bound to some NUMA nodes.
func (s *oomSummaryLine) ofNodes() bool {
	return s.constraint == "CONSTRAINT_CPUSET" || s.constraint == "CONSTRAINT_MEMORY_POLICY"
}

// readSummary reads an "oom-kill:" line. Values may hold commas and equal signs (node lists, cgroup paths, names),
// so it is cut at the keys in their order, and the victim's part from the right.
func readSummary(msg string) (s oomSummaryLine) {
	left := strings.TrimPrefix(msg, "oom-kill:")
	if i := taskMark(left); i >= 0 {
		s.readTask(left[i+len(",task="):])
		left = left[:i]
	}
	keys := [...]struct {
		key  string
		into *string
	}{{"constraint=", &s.constraint}, {",nodemask=", &s.nodemask}, {",cpuset=", &s.cpuset}, {",mems_allowed=", &s.mems},
		{",oom_memcg=", &s.oomMemcg}, {",global_oom", nil}, {",task_memcg=", &s.taskMemcg}}
	value := (*string)(nil)
	for _, k := range keys {
		i := strings.Index(left, k.key)
		if i < 0 {
			continue
		}
		if value != nil {
			*value = left[:i]
		}
		left, value = left[i+len(k.key):], k.into
		s.global = s.global || k.into == nil
	}
	if value != nil {
		*value = left
	}
	return s
}

// taskMark finds ",task=": a name has at most 15 bytes, so before ",pid=N,uid=N" it is the first in reach; in a
// torn line the last one counts.
func taskMark(s string) int {
	const mark = ",task="
	end := strings.LastIndex(s, ",pid=")
	if end < 0 {
		return strings.LastIndex(s, mark)
	}
	from := max(0, end-len(mark)-15)
	if i := strings.Index(s[from:end], mark); i >= 0 {
		return from + i
	}
	return strings.LastIndex(s[:end], mark)
}

func (s *oomSummaryLine) readTask(rest string) {
	i := strings.LastIndex(rest, ",pid=")
	if i < 0 {
		s.comm = oomComm(rest)
		return
	}
	s.comm = oomComm(rest[:i])
	pid, after, ok := leadingInt(rest[i+len(",pid="):])
	if !ok || !strings.HasPrefix(after, ",uid=") { // torn: the number may lack digits
		return
	}
	s.pid = record.Known(pid)
	if uid, _, ok := leadingInt(after[len(",uid="):]); ok {
		s.uid = record.Known(uid)
	}
}

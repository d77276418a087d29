package facts

import (
	"bytes"

	"oomortem/parser/record"
)

// kubectlPods reads `kubectl get pods -o wide`, with or without --all-namespaces (kubectl 1.5 to 1.34):
//
//	NAMESPACE   NAME                         READY   STATUS        RESTARTS      AGE   IP           NODE           NOMINATED NODE   READINESS GATES
//	default     mysql-min-6b7f84c9d5-r8kgx   1/1     Terminating   3 (2d ago)    23d   10.44.1.12   k8s-worker-1   <none>           <none>
var kubectlPods = listing{
	name: "kubectl-pods", title: "kubectl get pods -o wide",
	commands: []string{"kubectl get pods", "kubectl get pod", "kubectl get po", "oc get pods"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("NAME")) && bytes.Contains(line, []byte(" READY ")) && bytes.Contains(line, []byte(" STATUS ")) &&
			bytes.Contains(line, []byte(" RESTARTS "))
	},
	open: func(s *sheet) rows { return &podRows{sheet: s} },
}

type podRows struct {
	*sheet
	columns columns
}

func (r *podRows) row(line []byte) {
	if bytes.HasPrefix(line, []byte("NAME")) {
		r.columns = columnsOf(line)
		return
	}
	name, ok := r.columns.get(line, "NAME")
	if !ok || len(name) == 0 {
		return
	}
	pod := r.text(name)
	if namespace, ok := r.columns.get(line, "NAMESPACE"); ok && len(namespace) > 0 {
		pod = r.text(namespace) + "/" + pod
	}
	status, ok := r.columns.get(line, "STATUS")
	if !ok {
		r.lines.Problem("kubectl get pods: the row ends before its STATUS")
		return
	}
	r.fact(pod, record.FactPodStatus, r.text(status))
	if node, ok := r.columns.get(line, "NODE"); ok && string(node) != "<none>" && (!r.lines.Torn() || r.columns.has("NOMINATED NODE")) {
		r.fact(pod, record.FactPodNode, r.text(node))
	}
}

func (r *podRows) end() {}

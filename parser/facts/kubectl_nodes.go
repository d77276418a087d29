package facts

import (
	"bytes"

	"oomortem/parser/record"
)

// kubectlNodes reads `kubectl get nodes`, with -o wide the address too (kubectl 1.5 to 1.34):
//
//	NAME           STATUS     ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
//	k8s-worker-1   NotReady   <none>   23d   v1.19.7   10.0.0.11     <none>        CentOS…    3.10.0-1160      docker://19.3.14
var kubectlNodes = listing{
	name: "kubectl-nodes", title: "kubectl get nodes",
	commands: []string{"kubectl get nodes", "kubectl get node", "kubectl get no", "oc get nodes"},
	begins: func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("NAME ")) && bytes.Contains(line, []byte(" STATUS ")) && bytes.Contains(line, []byte(" ROLES ")) &&
			bytes.Contains(line, []byte(" VERSION"))
	},
	open: func(s *sheet) rows { return &nodeRows{sheet: s} },
}

type nodeRows struct {
	*sheet
	columns columns
}

func (r *nodeRows) row(line []byte) {
	if kubectlNodes.begins(line) {
		r.columns = columnsOf(line)
		return
	}
	name, ok := r.columns.get(line, "NAME")
	status, told := r.columns.get(line, "STATUS")
	if !ok || !told || len(name) == 0 {
		return
	}
	node := r.text(name)
	r.fact(node, record.FactNodeStatus, r.text(status))
	if address, ok := r.columns.get(line, "INTERNAL-IP"); ok && string(address) != "<none>" {
		r.fact(node, record.FactNodeAddress, r.text(address))
	}
	if kernel, ok := r.columns.get(line, "KERNEL-VERSION"); ok {
		r.fact(node, record.FactKernel, r.text(kernel))
	}
}

func (r *nodeRows) end() {}

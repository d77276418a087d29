package topology

import "strings"

// VMOfFile finds the VM that a file is named after: top-worker-1.txt was taken on vm-k8s-worker-1, and
// vm-k8s-worker-1-serial.log is its console.
func (t *Topology) VMOfFile(path string) *VM {
	vm, _ := t.namedByFile(path)
	return vm
}

// namedByFile also gives the part of the file's name that means the VM.
func (t *Topology) namedByFile(path string) (vm *VM, part string) {
	base := path[strings.LastIndexByte(path, '/')+1:]
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		base = base[:i]
	}
	for head := base; head != ""; {
		for part := head; part != ""; {
			if vm, _ := t.VM(part); vm != nil {
				return vm, part
			}
			_, part, _ = strings.Cut(part, "-")
		}
		i := strings.LastIndexByte(head, '-')
		if i < 0 {
			return nil, ""
		}
		head = head[:i]
	}
	return nil, ""
}

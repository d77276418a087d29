// Package topology knows who is who: host ⊃ VM ⊃ pod ⊃ process, and which pid, machine name, network port, node
// name or series name means which of them. Every resolution names its method, because a report must say how a pid
// became a VM.
package topology

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// Topology is all that the evidence tells about the subjects of a run.
type Topology struct {
	Host string // the host's name, "" when not told
	RAM  record.Maybe
	VMs  []*VM // by name
	Pods []Pod // by name

	roots rooted[*VM]
	alike map[string][]*VM   // by a name as machined spells it, once asked for: years of logs ask again and again
	meant map[string]meaning // of a name, likewise
}

// meaning is the VM that a name means, and how.
type meaning struct {
	vm     *VM
	method string
}

// add takes VMs in.
func (t *Topology) add(vms ...*VM) {
	t.VMs = append(t.VMs, vms...)
	for _, vm := range vms {
		t.roots.add(vm.Name, vm)
	}
	t.renamed()
}

// renamed puts the VMs in order and forgets what names meant before.
func (t *Topology) renamed() {
	slices.SortFunc(t.VMs, byName)
	t.alike, t.meant = map[string][]*VM{}, map[string]meaning{}
}

// respell gives a VM that logs alone name the fuller name by which somebody recorded it: machined drops characters.
func (t *Topology) respell(vm *VM, name string) {
	if !vm.Ours && len(name) > len(vm.Name) && SpelledAs(name, vm.Name) {
		vm.Name = name
		t.roots.add(name, vm)
		t.renamed()
	}
}

func byName(a, b *VM) int { return cmp.Compare(a.Name, b.Name) }

// VM is one virtual machine.
type VM struct {
	Name     string
	Title    string // a second name, by which the guest may call itself; "" when not told
	ID       string // libvirt's
	State    string
	Promised record.Maybe // bytes, maximum
	Balloon  record.Maybe
	RSS      record.Maybe // bytes, of a listing; curves know better
	PID      record.Maybe
	UUID     string
	Ifaces   []string
	Ours     bool // a listing or a curve of the run names it, not only a log
	Idle     bool // shut off, and nothing of the run speaks of it: it holds no memory
	Huge     bool // RAM in huge pages: invisible in its process's RSS
	From     record.Origin
}

// Pod is one pod and the node that it lives on.
type Pod struct {
	Name, Node, Status string
	From               record.Origin
}

// Build reads the facts, the events and the series that name subjects.
func Build(facts []record.Fact, events []record.Event, series []*record.Series) *Topology {
	b := builder{vms: map[string]*VM{}, roots: rooted[string]{}, pods: map[string]*Pod{}, t: &Topology{roots: rooted[*VM]{}}, told: map[string]map[*VM]int{}}
	for _, f := range facts {
		b.fact(f)
	}
	b.claim(facts, events)
	for i := range events {
		b.event(&events[i])
	}
	spoken := b.spoken(events)
	hypervisors := hypervisorPIDs(events)
	for _, s := range series {
		if name := s.Label("domain"); name != "" { // libvirt's exporters
			b.vm(name, s.From).Ours = true
		}
		if pid, ok := pidIn(s); ok && hypervisors[pid] && s.Subject != "" {
			b.vm(s.Subject, s.From).PID = record.Known(pid)
		}
	}
	t := b.done()
	t.siblings(facts, series)
	for _, s := range series { // a VM whose memory somebody recorded for this run is the run's own
		name := s.Subject
		vm, _ := t.VM(name)
		if vm == nil && name == "" && s.Unit == record.Bytes {
			vm, name = t.namedByFile(s.From.File)
		}
		if vm != nil {
			t.respell(vm, name)
			vm.Ours = true
		}
	}
	t.Host = b.hostOf()
	t.rest(spoken, hypervisorsKilled(events), series)
	return t
}

// hypervisorPIDs gives the pids that the kills' dumps show as hypervisor processes: a curve of such a pid is a VM's.
func hypervisorPIDs(events []record.Event) map[int64]bool {
	out := map[int64]bool{}
	for _, e := range events {
		if e.OOM == nil {
			continue
		}
		if pid, ok := e.OOM.Victim.PID.Get(); ok && IsHypervisor(e.OOM.Victim.Comm) {
			out[pid] = true
		}
		for _, task := range e.OOM.Tasks {
			if IsHypervisor(task.Comm) {
				out[int64(task.TGID)] = true
			}
		}
	}
	return out
}

// pidIn gives the pid that a series carries, as a label or in its heading: vm-web-1_rss_kB(pid 144).
func pidIn(s *record.Series) (int64, bool) {
	if pid, ok := number(s.Label("pid")).Get(); ok {
		return pid, true
	}
	_, rest, ok := strings.Cut(s.Name, "(pid ")
	digits, _, closed := strings.Cut(rest, ")")
	pid, told := number(digits).Get()
	return pid, ok && closed && told
}

type builder struct {
	t    *Topology
	vms  map[string]*VM
	pods map[string]*Pod
	host map[string]int         // how many records name it
	told map[string]map[*VM]int // and how many of them are about a VM

	roots rooted[string] // the names of vms
}

func (b *builder) fact(f record.Fact) {
	switch f.Key {
	case record.FactHostRAM:
		b.t.RAM = number(f.Value)
	case record.FactHostName:
		b.sawHost(f.Value)
	case record.FactPodNode:
		b.pod(f).Node = f.Value
	case record.FactPodStatus:
		b.pod(f).Status = f.Value
	}
	if !strings.HasPrefix(f.Key, "vm") || f.Subject == "" {
		return
	}
	vm := b.listed(f)
	switch f.Key {
	case record.FactVMTitle:
		vm.Title = f.Value
	case record.FactVMID:
		vm.ID = f.Value
	case record.FactVMState:
		vm.State = f.Value
	case record.FactVMMemory:
		vm.Promised = number(f.Value)
	case record.FactVMBalloon:
		vm.Balloon = number(f.Value)
	case record.FactVMRSS:
		vm.RSS = number(f.Value)
	case record.FactVMPID:
		vm.PID = number(f.Value)
	case record.FactVMUUID:
		vm.UUID = f.Value
	case record.FactVMHugePages:
		vm.Huge = f.Value == "yes"
	case record.FactVMIface:
		if !slices.Contains(vm.Ifaces, f.Value) {
			vm.Ifaces = append(vm.Ifaces, f.Value)
		}
	}
}

// event learns VM names and sizes from the log: machined and libvirt name machines that no listing holds.
func (b *builder) event(e *record.Event) {
	b.sawHost(e.Host)
	name := e.Get(record.AttrVM)
	if name == "" {
		return
	}
	meant := b.meant(e)
	if len(meant) == 0 {
		meant = append(meant, b.vm(name, e.From))
	}
	vm := meant[0]
	if e.Host != "" {
		if b.told[e.Host] == nil {
			b.told[e.Host] = map[*VM]int{}
		}
		b.told[e.Host][vm]++
	}
	if len(meant) > 1 { // it says something of one of them, nobody knows of which
		return
	}
	if id := e.Get(record.AttrID); id != "" && vm.ID == "" {
		vm.ID = id
	}
	if size := number(e.Get(record.AttrBytes)); size.Known() && !vm.Promised.Known() {
		vm.Promised = size
	}
	if pid := number(e.Get(record.AttrPID)); pid.Known() && e.Kind == record.VMStarted {
		vm.PID = pid
	}
}

// claim marks the VMs that listings name as the run's own. A log tells facts too, of whatever runs on its host: they
// claim nothing.
func (b *builder) claim(facts []record.Fact, events []record.Event) {
	logs := map[string]bool{}
	for _, e := range events {
		logs[e.From.File] = true
	}
	for _, f := range facts {
		if vm := b.vms[f.Subject]; vm != nil && !logs[f.From.File] {
			vm.Ours = true
		}
	}
}

// vmsSpeak is how many other records one about a VM outweighs in telling which host carries the VMs.
const vmsSpeak = 100

func (b *builder) sawHost(name string) {
	if name == "" {
		return
	}
	if b.host == nil {
		b.host = map[string]int{}
	}
	b.host[name]++
}

// vm gives the VM of the name, under the fuller of two spellings of one machine.
func (b *builder) vm(name string, from record.Origin) *VM {
	if vm := b.vms[name]; vm != nil {
		return vm
	}
	if vm := b.spelling(name); vm != nil {
		if len(name) > len(vm.Name) { // machined drops characters: the longer spelling is the true one
			vm.Name = name
		}
		b.know(name, vm)
		return vm
	}
	return b.another(name, from)
}

// listed gives the VM of a name in a listing, which spells every name in full: two of one listing are two.
func (b *builder) listed(f record.Fact) *VM {
	if vm := b.vms[f.Subject]; vm != nil {
		return vm
	}
	if vm := b.spelling(f.Subject); vm != nil && vm.From.File == f.From.File {
		return b.another(f.Subject, f.From)
	}
	return b.vm(f.Subject, f.From)
}

// spelling gives the one VM that the name is another spelling of, nil when none or several could be.
func (b *builder) spelling(name string) (found *VM) {
	for _, known := range b.roots.of(name) {
		if vm := b.vms[known]; vm != found && (SpelledAs(known, name) || SpelledAs(name, known)) {
			if found != nil {
				return nil
			}
			found = vm
		}
	}
	return found
}

func (b *builder) another(name string, from record.Origin) *VM {
	vm := &VM{Name: name, From: from}
	b.know(name, vm)
	return vm
}

func (b *builder) know(name string, vm *VM) {
	b.vms[name] = vm
	b.roots.add(name, name)
}

func (b *builder) pod(f record.Fact) *Pod {
	p := b.pods[f.Subject]
	if p == nil {
		p = &Pod{Name: f.Subject, From: f.From}
		b.pods[f.Subject] = p
	}
	return p
}

func (b *builder) done() *Topology {
	var all []*VM
	seen := map[*VM]bool{}
	for _, vm := range b.vms {
		if !seen[vm] {
			seen[vm] = true
			all = append(all, vm)
		}
	}
	b.t.add(all...)
	for _, p := range b.pods {
		b.t.Pods = append(b.t.Pods, *p)
	}
	slices.SortFunc(b.t.Pods, func(a, c Pod) int { return cmp.Compare(a.Name, c.Name) })
	return b.t
}

// hostOf gives the name that most records carry and that is no VM's: a log of a VM's name is a guest's own. Records about
// the run's VMs weigh most; those about VMs of which the run's listings and curves know nothing tell of another host.
func (b *builder) hostOf() string {
	ours := slices.ContainsFunc(b.t.VMs, func(vm *VM) bool { return vm.Ours })
	best, most := "", math.MinInt
	for name, n := range b.host {
		if vm, _ := b.t.VM(name); vm != nil {
			continue
		}
		for vm, records := range b.told[name] {
			switch {
			case vm.Ours:
				n += records * vmsSpeak
			case ours:
				n -= records * vmsSpeak
			}
		}
		if n > most || n == most && name < best {
			best, most = name, n
		}
	}
	return best
}

// Ours gives the VMs that listings or curves of the run name; all when only logs name any.
func (t *Topology) Ours() []*VM {
	var out []*VM
	for _, vm := range t.VMs {
		if vm.Ours {
			out = append(out, vm)
		}
	}
	if len(out) == 0 {
		return t.VMs
	}
	return out
}

// Promised sums what the VMs that are or were running were promised; ok is false when the size of one is not known.
func (t *Topology) Promised() (sum int64, ok bool) {
	vms := t.Ours()
	ok = len(vms) > 0
	for _, vm := range vms {
		if vm.Idle {
			continue
		}
		n, known := vm.Promised.Get()
		sum += n
		ok = ok && known
	}
	return sum, ok
}

// number reads a fact's decimal number.
func number(s string) record.Maybe {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return record.Maybe{}
	}
	return record.Known(n)
}

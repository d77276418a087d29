package record

// Fact is one stated thing about a subject: a VM's size, a kernel setting, where a pod lives.
type Fact struct {
	At      Stamp // when it was true, if the listing tells
	From    Origin
	Subject string // a VM, pod, node, process or host name as written; "" for the host that the file is about
	Key     string // one of the keys below
	Value   string // text, or a decimal number in base units
}

// The keys of facts. A host key with an empty Subject is about the one host of the run.
const (
	FactVM           = "vm"               // Subject is a VM; value: how it is known
	FactVMID         = "vm.id"            // libvirt's id
	FactVMState      = "vm.state"         // running, shut off, paused, crashed ... in English whatever the locale
	FactVMMemory     = "vm.memory"        // bytes promised (maximum)
	FactVMBalloon    = "vm.balloon"       // bytes allowed now
	FactVMRSS        = "vm.rss"           // bytes its hypervisor process holds
	FactVMPID        = "vm.pid"           //
	FactVMUUID       = "vm.uuid"          //
	FactVMIface      = "vm.iface"         // vnet2
	FactVMHugePages  = "vm.hugepages"     // "yes" when its RAM is backed by huge pages
	FactVMReason     = "vm.reason"        // why it is in its state: crashed, destroyed, shutdown ... in English
	FactVMTitle      = "vm.title"         // a second name: OpenStack's name of an instance-000001a1
	FactVMGuestTotal = "vm.guest.total"   // bytes of RAM as the guest sees it
	FactVMGuestFree  = "vm.guest.free"    // bytes the guest could still use (its MemAvailable)
	FactHostName     = "host.name"        //
	FactHostRAM      = "host.ram"         // bytes (MemTotal)
	FactHostFree     = "host.free"        // bytes
	FactHostAvail    = "host.available"   // bytes
	FactHostSwap     = "host.swap"        // bytes
	FactHostSwapFree = "host.swap.free"   // bytes
	FactHostHuge     = "host.hugepages"   // bytes reserved for huge pages
	FactHostCommit   = "host.commitlimit" // bytes
	FactHostShmem    = "host.shmem"       // bytes
	FactHostSlab     = "host.slab"        // bytes, unreclaimable
	FactHostZone     = "host.zone"        // "+08:00" or an IANA name
	FactKernel       = "host.kernel"      // release
	FactSysctl       = "sysctl."          // + name, as in sysctl.vm.overcommit_memory
	FactPodNode      = "pod.node"         // Subject is namespace/pod; value: node name
	FactPodStatus    = "pod.status"       //
	FactProcComm     = "process.comm"     // Subject is a pid
	FactProcRSS      = "process.rss"      // Subject is a pid; bytes
	FactProcShare    = "process.share"    // Subject is a pid; share of its machine's memory
	FactProcArgs     = "process.args"     // command line
	FactCgroupLimit  = "cgroup.limit"     // Subject is a cgroup path; bytes
	FactCgroupUsage  = "cgroup.usage"     // bytes now
	FactCgroupPeak   = "cgroup.peak"      // bytes at its highest
	FactCgroupKills  = "cgroup.oom_kill"  // processes of it that the OOM killer took so far
	FactHostKills    = "host.oom_kill"    // kills that the kernel counts since boot
	FactNUMARAM      = "numa.ram"         // Subject is "node 0"; bytes
	FactNUMAFree     = "numa.free"        // bytes
	FactNodeStatus   = "node.status"      // Subject is a Kubernetes node: Ready, NotReady ...
	FactNodeAddress  = "node.address"     // its internal address
	FactHostBootArgs = "host.bootargs"    // the kernel's command line
	FactTopHost      = "top.host"         // machine that a top or ps listing was taken on, when the file tells
	FactTopRAM       = "top.ram"          // bytes of RAM of that machine
)

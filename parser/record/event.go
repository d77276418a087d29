package record

// Kind is what an event is; the list is closed (contract: `events`).
type Kind string

// The kinds of events.
const (
	OOMInvoked       Kind = "oom-invoked"       // the killer was called and the text does not tell whom it killed
	OOMKill          Kind = "oom-kill"          // a process was killed for memory; one event per victim
	OOMReaped        Kind = "oom-reaped"        // the victim's memory was freed
	OOMNoVictim      Kind = "oom-no-victim"     // the killer found nobody it might kill
	OOMPanic         Kind = "oom-panic"         // the kernel panicked instead of killing
	VMStarted        Kind = "vm-started"        //
	VMStopped        Kind = "vm-stopped"        // shut down, destroyed, migrated, paused by somebody
	VMKilled         Kind = "vm-killed"         // its hypervisor process vanished (monitor EOF, scope failed)
	VMCrashed        Kind = "vm-crashed"        // its hypervisor process died by itself (assert, segfault, abort)
	HypervisorError  Kind = "hypervisor-error"  //
	LinkDown         Kind = "link-down"         // a VM's network port went away
	HostBoot         Kind = "host-boot"         //
	HostShutdown     Kind = "host-shutdown"     //
	KernelPanic      Kind = "kernel-panic"      //
	ProcessCrash     Kind = "process-crash"     // segfault, abort, core dump of something that is not a VM
	MemPressure      Kind = "mem-pressure"      // warnings before a kill: pressure, eviction, allocation failure, hung tasks
	GeneratorStopped Kind = "generator-stopped" // the load tool ended, by plan or not
	LogGap           Kind = "log-gap"           // the log says, or shows, that lines are missing
)

// Attr is one named value of an event, a series or a process, as text in base units.
type Attr struct{ Key, Value string }

// Attribute keys that more than one package relies on.
const (
	AttrVM      = "vm"      // a VM's name, as the source spells it
	AttrMachine = "machine" // a machined name: qemu-3-vm-k8s-worker-1
	AttrScope   = "scope"   // a cgroup or unit name
	AttrPID     = "pid"     //
	AttrComm    = "comm"    // process name, at most 15 bytes
	AttrIface   = "iface"   // vnet2, tap101i0
	AttrReason  = "reason"  // destroyed, shutdown, crashed, migrated ... as libvirt spells it; how a load tool ended
	AttrID      = "id"      // libvirt's domain id
	AttrBytes   = "bytes"   // memory a VM was started with
	AttrLasts   = "lasts"   // seconds that a log is silent from the event on
	AttrEcho    = "echo"    // who repeated the kernel's line; an echo proves no second kill
)

// BrokenMemory is the reason of an event that tells of memory which the hardware broke: no shortage.
const BrokenMemory = "memory-failure"

// Event is one understood occurrence, however many lines it took.
type Event struct {
	At      Stamp
	From    Origin // the line that settles it: for a kill the "Killed process" line
	Host    string // as written in the log, "" when it was not
	Source  string // program that wrote it: kernel, libvirtd, systemd-machined ...
	Kind    Kind
	Attr    []Attr
	Text    string // one plain sentence
	Excerpt string // the decisive line as it stands in the log, without its envelope
	OOM     *OOM   // set for the oom- kinds
	Cut     *Cut   // set where the log's file before, or the next one, may hold a part of what the event was read from
}

// Cut is what a file holds of a message of several lines over which its log was rotated. The events of one message share it.
type Cut struct {
	Begins bool   // no other message of the kind stands before it in the file
	Ends   bool   // the file ends before the message does
	Lines  []Line // with the kernel's own words as texts
}

// Get gives the value of an attribute, or "".
func (e *Event) Get(key string) string {
	for _, a := range e.Attr {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// Line is one log line with its envelope taken off, on its way to the message readers.
type Line struct {
	At      Stamp
	From    Origin
	Host    string
	Program string // the tag: "kernel", "libvirtd"; "" when the envelope carries none
	PID     int    // of the program, or the thread that had the kernel print the line; 0 when not written
	Text    string // the message
}

package record

import "time"

// Unit is what a series counts in. Parsers convert to these base units.
type Unit string

// The base units.
const (
	Bytes     Unit = "bytes"
	Seconds   Unit = "seconds"
	PerSecond Unit = "1/s"
	ByteRate  Unit = "bytes/s"
	Share     Unit = "share"
	Count     Unit = "count"
	NoUnit    Unit = ""
)

// Quantity is what a series measures, as far as its source makes that plain. "" is "a number".
type Quantity string

// Quantities that the correlator understands.
const (
	Throughput    Quantity = "throughput"     // successful completions per second
	Requests      Quantity = "requests"       // completions per second, failed ones included
	Errors        Quantity = "errors"         // failures per second
	Latency       Quantity = "latency"        // seconds
	Users         Quantity = "users"          // concurrency of the load
	InFlight      Quantity = "in-flight"      // requests begun and not completed
	HostTotal     Quantity = "host-total"     // RAM of the host, bytes
	HostAvailable Quantity = "host-available" // what the host can still give without swapping, bytes
	HostFree      Quantity = "host-free"      // bytes, page cache not counted
	HostUsed      Quantity = "host-used"      // bytes
	HostSwapTotal Quantity = "host-swap-total"
	HostSwapUsed  Quantity = "host-swap-used"
	HostSwapFree  Quantity = "host-swap-free"
	HostCached    Quantity = "host-cached"
	HostSlab      Quantity = "host-slab"
	HostHuge      Quantity = "host-huge-pages"
	HostShmem     Quantity = "host-shmem"
	Pressure      Quantity = "mem-pressure" // PSI, share of time stalled
	RSS           Quantity = "rss"          // resident memory of a VM, container or process: what counts on the host
	Balloon       Quantity = "balloon"      // memory a VM is allowed; flat, and not what it uses
	GuestUsed     Quantity = "guest-used"   // memory used as the guest sees it
	Limit         Quantity = "limit"        // of a cgroup, bytes
	MemoryUsed    Quantity = "memory"       // bytes of memory of something, meaning not told by the source
	SwapIn        Quantity = "swap-in"      // bytes per second
	SwapOut       Quantity = "swap-out"
	CPU           Quantity = "cpu"            // share of one core
	OOMKills      Quantity = "oom-kills"      // a counter of kills
	DiskTransfers Quantity = "disk-transfers" // per second: sysstat calls them tps, and they are no load's
)

// Series names a run of samples. Its pointer is its identity within one input, so that a sample costs no map.
type Series struct {
	Name     string // as written: a metric name, a column's heading
	Labels   []Attr // sorted by key
	Unit     Unit
	Quantity Quantity
	Subject  string        // whom it is about, as written: a domain, an instance, a column's heading; "" when not told
	Counter  bool          // ever-growing; take differences
	Quantum  float64       // smallest step that the written digits can show, in Unit; 0 when exact
	Step     time.Duration // interval of the export, when the source states it
	Behind   bool          // a rate is that of the interval which ends with its stamp
	First    time.Duration // length of the interval of its first value, when the source tells it
	From     Origin
}

// Label gives the value of a label, or "".
func (s *Series) Label(key string) string {
	for _, a := range s.Labels {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// String gives name{key="value",...}.
func (s *Series) String() string {
	if len(s.Labels) == 0 {
		return s.Name
	}
	b := []byte(s.Name + "{")
	for i, a := range s.Labels {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, a.Key+`="`+a.Value+`"`...)
	}
	return string(append(b, '}'))
}

// Sample is one value of a series. A value that the source gave as "nothing" is no sample at all.
type Sample struct {
	At     Stamp
	Line   int // in the series' file
	Series *Series
	Value  float64
}

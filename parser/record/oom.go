package record

// OOM is all that a log tells about one kill for memory. Fields that the text does not tell stay unknown.
// Sizes are bytes (the kernel prints kB and pages; readers convert), ids and scores are as printed.
type OOM struct {
	Killer     string   // kernel, systemd-oomd, earlyoom, nohang, lmkd
	Kernel     string   // release, when the dump names it: 3.10.0-1160.el7.x86_64
	Constraint string   // none, memcg, cpuset, mempolicy; "" when the text does not tell
	OOMMemcg   string   // cgroup whose limit was hit
	TaskMemcg  string   // cgroup of the victim
	Why        string   // why the allocation failed, in one sentence; "" when the dump does not show it
	Missing    []string // parts of the dump that are not in the text: header, memory, tasks, kill ...
	Victim     Victim
	Chosen     Victim // the process that was chosen, when a child of it was killed instead (kernels up to 5.0)
	Trigger    Trigger
	Memory     Memory
	Zones      []Zone // watermarks of the memory zones, as the dump lists them
	Slabs      []Slab // unreclaimable kernel caches, largest first (printed since 4.15 when they outgrow all pages)
	Tasks      []Task
	Group      string // cgroup whose memory.oom.group killed all of its processes together
	Cpuset     string // cpuset of the trigger
	Mems       string // NUMA nodes that the trigger may use: "0-1"
	Nodemask   string // NUMA nodes that a memory policy asked for; "" when none did
	Allocating bool   // vm.oom_kill_allocating_task made the trigger the victim
	Lines      Span   // the lines of the dump, from its first to its last in one file
	Begins     Origin // its first line, where a rotation has left that in the file before the one of Lines; else zero
}

// Span is a run of lines in one file, both ends included; 0 when not known.
type Span struct{ First, Last int }

// Victim is the process that was killed.
type Victim struct {
	PID, UID                         Maybe
	Comm                             string
	TotalVM, Anon, File, Shmem, Page Maybe   // bytes; Page is the page tables
	Swap                             Maybe   // bytes in swap, from the task table
	Adj                              Maybe   // oom_score_adj
	Badness                          Maybe   // printed score, 1/1000 of the allowed memory (kernels up to 5.0)
	Recomputed                       Badness // the same worked out again from the dump, as far as it shows enough
}

// RSS gives anon + file + shmem, known when at least one of them is.
func (v Victim) RSS() Maybe { return v.Anon.Plus(v.File).Plus(v.Shmem) }

// Trigger is the process that asked for the page that could not be had. It is not thereby guilty.
type Trigger struct {
	Comm  string
	PID   Maybe
	Adj   Maybe
	Order Maybe  // the request was for 2^order pages; -1 is a manual kill by SysRq
	GFP   string // mask with decoded flags, "0x201da (GFP_HIGHUSER_MOVABLE|__GFP_COLD)"
}

// Memory is what the dump says about the machine, or about the cgroup that hit its limit. Bytes.
type Memory struct {
	RAM, SwapTotal, SwapFree, Free, SlabUnreclaimable, SlabReclaimable, HugePages, Shmem, PageTables Maybe
	Reserved, Anon, FileCache, Unevictable, Dirty, Writeback, CMAFree, KernelStack, HugePagesFree    Maybe // Reserved is part of RAM that nobody can use
	MemcgLimit, MemcgUsage, MemcgSwapLimit, MemcgSwapUsage                                           Maybe // a limit that is not set stays unknown
	MemcgBothLimit, MemcgBothUsage                                                                   Maybe // memory and swap together (cgroup v1)
	MemcgAnon, MemcgFile, MemcgShmem, MemcgKernel, MemcgFails                                        Maybe // of the cgroup and those below it; MemcgFails counts refused charges
	Page                                                                                             Maybe // bytes per page
}

// Zone is one memory zone of one NUMA node in a dump; the text tells which of its numbers are known. Bytes.
type Zone struct {
	Node                                   int    // 0 when the kernel prints no node (up to 2.6.1x, 32 bit)
	Name                                   string // DMA, DMA32, Normal, HighMem, Movable
	Free, Min, Low, High, Present, Managed Maybe
	FreeCMA, HighAtomic                    Maybe   // what most requests may not take of Free; up to 6.12 HighAtomic is a reserve that may be used up
	Reserve                                []int64 // lowmem_reserve: what requests for each higher zone must leave
	Blocks                                 []Block // free blocks by order, from one page up
}

// Block counts the free blocks of one order in a zone.
type Block struct {
	Count int64
	Types string // migrate types that hold one: U unmovable, M movable, E reclaimable, C CMA, H high-atomic, I isolated; "" before 3.8
}

// Slab is one kernel object cache. Bytes.
type Slab struct {
	Name        string
	Used, Total int64
}

// Task is one row of the kernel's task table.
type Task struct {
	PID, TGID, UID int
	Comm           string
	RSS            int64 // bytes, shared pages counted for every process that maps them
	TotalVM        Maybe // bytes
	Swap, Page     Maybe // bytes; Page is the page tables
	Adj            Maybe
	Anon, Shmem    Maybe // bytes, parts of RSS (since 6.8)
}

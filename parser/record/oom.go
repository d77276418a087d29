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
	Tasks      []Task
	Lines      Span // the lines of the dump, from its first to its last in one file
}

// Span is a run of lines in one file, both ends included; 0 when not known.
type Span struct{ First, Last int }

// Victim is the process that was killed.
type Victim struct {
	PID, UID                         Maybe
	Comm                             string
	TotalVM, Anon, File, Shmem, Page Maybe  // bytes; Page is the page tables
	Adj                              Maybe  // oom_score_adj
	Badness                          Maybe  // printed score, 1/1000 of the allowed memory (kernels up to 5.0)
	Recomputed                       string // badness worked out from the task table or the sizes, "" when not possible
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
	MemcgLimit, MemcgUsage, MemcgSwapLimit, MemcgSwapUsage                                           Maybe
	Page                                                                                             Maybe // bytes per page
}

// Task is one row of the kernel's task table.
type Task struct {
	PID, TGID, UID int
	Comm           string
	RSS            int64 // bytes, shared pages counted for every process that maps them
	TotalVM        Maybe // bytes
	Swap, Page     Maybe // bytes
	Adj            Maybe
}

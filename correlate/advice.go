package correlate

import (
	"fmt"
	"slices"
	"strings"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
)

// advice says what to do, best first, with the arithmetic.
func (c *course) advice(r *verdict.Report) []verdict.Recommendation {
	out := []verdict.Recommendation{}
	switch r.Verdict.Cause {
	case verdict.HostOvercommit:
		out = append(out, c.resize(r)...)
		out = append(out, c.overcommitSetting()...)
		out = append(out, c.protection(r)...)
	case verdict.Healthy:
		if t := c.fits(); c.memory.Ratio() > 0 && c.memory.Promised.Or(0)+hostReserve > c.memory.RAM.Or(0)+c.memory.Swap.Or(0) {
			out = append(out, verdict.Recommendation{Action: verdict.Say("keep an eye on the host's available memory, or cut the VMs a little more"), Why: t})
		}
	}
	return append(out, c.hardware()...)
}

// hardware advises on memory that is broken.
func (c *course) hardware() []verdict.Recommendation {
	i := slices.IndexFunc(c.sights.All, func(s topology.Sight) bool { return cause.Broken(s.Event) && !c.elsewhere(s) })
	if i < 0 {
		return nil
	}
	return []verdict.Recommendation{{
		Action:  verdict.Say("find the memory module that is broken and replace it"),
		Why:     verdict.Say("an uncorrectable memory error was reported (%v): the hardware failed, memory was not short, so that neither more RAM nor smaller VMs prevent the next one", c.sights.All[i].From.String()),
		Command: "ras-mc-ctl --errors; ipmitool sel elist | grep -i memory",
	}}
}

// resize suggests VM sizes that fit the host.
func (c *course) resize(r *verdict.Report) []verdict.Recommendation {
	if r.Capacity == nil || r.Capacity.Reserve == 0 {
		if c.memory.Promised.Known() {
			return nil
		}
		why := verdict.Say("the sizes are not in the inputs; Red Hat's rule: the sum of guests + 4 GiB < RAM")
		if ram, ok := c.memory.RAM.Get(); ok {
			why = verdict.Say("the sizes are not in the inputs; Red Hat's rule: the sum of guests + 4 GiB < RAM (%v here)", verdict.Bytes(ram))
		}
		return []verdict.Recommendation{{
			Action:  verdict.Say("sum the VMs' sizes and hold them against the host's RAM"),
			Why:     why,
			Command: "for d in $(virsh list --all --name); do virsh dominfo $d; done",
		}}
	}
	ram, sum := c.memory.RAM.Or(0), c.memory.Promised.Or(0)
	fit, peaks, allPeaks := int64(0), int64(0), true
	for _, vm := range r.Capacity.VMs {
		fit += vm.Suggested.Or(0)
		peaks += vm.Peak.Or(0)
		allPeaks = allPeaks && vm.Peak.Known()
	}
	out := []verdict.Recommendation{{
		Action: verdict.Say("cut the VMs to %v in all (see the capacity table), or add RAM", verdict.Bytes(fit)),
		Why: verdict.Say("%v of RAM - 4 GiB for the host and QEMU = %v; %v × %v = %v, each size rounded down to half a GiB",
			verdict.Bytes(ram), verdict.Bytes(ram-hostReserve), verdict.Bytes(sum), fmt.Sprintf("%.2f", float64(ram-hostReserve)/float64(sum)), verdict.Bytes(fit)),
		Command: c.resizeCommand(r.Capacity),
	}}
	if allPeaks && peaks > ram-hostReserve {
		out = append(out, verdict.Recommendation{
			Action: verdict.Say("move a VM to another host if the guests need what they used"),
			Why:    verdict.Say("the VMs' peaks alone add up to %v, more than the %v that the host can give: smaller sizes will make a guest run short inside", verdict.Bytes(peaks), verdict.Bytes(ram-hostReserve)),
		})
	}
	return out
}

func (c *course) resizeCommand(capacity *verdict.Capacity) string {
	for _, vm := range capacity.VMs {
		if n, ok := vm.Suggested.Get(); ok && n < vm.Promised.Or(0) {
			name := quoted(vm.Name)
			return fmt.Sprintf("virsh setmaxmem %s %dM --config && virsh setmem %s %dM --config   # then shut down and start it", name, n>>20, name, n>>20)
		}
	}
	return ""
}

// quoted makes a name from the evidence safe in a command that somebody will paste into a shell.
func quoted(name string) string {
	if name != "" && name[0] != '-' && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+", r))
	}) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// overcommitSetting explains vm.overcommit_memory, which is often taken for the cure or the cause.
func (c *course) overcommitSetting() []verdict.Recommendation {
	mode, ok := c.memory.Overcommit.Get()
	if !ok {
		return nil
	}
	meaning := map[int64]string{
		0: "0: the kernel refuses only obvious overcommits of a single request (heuristic)",
		1: "1: every request is granted, whatever is promised already",
		2: "2: strict, the sum of what is promised stays below swap + overcommit_ratio of RAM",
	}[mode]
	if meaning == "" {
		return nil
	}
	return []verdict.Recommendation{{
		Action: verdict.Say("do not expect vm.overcommit_memory to help: it is %v", meaning),
		Why:    verdict.Say("it decides whether a request for memory is refused at once, not who is killed later. 0 heuristic, 1 always, 2 strict (kernel documentation, vm.rst). With 2 the last VM would not have started, which is the honest failure; QEMU and other programs that map more than they use may then fail too"),
	}}
}

// protection says what limits and oom_score_adj would change.
func (c *course) protection(r *verdict.Report) []verdict.Recommendation {
	in := r.Worst()
	if in == nil || in.Victim == nil {
		return nil
	}
	out := []verdict.Recommendation{{
		Action:  verdict.Say("give the VM that must live a lower oom_score_adj, knowing that another dies in its place"),
		Why:     verdict.Say("-500 takes half of the host's memory off its badness: the kernel then kills the next biggest. It chooses the victim, it creates no memory"),
		Command: "echo -500 > /proc/$(pgrep -f " + quoted("guest="+in.Victim.Name+",") + ")/oom_score_adj",
	}, {
		Action:  verdict.Say("cap each VM, or all of them in machine.slice, below RAM less the host's reserve"),
		Why:     verdict.Say("with a limit the VM that grows meets its own limit and is killed itself; the innocent biggest one lives, and the host stays well"),
		Command: "virsh memtune NAME --hard-limit SIZE   # guest size + 1 GiB at least",
	}}
	if c.memory.Swap.Or(-1) == 0 {
		out = append(out, verdict.Recommendation{
			Action: verdict.Say("add swap as a buffer, not as memory"),
			Why:    verdict.Say("the host has none: the first page too many kills. Some GiB of swap turn a sudden death into a slowdown that monitoring can see"),
		})
	}
	return out
}

// states tells whether the state of every VM is known.
func (c *course) states() bool {
	for _, vm := range c.memory.VMs {
		if vm.State == "" {
			return false
		}
	}
	return len(c.memory.VMs) > 0
}

// missing says what was not there and what it would have told.
func (c *course) missing(r *verdict.Report) []verdict.Missing {
	out := []verdict.Missing{}
	add := func(absent bool, what, would verdict.Text) {
		if absent {
			out = append(out, verdict.Missing{What: what, WouldTell: would})
		}
	}
	s := c.seen()
	failed := r.Verdict.Cause != verdict.Healthy
	add(!s.KernelLog, verdict.Say("the host's log of that time (/var/log/messages, journalctl -k, dmesg)"), verdict.Say("whether the OOM killer took a VM, which and when, or a VM crashed or was stopped"))
	add(!s.Throughput, verdict.Say("the load tool's results (JTL, k6, Gatling, or an export of throughput)"), verdict.Say("when throughput fell, what it cost, and whether the target was met"))
	add(failed && !s.VMCurves, verdict.Say("the VMs' resident memory over time (libvirt exporter, virsh domstats, a Grafana export)"), verdict.Say("who grew before the incident: the aggressor"))
	add(failed && !s.HostCurve, verdict.Say("the host's available memory over time (node_exporter, sar -r)"), verdict.Say("when the host last had headroom"))
	add(failed && !s.Sizes, verdict.Say("the VMs' sizes (virsh dominfo or dumpxml of each)"), verdict.Say("whether more was promised than the host has"))
	add(failed && (!s.RAM || !c.memory.Swap.Known()), verdict.Say("/proc/meminfo of the host"), verdict.Say("its RAM and swap exactly"))
	add(failed && !c.memory.Overcommit.Known(), verdict.Say("sysctl vm.overcommit_memory of the host"), verdict.Say("whether the kernel would have refused a promise it cannot keep"))
	add(failed && !c.states(), verdict.Say("virsh list --all"), verdict.Say("which VMs there are and which still ran"))
	if in := r.Worst(); in != nil && in.Victim != nil {
		add(in.Victim.Kind == "vm" && len(in.Victim.Pods) == 0, verdict.Say("kubectl get pods -o wide --all-namespaces, if the VMs are Kubernetes nodes"), verdict.Say("which pods died with the VM"))
		add(in.Victim.Kind == "vm" && len(in.Victim.Processes) == 0, verdict.Say("top or ps from inside the killed VM"), verdict.Say("which of its processes used its memory"))
		add(in.Victim.Kind != "vm" && in.Victim.Comm != "" && len(c.memory.VMs) == 0, verdict.Say("virsh list --all, or the log lines after the kill"), verdict.Say("which VM the killed process was"))
	}
	for _, in := range r.Incidents {
		for _, f := range in.Findings {
			if f.Cause == in.Cause {
				out = append(out, f.Missing...)
			}
		}
	}
	return out
}

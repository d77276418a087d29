package reports

import (
	"math"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// The reports that the tests render. The first is run 1 of the system oomortem was invented for: the log lines, sizes
// and ids are the real ones (65675952 kB RAM, pid 7569, score 256, anon-rss 16804564 kB); the curves follow the
// published account. They are written by hand: a report's looks must not depend on what an analysis makes today.

var east8 = time.FixedZone("+08:00", 8*3600)

// at reads "2021-02-20 04:20:41" as a time of the host.
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, east8)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	kB  = 1 << 10
	gib = 1 << 30
)

func known(n int64) record.Maybe { return record.Known(n) }

func src(file string, line int) verdict.Source { return verdict.Source{File: file, Line: line} }

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func number(f float64) *float64 { return &f }

// curve makes a series from corner points: straight lines between them, a little noise that repeats, one sample
// every step.
func curve(name, subject, role string, unit record.Unit, step time.Duration, noise float64, points ...any) verdict.Curve {
	c := verdict.Curve{Name: name, Subject: subject, Role: role, Unit: unit}
	n := uint64(len(name) + len(subject))
	for i := 2; i+1 < len(points); i += 2 {
		a, b := at(points[i-2].(string)), at(points[i].(string))
		va, vb := points[i-1].(float64), points[i+1].(float64)
		for t := a; t.Before(b); t = t.Add(step) {
			n = n*6364136223846793005 + 1442695040888963407
			wobble := (float64(n>>40)/float64(1<<24) - 0.5) * 2 * noise
			f := t.Sub(a).Seconds() / b.Sub(a).Seconds()
			c.T = append(c.T, t.UnixMilli())
			c.V = append(c.V, (va+(vb-va)*f)*(1+wobble))
		}
	}
	return c
}

func hpServerCurves() []verdict.Curve {
	vm := func(name string, points ...any) verdict.Curve {
		for i := 1; i < len(points); i += 2 {
			points[i] = points[i].(float64) * kB
		}
		return curve("rss", name, "vm", record.Bytes, 30*time.Second, 0.0005, points...)
	}
	const from, kill, to = "2021-02-19 23:44:00", "2021-02-20 04:20:41", "2021-02-20 04:55:00"
	return []verdict.Curve{
		curve("TPS", "", "throughput", record.PerSecond, 5*time.Second, 0.02, "2021-02-19 23:44:07", 0.0, "2021-02-19 23:45:40", 1779.0,
			"2021-02-20 01:17:20", 1779.0, "2021-02-20 01:17:25", 1200.0, "2021-02-20 01:17:30", 1779.0, "2021-02-20 04:20:37", 1779.0, "2021-02-20 04:20:42", 0.0, "2021-02-20 04:50:20", 0.0),
		curve("errors", "", "errors", record.PerSecond, 5*time.Second, 0.1, "2021-02-19 23:44:07", 0.0, "2021-02-20 04:20:44", 0.0, "2021-02-20 04:20:49", 96.0, "2021-02-20 04:50:20", 97.0),
		curve("MemAvailable", "hp-server", "host-available", record.Bytes, 30*time.Second, 0.001, from, 20.4e9, "2021-02-20 00:28:30", 7.4e9, "2021-02-20 04:03:20", 7.3e9, kill, 0.21e9, "2021-02-20 04:22:00", 17.4e9, to, 17.0e9),
		vm("vm-k8s-master-1", from, 4610000.0, "2021-02-20 00:12:00", 4844421.0, to, 4844421.0),
		vm("vm-k8s-master-3", from, 4270000.0, "2021-02-20 00:09:00", 4383048.0, to, 4383048.0),
		vm("vm-k8s-worker-1", from, 9856000.0, "2021-02-20 00:28:30", 16801500.0, kill, 16803600.0),
		vm("vm-k8s-worker-2", from, 7612000.0, "2021-02-20 00:10:00", 7751000.0, "2021-02-20 04:03:20", 7759462.0, kill, 14701036.0, "2021-02-20 04:24:00", 15040000.0, to, 15040000.0),
		vm("vm-k8s-worker-3", from, 11870000.0, "2021-02-20 00:15:00", 12425626.0, to, 12425626.0),
		vm("vm-k8s-worker-4", from, 10940000.0, "2021-02-20 00:11:00", 11363576.0, to, 11363576.0),
	}
}

func hpServerIncident() verdict.Incident {
	kill := at("2021-02-20 04:20:41")
	say := verdict.Say
	second := verdict.Seconds(time.Second)
	rss := int64(16804564+232+16) * kB
	holder := func(name string, held, grew, promised int64) verdict.Holder {
		return verdict.Holder{Kind: "vm", Name: name, Bytes: known(held * kB), Growth: known(grew * kB), Promised: known(promised * gib)}
	}
	in := verdict.Incident{
		At: kill, Cause: verdict.HostOvercommit, Confidence: 0.93,
		Headline: say("%v ran out of memory and its kernel killed VM %v; %v had used up the last of it", verdict.Name("hp-server"), verdict.Name("vm-k8s-worker-1"), verdict.Name("vm-k8s-worker-2")),
		Victim: &verdict.Party{
			Kind: "vm", Name: "vm-k8s-worker-1", Host: "hp-server", PID: known(7569), Comm: "qemu-kvm", UID: known(107), RSS: known(rss), Anon: known(16804564 * kB),
			TotalVM: known(18283204 * kB), Badness: known(256),
			Named:     say("machined ended %v 4 s after the kill; no other VM ended within 60 s", verdict.Name("qemu-3-vm-k8s-worker-1")),
			Pods:      []string{"default/mysql-min-7d9c5b6f4-x8k2p", "ingress-nginx/nginx-ingress-controller-6vq9d", "monitoring/node-exporter-8tzjw"},
			Processes: []verdict.Process{{Name: "mysqld", PID: known(3127), RSS: known(7319836 * kB), Share: 0.45}},
		},
		Constraint: "none",
		Aggressors: []verdict.Aggressor{{Kind: "vm", Name: "vm-k8s-worker-2", Host: "hp-server", Growth: 6941574 * kB, Share: 0.97, Since: at("2021-02-20 04:03:20"), Bytes: 14701036 * kB}},
		Holders: []verdict.Holder{
			holder("vm-k8s-worker-1", 16804812, 120, 16), holder("vm-k8s-worker-2", 14701036, 6941574, 16), holder("vm-k8s-worker-3", 12425626, 0, 16),
			holder("vm-k8s-worker-4", 11363576, -200, 16), holder("vm-k8s-master-1", 4844421, 0, 8), holder("vm-k8s-master-3", 4383048, 0, 8),
		},
		Throughput: &verdict.Throughput{Series: "TPS", Shape: "death", Onset: at("2021-02-20 04:20:37"), Uncertainty: 5 * second, Before: 1779.3, During: 0, Depth: 1, Lost: new(3172000.)},
		Condition:  say("the six VMs were promised %v on a host with %v of RAM and no swap (1.28 times)", verdict.Bytes(80*gib), verdict.Bytes(65675952*kB)),
		Set:        say("%v grew by %v in %v, which left %v available on the host", verdict.Name("vm-k8s-worker-2"), verdict.Bytes(6941574*kB), verdict.Span(17*time.Minute+21*time.Second), verdict.Bytes(209715*kB)),
		Mechanism:  say("the kernel kills the process that holds most (badness 256 of 1000), and that was the qemu-kvm of %v, which had been flat since %v: the victim did not cause it", verdict.Name("vm-k8s-worker-1"), verdict.Moment(at("2021-02-20 00:28:30"))),
		Effect:     say("throughput fell from %v to nothing within %v and stayed there for the %v until the load tool was stopped", verdict.Rate(1779.3), verdict.Span(5*time.Second), verdict.Span(29*time.Minute+43*time.Second)),
		Badness:    say("(16804564 + 232 + 16) kB of 65675952 kB are 255.9 per mille; with its page tables the printed 256. The sizes agree, oom_score_adj was 0"),
		Timeline:   hpServerTimeline(),
		Evidence: []verdict.Evidence{
			{Text: say("The host's kernel killed a qemu-kvm, host-wide (no cgroup limit is named)"), Weight: 10, Source: src("messages", 4128)},
			{Text: say("The VMs were promised %v times the RAM", 1.28), Weight: 12, Source: src("virsh-dominfo.txt", 8)},
			{Text: say("%v available on the host %v before the kill", verdict.Bytes(209715*kB), verdict.Span(11*time.Second)), Weight: 4, Source: src("host-memory.json", 1)},
			{Text: say("%v has %v of all growth in the last %v", verdict.Name("vm-k8s-worker-2"), verdict.Share(0.97), verdict.Span(17*time.Minute)), Weight: 3, Source: src("vm-memory.json", 1)},
			{Text: say("The VM's monitor closed 3 s after the kill"), Weight: 2, Source: src("messages", 4133)},
			{Text: say("The throughput began to fall %v before the kill is written, within the clocks' uncertainty", verdict.Span(4*time.Second)), Weight: -1.5, Source: src("grafana-tps.csv", 3318)},
		},
	}
	return in
}

func hpServerTimeline() []verdict.Entry {
	say := verdict.Say
	row := func(when, kind string, u time.Duration, text verdict.Text, s verdict.Source, excerpt string) verdict.Entry {
		return verdict.Entry{At: at("2021-02-20 " + when), Uncertainty: verdict.Seconds(u), Kind: kind, Text: text, Source: s, Excerpt: excerpt}
	}
	first := row("00:28:30", "change", 30*time.Second, say("memory of %v reaches its full %v and stays flat", verdict.Name("vm-k8s-worker-1"), verdict.Bytes(16801500*kB)), src("vm-memory.json", 1), "")
	return []verdict.Entry{
		{At: at("2021-02-19 23:45:40"), Uncertainty: verdict.Seconds(5 * time.Second), Kind: "change", Text: say("throughput reaches its plateau of %v", verdict.Rate(1779)), Source: src("grafana-tps.csv", 21)},
		first,
		row("04:03:20", "change", 30*time.Second, say("memory of %v begins to rise: %v in 17 min", verdict.Name("vm-k8s-worker-2"), verdict.Bytes(6941574*kB)), src("vm-memory.json", 1), ""),
		row("04:20:37", "change", 5*time.Second, say("throughput falls from %v to nothing", verdict.Rate(1779)), src("grafana-tps.csv", 3318), ""),
		row("04:20:41", "oom-kill", time.Second, say("the kernel kills process 7569 (qemu-kvm), VM %v", verdict.Name("vm-k8s-worker-1")), src("messages", 4128),
			"Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB"),
		row("04:20:44", "link-down", time.Second, say("network port %v of the VM goes away", "vnet2"), src("messages", 4130), "br0: port 4(vnet2) entered disabled state"),
		row("04:20:44", "vm-killed", time.Millisecond, say("libvirt loses the VM's monitor"), src("messages", 4133), "2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : 内部错误：End of file from qemu monitor"),
		row("04:20:45", "vm-killed", time.Second, say("machined ends %v", verdict.Name("qemu-3-vm-k8s-worker-1")), src("messages", 4135), "Machine qemu-3-vm-k8s-worker-1 terminated."),
		row("04:20:46", "change", 5*time.Second, say("errors rise from 0 to %v", verdict.Rate(96)), src("grafana-tps.csv", 3320), ""),
	}
}

// hpServer is run 1.
func hpServer() *verdict.Report {
	say := verdict.Say
	in := hpServerIncident()
	vm := func(name, state string, promised, peak, advised int64) verdict.VMSize {
		return verdict.VMSize{Name: name, State: state, Promised: known(promised * gib), Peak: known(peak * kB), Suggested: known(advised * gib)}
	}
	return &verdict.Report{
		Schema: verdict.Schema, Tool: verdict.Tool{Name: "oomortem", Version: "0.1.0"},
		Run: verdict.Run{Start: at("2021-02-19 23:44:07"), End: at("2021-02-20 04:50:20"), Hosts: []string{"hp-server"}, Inputs: hpServerInputs()},
		Clock: verdict.Clock{Zone: "+08:00", Year: 2021, Method: say("libvirt writes the UTC time inside its syslog lines: 8 h apart on 2 lines, and with it the year"),
			Sources: []verdict.ClockSource{
				{Path: "messages", Offset: verdict.Seconds(8 * time.Hour), Uncertainty: verdict.Seconds(time.Second), Rule: say("libvirt's UTC stamp on the same line (messages:4133, 4134)")},
				{Path: "grafana-tps.csv", Offset: verdict.Seconds(8 * time.Hour), Uncertainty: verdict.Seconds(5 * time.Second), Rule: say("the drop lies at the kill only with the host's zone")},
				{Path: "vm-memory.json", Uncertainty: verdict.Seconds(30 * time.Second), Rule: say("Unix time")},
			}},
		Verdict: verdict.Verdict{
			Cause: verdict.HostOvercommit, Confidence: 0.93, Headline: in.Headline,
			Explanation: []verdict.Text{say("The VMs were promised %v on %v of RAM. When %v came to use its share the host had nothing left, and the kernel took the biggest process, which was another VM.", verdict.Bytes(80*gib), verdict.Bytes(65675952*kB), verdict.Name("vm-k8s-worker-2"))},
			Alternatives: []verdict.Alternative{
				{Cause: verdict.HostConsumer, Confidence: 0.04, Against: []verdict.Text{say("97 %% of the growth is a VM's"), say("processes other than VMs held under 1.1 GiB")}},
				{Cause: verdict.VMCrash, Confidence: 0.01, Against: []verdict.Text{say("the kernel's own line names the kill (messages:4128)")}},
			},
		},
		Incidents: []verdict.Incident{in},
		Capacity: &verdict.Capacity{
			Host: "hp-server", RAM: known(65675952 * kB), RAMSource: say("MemTotal (meminfo:1)"), Swap: known(0), Overcommit: known(1), Promised: known(80 * gib), Ratio: 1.277, Reserve: 5 * gib / 2,
			VMs: []verdict.VMSize{
				vm("vm-k8s-master-1", "running", 8, 4844421, 4), vm("vm-k8s-master-3", "running", 8, 4383048, 4),
				vm("vm-k8s-worker-1", "shut off", 16, 16804812, 13), vm("vm-k8s-worker-2", "running", 16, 15040000, 13), vm("vm-k8s-worker-3", "running", 16, 12425626, 13), vm("vm-k8s-worker-4", "running", 16, 11363576, 13),
			},
			Fits: say("2 × 8 GiB + 4 × 16 GiB = %v on %v, 1.28 times the RAM", verdict.Bytes(80*gib), verdict.Bytes(65675952*kB)),
		},
		Load:     &verdict.Load{Tool: "grafana", Samples: 3674, Start: at("2021-02-19 23:44:07"), End: at("2021-02-20 04:50:20"), Duration: verdict.Seconds(5*time.Hour + 6*time.Minute + 13*time.Second), Steady: 1779.3, Peak: 1823, Achieved: 29386627, Target: 50e6, TargetMet: no()},
		Mentions: []verdict.Entry{{At: at("2021-02-20 01:17:23"), Uncertainty: verdict.Seconds(5 * time.Second), Kind: "dip", Text: say("throughput dips to 72 %% for %v", verdict.Span(5*time.Second)), Source: src("grafana-tps.csv", 1122)}},
		Recommendations: []verdict.Recommendation{
			{Action: say("Give the VMs what the host has: 2 × 4 GiB + 4 × 13 GiB = 60 GiB"), Why: say("60 GiB + 2.5 GiB for the host = 62.5 GiB of 62.6 GiB: it fits only just. A qemu-kvm holds 0.3 to 0.9 GiB more than its guest was given; Red Hat's rule wants 4 GiB free, which is 58 GiB for the VMs"), Command: "virsh setmaxmem vm-k8s-worker-1 13G --config"},
			{Action: say("Do not read vm.overcommit_memory = 1 as the cause"), Why: say("0 is heuristic, 1 always, 2 strict. With 2 the host would have refused memory to QEMU instead of killing one later"), Command: ""},
			{Action: say("Protect the VM that matters most with a lower oom_score_adj"), Why: say("it changes who is killed, not that somebody is"), Command: "choom -p 7569 -n -500"},
		},
		Missing: []verdict.Missing{{What: say("The kernel's task table of the kill"), WouldTell: say("what each process on the host held at that moment, to the page")}},
		Curves:  hpServerCurves(),
	}
}

func hpServerInputs() []verdict.Input {
	in := func(path, format string, bytes int64, lines, events, samples int) verdict.Input {
		return verdict.Input{Path: path, Format: format, Bytes: bytes, Lines: lines, Events: events, Samples: samples, First: at("2021-02-19 23:44:00"), Last: at("2021-02-20 04:55:00")}
	}
	inputs := []verdict.Input{
		in("messages", "syslog", 377576, 4211, 8, 0), in("grafana-tps.csv", "grafana-csv", 108817, 3675, 0, 7344), in("host-memory.json", "prometheus-json", 34926, 1, 0, 650),
		in("vm-memory.json", "prometheus-json", 102676, 1, 0, 3833), in("virsh-list-all.txt", "virsh-list", 251, 8, 0, 0), in("kubectl-get-pods.txt", "kubectl-pods", 6477, 52, 0, 0),
	}
	inputs[1].Problems = []verdict.Problem{{Line: 3674, Message: "the last row ends inside a number: 2 of 3 columns, dropped"}}
	return inputs
}

// healthy is run 3: nothing failed.
func healthy() *verdict.Report {
	say := verdict.Say
	r := &verdict.Report{
		Schema: verdict.Schema, Tool: verdict.Tool{Name: "oomortem", Version: "0.1.0"},
		Run:     verdict.Run{Start: at("2021-02-21 09:10:04"), End: at("2021-02-21 21:16:24"), Hosts: []string{"hp-server"}, Inputs: hpServerInputs()[:1]},
		Clock:   verdict.Clock{Zone: "+08:00", Year: 2021},
		Verdict: verdict.Verdict{Cause: verdict.Healthy, Confidence: 0.97, Headline: say("The run held: %v of %v transactions in %v, no kill, no lasting drop", verdict.Count(72130000), verdict.Count(50e6), verdict.Span(12*time.Hour+6*time.Minute))},
		Load:    &verdict.Load{Tool: "grafana", Samples: 8716, Duration: verdict.Seconds(12*time.Hour + 6*time.Minute + 20*time.Second), Steady: 1667, Peak: 1711, Achieved: 72130000, Target: 50e6, TargetMet: yes()},
		Mentions: []verdict.Entry{
			{At: at("2021-02-21 10:48:31"), Uncertainty: verdict.Seconds(5 * time.Second), Kind: "dip", Text: say("throughput dips to 55 %% for 6 s"), Source: src("grafana-tps.csv", 1185)},
			{At: at("2021-02-21 12:30:02"), Uncertainty: verdict.Seconds(5 * time.Second), Kind: "dip", Text: say("throughput dips to 80 %% for 15 s"), Source: src("grafana-tps.csv", 2402)},
		},
		Curves: []verdict.Curve{
			curve("TPS", "", "throughput", record.PerSecond, 5*time.Second, 0.02, "2021-02-21 09:10:04", 0.0, "2021-02-21 09:11:34", 1667.0, "2021-02-21 10:48:30", 1667.0, "2021-02-21 10:48:35", 917.0,
				"2021-02-21 10:48:40", 1667.0, "2021-02-21 21:16:04", 1667.0, "2021-02-21 21:16:24", 0.0),
			curve("rss", "vm-k8s-worker-1", "vm", record.Bytes, 30*time.Second, 0.001, "2021-02-21 09:10:00", 8924000.0*kB, "2021-02-21 09:50:00", 12400000.0*kB, "2021-02-21 10:41:00", 13862000.0*kB, "2021-02-21 21:16:00", 13868000.0*kB),
		},
	}
	return r
}

func asWritten(t time.Time) time.Time { return t.Add(8 * time.Hour).UTC() }

// logOnly is what the commonest use gives: one log, no curves, year and zone unknown.
func logOnly() *verdict.Report {
	full := hpServer()
	in := full.Incidents[0]
	in.Set = verdict.Text{}
	in.Mechanism = verdict.Say("the kernel kills the process that holds most (badness 256 of 1000)")
	in.Throughput, in.Aggressors, in.Holders, in.Effect = nil, nil, nil, verdict.Text{}
	in.Confidence = 0.6
	in.Timeline = in.Timeline[4:8]
	in.Evidence = in.Evidence[:1]
	full.Clock = verdict.Clock{Assumed: true, Method: verdict.Say("nothing in the log tells its year or time zone; times are as written")}
	full.Verdict.Confidence = 0.6
	full.Verdict.Alternatives = nil
	full.Incidents = []verdict.Incident{in}
	full.Run.Inputs = full.Run.Inputs[:1]
	full.Run.Start, full.Run.End = time.Time{}, time.Time{}
	in = full.Incidents[0] // the digits of the log, as if they were UTC
	in.At = asWritten(in.At)
	for i := range in.Timeline {
		in.Timeline[i].At = asWritten(in.Timeline[i].At)
	}
	full.Incidents[0] = in
	full.Curves, full.Load, full.Mentions, full.Capacity = nil, nil, nil, nil
	full.Missing = append(full.Missing,
		verdict.Missing{What: verdict.Say("Memory curves of the VMs"), WouldTell: verdict.Say("who grew before the kill: the aggressor")},
		verdict.Missing{What: verdict.Say("The load tool's results"), WouldTell: verdict.Say("whether and when the run felt it, and what was lost")})
	return full
}

// several has three incidents, names in Chinese and with emoji, and a container killed by its own limit.
func several() *verdict.Report {
	r := hpServer()
	r.Title = "压力测试 第七轮 🚀"
	first := r.Incidents[0]
	first.At = at("2021-02-20 01:02:03")
	first.Victim = &verdict.Party{Kind: "container", Name: "订单服务-7f4c9d6b58-x2k7w", Host: "node-虚拟机-04", PID: known(4711), Comm: "java", RSS: known(2 * gib), Adj: known(985), Cgroup: "/kubepods/burstable/pod8f3b"}
	first.Cause, first.Confidence, first.Constraint = verdict.CgroupLimit, 0.88, "memcg"
	first.Headline = verdict.Say("%v hit its own limit of %v", verdict.Name("订单服务-7f4c9d6b58-x2k7w"), verdict.Bytes(2*gib))
	first.Trigger = &verdict.Trigger{Comm: "G1 Conc#0", PID: known(4720), Order: known(0), GFP: "0x100cca(GFP_HIGHUSER_MOVABLE)"}
	first.Aggressors = nil
	first.Holders = []verdict.Holder{{Kind: "container", Name: "订单服务-7f4c9d6b58-x2k7w", Bytes: known(2 * gib), Promised: known(2 * gib), Badness: known(1985)}, {Kind: "container", Name: "sidecar", Bytes: known(48 << 20)}}
	first.Throughput = &verdict.Throughput{Series: "TPS", Shape: "dip", Onset: at("2021-02-20 01:02:05"), Before: 1779, During: 1204, Depth: 0.32, Recovered: true, RecoveredAt: at("2021-02-20 01:03:10"), Lost: new(37000.)}
	first.Mechanism, first.Condition, first.Set, first.Effect, first.Badness = verdict.Text{}, verdict.Text{}, verdict.Text{}, verdict.Text{}, verdict.Text{}
	first.Timeline = []verdict.Entry{{At: first.At, Kind: "oom-kill", Text: verdict.Say("the kernel kills %v", "订单服务的一个进程，因为它的控制组到达了内存上限，而主机还有足够的内存可以使用"), Source: src("node-虚拟机-04/journal.json", 88123), Excerpt: "Memory cgroup out of memory: Killed process 4711 (java) total-vm:9283204kB, anon-rss:2097152kB"}}
	r.Incidents = []verdict.Incident{first, r.Incidents[0]}
	return r
}

// large is the greatest report that has to be quick: 200 curves of 5000 points, 500 rows in the timeline.
func large() *verdict.Report {
	r := hpServer()
	start := at("2021-02-19 23:44:00").UnixMilli()
	for i := range 200 {
		c := verdict.Curve{Name: "rss", Subject: "vm-" + string(rune('a'+i%26)) + "-" + time.Duration(i).String(), Role: "vm", Unit: record.Bytes}
		for j := range 5000 {
			c.T = append(c.T, start+int64(j)*3700)
			c.V = append(c.V, 8*gib+4*gib*math.Sin(float64(i+j)/300))
		}
		r.Curves = append(r.Curves, c)
	}
	row := r.Incidents[0].Timeline
	for len(r.Incidents[0].Timeline) < 500 {
		r.Incidents[0].Timeline = append(r.Incidents[0].Timeline, row[len(r.Incidents[0].Timeline)%len(row)])
	}
	return r
}

// samples are all hand-made reports by the name of their fixture.
func samples() map[string]*verdict.Report {
	return map[string]*verdict.Report{
		"host-overcommit": hpServer(), "healthy": healthy(), "log-only": logOnly(), "several": several(), "empty": {},
	}
}

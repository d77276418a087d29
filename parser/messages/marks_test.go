package messages

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// marked tells whether a text has one of the reader's marks, as Reader.Starts says.
func marked(r Reader, text string) bool {
	begin, _ := oomMessage(text)
	for _, s := range r.Starts {
		if strings.HasPrefix(text, s) || strings.HasPrefix(text[begin:], s) {
			return true
		}
	}
	for _, s := range r.Holds {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

func checkMarks(t *testing.T, text string) {
	for _, r := range All() {
		if r.Wants == nil || len(r.Starts)+len(r.Holds) == 0 || strings.Contains(text, "\u00a0") { // no ASCII: never skipped
			continue
		}
		if r.Wants([]byte(text)) && !marked(r, text) {
			t.Fatalf("%s wants a text without a mark of it: %q", r.Name, text)
		}
	}
}

// headerLines are the lines that the readers' files show, which no fixture holds.
var headerLines = []string{
	"Killed /user.slice/a.scope due to memory pressure for /user.slice being 58.33% > 50.00% for > 20s with reclaim activity",
	"Marked /a.scope for killing due to memory used (16260780032) / total (16419115008) and swap used (1) / total (2) being more than 90.00%",
	"Killed /a.scope due to swap used (7730941132) / total (8589930496) being more than 90.00%",
	"a.scope: systemd-oomd killed 1453 process(es) in this unit.",
	"Swap used (7730941132) / total (8589930496) is more than 90%", "Memory used (16) / total (17) and swap used (29) / total (32) is more than 90.00%",
	"Memory pressure for /user.slice is greater than 60 for more than 30 seconds and there was reclaim activity",
	"low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%",
	`sending SIGTERM to process 57834 uid 1000 "code": oom_score 1107, oom_score_adj 300, VmRSS 573 MiB, cmdline "x"`,
	"Killing process 'bash' with signal 15, pid: 123", "process exited after 0.1 seconds", "escalating to SIGKILL after 2.034 seconds", "kill failed: Timer expired", "dryrun, not actually sending any signal",
	`I1012 19:34:44.999261    2480 eviction_manager.go:374] "Eviction manager: attempting to reclaim" resourceName="memory"`,
	"eviction manager: pod default/nginx is evicted successfully",
	"oom_kill_process: 12 callbacks suppressed", "__ratelimit: 8552 callbacks suppressed", "printk: 17 messages suppressed.", "** 123 printk messages dropped **",
	"Missed 34 kernel messages", "Suppressed 1234 messages from a.service", "/dev/kmsg buffer overrun, some messages lost.", "Forwarding to syslog missed 12 messages.",
	"Memory failure: 0x3f5a1: Killing qemu-kvm:7569 due to hardware memory corruption", "MCE 0x3f5a1: Killing qemu-kvm:7569 due to hardware memory corruption",
	"imjournal: 12 messages lost due to rate-limiting (20000 allowed within 600 seconds)", "imuxsock lost 12 messages from pid 123 due to rate-limiting",
	"qemu-kvm[7569]: segfault at 10 ip 00007f3c2a sp 00007ffd1 error 4 in libc-2.17.so[7f3c2+1c3000]",
	"traps: CPU 0/KVM[7571] general protection ip:55d sp:7f error:0 in qemu-kvm[55d+5a6000]",
	"Process 7569 (qemu-kvm) of user 107 dumped core.", "[🡕] Process 7569 (qemu-kvm) of user 107 dumped core.",
	"Process 7569 (qemu-kvm) of user 107 killed by SIGABRT - dumping core", "mysqld.service: Main process exited, code=dumped, status=6/ABRT",
	"mysqld.service: main process exited, code=killed, status=11/SEGV", "Terminating due to java.lang.OutOfMemoryError: Java heap space",
	"Aborting due to java.lang.OutOfMemoryError: Java heap space",
	"ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/virsh suspend web01",
	"req-1 [instance: 3fd4f6e2-0000-4000-8000-000000000001] VM Stopped (Lifecycle Event)",
	`time="2021-02-20T04:20:41Z" level=info msg="TaskOOM event container_id:\"25a3\""`,
	"watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [qemu-kvm:1234]", "INFO: task qemu-kvm:7569 blocked for more than 120 seconds.",
	"qemu-kvm: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)", "mce: [Hardware Error]: Machine check events logged",
	"CPU 3: Machine Check Exception: 4 Bank 5: be00000000800400", "__vm_enough_memory: pid: 11402, comm: qemu-system-x86, bytes: 94371840000000 not enough memory",
	"NMI watchdog: Watchdog detected hard LOCKUP on cpu 3", "lowmemorykiller: Killing 'com.example.app' (1234) (tgid 1234), adj 900,",
	`101.scope: Failed with result 'oom-kill'.`, "Started Virtual Machine qemu-3-web01.", "Stopped 101.scope.", `machine-qemu\x2d3\x2dweb01.scope: Deactivated successfully.`,
	"kmalloc-64               12345KB      12346KB", "fwbr101i0: port 2(tap101i0) entered disabled state", "device vnet2 left promiscuous mode", "Withdrawing workstation service for vnet3.",
}

// TestMarks: what a reader wants must have one of its marks, or a fast reading would pass over it.
func TestMarks(t *testing.T) {
	wanted := map[string]int{}
	note := func(text string) (readers int) {
		checkMarks(t, text)
		for _, r := range All() {
			if r.Wants != nil && r.Wants([]byte(text)) {
				wanted[r.Name]++
				readers++
			}
		}
		return readers
	}
	for _, text := range headerLines {
		if note(text) == 0 {
			t.Errorf("nobody wants %q", text)
		}
	}
	err := filepath.WalkDir("../../fixtures", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) > 1<<20 {
			return err
		}
		for _, line := range strings.Split(string(data), "\n") {
			for text, more := strings.TrimRight(line, "\r"), true; more; {
				note(text)
				_, text, more = strings.Cut(text, ": ")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range All() {
		if r.Wants != nil && wanted[r.Name] == 0 {
			t.Errorf("no fixture has a text that %s wants", r.Name)
		}
	}
}

func FuzzMarks(f *testing.F) {
	for _, text := range fixtures(f) {
		for i, line := range strings.Split(text, "\n") {
			if i%7 == 0 {
				f.Add(bare(line))
			}
		}
	}
	for _, text := range headerLines {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkMarks(t, text) })
}

package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestPartsOfTwoStreams: a container that writes a long line to one stream may write to the other one meanwhile. CRI marks
// parts by P, docker's json-file cuts at 16 KiB (both: see cri and jsonLog).
func TestPartsOfTwoStreams(t *testing.T) {
	const at = "2026-01-02 03:04:05.2"
	want := told{"", "", at, 0, 0, killText}
	sameKills(t, "CRI", "2026-01-02T03:04:05.1Z stdout P progress 10% \n2026-01-02T03:04:05.2Z stderr F "+killText+"\n2026-01-02T03:04:05.3Z stdout F done\n", want)
	sameKills(t, "CRI, the kill in parts", "2026-01-02T03:04:05.2Z stdout P Out of memory: Killed\n2026-01-02T03:04:05.25Z stderr F x\n2026-01-02T03:04:05.3Z stdout F  process 4711 (java) total-vm:1kB\n", want)
	docker := func(stream, text, at string) string {
		return fmt.Sprintf(`{"log":"%s","stream":"%s","time":"2026-01-02T03:04:05.%sZ"}`+"\n", text, stream, at)
	}
	sameKills(t, "docker", docker("stdout", strings.Repeat("x", 16<<10), "1")+docker("stderr", killText+`\n`, "2")+docker("stdout", `yyy\n`, "3"), want)

	k := read([]byte("2026-01-02T03:04:05.1Z stdout P progress 10% \n2026-01-02T03:04:05.2Z stderr F an error\n2026-01-02T03:04:05.3Z stdout F done\n"), nil)
	if len(k.lines) != 2 || k.lines[0].Text != "an error" || k.lines[0].From.Line != 2 || k.lines[1].Text != "progress 10% done" || k.lines[1].From.Line != 1 {
		t.Errorf("read %+v", k.lines)
	}
}

// TestEnvelopesInContainersThatAreNamed: fluent-bit's kubernetes filter names the container and the node; what the
// container prints may have an envelope of its own.
func TestEnvelopesInContainersThatAreNamed(t *testing.T) {
	const (
		at = "2021-02-03 06:30:01.5"
		up = 12345678901 * time.Microsecond
	)
	for _, c := range []struct {
		name, container, before string
		want                    told
	}{
		{"printk", "dmesg", "[12345.678901] ", told{"node1", "kernel", at, up, 0, killText}},
		{"kmsg", "kmsg", "3,1,12345678901,-;", told{"node1", "kernel", at, up, 0, killText}},
		{"syslog", "rsyslog", "Feb  3 06:30:01 kvm01 kernel: [12345.678901] ", told{"kvm01", "kernel", at, up, 0, killText}},
		{"a VM's console", "guest-console-log", "[12345.678901] ", told{"", "kernel", at, up, 0, killText}},
	} {
		line := func(text string) string {
			return fmt.Sprintf(`{"date":1612333801.5,"log":"%s%s\n","kubernetes":{"container_name":"%s","host":"node1"}}`+"\n", c.before, text, c.container)
		}
		sameKills(t, c.name, line("eth0: link up")+line(killText), c.want)
	}
	k := read([]byte(`{"date":1612333801.5,"log":"GET / 200\n","kubernetes":{"container_name":"web","host":"node1"}}`+"\n"), nil)
	if len(k.lines) != 1 || k.lines[0].Program != "web" || k.lines[0].Host != "node1" || k.lines[0].Text != "GET / 200" {
		t.Errorf("read %+v", k.lines)
	}
}

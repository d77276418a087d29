package messages

import "oomortem/parser/record"

// A rotation may cut a dump: the older file ends with its header and a part of the table, the newer one begins with the rest,
// and neither tells the kill with all that was said of it. The files of a log are read in any order, so the lines at either
// edge go along with their events, until all files are known (Rejoin).
//
//	messages.1:812: stress invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
//	messages.1:840: [   1000]     0  1000     1000      100    40960        0         -1000 sshd
//	messages:1:     [    500]   107   500  4570801  4201203 34816000        0             0 qemu-kvm
//	messages:3:     Memory cgroup out of memory: Killed process 500 (qemu-kvm) total-vm:18283204kB, anon-rss:16804564kB, …

// maxCut bounds the bytes of the lines that are kept of a file's open dumps. Those for which there is no room left, as of a
// host with 80,000 processes, are told as they stand in each file.
const maxCut = 16 << 20

// lineRoom is what a line takes beside its text.
const lineRoom = 128

// keep keeps a line as long as it may be of use: until the outcome, and behind it where the file may begin within the dump,
// since a group's other kills follow.
func (d *oomDump) keep(l record.Line) {
	switch {
	case d.cut == nil:
	case d.done && !d.cut.Begins:
		d.cut = nil
		d.release()
	case *d.room < len(l.Text)+lineRoom:
		d.cut.Lines, d.cut = nil, nil
		d.release()
	default:
		*d.room -= len(l.Text) + lineRoom
		d.kept += len(l.Text) + lineRoom
		d.cut.Lines = append(d.cut.Lines, l)
	}
}

// release gives back the room of a dump's lines: they are of no use any more, or of one of the few at the file's edges.
func (d *oomDump) release() {
	*d.room += d.kept
	d.kept = 0
}

// tell gives an event of the dump on its way, with the dump's lines where those before may be in another file.
func (d *oomDump) tell(e record.Event, sink record.Sink) {
	if d.cut != nil && d.cut.Begins {
		e.Cut = d.cut
	}
	sink.Event(e)
}

// tellOpen gives the event of a dump whose outcome is not told; at the file's end it may be told in another one.
func (s *oomStep) tellOpen(d *oomDump, e record.Event, sink record.Sink) {
	if d.cut != nil && s.ended && !d.passed {
		d.cut.Ends = true
		e.Cut = d.cut
	}
	d.tell(e, sink)
}

// Rejoin reads a dump whose first lines end a file and whose others begin the log's next one, each as its Cut has them. It gives
// what the dump came to, or nothing when the two are not of one call: then what was told of each stays.
func Rejoin(before, after []record.Line) []record.Event {
	if len(before) == 0 || len(after) == 0 || !adjoin(before[len(before)-1].At, after[0].At) {
		return nil
	}
	var got outcomes
	s := newOOM()
	for _, lines := range [][]record.Line{before, after} {
		for _, l := range lines {
			s.take(kindOfOOM([]byte(l.Text)), l, &got)
		}
	}
	for _, h := range s.order {
		if h.dump != nil && h.dump.mixed {
			return nil
		}
	}
	s.Flush(&got)
	for _, e := range got.all {
		if e.Kind == record.OOMInvoked || e.OOM == nil || e.OOM.Begins.IsZero() {
			return nil
		}
	}
	return got.all
}

// outcomes collects events.
type outcomes struct {
	record.Discard
	all []record.Event
}

// Event takes an event.
func (o *outcomes) Event(e record.Event) { o.all = append(o.all, e) }

// adjoin tells that two lines, the last of a file and the first of the next one, were printed within the seconds of one dump.
// Lines without a time tell no such thing.
func adjoin(a, b record.Stamp) bool {
	gap := b.Mono - a.Mono
	if a.Mono == 0 || b.Mono == 0 {
		if a.Wall.IsZero() || b.Wall.IsZero() || a.Lacks != b.Lacks {
			return false
		}
		gap = wallGap(a, b)
	}
	return gap >= -longestDump && gap <= longestDump
}

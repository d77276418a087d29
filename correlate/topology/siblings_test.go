package topology

import (
	"slices"
	"testing"

	"oomortem/parser/record"
)

// TestSiblings: a log names web-1 only. What stands beside its memory and is called so but for the number is a VM too; no
// process, no file of another kind, and nothing where a list of VMs does not hold it.
func TestSiblings(t *testing.T) {
	rss := func(file, subject string) *record.Series {
		return &record.Series{From: record.Origin{File: file}, Quantity: record.RSS, Unit: record.Bytes, Subject: subject}
	}
	state := func(file, vm string) record.Fact {
		return record.Fact{From: record.Origin{File: file}, Subject: vm, Key: record.FactVMState, Value: "running"}
	}
	started := []record.Event{{Kind: record.VMStarted, From: record.Origin{File: "messages"}, Attr: []record.Attr{{Key: record.AttrVM, Value: "web-1"}}}}
	for _, c := range []struct {
		name   string
		facts  []record.Fact
		series []*record.Series
		want   []string
	}{
		{"columns of a table", nil, []*record.Series{rss("mem.csv", "web-1"), rss("mem.csv", "web-12"), rss("mem.csv", "mongod")}, []string{"web-1", "web-12"}},
		{"files of a folder", nil, []*record.Series{rss("run/mem-web-1.csv", ""), rss("run/mem-web-2.csv", ""), rss("run/mem-mysqld.csv", "")}, []string{"web-1", "web-2"}},
		{"files of another folder", nil, []*record.Series{rss("run/mem-web-1.csv", ""), rss("old/mem-web-2.csv", "")}, []string{"web-1"}},
		{"without one of a known VM", nil, []*record.Series{rss("mem.csv", "web-2"), rss("mem.csv", "web-3")}, []string{"web-1"}},
		{"one VM was looked at", []record.Fact{state("dominfo-1.txt", "web-1")}, []*record.Series{rss("mem.csv", "web-1"), rss("mem.csv", "web-2")}, []string{"web-1", "web-2"}},
		{"all VMs were listed", []record.Fact{state("list.txt", "web-1"), state("list.txt", "db")}, []*record.Series{rss("mem.csv", "web-1"), rss("mem.csv", "web-2")}, []string{"db", "web-1"}},
	} {
		var got []string
		topo := Build(c.facts, started, c.series)
		for _, vm := range topo.VMs {
			got = append(got, vm.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestRespell: of a log alone a VM has the name that machined shows, without the characters that it drops; who recorded its memory
// wrote it in full. A listing's name is the VM's own.
func TestRespell(t *testing.T) {
	logged := []record.Event{saw("messages", 1, "kvm1", record.VMStarted, record.AttrVM, "proddb1", record.AttrID, "6", record.AttrMachine, "qemu-6-proddb1")}
	rss := func(file, subject string) []*record.Series {
		return []*record.Series{{From: record.Origin{File: file, Line: 1}, Name: "rss_bytes", Subject: subject, Unit: record.Bytes, Quantity: record.RSS}}
	}
	for _, c := range []struct {
		name   string
		facts  []record.Fact
		series []*record.Series
		want   string
	}{
		{"a file", nil, rss("run/mem-prod_db_1.csv", ""), "prod_db_1"},
		{"a column", nil, rss("mem.csv", "prod_db_1"), "prod_db_1"},
		{"a file of the plain name", nil, rss("mem-proddb1.csv", ""), "proddb1"},
		{"a file of more than the name", nil, rss("proddb1_rss.csv", ""), "proddb1"},
		{"a listing beside it", []record.Fact{fact("virsh-list.txt", "proddb1", record.FactVM, "virsh list")}, rss("mem-prod_db_1.csv", ""), "proddb1"},
	} {
		topo := Build(c.facts, logged, c.series)
		if len(topo.VMs) != 1 || topo.VMs[0].Name != c.want || !topo.VMs[0].Ours {
			t.Errorf("%s: %d VMs, %s, want %s", c.name, len(topo.VMs), topo.VMs[0].Name, c.want)
		}
		if vm, _ := topo.Told(&logged[0]); vm != topo.VMs[0] {
			t.Errorf("%s: the log's machine is not it", c.name)
		}
	}
}

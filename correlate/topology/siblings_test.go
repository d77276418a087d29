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

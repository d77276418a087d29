package main

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// ruleFile holds the alert rules.
//
//go:embed manifests/rules.yaml
var ruleFile embed.FS

// What a host keeps for itself and for QEMU, and in which steps sizes go down: as the report's own suggestion does it
// (Red Hat's rule of 4 GiB).
const (
	hostKeeps = 4 << 30
	sizeStep  = 512 << 20
)

// sizes prints the VM sizes of a report that fit.
func (p *plan) sizes(w io.Writer, c *verdict.Capacity) {
	if c == nil || len(c.VMs) == 0 {
		return
	}
	fmt.Fprintln(w, "\n"+p.sayf("Memory of the host and its VMs:"))
	if !c.Fits.IsZero() {
		fmt.Fprintln(w, p.sayf("%v", c.Fits))
	}
	rows := [][]string{{p.sayf("VM"), p.sayf("promised"), p.sayf("peak"), p.sayf("size that fits")}}
	for _, vm := range c.VMs {
		fits := vm.Suggested
		if !fits.Known() {
			fits = vm.Promised // nothing else is suggested: it fits
		}
		rows = append(rows, []string{printable(vm.Name), sized(vm.Promised.Get()), sized(vm.Peak.Get()), sized(fits.Get())})
	}
	reports.Columns(w, rows)
}

func sized(n int64, known bool) string {
	if !known {
		return "?"
	}
	return verdict.Bytes(n).String()
}

// fit prints sizes for the VMs of --vm that fit into --ram.
func (p *plan) fit(w io.Writer) error {
	ram, err := parseMemory(p.ram)
	if err != nil {
		return fmt.Errorf("--ram %s: want a size as 64G", p.ram)
	}
	names, want := make([]string, len(p.vms)), make([]int64, len(p.vms))
	sum := int64(0)
	for i, vm := range p.vms {
		name, size, ok := strings.Cut(vm, "=")
		if want[i], err = parseMemory(size); !ok || name == "" || size == "" || err != nil {
			return fmt.Errorf("--vm %s: want NAME=SIZE, as db=16G", vm)
		}
		names[i] = name
		sum += want[i]
	}
	if ram <= hostKeeps {
		return fmt.Errorf("--ram %s: the host itself needs %v", p.ram, verdict.Bytes(hostKeeps))
	}
	room := ram - hostKeeps
	if sum <= room {
		fmt.Fprintln(w, p.sayf("%v for the VMs, %v there: it fits, with %v for the host and QEMU.", verdict.Bytes(sum), verdict.Bytes(ram), verdict.Bytes(ram-sum)))
		return nil
	}
	fmt.Fprintln(w, p.sayf("%v for the VMs, %v there: %v too much, as the host and QEMU need %v. Scaled down, in steps of half a GiB:",
		verdict.Bytes(sum), verdict.Bytes(ram), verdict.Bytes(sum-room), verdict.Bytes(hostKeeps)))
	var rows [][]string
	for i, name := range names {
		fits := int64(float64(want[i])*float64(room)/float64(sum)) / sizeStep * sizeStep
		rows = append(rows, []string{printable(p.names.Pseudonym("vm", name)), verdict.Bytes(want[i]).String(), "-> " + verdict.Bytes(fits).String()})
	}
	return reports.Columns(w, rows)
}

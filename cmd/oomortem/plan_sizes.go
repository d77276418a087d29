package main

import (
	"embed"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"oomortem/correlate/verdict"
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
func sizes(w io.Writer, c *verdict.Capacity) {
	if c == nil || len(c.VMs) == 0 {
		return
	}
	fmt.Fprintln(w, "\nMemory of the host and its VMs:")
	if !c.Fits.IsZero() {
		fmt.Fprintln(w, printable(c.Fits.String()))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VM\tpromised\tpeak\tsize that fits")
	for _, vm := range c.VMs {
		fits := vm.Suggested
		if !fits.Known() {
			fits = vm.Promised // nothing else is suggested: it fits
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", printable(vm.Name), sized(vm.Promised.Get()), sized(vm.Peak.Get()), sized(fits.Get()))
	}
	t.Flush()
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
		fmt.Fprintf(w, "%v for the VMs, %v there: it fits, with %v for the host and QEMU.\n", verdict.Bytes(sum), verdict.Bytes(ram), verdict.Bytes(ram-sum))
		return nil
	}
	fmt.Fprintf(w, "%v for the VMs, %v there: %v too much, as the host and QEMU need %v. Scaled down, in steps of half a GiB:\n",
		verdict.Bytes(sum), verdict.Bytes(ram), verdict.Bytes(sum-room), verdict.Bytes(hostKeeps))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, name := range names {
		fits := int64(float64(want[i])*float64(room)/float64(sum)) / sizeStep * sizeStep
		fmt.Fprintf(t, "%s\t%v\t-> %v\n", printable(name), verdict.Bytes(want[i]), verdict.Bytes(fits))
	}
	return t.Flush()
}

//go:build linux || darwin || freebsd

package parser

import (
	"os"
	"runtime/debug"
	"syscall"
)

// mapped gives want bytes of the file from an offset on as the kernel holds them: a copy of a gigabyte would cost as much
// as all the work on it. The mapping must be given back. ok is false where a file cannot be mapped.
func (p *plainFile) mapped(from int64, want int) (data []byte, giveBack func(), ok bool) {
	f, isFile := p.f.(*os.File)
	if !isFile || from >= p.size {
		return nil, nil, false
	}
	start := from &^ int64(os.Getpagesize()-1)
	lead := int(from - start)
	n := int(min(int64(lead+want), p.size-start))
	all, err := syscall.Mmap(int(f.Fd()), start, n, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, false
	}
	return all[lead:], func() { syscall.Munmap(all) }, true
}

// survive does the work on mapped bytes; false when they vanished under it, because the file was cut (logrotate's
// copytruncate) or its disk failed.
func survive(work func()) (ok bool) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if fault := recover(); fault != nil {
			if _, addressed := fault.(interface{ Addr() uintptr }); !addressed {
				panic(fault)
			}
		}
	}()
	work()
	return true
}

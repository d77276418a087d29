package messages

import (
	"fmt"
	"strings"
)

// The bits of gfp_mask moved four times. Kernels before 4.6 print no names, so the mask is decoded by era:
// include/linux/gfp.h of 2.6.18, 2.6.24, 2.6.32 (to 4.3, RHEL 6 and 7), 4.4 (to 4.17), 4.18 (to 5.0) and
// include/linux/gfp_types.h of 5.1 (to 7.x).
type gfpEra uint8

const (
	gfp2618 gfpEra = iota
	gfp2624
	gfp2632
	gfp44
	gfp410
	gfp418
	gfp51
)

// Bits that have the same place in every era.
const (
	gfpDMA     = 0x01
	gfpHighmem = 0x02
	gfpDMA32   = 0x04
	gfpMovable = 0x08 // since 2.6.28
)

type gfpName struct {
	bits uint64
	name string
}

// gfpCombos are the masks that have a name of their own, largest first; what is left over is named bit by bit.
var gfpCombos = [...][]gfpName{
	gfp2618: {{0x200d2, "GFP_HIGHUSER"}, {0x200d0, "GFP_USER"}, {0xd2, "GFP_HIGHUSER"}, {0xd0, "GFP_KERNEL"}, {0x50, "GFP_NOFS"}, {0x10, "GFP_NOIO"}, {0x20, "GFP_ATOMIC"}},
	gfp2624: {{0x1200d2, "GFP_HIGHUSER_MOVABLE"}, {0x200d2, "GFP_HIGHUSER"}, {0x200d0, "GFP_USER"}, {0xd0, "GFP_KERNEL"}, {0x50, "GFP_NOFS"}, {0x10, "GFP_NOIO"}, {0x20, "GFP_ATOMIC"}},
	gfp2632: {{0x200da, "GFP_HIGHUSER_MOVABLE"}, {0x200d2, "GFP_HIGHUSER"}, {0x200d0, "GFP_USER"}, {0x800d0, "GFP_TEMPORARY"}, {0xd0, "GFP_KERNEL"}, {0x50, "GFP_NOFS"}, {0x10, "GFP_NOIO"}, {0x20, "GFP_ATOMIC"}},
	gfp44:   {{0x24200ca, "GFP_HIGHUSER_MOVABLE"}, {0x24200c2, "GFP_HIGHUSER"}, {0x24200c0, "GFP_USER"}, {0x24000d0, "GFP_TEMPORARY"}, {0x24000c0, "GFP_KERNEL"}, {0x2400040, "GFP_NOFS"}, {0x2400000, "GFP_NOIO"}, {0x2080020, "GFP_ATOMIC"}, {0x2000000, "GFP_NOWAIT"}},
	gfp410:  {{0x14200ca, "GFP_HIGHUSER_MOVABLE"}, {0x14200c2, "GFP_HIGHUSER"}, {0x14200c0, "GFP_USER"}, {0x14000c0, "GFP_KERNEL"}, {0x1400040, "GFP_NOFS"}, {0x1400000, "GFP_NOIO"}, {0x1080020, "GFP_ATOMIC"}, {0x1000000, "GFP_NOWAIT"}},
	gfp418:  {{0x6200ca, "GFP_HIGHUSER_MOVABLE"}, {0x6200c2, "GFP_HIGHUSER"}, {0x6200c0, "GFP_USER"}, {0x6000c0, "GFP_KERNEL"}, {0x600040, "GFP_NOFS"}, {0x600000, "GFP_NOIO"}, {0x480020, "GFP_ATOMIC"}, {0x400000, "GFP_NOWAIT"}},
	gfp51:   {{0x100cca, "GFP_HIGHUSER_MOVABLE"}, {0x100cc2, "GFP_HIGHUSER"}, {0x100cc0, "GFP_USER"}, {0x400cc0, "GFP_KERNEL_ACCOUNT"}, {0xcc0, "GFP_KERNEL"}, {0xc40, "GFP_NOFS"}, {0xc00, "GFP_NOIO"}, {0x800, "GFP_NOWAIT"}},
}

// gfpBits are the names from bit 4 up; the first four are DMA, HIGHMEM, DMA32 and, since 2.6.28, MOVABLE.
var gfpBits = [...][]string{
	gfp2618: {"WAIT", "HIGH", "IO", "FS", "COLD", "NOWARN", "REPEAT", "NOFAIL", "NORETRY", "NO_GROW", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL"},
	gfp2624: {"WAIT", "HIGH", "IO", "FS", "COLD", "NOWARN", "REPEAT", "NOFAIL", "NORETRY", "", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL", "THISNODE", "RECLAIMABLE", "MOVABLE"},
	gfp2632: {"WAIT", "HIGH", "IO", "FS", "COLD", "NOWARN", "REPEAT", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL", "THISNODE", "RECLAIMABLE", "ACCOUNT", "NOTRACK", "NO_KSWAPD", "OTHER_NODE", "WRITE"},
	gfp44:   {"RECLAIMABLE", "HIGH", "IO", "FS", "COLD", "NOWARN", "REPEAT", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL", "THISNODE", "ATOMIC", "ACCOUNT", "NOTRACK", "DIRECT_RECLAIM", "OTHER_NODE", "WRITE", "KSWAPD_RECLAIM"},
	gfp410:  {"RECLAIMABLE", "HIGH", "IO", "FS", "COLD", "NOWARN", "RETRY_MAYFAIL", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL", "THISNODE", "ATOMIC", "ACCOUNT", "NOTRACK", "DIRECT_RECLAIM", "WRITE", "KSWAPD_RECLAIM", "NOLOCKDEP"},
	gfp418:  {"RECLAIMABLE", "HIGH", "IO", "FS", "WRITE", "NOWARN", "RETRY_MAYFAIL", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "ZERO", "NOMEMALLOC", "HARDWALL", "THISNODE", "ATOMIC", "ACCOUNT", "DIRECT_RECLAIM", "KSWAPD_RECLAIM", "NOLOCKDEP"},
	gfp51:   {"RECLAIMABLE", "HIGH", "IO", "FS", "ZERO", "ATOMIC", "DIRECT_RECLAIM", "KSWAPD_RECLAIM", "WRITE", "NOWARN", "RETRY_MAYFAIL", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "NOMEMALLOC", "HARDWALL", "THISNODE", "ACCOUNT", "ZEROTAGS"},
}

// eraOf gives the era of a mask: by the kernel's version (6012 for 6.12) when the dump names it, else by the bits
// that every blocking request has set, which moved with each era. oldAdj says that the header has oomkilladj or
// no adjustment at all: it is of 2.6.9 to 2.6.31, of which those from 2.6.28 on have the bits of 2.6.32.
func eraOf(version int, mask uint64, oldAdj bool) gfpEra {
	switch {
	case version >= 5001:
		return gfp51
	case version >= 4018:
		return gfp418
	case version >= 4010:
		return gfp410
	case version >= 4004:
		return gfp44
	case version >= 3000:
		return gfp2632
	}
	const reclaim51, reclaim418, reclaim410, reclaim44 = 0xc00, 0x600000, 0x1400000, 0x2400000
	switch {
	case mask&reclaim44 == reclaim44:
		return gfp44
	case mask&reclaim410 == reclaim410:
		return gfp410
	case mask&reclaim418 == reclaim418:
		return gfp418
	case mask&reclaim51 == reclaim51 && mask&0x10 == 0:
		return gfp51
	case oldAdj && mask&gfpMovable != 0:
		return gfp2632
	case oldAdj && mask&0x100000 != 0:
		return gfp2624
	case oldAdj:
		return gfp2618
	}
	return gfp2632
}

// decodeGFP gives the flags of a mask as the kernel would spell them: "GFP_HIGHUSER_MOVABLE|__GFP_COLD".
func decodeGFP(mask uint64, era gfpEra) string {
	var names []string
	for _, c := range gfpCombos[era] {
		if mask&c.bits == c.bits {
			names = append(names, c.name)
			mask &^= c.bits
			break
		}
	}
	low := [...]string{"DMA", "HIGHMEM", "DMA32", "MOVABLE"}
	for bit := 0; mask != 0 && bit < 64; bit++ {
		if mask&(1<<bit) == 0 {
			continue
		}
		mask &^= 1 << bit
		name := ""
		switch {
		case bit < len(low):
			name = low[bit]
		case bit-len(low) < len(gfpBits[era]):
			name = gfpBits[era][bit-len(low)]
		}
		if name == "" {
			names = append(names, fmt.Sprintf("%#x", uint64(1)<<bit))
			continue
		}
		names = append(names, "__GFP_"+name)
	}
	return strings.Join(names, "|")
}

// gfpZones gives the zones that a request may take pages from, highest first.
func gfpZones(mask uint64, era gfpEra) []string {
	movable := mask&gfpMovable != 0 || era == gfp2624 && mask&0x100000 != 0
	switch {
	case mask&gfpDMA != 0:
		return []string{"DMA"}
	case mask&gfpHighmem != 0 && movable:
		return []string{"Movable", "HighMem", "Normal", "DMA32", "DMA"}
	case mask&gfpHighmem != 0:
		return []string{"HighMem", "Normal", "DMA32", "DMA"}
	case mask&gfpDMA32 != 0:
		return []string{"DMA32", "DMA"}
	}
	return []string{"Normal", "DMA32", "DMA"}
}

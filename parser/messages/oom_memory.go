package messages

import (
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// The Mem-Info block, show_mem(): counters in pages, zones in kB, free blocks by order, totals in pages.
//
//	active_anon:1413442 inactive_anon:1509191 isolated_anon:0
//	Node 0 Normal free:61900kB boost:8192kB min:61948kB low:75384kB high:88820kB reserved_highatomic:0KB ... free_cma:0kB
//	lowmem_reserve[]: 0 3191 15659 15659 15659
//	Node 0 DMA: 0*4kB 0*8kB ... 2*2048kB (UM) 2*4096kB (M) = 13312kB
//	Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB
//	4115400 pages RAM
type oomMemory struct {
	counters map[string]int64 // pages
	zones    []record.Zone
	blocks   map[string][]record.Block // by "node zone"; they follow the zones
	ram, reserved,
	swapTotal, swapFree,
	kernelStack, huge, hugeFree record.Maybe // ram and reserved in pages, the rest in bytes
	page int64           // bytes, from the smallest block; 0 when not shown
	seen map[string]bool // zones, nodes and pools that were read: some logs hold each line twice
}

const maxZones = 1024 // NUMA nodes times zones; more than any machine has

func (m *oomMemory) empty() bool {
	return len(m.counters) == 0 && len(m.zones) == 0 && !m.ram.Known() && !m.swapTotal.Known()
}

// readCounters takes "key:pages" pairs. The first block of a dump counts. 2.6.28 to 2.6.30 write Active_anon.
func (m *oomMemory) readCounters(msg string) {
	if m.counters == nil {
		m.counters = map[string]int64{}
	}
	for _, word := range strings.Fields(msg) {
		key, value, _ := strings.Cut(strings.ToLower(word), ":")
		n, rest, ok := leadingInt(value)
		if !ok || rest != "" || n < 0 || n > 1<<45 || len(m.counters) > 64 {
			continue
		}
		if _, seen := m.counters[key]; !seen {
			m.counters[key] = n
		}
	}
}

// again tells that a line about the same was read, and notes it.
func (m *oomMemory) again(what string, node int) bool {
	key := fmt.Sprint(what, " ", node)
	if m.seen[key] {
		return true
	}
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	if len(m.seen) < 4*maxZones {
		m.seen[key] = true
	}
	return false
}

// readZone takes a zone line, or a node line (4.8 and later) for what only it tells.
func (m *oomMemory) readZone(msg string) {
	node, rest := cutNode(msg)
	n := zoneName([]byte(rest))
	if m.again(rest[:n], node) {
		return
	}
	if n == 0 {
		m.kernelStack = m.kernelStack.Plus(kbValue(rest, "kernel_stack:"))
		return
	}
	z := record.Zone{Node: node, Name: rest[:n]}
	rest = rest[n:]
	z.Free, z.Min = kbValue(rest, " free:"), kbValue(rest, " min:")
	z.Low, z.High = kbValue(rest, " low:"), kbValue(rest, " high:")
	z.Present, z.Managed = kbValue(rest, " present:"), kbValue(rest, " managed:")
	z.FreeCMA, z.HighAtomic = kbValue(rest, " free_cma:"), kbValue(rest, " free_highatomic:")
	if !z.HighAtomic.Known() { // up to 6.12 the kernel subtracts the whole reserve, used or not (__zone_watermark_unusable_free)
		z.HighAtomic = kbValue(rest, " reserved_highatomic:")
	}
	m.kernelStack = m.kernelStack.Plus(kbValue(rest, " kernel_stack:"))
	if len(m.zones) < maxZones {
		m.zones = append(m.zones, z)
	}
}

func cutNode(msg string) (node int, rest string) {
	after, ok := strings.CutPrefix(msg, "Node ")
	if !ok {
		return 0, msg
	}
	n, rest, ok := leadingInt(after)
	if !ok || n > 1<<16 {
		return 0, msg
	}
	return int(n), strings.TrimPrefix(rest, " ")
}

// kbValue reads the size behind a key: "free:61900kB", "shmem_thp: 0kB", "reserved_highatomic:0KB".
func kbValue(s, key string) record.Maybe {
	i := strings.Index(s, key)
	if i < 0 {
		return record.Maybe{}
	}
	value := strings.TrimLeft(s[i+len(key):], " ")
	if end := strings.IndexByte(value, ' '); end >= 0 {
		value = value[:end]
	}
	return kernelKB(value)
}

// readReserve belongs to the zone line before it.
func (m *oomMemory) readReserve(msg string) {
	if len(m.zones) == 0 || m.zones[len(m.zones)-1].Reserve != nil {
		return
	}
	_, rest, _ := strings.Cut(msg, ":")
	var reserve []int64
	for rest != "" && len(reserve) < 16 {
		n, more, ok := leadingInt(rest)
		if !ok || n < 0 || n > 1<<40 {
			break
		}
		reserve, rest = append(reserve, n), more
	}
	m.zones[len(m.zones)-1].Reserve = reserve // in pages until the page size is known
}

// readBuddy takes the free blocks of a zone: "Node 0 DMA: 0*4kB 1*8kB (U) ... = 13312kB".
func (m *oomMemory) readBuddy(msg string) {
	zone, list, ok := strings.Cut(msg, ": ")
	if !ok {
		return
	}
	if !strings.HasPrefix(zone, "Node ") {
		zone = "Node 0 " + zone
	}
	var blocks []record.Block
	for _, word := range strings.Fields(list) {
		if word == "=" {
			break
		}
		if word[0] == '(' {
			if len(blocks) > 0 {
				blocks[len(blocks)-1].Types = strings.Trim(word, "()")
			}
			continue
		}
		count, unit, ok := leadingInt(word)
		size := kernelKB(strings.TrimPrefix(unit, "*")).Or(0)
		if !ok || size == 0 || len(blocks) > 20 {
			break
		}
		if len(blocks) == 0 && m.page == 0 && size&(size-1) == 0 && size <= 1<<16 {
			m.page = size
		}
		blocks = append(blocks, record.Block{Count: count})
	}
	if m.blocks == nil {
		m.blocks = map[string][]record.Block{}
	}
	if m.blocks[zone] == nil && len(m.blocks) < maxZones {
		m.blocks[zone] = blocks
	}
}

// readHuge adds one node's pool of one size.
func (m *oomMemory) readHuge(msg string) {
	count := func(key string) record.Maybe {
		_, after, ok := strings.Cut(msg, key)
		n, _, isInt := leadingInt(after)
		if !ok || !isInt || n < 0 || n > 1<<40 {
			return record.Maybe{}
		}
		return record.Known(n)
	}
	size, ok := kbValue(msg, "hugepages_size=").Get()
	node, _ := cutNode(msg)
	if !ok || m.again(fmt.Sprintf("pool of %d", size), node) {
		return
	}
	m.huge = m.huge.Plus(times(count("hugepages_total="), size))
	m.hugeFree = m.hugeFree.Plus(times(count("hugepages_free="), size))
}

// readTotals takes "4115400 pages RAM", "196604 pages of RAM", "97082 pages reserved", "4321 reserved pages",
// "Free swap  = 84kB", "Free swap:            0kB", "Total swap = 25165820kB".
func (m *oomMemory) readTotals(msg string) {
	first := func(into *record.Maybe, n record.Maybe) {
		if !into.Known() {
			*into = n
		}
	}
	if strings.HasPrefix(msg, "Free swap") || strings.HasPrefix(msg, "Total swap") {
		i := strings.IndexAny(msg, "=:")
		size := kernelKB(strings.TrimLeft(msg[i+1:], " "))
		if msg[0] == 'F' {
			first(&m.swapFree, size)
		} else {
			first(&m.swapTotal, size)
		}
		return
	}
	n, rest, ok := leadingInt(msg)
	if !ok || n < 0 || n > 1<<45 {
		return
	}
	if strings.Contains(rest, "RAM") {
		first(&m.ram, record.Known(n))
	} else {
		first(&m.reserved, record.Known(n))
	}
}

// fill gives what was read as bytes; page is the size of a page.
func (m *oomMemory) fill(mem *record.Memory, page int64) {
	pages := func(keys ...string) (sum record.Maybe) { // a sum is told when all its parts are
		for _, k := range keys {
			n, ok := m.counters[k]
			if !ok {
				return record.Maybe{}
			}
			sum = sum.Plus(record.Known(n * page))
		}
		return sum
	}
	mem.RAM, mem.Reserved = times(m.ram, page), times(m.reserved, page)
	mem.SwapTotal, mem.SwapFree = m.swapTotal, m.swapFree
	mem.Free, mem.CMAFree = pages("free"), pages("free_cma")
	mem.SlabReclaimable, mem.SlabUnreclaimable = pages("slab_reclaimable"), pages("slab_unreclaimable")
	mem.Shmem, mem.PageTables = pages("shmem"), pages("pagetables")
	mem.Anon, mem.FileCache = pages("active_anon", "inactive_anon"), pages("active_file", "inactive_file")
	mem.Unevictable, mem.Dirty, mem.Writeback = pages("unevictable"), pages("dirty"), pages("writeback")
	if m.ram.Known() { // it stands behind the zones and nodes, so these sums are whole
		mem.KernelStack, mem.HugePages, mem.HugePagesFree = m.kernelStack, m.huge, m.hugeFree
	}
}

// list gives the zones with their blocks, reserves as bytes.
func (m *oomMemory) list(page int64) []record.Zone {
	zones := slices.Clone(m.zones)
	for i := range zones {
		z := &zones[i]
		z.Blocks = m.blocks[fmt.Sprintf("Node %d %s", z.Node, z.Name)]
		z.Reserve = slices.Clone(z.Reserve)
		for j := range z.Reserve {
			z.Reserve[j] *= page
		}
	}
	return zones
}

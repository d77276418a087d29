package messages

import (
	"math"
	"strings"

	"oomortem/parser/record"
)

// The task table, dump_tasks(). Its columns changed often, so they are read from its own header line:
//
//	[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name                            2.6.36 to 3.5
//	[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name                       3.6 to 4.0
//	[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name               4.1 to 4.14
//	[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name              4.15 to 6.7
//	[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name   6.8 to 7.3
type oomColumn uint8

const (
	colOther oomColumn = iota
	colTotalVM
	colRSS
	colPtes // pages of page tables: nr_ptes, nr_pmds, nr_puds
	colPtBytes
	colSwap
	colAdj
	colAnon
	colShmem
)

// oomRow is one row as printed: sizes in pages, page tables in pages or bytes.
type oomRow struct {
	pid, uid, tgid                           int
	totalVM, rss                             int64
	ptes, ptBytes, swap, adj, anon, shmemory record.Maybe
	comm                                     string
}

// maxTasks bounds the rows kept of one dump: Linux allows 4 million processes, a report needs the large ones.
const maxTasks = 1 << 16

// readColumns reads the table's header line: the columns between tgid and name.
func readColumns(msg string) []oomColumn {
	_, names, _ := strings.Cut(msg, "]")
	var cols []oomColumn
	for _, name := range strings.Fields(names) {
		switch name {
		case "uid", "tgid", "name":
		case "total_vm":
			cols = append(cols, colTotalVM)
		case "rss":
			cols = append(cols, colRSS)
		case "nr_ptes", "nr_pmds", "nr_puds":
			cols = append(cols, colPtes)
		case "pgtables_bytes":
			cols = append(cols, colPtBytes)
		case "swapents":
			cols = append(cols, colSwap)
		case "oom_score_adj":
			cols = append(cols, colAdj)
		case "rss_anon":
			cols = append(cols, colAnon)
		case "rss_shmem":
			cols = append(cols, colShmem)
		default:
			cols = append(cols, colOther)
		}
	}
	if len(cols) < 2 || len(cols) > 12 {
		return nil
	}
	return cols
}

// columnsOf guesses the columns of a table whose header line is missing, from the number of numbers in a row.
func columnsOf(numbers int) []oomColumn {
	switch numbers {
	case 5: // the table of 4.15 to 6.7 and that of 3.6 to 4.0 have as many; their page tables differ in unit
		return []oomColumn{colTotalVM, colRSS, colOther, colSwap, colAdj}
	case 6:
		return []oomColumn{colTotalVM, colRSS, colPtes, colPtes, colSwap, colAdj}
	case 8:
		return []oomColumn{colTotalVM, colRSS, colAnon, colOther, colShmem, colPtBytes, colSwap, colAdj}
	}
	return []oomColumn{colTotalVM, colRSS}
}

// readTask reads a row with the given columns; nil columns are guessed. ok is false for a torn row.
func readTask(msg string, cols []oomColumn) (r oomRow, ok bool) {
	i := strings.IndexByte(msg, ']')
	if i < 1 {
		return r, false
	}
	pid, _, ok := leadingInt(msg[1:i])
	if !ok {
		return r, false
	}
	rest := msg[i+1:]
	uid, rest, ok1 := leadingInt(rest)
	tgid, rest, ok2 := leadingInt(rest)
	if !ok1 || !ok2 || pid > math.MaxInt32 || tgid > math.MaxInt32 || uid > math.MaxUint32 {
		return r, false
	}
	r.pid, r.uid, r.tgid = int(pid), int(uid), int(tgid)
	if cols == nil {
		cols = columnsOf(countNumbers(rest))
	}
	for _, c := range cols {
		var n int64
		if n, rest, ok = leadingInt(rest); !ok || !strings.HasPrefix(rest, " ") {
			return r, false
		}
		if n > 1<<40 || n < -1<<20 {
			return r, false
		}
		r.take(c, n)
	}
	r.comm = oomComm(strings.TrimPrefix(rest, " "))
	return r, r.comm != "" && r.totalVM >= 0 && r.rss >= 0
}

func (r *oomRow) take(c oomColumn, n int64) {
	if n < 0 && c != colAdj { // counters may be read as slightly negative
		n = 0
	}
	switch c {
	case colTotalVM:
		r.totalVM = n
	case colRSS:
		r.rss = n
	case colPtes:
		r.ptes = r.ptes.Plus(record.Known(n))
	case colPtBytes:
		r.ptBytes = record.Known(n)
	case colSwap:
		r.swap = record.Known(n)
	case colAdj:
		r.adj = record.Known(n)
	case colAnon:
		r.anon = record.Known(n)
	case colShmem:
		r.shmemory = record.Known(n)
	}
}

func countNumbers(s string) (n int) {
	for {
		_, rest, ok := leadingInt(s)
		if !ok || !strings.HasPrefix(rest, " ") {
			return n
		}
		n, s = n+1, rest
	}
}

// pageTables gives the row's page tables in bytes.
func (r oomRow) pageTables(page int64) record.Maybe {
	if r.ptBytes.Known() {
		return r.ptBytes
	}
	return times(r.ptes, page)
}

// task gives the row in bytes.
func (r oomRow) task(page int64) record.Task {
	return record.Task{
		PID: r.pid, TGID: r.tgid, UID: r.uid, Comm: r.comm, RSS: r.rss * page, TotalVM: record.Known(r.totalVM * page),
		Swap: times(r.swap, page), Page: r.pageTables(page), Adj: r.adj,
		Anon: times(r.anon, page), Shmem: times(r.shmemory, page),
	}
}

// times multiplies a told number of pages by the size of a page.
func times(n record.Maybe, by int64) record.Maybe {
	v, ok := n.Get()
	if !ok || v > math.MaxInt64/max(by, 1) {
		return record.Maybe{}
	}
	return record.Known(v * by)
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// shop is a look-alike of a case of RCD's Sock Shop (Ikram et al., NeurIPS 2022; RCAEval's "Sock Shop 1"): thirteen containers
// scraped every 5 to 15 s and filled up to seconds, five minutes of normal days joined with five minutes of a day with a
// stressed container. The magnitudes are the published set's: a CPU fault takes a core and 2 MB less to 11 MB more memory,
// a memory fault 173 to 572 MB and a core as well (67 to 1540 times the time before); what nobody touched differs between the days by
// up to a factor of three.
type shop struct {
	r       *rand.Rand
	names   []string
	columns [][]float64
}

const (
	shopNormal = 300
	shopFault  = 300
	shopStart  = 1652815685
)

var shopServices = []struct {
	name     string
	cpu, mem float64 // per cent of a core, bytes
}{
	{"carts", 1.2, 343e6}, {"carts-db", 60, 220e6}, {"catalogue", 1.3, 12e6}, {"catalogue-db", .1, 431e6}, {"front-end", 12, 140e6},
	{"orders", .5, 329e6}, {"orders-db", .35, 190e6}, {"payment", .09, 8e6}, {"queue-master", .2, 280e6}, {"rabbitmq", .7, 95e6},
	{"shipping", .2, 305e6}, {"user", .8, 16e6}, {"user-db", .8, 400e6},
}

// newShop draws a case: the service that is stressed and whether it is its memory.
func newShop(seed uint64, stressed string, memory bool) *shop {
	s := &shop{r: rand.New(rand.NewPCG(seed, 20220515))}
	for _, x := range shopServices {
		other := math.Exp((s.r.Float64() - .5) * 2.2) // the other day
		cpu, mem := x.cpu*other, x.mem*math.Exp((s.r.Float64()-.5)*2.2)
		rough := .15 + .2*s.r.Float64()
		if x.name == stressed {
			if cpu = 55 + 45*s.r.Float64(); memory {
				mem = x.mem + (173+s.r.Float64()*399)*1e6
			} else {
				mem = x.mem + (-2+s.r.Float64()*13)*1e6
			}
		}
		s.add(x.name+"_cpu", x.cpu, cpu, rough)
		s.add(x.name+"_mem", x.mem, mem, .01)
	}
	for _, x := range []string{"carts", "catalogue", "shipping"} {
		s.add(x+"_lod", 10, 10*math.Exp((s.r.Float64()-.5)*2), .05)
		for _, p := range []string{"50", "90", "99"} {
			s.add(x+"_lat_"+p, .2, .2*math.Exp((s.r.Float64()-.5)*7), .1)
		}
	}
	return s
}

// add makes one column: scrapes every 5 to 15 s, held until the next.
func (s *shop) add(name string, normal, fault, rough float64) {
	column := make([]float64, 0, shopNormal+shopFault)
	value, next := 0.0, 0
	for i := range shopNormal + shopFault {
		if i == next || i == shopNormal {
			level := normal
			if i >= shopNormal {
				level = fault
			}
			value = level * math.Exp(rough*s.r.NormFloat64())
			if strings.HasSuffix(name, "_mem") {
				value = math.Round(value/4096) * 4096
			}
			next = i + 5 + s.r.IntN(11)
		}
		column = append(column, value)
	}
	s.names, s.columns = append(s.names, name), append(s.columns, column)
}

func (s *shop) csv() string {
	var b strings.Builder
	b.WriteString("time," + strings.Join(s.names, ",") + "\n")
	for i := range shopNormal + shopFault {
		fmt.Fprintf(&b, "%d", shopStart+i)
		for k, c := range s.columns {
			if strings.HasSuffix(s.names[k], "_mem") {
				fmt.Fprintf(&b, ",%.0f", c[i])
			} else {
				fmt.Fprintf(&b, ",%.12g", c[i])
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// suspectsOf runs the command and gives the series in the order of their ranks.
func suspectsOf(t *testing.T, text string, at int64) []string {
	t.Helper()
	var out, errs bytes.Buffer
	when := time.Unix(at, 0).UTC().Format(time.RFC3339)
	if status := run(strings.NewReader(text), &out, &errs, []string{"suspects", "--at", when, "-q", "-f", "jsonl", "-"}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	var names []string
	for line := range strings.Lines(out.String()) {
		var row struct {
			Rank   int
			Series string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Rank != len(names)+1 {
			t.Fatalf("row %d is %s: %v", len(names)+1, line, err)
		}
		names = append(names, row.Series)
	}
	return names
}

// In each case the stressed container's own series comes first, memory before processor time where memory was taken;
// noticed at once, a minute late and two, when nearly a third of what counts as normal is not.
func TestSuspectsOnSockShopLookAlikes(t *testing.T) {
	for _, late := range []int64{0, 60, 120} {
		var service, metric, cases float64
		for _, stressed := range []string{"carts", "catalogue", "orders", "payment", "user"} {
			for _, kind := range []string{"cpu", "mem"} {
				for seed := range uint64(2) {
					text := newShop(seed*10+uint64(late), stressed, kind == "mem").csv()
					got := suspectsOf(t, text, shopStart+shopNormal+late)
					cases++
					if strings.TrimSuffix(strings.TrimSuffix(got[0], "_cpu"), "_mem") == stressed {
						service++
					}
					if got[0] == stressed+"_"+kind {
						metric++
					} else {
						t.Errorf("%s_%s, case %d, %d s late: %v", stressed, kind, seed, late, got[:3])
					}
				}
			}
		}
		t.Logf("%d s late: AC@1 service %.2f, metric %.2f of %.0f cases", late, service/cases, metric/cases, cases)
		if service/cases < .9 {
			t.Errorf("%d s late: the service is first in %.2f of the cases, want at least .9", late, service/cases)
		}
	}
}

// What the user leaves out or writes wrongly is said.
func TestSuspectsUsage(t *testing.T) {
	for _, args := range [][]string{
		{"suspects", "x.csv"},
		{"suspects", "--at", "yesterday", "x.csv"},
		{"suspects", "--at", "2021-02-20T04:20:35+08:00", "--window", "-5m", "x.csv"},
		{"suspects", "--at", "2021-02-20T04:20:35+08:00", "-f", "html", "x.csv"},
		{"suspects", "--at", "2021-02-20T04:20:35+08:00"},
		{"changes", "-f", "html", "x.csv"},
		{"changes"},
	} {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, args); status != exitUsage || errs.Len() == 0 || out.Len() != 0 {
			t.Errorf("%v: status %d, said %q", args, status, &errs)
		}
	}
}

package reports

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// ComparisonText writes two runs side by side for people.
func ComparisonText(w io.Writer, c verdict.Comparison, o Options) error {
	v, err := speak(o.Lang)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i, headline := range c.Headlines {
		fmt.Fprintln(&b, v.name(c.Names[i])+v.word(": ")+v.say(headline))
	}
	rows := [][]string{{"", v.name(c.Names[0]), v.name(c.Names[1]), ""}}
	for _, d := range c.Differences {
		rows = append(rows, []string{v.say(d.What), v.known(d.Before, d.Unit), v.known(d.After, d.Unit), v.changed(d)})
	}
	b.WriteByte('\n')
	if err := Columns(&b, rows); err != nil {
		return err
	}
	b.WriteString("\n" + v.plateaus(c) + "\n")
	for _, p := range c.Patterns {
		fmt.Fprintln(&b, v.bracketed(v.word(string(p.Kind))+v.word(": ")+v.say(p.Statement), v.word(verdict.Likelihood(p.Confidence))))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// plateaus tells whether the steady throughput differs, and what the answer is worth.
func (v voice) plateaus(c verdict.Comparison) string {
	t := c.Throughput
	if t == nil {
		return v.word("The throughput cannot be compared: one of the runs has no plateau.")
	}
	var said string
	before, after := verdict.Rate(t.Before), verdict.Rate(t.After)
	if t.P >= .05 {
		said = v.sayf("Plateau (median): %v before, %v after: no difference beyond chance (rank test p = %v).", before, after, fmt.Sprintf("%.2g", t.P))
	} else {
		said = v.sayf("Plateau (median): %v before, %v after: %v, not by chance (rank test p = %v).", before, after, v.percent(t.Change), fmt.Sprintf("%.1g", max(t.P, 1e-9)))
	}
	if len(c.Unlike) == 0 {
		return said + v.word(" Whether as much load was asked for, the files do not tell.")
	}
	var unlike []string
	for _, u := range c.Unlike {
		unlike = append(unlike, v.say(u))
	}
	return said + v.sayf(" It is not like with like: %v.", strings.Join(unlike, v.word(", ")))
}

// known gives a value in its unit, "-" for none.
func (v voice) known(x any, unit string) string {
	switch x := x.(type) {
	case nil:
		return "-"
	case string:
		return v.told(v.name(x))
	}
	n := numberOf(x)
	switch unit {
	case "bytes":
		return v.amount(verdict.Bytes(n))
	case "per_second":
		return v.amount(verdict.Rate(n))
	case "seconds":
		return v.amount(verdict.Span(time.Duration(n) * time.Second))
	case "transactions":
		return v.amount(verdict.Count(n))
	case "ms":
		return v.sayf("%v ms", strconv.FormatFloat(n, 'f', 0, 64))
	}
	return fmt.Sprint(x)
}

// changed gives the change of a number in percent.
func (v voice) changed(d verdict.Difference) string {
	a, b := numberOf(d.Before), numberOf(d.After)
	if d.Unit == "" || a == 0 || b == 0 || math.IsNaN(a+b) {
		return ""
	}
	return v.percent((b - a) / a)
}

// percent gives a change: "-25.0 %".
func (v voice) percent(share float64) string {
	said := fmt.Sprintf("%+.1f %%", 100*share)
	if v.unit == nil {
		return said
	}
	return v.unit(said)
}

func numberOf(x any) float64 {
	switch n := x.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return math.NaN()
}

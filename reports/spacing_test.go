package reports

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
)

// misspaced are the places where Chinese has a blank too many or too few: letters and digits keep a blank from
// characters, but 310万 and 2月20日 are one word; punctuation has its space within.
var misspaced = []*regexp.Regexp{
	regexp.MustCompile(`\p{Han}[A-Za-z0-9]`),
	regexp.MustCompile(`[A-Za-z0-9%][\p{Han}]`),
	regexp.MustCompile(`\p{Han} \p{Han}`),
	regexp.MustCompile(`[，。；：（）] [^ |]`),
	regexp.MustCompile(`[^ ] [，。；：（）]`),
	regexp.MustCompile(`\p{Han} ?[()]`),
}

// oneWord are dates, great numbers, code, and in the catalogue the place of a value.
var oneWord = regexp.MustCompile("(?s)```.*?```|`[^`]*`|[0-9]+月[0-9]+日|1月2日|[0-9]+[万亿]|%(?:\\[[0-9]\\])?v")

func checkSpacing(t *testing.T, where, said string) {
	t.Helper()
	said = oneWord.ReplaceAllString(said, "…")
	for _, re := range misspaced {
		if found := re.FindString(said); found != "" {
			t.Errorf("%s: %q in %q", where, found, said)
		}
	}
}

// Every line of the catalogue and every line of the reports of the samples is spaced by the same rule.
func TestChineseSpacing(t *testing.T) {
	for _, part := range []map[string]string{chineseWords(), chineseFindings(), chineseRun(), chinesePatterns(), chineseEvents(), chineseProblems()} {
		for from, said := range part {
			checkSpacing(t, from, said)
		}
	}
	for name, r := range samples() {
		var b bytes.Buffer
		if err := markdown.Write(&b, r, Options{Lang: "zh"}); err != nil {
			t.Fatal(err)
		}
		for _, l := range strings.Split(oneWord.ReplaceAllString(b.String(), "…"), "\n") {
			if !strings.HasPrefix(l, "# ") { // the title, which the user writes
				checkSpacing(t, name, strings.ReplaceAll(l, "订单服务-", "orders-"))
			}
		}
	}
}

func TestFill(t *testing.T) {
	zh := voice{chinese()}
	for _, c := range []struct {
		said verdict.Text
		want string
	}{
		{verdict.Say("throughput fell from %v to nothing and stayed there", verdict.Rate(1740)), "吞吐量从 1,740/秒跌到零，此后一直为零"},
		{verdict.Say("about %v transactions, while the load tool went on asking", verdict.Count(3100000)), "约 310万笔事务（压测工具仍在发起请求期间）"},
		{verdict.Say("%v killed", verdict.Name("数据库")), "数据库 被杀死"},
		{verdict.Say("%v killed", verdict.Name("%v%d")), "%v%d 被杀死"},
		{verdict.Say("the end of %v at %v falls on %v", verdict.Name("b"), "a", "the kill"), "the end of b at a falls on 杀死事件"},
	} {
		if got := zh.say(c.said); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	for format, want := range map[string]string{"%v": "x", "100%%": "100%", "%[2]v的%[1]v": "y 的 x", "%v，%v": "x，y", "在%v 上": "在 x 上", "%v%v%v": "xy%!v(MISSING)"} {
		if got := zh.fill(format, []value{{"x", true}, {"y", true}}); got != want {
			t.Errorf("%q gives %q, want %q", format, got, want)
		}
	}
}

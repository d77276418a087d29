package reports

import (
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// chinese is Simplified Chinese as it is written in the mainland: 万 and 亿 for great numbers, units of time in words;
// bytes, dB and what programs print stay.
func chinese() language {
	l := language{spaced: true, value: chineseValue, unit: chineseUnit}
	l.phrases = merged(chineseWords(), chineseFindings(), chineseRun(), chinesePatterns(), chineseSeries(), chineseComparison(), chinesePlan())
	l.patterns = patternsOf(chineseEvents())
	l.problems = patternsOf(chineseProblems())
	return l
}

func chineseValue(a any) any {
	switch a := a.(type) {
	case verdict.Count:
		return chineseCount(float64(a))
	case verdict.Span:
		return chineseSpan(time.Duration(a))
	case verdict.Rate:
		return strings.TrimSuffix(a.String(), "/s") + "/秒"
	case verdict.Share:
		return strings.Replace(a.String(), " %", "%", 1)
	}
	return a
}

// chineseUnit gives "1,740/秒" for "1,740/s", "49.3 毫秒" for "49.3 ms".
func chineseUnit(quantity string) string {
	for _, u := range [][2]string{{"/s", "/秒"}, {" ms", " 毫秒"}, {" s", " 秒"}, {" min", " 分钟"}, {" h", " 小时"}, {" d", " 天"}, {" %", "%"}} {
		if n, ok := strings.CutSuffix(quantity, u[0]); ok {
			return n + u[1]
		}
	}
	return quantity
}

// chineseCount gives "5,312", "2951万", "1.23亿".
func chineseCount(n float64) string {
	switch size := math.Abs(n); {
	case size >= 1e8:
		return strconv.FormatFloat(math.Round(n/1e6)/100, 'f', -1, 64) + "亿"
	case size >= 1e6:
		return strconv.FormatFloat(math.Round(n/1e4), 'f', 0, 64) + "万"
	}
	return verdict.Count(n).String()
}

// chineseSpan gives "4 小时 36 分", "51 分钟", "12 秒".
func chineseSpan(d time.Duration) string {
	s := verdict.Span(d).String()
	if hours, rest, ok := strings.Cut(s, " h "); ok {
		return hours + " 小时 " + strings.TrimSuffix(rest, " min") + " 分"
	}
	if minutes, ok := strings.CutSuffix(s, " min"); ok {
		return minutes + " 分钟"
	}
	return strings.TrimSuffix(s, " s") + " 秒"
}

// merged joins the parts of a catalogue.
func merged(parts ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, part := range parts {
		maps.Copy(out, part)
	}
	return out
}

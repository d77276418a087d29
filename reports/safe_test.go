package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// hostile are names and log lines that somebody could have put into the evidence to harm who reads the report.
var hostile = map[string]string{
	"ansi":            "a\x1b[31;1mred\x1b[0m",
	"osc":             "a\x1b]0;title\x07\x1b]8;;http://evil.example/\x07link",
	"c1":              "a\u009b31mred\u0090",
	"nul":             "a\x00b\x00",
	"bidi":            "a\u202etxt.exe\u2066\u200fb",
	"zero width":      "a\u200bb\ufeffc\u00add\U000e0041",
	"invalid utf-8":   "a\xff\xfe\xc3(b",
	"no characters":   "a\ufffe\uffff\ufdd0b",
	"lines":           "a\r\nb\nc\u2028d\u2029e\vf\tg",
	"markdown table":  "a | b || c \\| d",
	"markdown code":   "`a`` ```\nb",
	"fence":           "```\n</details>\n# heading",
	"link":            "[click](http://evil.example) ![x](http://evil.example/p.png) <http://evil.example> www.evil.example",
	"html":            "<script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"x' &lt; </summary></details>",
	"mention":         "@everyone and @root, #1",
	"heading":         "# a",
	"bullet":          "- a",
	"number":          "1. a",
	"rule":            "---",
	"jira":            "{noformat} {color:red}a{color} [~admin] !x.png! |a| ||b|| *b* _i_ -s- +u+ ^s^ ~s~ ??c?? {{m}} h1. :) (!) \\\\ ----",
	"formula":         "=HYPERLINK(\"http://evil.example\")",
	"formula plus":    "+1+cmd|' /C calc'!A0",
	"formula at":      "@SUM(1)",
	"cdata":           "]]><evil/><![CDATA[",
	"percent":         "%s %d %!v(MISSING) %%",
	"zalgo":           "a" + strings.Repeat("\u0301", 5000),
	"long":            strings.Repeat("x", 1<<20),
	"long wide":       strings.Repeat("内", 1<<16),
	"long without":    strings.Repeat("\x1b", 1<<16),
	"emoji":           "👩‍👩‍👧‍👦 🏳️‍🌈",
	"spaces":          "   \u00a0 \u3000 ",
	"quotes":          `"'` + "`",
	"comment":         "--> <!-- -->",
	"template":        "{{.}} ${x} $(id) %(x)s",
	"empty":           "",
	"path traversal":  "../../etc/passwd",
	"backslash":       `C:\temp\`,
	"trailing escape": `a\`,
}

// planted gives a report with s in every string that a Report can hold, and two of everything.
func planted(s string) *verdict.Report {
	r := &verdict.Report{}
	plant(reflect.ValueOf(r).Elem(), s, 0)
	r.Verdict.Confidence = 0.9
	start := at("2021-02-20 04:00:00").UnixMilli()
	for i := range r.Curves { // as a chart needs them
		r.Curves[i].Role = []string{"throughput", "vm"}[i%2]
		r.Curves[i].T, r.Curves[i].V = nil, nil
		for k := range int64(50) {
			r.Curves[i].T = append(r.Curves[i].T, start+k*60000)
			r.Curves[i].V = append(r.Curves[i].V, float64(k))
		}
	}
	return r
}

// plant fills a value of any type of the verdict package.
func plant(v reflect.Value, s string, n int) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(at("2021-02-20 04:20:41")))
		return
	case record.Maybe:
		v.Set(reflect.ValueOf(known(1 << 30)))
		return
	case verdict.Text:
		text := verdict.Say("%v and %v", s, verdict.Name(s))
		if n%3 == 1 { // a sentence that came back from JSON has its words in its format
			text = verdict.Text{Format: s}
		}
		v.Set(reflect.ValueOf(text))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				plant(v.Field(i), s, n+i)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), s, n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			plant(v.Index(i), s, n+i)
		}
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64:
		v.SetInt(4)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf(s))
	}
}

// TestPlantReachesEveryField guards the test below: a string that is not planted is not tested.
func TestPlantReachesEveryField(t *testing.T) {
	b, err := json.Marshal(planted("needle"))
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(b, []byte(`""`)); got > 0 {
		t.Errorf("%d empty strings in a report where every string was planted: %s", got, b)
	}
}

// TestHostile sends every hostile string through every field of a report and every format.
func TestHostile(t *testing.T) {
	for name, s := range hostile {
		r := planted(s)
		for _, f := range All() {
			for i, o := range []Options{{Width: 80}, {Width: 160, Color: true}, {Brief: true}} {
				if i > 0 && slices.Contains([]string{"json", "csv", "html", "svg", "png"}, f.Name) {
					continue // they look the same at every width
				}
				var b bytes.Buffer
				if err := f.Write(&b, r, o); err != nil {
					t.Fatalf("%s as %s: %v", name, f.Name, err)
				}
				if err := harmless(f.Name, b.String(), o); err != nil {
					t.Errorf("%s as %s %+v: %v", name, f.Name, o, err)
				}
			}
		}
	}
}

// harmless gives what is wrong with an output, whatever was in the report.
func harmless(format, out string, o Options) error {
	if format == "png" {
		_, err := png.Decode(strings.NewReader(out))
		return err
	}
	if !utf8.ValidString(out) {
		return fmt.Errorf("invalid UTF-8")
	}
	if len(out) > 4<<20 {
		return fmt.Errorf("%d bytes: long names are not cut", len(out))
	}
	if o.Brief && len(out) > maxBrief && (format == "text" || format == "markdown" || format == "jira") {
		return fmt.Errorf("%d bytes in the ticket form", len(out))
	}
	seen := out
	if o.Color { // the five that we write ourselves
		for _, c := range []string{ansiReset, ansiBold, ansiDim, ansiRed, ansiGreen, ansiYellow} {
			seen = strings.ReplaceAll(seen, c, "")
		}
	}
	for _, r := range seen {
		if r != '\n' && (unicode.IsControl(r) || r != '\u2060' && invisible(r)) {
			return fmt.Errorf("control or invisible character %U", r)
		}
	}
	switch format {
	case "text":
		return fits(seen, o.columns())
	case "markdown":
		return tame(seen)
	case "json":
		var m map[string]any
		return json.Unmarshal([]byte(out), &m)
	case "html":
		return inert(out)
	case "junit", "svg":
		return xml.Unmarshal([]byte(out), new(struct{ XMLName xml.Name }))
	case "csv":
		return noFormula(out)
	}
	return nil
}

// fits tells whether all lines fit the width; a command keeps its length, to be copied.
func fits(out string, width int) error {
	for _, l := range strings.Split(out, "\n") {
		if w := wide(l); w > width && !strings.Contains(l, "$ ") {
			return fmt.Errorf("%d columns: %q", w, l)
		}
	}
	return nil
}

// tame looks for HTML and links outside of code, and for tables with rows of different length.
func tame(out string) error {
	var fence string
	columns := 0
	for _, l := range strings.Split(out, "\n") {
		bare := strings.TrimLeft(l, " ")
		if ticks := len(bare) - len(strings.TrimLeft(bare, "`")); ticks >= 3 && !strings.Contains(bare[ticks:], "`") {
			if fence == "" {
				fence = bare[:ticks]
			} else if bare == fence {
				fence = ""
			}
			continue
		}
		if fence != "" {
			continue
		}
		prose := withoutCode(l)
		for _, own := range []string{"<br>", "<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>"} {
			prose = strings.ReplaceAll(prose, own, "")
		}
		for _, bad := range []string{"<", "://", "www."} {
			if strings.Contains(strings.ReplaceAll(prose, `\`+bad, ""), bad) {
				return fmt.Errorf("%q acts in %q", bad, l)
			}
		}
		if strings.Contains(strings.ReplaceAll(prose, `\]`, ""), "](") {
			return fmt.Errorf("a link in %q", l)
		}
		if !strings.HasPrefix(l, "|") {
			columns = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(l, `\|`, ""), "|")
		if columns > 0 && n != columns {
			return fmt.Errorf("%d bars where the table has %d: %q", n, columns, l)
		}
		columns = n
	}
	if fence != "" {
		return fmt.Errorf("a code block is left open")
	}
	return nil
}

// withoutCode takes the code spans out of a line, as CommonMark finds them: a run of backticks up to the next run of
// the same length; escaped backticks begin none.
func withoutCode(l string) string {
	var b strings.Builder
	for i := 0; i < len(l); {
		if l[i] == '\\' && i+1 < len(l) {
			b.WriteString(l[i : i+2])
			i += 2
			continue
		}
		if l[i] != '`' {
			b.WriteByte(l[i])
			i++
			continue
		}
		n := 0
		for i+n < len(l) && l[i+n] == '`' {
			n++
		}
		end := closing(l[i+n:], n)
		if end < 0 {
			b.WriteString(l[i : i+n])
			i += n
			continue
		}
		i += n + end + n
	}
	return b.String()
}

// closing finds the next run of exactly n backticks.
func closing(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := 0
		for i+run < len(s) && s[i+run] == '`' {
			run++
		}
		if run == n {
			return i
		}
		i += run
	}
	return -1
}

func noFormula(out string) error {
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, x := range row {
			if x != "" && strings.ContainsRune("=+@", rune(x[0])) {
				return fmt.Errorf("a formula: %q", x)
			}
		}
	}
	return nil
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":          "plain",
		"\x1b[31m":       `\x1b[31m`,
		"a\x00":          `a\x00`,
		"\u009b31m":      `\x9b31m`,
		"a\nb\tc":        "a b c",
		"\u202egpj":      `\u202egpj`,
		"\xff":           "\ufffd",
		"内部错误":           "内部错误",
		"👩‍👧":            "👩‍👧",
		"0123456789abcd": "0123456…",
	} {
		limit := maxName
		if want == "0123456…" { // 7 bytes and the three of the ellipsis
			limit = 10
		}
		if got := clean(in, limit); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEscapes(t *testing.T) {
	for _, x := range []struct{ what, got, want string }{
		{"markdown leaves what does not act", inMarkdown("oom_score_adj 16.0 GiB (+6.6) #3 a & b"), "oom_score_adj 16.0 GiB (+6.6) #3 a & b"},
		{"markdown emphasis", inMarkdown("*a* _b_"), `\*a\* \_b\_`},
		{"markdown bar", inMarkdown("a|b"), `a\|b`},
		{"markdown html", inMarkdown("<b>&lt;"), "&lt;b>&amp;lt;"},
		{"markdown link", inMarkdown("[a](http://b)"), `\[a\](http&#58;//b)`},
		{"line start", atLineStart("# a"), `\# a`},
		{"line start number", atLineStart("12. a"), `12\. a`},
		{"line start decimal", atLineStart("29.39 million"), "29.39 million"},
		{"code", inMarkdownCode("a`b|c"), "``a`b\\|c``"},
		{"jira", inJira("{color}[x]|a_b"), `\{color\}\[x\]\|a_b`},
		{"jira icon", inJira("(x) (pid 3)"), `\(x) (pid 3)`},
		{"csv formula", inCSV("=1+1"), "'=1+1"},
		{"csv quotes", inCSV(`a,"b"`), `"a,""b"""`},
	} {
		if x.got != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
}

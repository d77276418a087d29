package reports

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wording reads the sources of one package and follows what a parser says of its input back to where it is written:
// through variables, fields, results and parameters, to literals and formats.
type wording struct {
	files   *token.FileSet
	funcs   map[string][]*ast.FuncDecl
	calls   map[string][]call
	fields  map[string][]within
	structs map[string][]string // names of fields
	values  map[string]ast.Expr // constants and variables of the package
	seen    map[ast.Node]bool
	phrases map[string]string // what is said, with its place
}

// within is an expression with the function that it stands in.
type within struct {
	ast.Expr
	fn *ast.FuncDecl
}

type call struct {
	*ast.CallExpr
	fn *ast.FuncDecl
}

// wordsOf gives what the parsers of a folder say of their inputs: the messages of problems, and the errors that become
// one. A value in it is "%v".
func wordsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	w := wording{token.NewFileSet(), map[string][]*ast.FuncDecl{}, map[string][]call{}, map[string][]within{}, map[string][]string{}, map[string]ast.Expr{}, map[ast.Node]bool{}, map[string]string{}}
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no sources in %s: %v", folder, err)
	}
	var read []*ast.File
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(w.files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, f)
		w.declared(f)
	}
	for _, f := range read {
		w.note(f)
	}
	for name, message := range map[string]int{"Problem": 0, "ProblemAt": 1, "complain": 1} { // of parser.Lines; a function's parameter
		for _, c := range w.calls[name] {
			if len(c.Args) == message+1 {
				w.follow(c.Args[message], c.fn)
			}
		}
	}
	fields := []string{"Msg", "Error"} // of record.Problem, of verdict.Outcome
	if own, ok := saidIn[filepath.Base(folder)]; ok {
		fields = append(fields, own)
	}
	for _, name := range fields {
		for _, e := range w.fields[name] {
			w.follow(e.Expr, e.fn)
		}
	}
	if strings.Contains(folder, "parser") {
		for _, name := range []string{"Errorf", "New"} {
			for _, c := range w.calls[name] {
				w.follow(c.CallExpr, c.fn)
			}
		}
		w.faults()
	}
	return w.phrases
}

// saidIn are the fields of a package's own that become problems: of an input that grows, of a file's notices, of faults.
var saidIn = map[string]string{"parser": "Why", "follow": "Text", "store": "says"}

// faults follows what functions that are handed on as values give: the readers of rows say what is wrong with one.
func (w wording) faults() {
	for _, all := range w.funcs {
		for _, f := range all {
			if r := f.Type.Results; r != nil && len(r.List) == 1 && isText(r.List[0].Type) && len(f.Type.Params.List) >= 3 {
				w.returned(f, 0)
			}
		}
	}
}

// declared lists a file's types with named fields.
func (w wording) declared(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						w.structs[spec.Name.Name] = append(w.structs[spec.Name.Name], name.Name)
					}
				}
			}
		}
		return true
	})
}

// note lists what a file declares, calls and assigns.
func (w wording) note(f *ast.File) {
	for _, d := range f.Decls {
		fn, _ := d.(*ast.FuncDecl)
		if fn != nil {
			w.funcs[fn.Name.Name] = append(w.funcs[fn.Name.Name], fn)
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				w.calls[nameOf(n.Fun)] = append(w.calls[nameOf(n.Fun)], call{n, fn})
			case *ast.CompositeLit:
				if names := w.structs[nameOf(n.Type)]; len(names) == len(n.Elts) {
					for i, name := range names {
						w.fields[name] = append(w.fields[name], within{n.Elts[i], fn})
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok {
					w.fields[key.Name] = append(w.fields[key.Name], within{n.Value, fn})
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if field, ok := to.(*ast.SelectorExpr); ok && len(n.Rhs) == len(n.Lhs) {
						w.fields[field.Sel.Name] = append(w.fields[field.Sel.Name], within{n.Rhs[i], fn})
					}
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if fn == nil && i < len(n.Values) {
						w.values[name.Name] = n.Values[i]
					}
				}
			}
			return true
		})
	}
}

// follow notes what an expression may say, and gives it where it is one literal or format; else it is a value.
func (w wording) follow(e ast.Expr, fn *ast.FuncDecl) {
	if w.seen[e] {
		return
	}
	w.seen[e] = true
	if said := w.spelled(e, fn); said != "%v" {
		w.phrases[said] = w.files.Position(e.Pos()).String()
	}
}

// spelled gives an expression with "%v" for each value in it.
func (w wording) spelled(e ast.Expr, fn *ast.FuncDecl) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := literal(e)
		return s
	case *ast.ParenExpr:
		return w.spelled(e.X, fn)
	case *ast.BinaryExpr:
		return w.part(e.X, fn) + w.part(e.Y, fn)
	case *ast.Ident:
		w.variable(e.Name, fn)
	case *ast.SelectorExpr:
		for _, x := range w.fields[e.Sel.Name] {
			w.follow(x.Expr, x.fn)
		}
	case *ast.CallExpr:
		return w.called(e, fn)
	}
	return "%v"
}

// part is a piece of a message that is put together.
func (w wording) part(e ast.Expr, fn *ast.FuncDecl) string {
	switch e := e.(type) {
	case *ast.BasicLit, *ast.BinaryExpr:
		return w.spelled(e, fn)
	}
	if id, ok := e.(*ast.Ident); ok {
		if s, ok := literal(w.values[id.Name]); ok {
			return s
		}
	}
	w.follow(e, fn)
	return "%v"
}

var verbs = regexp.MustCompile(`%[-+# 0]*[0-9.]*[a-zA-Z]`)

func (w wording) called(c *ast.CallExpr, fn *ast.FuncDecl) string {
	name := nameOf(c.Fun)
	switch {
	case name == "Sprintf" || name == "Errorf":
		for _, a := range c.Args[1:] {
			w.follow(a, fn)
		}
		if s, ok := literal(c.Args[0]); ok {
			return verbs.ReplaceAllString(s, "%v")
		}
		w.follow(c.Args[0], fn)
		return "%v"
	case name == "New" && len(c.Args) == 1:
		return w.spelled(c.Args[0], fn)
	}
	for _, f := range w.funcs[name] {
		w.returned(f, -1)
	}
	return "%v"
}

// returned follows the results of a function: the one at the place, -1 for each that is written as a text.
func (w wording) returned(f *ast.FuncDecl, at int) {
	if f.Body == nil || w.seen[f] && at < 0 {
		return
	}
	w.seen[f] = true
	ast.Inspect(f.Body, func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		if _, within := n.(*ast.FuncLit); within || !ok {
			return !within
		}
		for i, e := range r.Results {
			if i == at || at < 0 || len(r.Results) == 1 {
				w.follow(e, f)
			}
		}
		return true
	})
	if results := f.Type.Results; results != nil && at >= 0 { // a named one
		i := 0
		for _, field := range results.List {
			for _, name := range field.Names {
				if i == at {
					w.variable(name.Name, f)
				}
				i++
			}
		}
	}
}

// variable follows what is assigned to a variable of the function, or handed to it as its parameter.
func (w wording) variable(name string, fn *ast.FuncDecl) {
	if e, ok := w.values[name]; ok {
		w.follow(e, nil)
		return
	}
	if fn == nil || fn.Body == nil {
		return
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == len(v.Names) {
			for i, id := range v.Names {
				if id.Name == name {
					w.follow(v.Values[i], fn)
				}
			}
		}
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, to := range a.Lhs {
			if id, ok := to.(*ast.Ident); !ok || id.Name != name {
				continue
			}
			if len(a.Rhs) == len(a.Lhs) {
				w.follow(a.Rhs[i], fn)
			} else if c, ok := a.Rhs[0].(*ast.CallExpr); ok {
				for _, f := range w.funcs[nameOf(c.Fun)] {
					w.returned(f, i)
				}
			}
		}
		return true
	})
	w.handed(name, fn)
}

// handed follows a parameter to the callers.
func (w wording) handed(name string, fn *ast.FuncDecl) {
	at, total, variadic := -1, 0, false
	for _, field := range fn.Type.Params.List {
		_, variadic = field.Type.(*ast.Ellipsis)
		for _, p := range field.Names {
			if p.Name == name && isText(field.Type) {
				at = total
			}
			total++
		}
	}
	if at < 0 {
		return
	}
	for _, c := range w.calls[fn.Name.Name] {
		if len(c.Args) != total && !(variadic && len(c.Args) >= total-1) {
			continue
		}
		if s, ok := literal(c.Args[at]); ok && variadic {
			w.phrases[verbs.ReplaceAllString(s, "%v")] = w.files.Position(c.Pos()).String()
			for _, a := range c.Args[at+1:] {
				w.follow(a, c.fn)
			}
			continue
		}
		w.follow(c.Args[at], c.fn)
	}
}

func isText(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && (id.Name == "string" || id.Name == "error")
}

// properNames are names of programs, files and columns, which are the same in every language.
var properNames = []string{"MEM USAGE", "PRM rmem", "Total hardware memory", "crictl stats", "docker stats", "domain XML", "jmeter dashboard", "kubectl get pods", "kubectl top",
	"meminfo", "virsh dominfo", "virsh domstats", "vmstat -S"}

// fatal are errors that end the program.
var fatal = regexp.MustCompile("^(asking Prometheus|following %v): ")

// problemPhrases gives all that is said of inputs and of a batch's runs.
func problemPhrases(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, folder := range []string{"../parser", "../parser/facts", "../parser/follow", "../parser/load", "../parser/logs", "../parser/messages", "../parser/metrics", "../parser/scan", "../cmd/oomortem", "../cmd/oomortem/store"} {
		for s, at := range wordsOf(t, folder) {
			if sayable(s) && strings.Contains(s, " ") && !slices.Contains(properNames, s) && !fatal.MatchString(s) {
				all[s] = at
			}
		}
	}
	return all
}

// Every sentence of the parsers has its Chinese one, with all its values and no English left; and none is kept for
// nobody.
func TestEveryProblemIsTranslated(t *testing.T) {
	phrases := problemPhrases(t)
	if len(phrases) < 150 {
		t.Fatalf("only %d sentences found: the reading of the sources is broken", len(phrases))
	}
	v, err := speak("zh")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for s, at := range phrases {
		filled, values := filledIn(s)
		said := v.problem(filled)
		if said == filled {
			t.Errorf("%s: %q has no Chinese line", at, s)
			continue
		}
		for _, x := range values {
			if strings.Count(said, x) != 1 {
				t.Errorf("%s: %q becomes %q", at, filled, said)
			}
		}
		if left := englishLeft(said); left != "" {
			t.Errorf("%s: %q keeps %q", at, said, left)
		}
		for _, p := range v.problems {
			if _, ok := p.match(filled); ok {
				used[p.said] = true
				break
			}
		}
	}
	system := chineseSystemErrors()
	for from, said := range chineseProblems() {
		if _, ok := system[from]; !ok && !used[said] {
			t.Errorf("%q is translated, and nothing says it", from)
		}
		if strings.Count(from, "%") != strings.Count(said, "%") {
			t.Errorf("%q takes other values than %q", said, from)
		}
	}
}

// filledIn gives a phrase with a value of its own at each place.
func filledIn(phrase string) (filled string, values []string) {
	for i, part := range strings.Split(phrase, "%v") {
		if i > 0 {
			values = append(values, "<"+strconv.Itoa(i)+">")
			filled += values[i-1]
		}
		filled += part
	}
	return filled, values
}

var evidence = regexp.MustCompile("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"|应为 .*")

// englishLeft gives three English words in a row that stand outside of what is quoted.
func englishLeft(said string) string {
	said = evidence.ReplaceAllString(said, "")
	for _, name := range properNames {
		said = strings.ReplaceAll(said, name, "")
	}
	return regexp.MustCompile(`\b[a-z]+ [a-z]+ [a-z]+\b`).FindString(said)
}

// What stands in a value comes over as it is, and cannot pass for another sentence.
func TestProblemsKeepHostileValues(t *testing.T) {
	v, _ := speak("zh")
	for _, x := range []string{"%v %d %!s(MISSING)", `" is no size: expected a number and kB`, "is empty: nothing to read", "the loop", "x: y: z", `\"`, "permission denied",
		"the row is left out: 1 cells under 2 headings", "VM web was started", " wrote no times here: its samples are kept", ""} {
		q := strconv.Quote(x)
		for said, want := range map[string]string{
			"meminfo: " + q + " is no size: expected a number and kB":                                     "meminfo：" + q + " 不是内存大小：应为数字加 kB",
			"the row is left out: " + q + " in column 3 is no time":                                       "该行已略去：第 3 列的 " + q + " 不是时间",
			"the server warns: " + x:                                                                      "服务器警告：" + x,
			"the member name " + q + " leads out of the archive: it is read as " + q:                      "成员名 " + q + " 指向归档之外：按 " + q + " 读取",
			q + " in column " + q + " is no number with a known unit: such cells count as empty":          q + " 列中的 " + q + " 不是带已知单位的数字：此类单元格视为空",
			"reading as sar broke off (" + x + "): a defect of oomortem, please report it with this line": "按 sar 读取时中断（" + x + "）：这是 oomortem 的缺陷，请附上该行报告",
		} {
			if got := v.problem(said); got != want {
				t.Errorf("%q becomes\n%q, want\n%q", said, got, want)
			}
		}
	}
	if got, want := v.problem("reading as csv: cannot be read: permission denied"), "按 csv 读取：无法读取：权限不足"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

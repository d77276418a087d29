package logs

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"oomortem/parser"
	"oomortem/parser/record"
)

// texts gives what the lines say, in the order in which they come.
func texts(k *kept) (all []string) {
	for _, l := range k.lines {
		all = append(all, l.Text)
	}
	return all
}

// TestLatestFirst: stores give the latest line first. Each table of the fixtures, and each answer, turned round by the libraries
// that read its format, says the same in the same order; of a table each line keeps its own number.
func TestLatestFirst(t *testing.T) {
	tried := 0
	for _, f := range allFixtures(t) {
		turn := map[string]func(*testing.T, []byte) []byte{"log-csv": turnTable, "loki-json": turnAnswer}[f.format]
		if turn == nil {
			continue
		}
		tried++
		asWritten, turned := read(f.data, nil), read(turn(t, f.data), nil)
		if want, got := texts(asWritten), texts(turned); len(want) < 7 || !slices.Equal(want, got) {
			t.Errorf("%s/%s turned round:\n%s\nwant\n%s", f.format, f.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if n := len(turned.lines); f.format == "log-csv" && turned.lines[n-1].From.Line != 2 {
			t.Errorf("%s: the last line, which stands first, is said to stand in line %d", f.name, turned.lines[n-1].From.Line)
		}
	}
	if tried != 8 {
		t.Errorf("%d fixtures", tried)
	}
}

func turnTable(t *testing.T, data []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(rows[1:])
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.WriteAll(rows)
	return out.Bytes()
}

// turnAnswer turns the lines round and spreads them over three streams, as a label that differs does.
func turnAnswer(t *testing.T, data []byte) []byte {
	var answer struct {
		Data struct {
			Result []lokiStream `json:"result"`
		} `json:"data"`
		Streams []lokiStream `json:"streams"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	one := append(answer.Data.Result, answer.Streams...)[0]
	slices.Reverse(one.Values)
	parts := make([]lokiStream, 3)
	for i, v := range one.Values {
		parts[i%3].Stream = one.Stream
		parts[i%3].Values = append(parts[i%3].Values, v)
	}
	out, err := json.Marshal(map[string]any{"status": "success", "data": map[string]any{"resultType": "streams", "result": parts}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type lokiStream struct {
	Stream map[string]string `json:"stream"`
	Values [][2]string       `json:"values"`
}

// TestLatestFirstJSON: the same of objects a line, where the times of several lines are equal.
func TestLatestFirstJSON(t *testing.T) {
	var in strings.Builder
	for i := 5; i >= 0; i-- {
		fmt.Fprintf(&in, `{"@timestamp":"2021-02-19T20:20:4%d.000Z","host":{"name":"kvm01"},"message":"m%d"}`+"\n", i/2, i)
	}
	if got := texts(read([]byte(in.String()), nil)); !slices.Equal(got, []string{"m0", "m1", "m2", "m3", "m4", "m5"}) {
		t.Errorf("%q", got)
	}
}

// TestWaitingIsBounded: lines whose order does not show, since none has a time, wait for no more than there is room.
func TestWaitingIsBounded(t *testing.T) {
	k := &kept{}
	b := &backwards{Sink: k}
	text := strings.Repeat("x", 1<<20)
	for range mostWaiting>>20 + 10 {
		b.Line(record.Line{Text: text})
		if len(b.held)<<20 > mostWaiting {
			t.Fatalf("%d MiB wait", len(b.held))
		}
	}
	b.end()
	if want := mostWaiting>>20 + 10; len(k.lines) != want || len(k.problems) != 1 {
		t.Errorf("%d lines of %d, problems %v", len(k.lines), want, k.problems)
	}
}

// TestTornTables: what is torn or strange in an export is told, and the rest is read.
func TestTornTables(t *testing.T) {
	for _, c := range []struct {
		name, in string
		lines    []string
		problem  string
	}{
		{"a quote that never ends", "timestamp,message\n2021-02-19T20:20:44Z,one\n2021-02-19T20:20:45Z,\"two\n2021-02-19T20:20:46Z,three\n", []string{"one"}, "in:3"},
		{"a row without a message", "timestamp,message\n2021-02-19T20:20:44Z,one\n2021-02-19T20:20:45Z\n2021-02-19T20:20:46Z,three\n", []string{"one", "three"}, ""},
		{"semicolons and a mark", "\ufefftimestamp;message\n2021-02-19T20:20:44Z;\"one; two\"\n", []string{"one; two"}, ""},
		{"an answer that is cut", `{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1613766044000000000","one"],["16137660`, []string{"one"}, "in:1"},
		{"an answer with strange members", `{"streams":[{"stream":{"a":1},"values":[1,["1613766044000000000"],["1613766044000000000","one",{"trace":"x"}]]},{"stream":{},"values":{"x":1}}]}`, nil, ""},
	} {
		k := read([]byte(c.in), nil)
		if got := texts(k); len(c.lines) > 0 && !slices.Equal(got, c.lines) {
			t.Errorf("%s: %q, read as %s", c.name, got, k.input.Format)
		}
		told := ""
		for _, p := range k.problems {
			told += p.From.String() + " " + p.Msg + "\n"
		}
		if !strings.Contains(told, c.problem) || strings.Contains(told, "defect") {
			t.Errorf("%s: problems %s", c.name, told)
		}
	}
}

// TestEndlessToken: a text without an end is given up before it fills the memory.
func TestEndlessToken(t *testing.T) {
	begin := `{"streams":[{"stream":{"host":"kvm01"},"values":[["1613766044000000000","one"],["1613766045000000000","`
	in := begin + strings.Repeat("x", 64*parser.MaxLine)
	k := read([]byte(in), nil)
	if got := texts(k); !slices.Equal(got, []string{"one"}) || len(k.problems) == 0 {
		t.Errorf("%d lines, problems %v", len(got), k.problems)
	}
}

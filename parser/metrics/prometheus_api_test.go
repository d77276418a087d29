package metrics

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
)

// The answer of a server is read as a saved one would be.
func TestRangeAsksAndTheAnswerIsRead(t *testing.T) {
	from := time.Unix(1795393715, 0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/prefix/api/v1/query_range" || r.FormValue("query") != "up" || r.FormValue("start") != "1795393715.000" || r.FormValue("end") != "1795393775.000" || r.FormValue("step") != "5" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"status":"error","errorType":"bad_data","error":"%s %v"}`, r.URL.Path, r.Form)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"values":[[1795393715,"1"],[1795393720,"0"]]}]}}`)
	}))
	defer server.Close()
	body, err := Server{URL: server.URL + "/prefix/"}.Range(context.Background(), "up", from, from.Add(time.Minute), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	s := &seen{}
	parser.Read(parser.NewInput(server.URL, body, time.Time{}), Formats(), nil, s)
	if len(s.samples) != 2 || s.samples[1].Value != 0 {
		t.Errorf("%+v %v", s.samples, s.problems)
	}
}

func TestRangeRefusesWhatIsNoPrometheus(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	now := time.Unix(1795393715, 0)
	if _, err := (Server{URL: server.URL}).Range(context.Background(), "up", now, now.Add(time.Minute), time.Second); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	if _, err := (Server{URL: server.URL}).Range(context.Background(), "up", now, now, time.Second); err == nil {
		t.Error("an empty span is asked for")
	}
}

// A server answers 11,000 points and no more: a day at one second must become a coarser step.
func TestStepKeepsWithinWhatAServerAnswers(t *testing.T) {
	from := time.Unix(0, 0)
	for _, c := range []struct{ span, wanted, step time.Duration }{
		{time.Hour, time.Second, time.Second},
		{24 * time.Hour, time.Second, 8 * time.Second}, // 86400/10999 = 7.86
		{24 * time.Hour, 15 * time.Second, 15 * time.Second},
		{time.Minute, 0, time.Second},
	} {
		step := Step(from, from.Add(c.span), c.wanted)
		if step != c.step || int(c.span/step)+1 > maxPoints {
			t.Errorf("%v at %v: step %v, want %v", c.span, c.wanted, step, c.step)
		}
	}
}

package load

import (
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

const k6Head = "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n"

// TestK6GRPC: grpc_req_duration bears gRPC's code as its status (k6 lib/netext/grpcext/conn.go, HandleRPC): 0 is OK,
// 14 is Unavailable and 4 DeadlineExceeded. Without the tag nothing says that a call failed.
func TestK6GRPC(t *testing.T) {
	for _, c := range []struct {
		status string
		failed int64
	}{{"0", 0}, {"14", 1}, {"4", 1}, {"", 0}} {
		csv := read(t, "k6.csv", k6Head+"grpc_req_duration,1795393725,30,,,,,::main,,/pb.S/Get,,default,,"+c.status+",,,localhost:9000/pb.S/Get,,\n")
		tag := ""
		if c.status != "" {
			tag = `,"status":"` + c.status + `"`
		}
		json := read(t, "k6.json", `{"metric":"grpc_req_duration","type":"Point","data":{"time":"2026-11-23T00:28:45Z","value":30,"tags":{"group":"","name":"/pb.S/Get"`+tag+"}}}\n")
		for _, s := range []*seen{csv, json} {
			if n, failed, _ := s.total(); n != 1 || failed != c.failed {
				t.Errorf("status %q: %d requests, %d failed, want %d", c.status, n, failed, c.failed)
			}
		}
	}
	http := read(t, "k6.csv", k6Head+strings.Repeat("http_req_duration,1795393725,30,,,,,::main,GET,/,HTTP/1.1,default,,200,,,/,,\n", 2))
	if n, failed, _ := http.total(); n != 2 || failed != 0 {
		t.Errorf("HTTP: %d requests, %d failed", n, failed)
	}
}

// TestK6WithoutRequests: rows of other metrics alone are not told as a file that ended too early, and the users in
// them are kept.
func TestK6WithoutRequests(t *testing.T) {
	sessions := "ws_session_duration,1795393725,1000.5,,,,,::g,GET,ws://x,,default,,101,,,ws://x,,\n"
	s := read(t, "k6.csv", k6Head+sessions+"vus,1795393725,10,,,,,,,,,,,,,,,,\n"+sessions+"vus,1795393726,11,,,,,,,,,,,,,,,,\n")
	if got := s.values(record.Users); len(got) != 2 || got[0] != 10 || got[1] != 11 || s.samples[0].At.Wall.Unix() != 1795393725 {
		t.Errorf("users %v: %s", got, s.dump())
	}
	if len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, "something else") {
		t.Errorf("%v", s.problems)
	}
	if s := read(t, "k6.csv", k6Head); len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, "the tool ended") {
		t.Errorf("nothing but the header: %v", s.problems)
	}
}

// TestWholeSeconds: k6 stamps the end of a request with the second that it lies in. One of 30 ms begins there as well, one
// of 2.2 s two seconds before: 2.2 s are in flight at the end of two seconds, .3 s or .7 s from the middle of the third.
func TestWholeSeconds(t *testing.T) {
	short := strings.Repeat("http_req_duration,1795393725,30,,,,,::main,GET,/,HTTP/1.1,default,,200,,,/,,\n", 25)
	long := "http_req_duration,1795393727,2200,,,,,::main,GET,/,HTTP/1.1,default,,200,,,/,,\n"
	s := read(t, "k6.csv", k6Head+short+long)
	want := []record.Bucket{{OK: 25, Active: 1, Users: -1}, {Active: 1, Users: -1}, {OK: 1, Users: -1}}
	if got := s.loads[0].Buckets; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

package load

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// bench reads data again and again. Beside the usual MB/s it reports MB for each second of processor time, which a
// busy machine does not change as much.
func bench(b *testing.B, data []byte, parse func(*parser.Lines, record.Sink)) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	before := processorTime()
	n := 0
	for b.Loop() {
		var s seen
		parse(parser.NewLines("x", bytes.NewReader(data), &s), &s)
		if n++; len(s.loads) == 0 {
			b.Fatal(s.problems)
		}
	}
	b.ReportMetric(float64(len(data))*float64(n)/1e6/(processorTime()-before).Seconds(), "MB/cpu-s")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// makeJTL writes rows of JMeter 5's default 17 columns, every hundredth with a quoted field that holds commas.
func makeJTL(size int) []byte {
	dice := rand.New(rand.NewPCG(1, 2))
	b := bytes.NewBufferString("timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n")
	at := int64(1795393700000)
	for i := 0; b.Len() < size; i++ {
		at += dice.Int64N(3)
		took := 5 + dice.Int64N(200)
		msg, ok, code := "OK", "true", "200"
		if i%50 == 0 {
			msg, ok, code = "Non HTTP response message: Connection refused", "false", "Non HTTP response code: java.net.ConnectException"
		}
		if i%100 == 7 {
			msg = `"one, two, three"`
		}
		fmt.Fprintf(b, "%d,%d,GET /api/orders/%d,%s,%s,Web Users 1-%d,text,%s,,%d,%d,50,50,http://10.0.0.1:8080/api/orders,%d,0,1\n",
			at-took, took, i%10, code, msg, i%50, ok, 1000+dice.IntN(900), 200, took-1)
	}
	return b.Bytes()
}

func BenchmarkJTL(b *testing.B) {
	bench(b, makeJTL(128<<20), func(l *parser.Lines, s record.Sink) { parseJTL(l, s, Options{}, jtlBlockSize) })
}

// makeK6JSON writes the dozen lines that k6 writes for each request.
func makeK6JSON(size int) []byte {
	b := &bytes.Buffer{}
	at := time.Unix(1795393700, 0).UTC()
	for i := 0; b.Len() < size; i++ {
		at = at.Add(3 * time.Millisecond)
		for _, m := range []string{"http_reqs", "http_req_duration", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking", "http_req_sending",
			"http_req_waiting", "http_req_receiving", "http_req_failed", "data_sent", "data_received", "iteration_duration"} {
			fmt.Fprintf(b, `{"metric":"%s","type":"Point","data":{"time":"%s","value":%d.381,"tags":{"expected_response":"true","group":"","method":"GET","name":"http://127.0.0.1:18083/api/v1/orders","proto":"HTTP/1.1","scenario":"redis1","status":"200","url":"http://127.0.0.1:18083/api/v1/orders"}}}`+"\n",
				m, at.Format(time.RFC3339Nano), i%90)
		}
	}
	return b.Bytes()
}

func BenchmarkK6JSON(b *testing.B) {
	bench(b, makeK6JSON(64<<20), func(l *parser.Lines, s record.Sink) { parseK6JSON(l, s, Options{}, 1<<20) })
}

func makeK6CSV(size int) []byte {
	b := bytes.NewBufferString("metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n")
	for i := 0; b.Len() < size; i++ {
		for _, m := range []string{"http_reqs", "http_req_duration", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking", "http_req_sending",
			"http_req_waiting", "http_req_receiving", "http_req_failed", "data_sent", "data_received", "iteration_duration"} {
			fmt.Fprintf(b, "%s,%d,%d.381208,,,,true,,GET,http://127.0.0.1:18083/api/v1/orders,HTTP/1.1,redis1,,200,,,http://127.0.0.1:18083/api/v1/orders,svc=redis1,\n", m, 1795393700+i/300, i%90)
		}
	}
	return b.Bytes()
}

func BenchmarkK6CSV(b *testing.B) {
	bench(b, makeK6CSV(64<<20), func(l *parser.Lines, s record.Sink) { parseK6CSV(l, s, Options{}, 1<<20) })
}

func makeGatlingBinary(size int) []byte {
	b := &bytes.Buffer{}
	text := func(s string) {
		be32(b, int32(len(s)))
		if b.WriteString(s); len(s) > 0 {
			b.WriteByte(0)
		}
	}
	b.WriteByte(0)
	text("3.14.3")
	text("com.example.Simulation")
	be32(b, 418)
	be32(b, 97483092)
	text("")
	be32(b, 1)
	text("Users")
	be32(b, 0)
	for i := 0; b.Len() < size; i++ {
		b.WriteByte(1)
		be32(b, 0)
		if i == 0 {
			be32(b, 1)
			text("GET orders")
		} else {
			be32(b, -1)
		}
		be32(b, int32(i))
		be32(b, int32(i+20+i%100))
		b.WriteByte(1)
		be32(b, 0)
	}
	return b.Bytes()
}

func be32(b *bytes.Buffer, n int32) {
	b.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func BenchmarkGatlingBinary(b *testing.B) {
	bench(b, makeGatlingBinary(64<<20), func(l *parser.Lines, s record.Sink) { parseGatlingBinary(l, s, Options{}) })
}

func BenchmarkGatlingText(b *testing.B) {
	text := bytes.NewBufferString("RUN\tcom.example.Simulation\tsimulation\t1795393700000\t \t3.5.1\n")
	for i := 0; text.Len() < 64<<20; i++ {
		fmt.Fprintf(text, "REQUEST\t\tGET /api/orders/%d\t%d\t%d\tOK\t \n", i%10, 1795393700000+i, 1795393700000+i+20+i%100)
	}
	bench(b, text.Bytes(), func(l *parser.Lines, s record.Sink) { parseGatling(l, s, Options{}, 1<<20) })
}

func BenchmarkJMeterXML(b *testing.B) {
	text := bytes.NewBufferString("<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n")
	for i := 0; text.Len() < 64<<20; i++ {
		fmt.Fprintf(text, "<httpSample t=\"%d\" lt=\"22\" ct=\"1\" ts=\"%d\" s=\"true\" lb=\"GET /x\" rc=\"200\" rm=\"OK\" tn=\"Web Users 1-1\" dt=\"text\" by=\"148\" sby=\"120\" ng=\"1\" na=\"1\"/>\n", i%100, 1795393700000+i)
	}
	bench(b, text.Bytes(), func(l *parser.Lines, s record.Sink) { parseJMeterXML(l, s, Options{}) })
}

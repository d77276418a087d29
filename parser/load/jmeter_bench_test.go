package load

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"oomortem/parser"
)

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
	data := makeJTL(256 << 20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var s seen
		if err := parseJTL(parser.NewLines("x.jtl", bytes.NewReader(data), &s), &s, Options{}, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}

package load

import (
	"bytes"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// HdrHistogram's interval logs, as cassandra-stress, YCSB, NoSQLBench and others write them (format 1.0 to 1.3), and
// NoSQLBench's "histostats", which has figures in place of the packed histogram:
//
//	#[Histogram log format version 1.3]
//	#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 08:24:39 PDT 2015]
//	Tag=READ,0.127,1.007,2.769,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=
//	#Tag,Interval_Start,Interval_Length,count,min,p25,p50,p75,p90,p95,p98,p99,p999,p9999,max
//	Tag=cycles.servicetime,10.054,4.976,48620,1982857216,2001731583,2013265919,...
//
// Times are seconds since StartTime, since BaseTime, or since 1970: those of more than a year before the start are no
// epoch times. What is counted are all operations, failed ones too. The unit of the values is written by NoSQLBench
// only; for tools that are not known to use nanoseconds latencies are left out. jHiccup counts pauses, not work.
// Source: HistogramLogWriter.java and HistogramLogReader.java of HdrHistogram 2.2.
func hdrLog() parser.Format {
	return parser.Format{
		Name:  "hdr-log",
		Title: "HdrHistogram's interval log (cassandra-stress, YCSB, NoSQLBench)",
		Sniff: func(h parser.Head) parser.Score {
			for _, line := range h.Lines(20) {
				if bytes.HasPrefix(line, []byte("#[Histogram log format version")) {
					return 95
				}
			}
			return 0
		},
		Parse: parseHDRLog,
	}
}

// hdrReader reads one log.
type hdrReader struct {
	l       *parser.Lines
	sink    record.Sink
	sets    gaugeSets
	label   string  // of lines without a tag
	start   float64 // seconds since 1970; 0 when not told
	base    float64
	based   bool
	unit    float64        // of the values, in seconds; 0 when not known
	hiccups *record.Series // of jHiccup; nil for load tools
	figures bool           // figures in place of histograms
	faults  *faults
}

func parseHDRLog(l *parser.Lines, sink record.Sink) error {
	bad := &faults{path: l.Path, sink: sink}
	r := &hdrReader{l: l, sink: sink, sets: gaugeSets{tool: "hdr", key: "label", faults: bad}, faults: bad}
	for l.Next() {
		line := l.Bytes()
		switch {
		case len(line) == 0 || line[0] == '"':
		case line[0] == '#':
			r.comment(line)
		default:
			if fault := r.interval(line); fault != "" {
				if l.Torn() {
					fault = "the file ends inside this row: the tool was killed or had not written it out"
				}
				r.faults.add(l.Number(), fault)
			}
		}
	}
	r.faults.close()
	return nil
}

// comment takes what the header tells.
func (r *hdrReader) comment(line []byte) {
	switch {
	case bytes.HasPrefix(line, []byte("#[StartTime: ")):
		r.start = leadingFloat(line[len("#[StartTime: "):])
	case bytes.HasPrefix(line, []byte("#[BaseTime: ")):
		r.base, r.based = leadingFloat(line[len("#[BaseTime: "):]), true
	case bytes.HasPrefix(line, []byte("#[TimeUnit: ")):
		r.unit = map[string]float64{"NANOSECONDS": 1e-9, "MICROSECONDS": 1e-6, "MILLISECONDS": 1e-3, "SECONDS": 1}[string(bytes.TrimRight(line[len("#[TimeUnit: "):], "] \t"))]
	case bytes.HasPrefix(line, []byte("#[Logging for: ")):
		r.label = r.l.Text(bytes.TrimRight(line[len("#[Logging for: "):], "] \t"))
	case bytes.Contains(line, []byte("jHiccup")):
		r.unit = 1e-9
		r.hiccups = &record.Series{Name: "jHiccup longest pause", Unit: record.Seconds, From: r.l.Origin()}
	case bytes.Contains(line, []byte("Cassandra Stress")):
		r.unit = 1e-9
	case bytes.HasPrefix(line, []byte("#Tag,Interval_Start,Interval_Length,count")):
		r.figures = true
	}
}

func leadingFloat(b []byte) float64 {
	w, _ := word(b)
	v, ok := scan.Float(bytes.TrimRight(w, "]"))
	if !ok || v < 0 || v > year2100/second {
		return 0
	}
	return v
}

// interval reads one line; it gives what is wrong with it.
func (r *hdrReader) interval(line []byte) (fault string) {
	const want = "not as HdrHistogram writes it: expected [Tag=NAME,]start,length,max,histogram"
	label := r.label
	if rest, tagged := bytes.CutPrefix(line, []byte("Tag=")); tagged {
		tag, more, ok := bytes.Cut(rest, []byte{','})
		if !ok {
			return want
		}
		label, line = r.l.Text(tag), more
	}
	f := bytes.SplitN(line, []byte{','}, 16)
	if len(f) < 4 {
		return want
	}
	begin, ok1 := scan.Float(f[0])
	length, ok2 := scan.Float(f[1])
	if !ok1 || !ok2 || begin < 0 || begin > year2100/second || length < 0 || length > 1e8 {
		return want
	}
	at := r.stamp(begin + length)
	if r.figures {
		return r.stats(label, at, length, f[2:])
	}
	h, err := hdrhistogram.Decode(bytes.TrimSpace(f[3]))
	if err != nil {
		return "the histogram cannot be unpacked"
	}
	if r.hiccups != nil {
		r.sink.Sample(record.Sample{At: at, Line: r.l.Number(), Series: r.hiccups, Value: float64(h.Max()) * r.unit})
		return ""
	}
	r.put(label, at, length, float64(h.TotalCount()), h.Mean())
	return ""
}

// stats reads count and percentiles.
func (r *hdrReader) stats(label string, at record.Stamp, length float64, f [][]byte) string {
	count, ok := scan.Float(f[0])
	if !ok || count < 0 || len(f) < 4 {
		return "not as HdrHistogram writes it: expected Tag=NAME,start,length,count,min,p25,p50,..."
	}
	median, ok := scan.Float(f[3])
	if !ok {
		median = math.NaN()
	}
	r.put(label, at, length, count, median)
	return ""
}

// put hands over what an interval counted, at its end; latency is the mean, or the median where only that is told.
func (r *hdrReader) put(label string, at record.Stamp, length, count, latency float64) {
	g := r.sets.of(r.l, label, r.l.Number())
	if g == nil {
		return
	}
	if length > 0 {
		g.put(record.Requests, at, count/length)
	}
	if r.unit > 0 && count > 0 && latency-latency == 0 {
		g.put(record.Latency, at, latency*r.unit)
	}
}

const aYear = 365 * 24 * 3600 // seconds

// stamp gives a time of the log.
func (r *hdrReader) stamp(sec float64) record.Stamp {
	if !r.based { // HistogramLogReader.java: more than a year before the start is no time since 1970
		r.based = true
		if sec < r.start-aYear {
			r.base = r.start
		}
	}
	if sec += r.base; sec < year1990/second {
		return sinceStart(time.Duration(sec*float64(time.Second)), time.Millisecond)
	}
	return record.AtUnix(int64(sec*1000)*int64(time.Millisecond), time.Millisecond)
}

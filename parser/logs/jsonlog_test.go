package logs

import (
	"strings"
	"testing"
)

// TestAnswersOfLogStores: what the command lines and searches of log stores print is one document that holds the list of lines
// somewhere, by their documentation: AWS CLI logs get-log-events, Elasticsearch's search API, Datadog's logs list, az monitor
// log-analytics query, Splunk's export of JSON.
func TestAnswersOfLogStores(t *testing.T) {
	const syslogLine = "Mar  5 10:20:30 kvm01 kernel: "
	inLine := told{"kvm01", "kernel", "2024-03-05 10:20:30.5", 0, 0, killText}
	for _, c := range []struct {
		name, before, object, behind string // the object's text stands for TEXT
		want                         told
	}{
		{"aws logs", `{"events": [`, `{"timestamp": 1709634030500, "message": "` + syslogLine + `TEXT", "ingestionTime": 1709634031000}`, `], "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}`, inLine},
		{"Elasticsearch", `{"took": 3, "_shards": {"total": 1}, "hits": {"total": {"value": 5}, "max_score": 1.0, "hits": [`, `{"_index": "filebeat", "_source": {"@timestamp": "2024-03-05T10:20:30.500Z", "message": "` + syslogLine + `TEXT", "host": {"name": "kvm01"}}}`, `]}, "aggregations": {"a": [{"b": 1}]}}`, inLine},
		{"Datadog", `{"data": [`, `{"id": "1", "type": "log", "attributes": {"timestamp": "2024-03-05T10:20:30.500Z", "host": "kvm01", "message": "` + syslogLine + `TEXT", "tags": ["a", "b"]}}`, `], "meta": {"page": {"after": "x"}}}`, inLine},
		{"Azure", `[`, `{"Computer": "kvm01", "Facility": "kern", "ProcessName": "kernel", "SyslogMessage": "TEXT", "TimeGenerated": "2024-03-05T10:20:30.5Z"}`, `]`, inLine},
		{"Splunk", "", `{"preview": false, "offset": 1, "result": {"_raw": "` + syslogLine + `TEXT", "_time": "2024-03-05 10:20:30.500 UTC", "host": "kvm01"}}`, "", inLine},
		{"fluent-bit's syslog", "", `{"date": 1709634030.5, "pri": "4", "time": "Mar  5 10:20:30", "host": "kvm01", "ident": "kernel", "message": "TEXT"}`, "", inLine},
		{"syslog's time alone", "", `{"time": "Mar  5 10:20:30", "host": "kvm01", "ident": "kernel", "message": "TEXT"}`, "", told{"kvm01", "kernel", "0000-03-05 10:20:30", 0, local, killText}},
	} {
		parted := ",\n"
		if c.behind == "" {
			parted = "\n"
		}
		others := strings.Repeat(strings.ReplaceAll(c.object, "TEXT", "eth0: link up")+parted, 9)
		file := c.before + "\n" + others + strings.ReplaceAll(c.object, "TEXT", killText) + "\n" + c.behind + "\n"
		sameKills(t, c.name, file, c.want)
		k := read([]byte(file), wishes())
		if len(k.lines) != 1 || k.lines[0].From.Line != 11 || len(k.problems) > 0 {
			t.Errorf("%s: %+v, problems %v", c.name, k.lines, k.problems)
		}
		indented := strings.NewReplacer("{", "{\n  ", "}", "\n}", ", \"", ",\n  \"").Replace(file)
		if c.behind != "" {
			sameKills(t, c.name+" in many lines", indented, c.want)
		}
	}
	const other = `{"measurements": [{"message": "` + killText + `", "timestamp": 1709634030500}]}`
	if k := read([]byte(other), nil); k.input.Format != "" {
		t.Errorf("a document of another kind was read as %q", k.input.Format)
	}
}

// TestLinesOfLogcli: logcli prints the labels before a line (grafana.com/docs/loki, logcli); a journal's lines have no envelope
// of their own then.
func TestLinesOfLogcli(t *testing.T) {
	for labels, host := range map[string]string{
		`{host="kvm01", job="systemd-journal"}`:     "kvm01",
		`{job="systemd-journal", hostname="kvm01"}`: "kvm01",
		`{job="systemd-journal", nohost="kvm01"}`:   "",
		`{host="", job="a"}`:                        "",
		`{}`:                                        "",
	} {
		before := "2024-03-05T10:20:30Z " + labels + " "
		sameKills(t, labels, strings.Repeat(before+"Mem-Info:\n", 5)+before+killText+"\n", told{host, "", "2024-03-05 10:20:30", 0, 0, killText})
		printk := "[   35.300000] " + killText
		sameKills(t, labels+" printk", strings.Repeat(before+"[   35.200000] Mem-Info:\n", 5)+before+printk+"\n", told{host, "kernel", "2024-03-05 10:20:30", 35300e6, 0, killText})
	}
}

package scan

import "testing"

// TestAppendJSON: encoding/json cannot serve as the measure throughout, since a log's text may hold what JSON forbids.
func TestAppendJSON(t *testing.T) {
	for raw, want := range map[string]string{
		`plain`:             "plain",
		`a\"b\\c\/d`:        `a"b\c/d`,
		`\u0041\u00e9`:      "Aé",
		`\ud83d\ude00`:      "😀",       // RFC 8259: one character beyond the basic plane, as a pair
		`\ud83dx`:           "\uFFFDx", // half a pair
		`\ud83d\u0041`:      "\uFFFDA",
		`tab\there`:         "tab\there",
		`a\u0000b\bc`:       "ab c",
		`torn\`:             `torn\`,
		`torn\u00`:          "torn\uFFFD00",
		`\x`:                "x",
		"内部错误\\n":           "内部错误\n",
		`\uZZZZ`:            "\uFFFDZZZZ",
		`\ud83d\uZZZZ tail`: "\uFFFD\uFFFDZZZZ tail",
	} {
		if got := string(AppendJSON(nil, []byte(raw))); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

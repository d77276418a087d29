package reports

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"oomortem/correlate/verdict"
)

// TestBrowserIndex sorts and filters the page of many runs, which draws some of them at a time.
func TestBrowserIndex(t *testing.T) {
	ctx := browser(t)
	var runs []verdict.Outcome
	for i := range 6000 {
		o := outcome(i)
		if i%3 == 0 {
			o.Cause, o.Victims = verdict.Healthy, nil
		}
		runs = append(runs, o)
	}
	file := filepath.Join(t.TempDir(), "index.html")
	pattern := verdict.Pattern{Kind: verdict.VictimVaries, Statement: verdict.Say("h1 is too small"), Confidence: .9, Runs: []string{runs[4].Run, runs[5999].Run}}
	if err := os.WriteFile(file, []byte(indexOf(t, runs, []verdict.Pattern{pattern})), 0o644); err != nil {
		t.Fatal(err)
	}
	tell := `[document.querySelector('#table tbody tr td').textContent, document.querySelectorAll('#table tbody tr').length,
		document.getElementById('shown').textContent, document.getElementById('rest').textContent].join(' | ')`
	says := func(want string, do ...chromedp.Action) {
		t.Helper()
		var got string
		if err := chromedp.Run(ctx, append(do, chromedp.Evaluate(tell, &got))...); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	js := func(script string) chromedp.Action { return chromedp.Evaluate(script, nil) }
	says("team/run-0000 | 500 | 6000 runs | 5500 more. Show 2000 more", chromedp.Navigate("file://"+file))
	says("team/run-0000 | 2500 | 6000 runs | 3500 more. Show 2000 more", js(`document.querySelector('#rest button').click()`))
	says("team/run-5999 | 500 | 6000 runs | 5500 more. Show 2000 more", js(`document.querySelector('th[data-key=steady] button').click()`))
	says("team/run-5997 | 500 | 2000 of 6000 runs | 1500 more. Show all 2000",
		js(`{const f = document.getElementById('filter'); f.elements.cause.value = 'healthy'; f.dispatchEvent(new Event('change'))}`))
	says(fmt.Sprintf("%s | 2 | 2 of 6000 runs | ", runs[5999].Run),
		js(`{const f = document.getElementById('filter'); f.elements.cause.value = ''; document.querySelector('.only').click()}`))
}

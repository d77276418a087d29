package reports

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	printer "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"oomortem/correlate/verdict"
)

// tab is a page of a report in a real browser, with all that it did which a report must not do.
type tab struct {
	context.Context
	t    testing.TB
	url  string
	mu   sync.Mutex
	done []string
}

// browser starts Chromium, or skips the test where there is none.
func browser(t testing.TB) context.Context {
	t.Helper()
	path := os.Getenv("CHROME")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		t.Skip("no browser: install Chromium (apt-get install chromium) or name one in CHROME")
	}
	if testing.Short() {
		t.Skip("starts a browser, which -short does not")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1400, 1000),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Skipf("%s does not start: %v", path, err)
	}
	return ctx
}

// open writes the report into a file and opens it in a new tab from there, as a reader would from a mail.
func open(t testing.TB, browser context.Context, r *verdict.Report, o Options, before ...chromedp.Action) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(asHTML(t, r, o)), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	b := &tab{Context: ctx, t: t, url: "file://" + file}
	chromedp.ListenTarget(ctx, b.watch)
	b.do(append([]chromedp.Action{network.Enable(), log.Enable(), runtime.Enable(), printer.Enable()}, before...)...)
	b.do(chromedp.Navigate(b.url))
	return b
}

// watch notes errors in the console, blocked scripts, dialogs, and requests for anything but the page.
func (b *tab) watch(event any) {
	what := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		what = "an exception: " + e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		what = "a line in the console: " + string(e.Type)
	case *log.EventEntryAdded:
		what = "a line in the log: " + e.Entry.Text
	case *network.EventRequestWillBeSent:
		if e.Request.URL != b.url && !strings.HasPrefix(e.Request.URL, "data:,") {
			what = "a request: " + e.Request.URL
		}
	case *printer.EventJavascriptDialogOpening:
		what = "a dialog: " + e.Message
		go chromedp.Run(b.Context, printer.HandleJavaScriptDialog(true))
	case *printer.EventWindowOpen:
		what = "a window: " + e.URL
	}
	if what != "" {
		b.mu.Lock()
		b.done = append(b.done, what)
		b.mu.Unlock()
	}
}

func (b *tab) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.Context, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// quiet fails the test when the page did something.
func (b *tab) quiet(what string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.done {
		b.t.Errorf("%s: %s", what, d)
	}
	b.done = nil
}

// eval gives the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	var v T
	b.do(chromedp.Evaluate(expression, &v))
	return v
}

// awaited waits for a promise.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress tells how far a batch is: a bar on a terminal, a line now and then elsewhere.
type progress struct {
	w     io.Writer
	total int
	quiet bool
	begun time.Time
	next  time.Time
	bars  *mpb.Progress
	bar   *mpb.Bar
}

// every is the time between two lines.
const every = 10 * time.Second

func newProgress(w io.Writer, total int, quiet bool) *progress {
	now := time.Now()
	p := &progress{w: w, total: total, quiet: quiet, begun: now, next: now.Add(every)}
	if file, ok := w.(*os.File); ok && !quiet && term.IsTerminal(int(file.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(file))
		p.bar = p.bars.AddBar(int64(total),
			mpb.PrependDecorators(decor.CountersNoUnit("%d/%d runs ")),
			mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO)))
	}
	return p
}

// step tells of another run that is done.
func (p *progress) step(done, failed int) {
	switch {
	case p.bar != nil:
		p.bar.SetCurrent(int64(done))
	case !p.quiet && time.Now().After(p.next):
		p.next = time.Now().Add(every)
		left := time.Since(p.begun) / time.Duration(done) * time.Duration(p.total-done)
		fmt.Fprintf(p.w, "oomortem: %d of %d runs, %d failed, about %v left\n", done, p.total, failed, left.Round(time.Second))
	}
}

// end leaves the terminal in order.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(false)
		p.bars.Wait()
	}
}

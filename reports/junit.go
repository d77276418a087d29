package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// junit is the report as test results, for gates of a CI: an incident or a missed target is a failure
// (https://github.com/testmoapp/junitxml; read by Jenkins, GitLab, GitHub actions).
var junit = Reporter{
	Name: "junit", Title: "JUnit XML, for CI gates: an incident or a missed target fails", Endings: []string{".xml"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		if r == nil {
			r = &verdict.Report{}
		}
		o.Brief = true
		c, err := newComposer(r, o)
		if err != nil {
			return err
		}
		suite, err := newSuite(c, o)
		if err != nil {
			return err
		}
		out, err := xml.MarshalIndent(suite, "", "  ")
		if err != nil {
			return fmt.Errorf("writing the report as JUnit XML: %w", err)
		}
		_, err = w.Write(append(append([]byte(xml.Header), out...), '\n'))
		return err
	},
}

type junitSuites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suite    junitSuite
}

type junitSuite struct {
	XMLName    xml.Name        `xml:"testsuite"`
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr,omitempty"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Hostname   string          `xml:"hostname,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	XMLName   xml.Name     `xml:"testcase"`
	Classname string       `xml:"classname,attr"`
	Name      string       `xml:"name,attr"`
	Failure   *junitResult `xml:"failure"`
	Skipped   *junitResult `xml:"skipped"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

func newSuite(c composer, o Options) (junitSuites, error) {
	s := junitSuite{Name: c.title(), Properties: []junitProperty{
		{"cause", c.name(string(c.r.Verdict.Cause))},
		{"confidence", strconv.FormatFloat(c.r.Verdict.Confidence, 'f', 2, 64)},
	}}
	if c.r.Load != nil {
		if said := c.counting(c.r.Load); said != "" {
			s.Properties = append(s.Properties, junitProperty{"counting", said})
		}
	}
	if start, end := c.r.Run.Start, c.r.Run.End; !start.IsZero() {
		s.Timestamp = start.UTC().Format("2006-01-02T15:04:05")
		if end.After(start) {
			s.Time = strconv.FormatFloat(end.Sub(start).Round(time.Millisecond).Seconds(), 'f', -1, 64)
		}
	}
	if len(c.r.Run.Hosts) > 0 {
		s.Hostname = c.name(c.r.Run.Hosts[0])
	}
	held, err := c.heldCase(o)
	if err != nil {
		return junitSuites{}, err
	}
	s.Cases = []junitCase{held, c.targetCase()}
	for _, x := range s.Cases {
		s.Tests++
		if x.Failure != nil {
			s.Failures++
		}
		if x.Skipped != nil {
			s.Skipped++
		}
	}
	return junitSuites{Name: "oomortem", Tests: s.Tests, Failures: s.Failures, Skipped: s.Skipped, Suite: s}, nil
}

// heldCase asks whether the run went without an incident; its failure carries the ticket form of the report.
func (c composer) heldCase(o Options) (junitCase, error) {
	x := junitCase{Classname: "oomortem", Name: "no incident"}
	switch {
	case len(c.r.Incidents) > 0:
		p, err := compose(c.r, Options{Brief: true, Lang: o.Lang})
		if err != nil {
			return x, err
		}
		var b strings.Builder
		if err := p.write(&b, Options{Brief: true}, func(p page) ([]byte, error) { return writeText(p, Options{Width: 100, Brief: true}) }); err != nil {
			return x, err
		}
		x.Failure = &junitResult{Message: c.headline(), Type: c.name(string(c.r.Verdict.Cause)), Text: "\n" + b.String()}
	case c.r.Verdict.Cause != verdict.Healthy:
		x.Skipped = &junitResult{Message: c.emptyOr(c.headline())}
	}
	return x, nil
}

// emptyOr gives the headline, or the sentence for a report without any.
func (c composer) emptyOr(headline string) string {
	if c.r.Verdict.Cause == "" {
		return c.word(nothing)
	}
	return headline
}

// targetCase asks whether the business volume was reached.
func (c composer) targetCase() junitCase {
	x := junitCase{Classname: "oomortem", Name: "target reached"}
	switch l := c.r.Load; {
	case l == nil || l.TargetMet == nil:
		x.Skipped = &junitResult{Message: c.word("no target was set, or no load was measured")}
	case !*l.TargetMet:
		x.Failure = &junitResult{Message: c.achieved(l), Type: "missed-target"}
	}
	return x
}

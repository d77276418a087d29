package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestArtillerySilence: 20 a second, then nothing for 30 s of which no period tells, then the timeouts of all. A report that
// goes on after hours tells nothing of the time between.
func TestArtillerySilence(t *testing.T) {
	period := func(second int64, counters string) string {
		return fmt.Sprintf(`{"counters":{%s},"period":"%d"}`, counters, (1795394250+second)*1000)
	}
	text := func(later int64) string {
		return `{"aggregate":{},"intermediate":[` + period(0, `"http.codes.200":200`) + "," + period(later, `"errors.ETIMEDOUT":40`) + "," + period(later+10, `"http.codes.200":200`) + "]}"
	}
	s := read(t, "x.json", text(40))
	if done, failed := s.values(record.Throughput), s.values(record.Errors); !slices.Equal(done, []float64{20, 0, 0, 0, 0, 20}) || !slices.Equal(failed, []float64{0, 0, 0, 0, 4, 0}) {
		t.Errorf("%v a second, %v failed", done, failed)
	}
	if done := read(t, "x.json", text(7200)).values(record.Throughput); len(done) != 3 {
		t.Errorf("two hours on: %v a second", done)
	}
}

// TestArtillery1: 1.x names a period by the moment of its report: a saved one of 15:39:49.223 holds latencies of 15:39:40.404 and
// after. Its timer is late by milliseconds, which is no silence, and it reports empty periods: 20 a second, nothing, the errors
// of 40, and 60 in the last 3 s.
func TestArtillery1(t *testing.T) {
	period := func(stamp, codes, errors string) string {
		return fmt.Sprintf(`{"timestamp":"2018-03-12T%sZ","scenariosCreated":9,"requestsCompleted":9,"latency":{"median":null},"errors":{%s},"codes":{%s}}`, stamp, errors, codes)
	}
	s := read(t, "x.json", `{"aggregate":{"timestamp":"2018-03-12T15:40:22.231Z","requestsCompleted":9},"intermediate":[`+strings.Join([]string{
		period("15:39:49.223", `"200":200`, ""), period("15:39:59.225", "", ""), period("15:40:09.225", "", `"ETIMEDOUT":40`), period("15:40:12.225", `"200":60`, ""),
	}, ",")+"]}")
	if done, failed := s.values(record.Throughput), s.values(record.Errors); !slices.Equal(done, []float64{20, 0, 0, 20}) || !slices.Equal(failed, []float64{0, 0, 4, 0}) {
		t.Errorf("%v a second, %v failed", done, failed)
	}
	if !s.samples[0].At.Wall.Equal(at("2018-03-12T15:39:49.223")) {
		t.Errorf("the first ends at %v", s.samples[0].At.Wall)
	}
}

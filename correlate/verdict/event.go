package verdict

import (
	"time"

	"oomortem/parser/record"
)

// EventRow is one understood log event on the clock: a row of `oomortem events`.
type EventRow struct {
	At          time.Time // zero when the log gives no time that can be placed
	Uncertainty time.Duration
	Lacks       record.Lack // what of At is not known: year, zone
	Host        string
	Source      Source
	Kind        record.Kind
	Text        string
	Excerpt     string
	Attr        []record.Attr
	OOM         *record.OOM
}

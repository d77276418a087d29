package verdict

import (
	"encoding/json"
	"fmt"
)

// Text is a sentence with its values kept apart, so that a report may say it in another language, in its own
// units or with names replaced. The format uses %v for every value (and %% for a percent sign).
type Text struct {
	Format string
	Args   []any // Bytes, Rate, Count, Share, Span, Moment, Name, string, int
}

// Say makes a Text.
func Say(format string, args ...any) Text { return Text{format, args} }

// String gives the sentence in English.
func (t Text) String() string {
	return fmt.Sprintf(t.Format, t.Args...)
}

// IsZero tells that nothing is said.
func (t Text) IsZero() bool { return t.Format == "" }

// MarshalJSON gives the English sentence.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON takes a sentence as it stands.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = Text{Format: "%v", Args: []any{s}}
	return nil
}

package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"oomortem/correlate/verdict"
)

// jsonReport is the report for programs: the project's contract, schema "oomortem/report/1".
var jsonReport = Reporter{
	Name: "json", Title: "for programs: one object, schema " + verdict.Schema, Endings: []string{".json"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		if r == nil {
			r = &verdict.Report{}
		}
		named := *r
		named.Schema = verdict.Schema
		j := jsonWriter{zone: facing(r.Clock).zone}
		if err := j.value(reflect.ValueOf(named), 0); err != nil {
			return fmt.Errorf("writing the report as JSON: %w", err)
		}
		j.WriteByte('\n')
		_, err := w.Write(j.Bytes())
		return err
	},
}

// jsonWriter writes Go values as encoding/json does with an indent of 2, but for what the contract asks: a list is
// never null, a number that is no number is null, times stand in the host's zone to the microsecond, and what could
// act on a terminal (bidi and C1 controls) is escaped.
//
// Note: encoding/json alone refuses a whole report for one NaN, and gives null for an empty list.
type jsonWriter struct {
	bytes.Buffer
	zone    *time.Location
	oneLine bool
}

// jsonTime is how all times are written: with an offset, to the microsecond.
const jsonTime = "2006-01-02T15:04:05.999999Z07:00"

var (
	timeType      = reflect.TypeFor[time.Time]()
	sentenceType  = reflect.TypeFor[verdict.Text]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
)

// JSON writes what is no report in the way of reports: NaN as null, lists never null, nothing that acts on a terminal.
func JSON(w io.Writer, v any) error {
	j := jsonWriter{}
	if err := j.value(reflect.ValueOf(v), 0); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	j.WriteByte('\n')
	_, err := w.Write(j.Bytes())
	return err
}

func (j *jsonWriter) value(v reflect.Value, depth int) error {
	switch {
	case v.Type() == timeType:
		t := v.Interface().(time.Time)
		if t.IsZero() {
			j.WriteString("null")
			return nil
		}
		if j.zone != nil {
			t = t.In(j.zone)
		}
		j.quote(t.Format(jsonTime))
		return nil
	case v.Type() == sentenceType:
		j.quote(sentenceOf(v.Interface().(verdict.Text)))
		return nil
	case v.Kind() != reflect.Pointer && (v.Type().Implements(marshalerType) || v.Type().Implements(textType)):
		return j.leaf(v)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			j.WriteString("null")
			return nil
		}
		return j.value(v.Elem(), depth)
	case reflect.Struct:
		return j.object(v, depth)
	case reflect.Slice, reflect.Array:
		return j.list(v, depth)
	case reflect.Float64, reflect.Float32:
		j.number(v.Float())
		return nil
	case reflect.String:
		j.quote(v.String())
		return nil
	}
	return j.leaf(v)
}

// sentenceOf gives a Text in English, as data: not cleaned.
func sentenceOf(t verdict.Text) string {
	if len(t.Args) == 0 {
		return strings.ReplaceAll(t.Format, "%%", "%")
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = cut(written(a), maxJSON)
	}
	return fmt.Sprintf(t.Format, args...)
}

// leaf writes a value that knows its own JSON.
func (j *jsonWriter) leaf(v reflect.Value) error {
	b, err := json.Marshal(v.Interface())
	if err != nil {
		return err
	}
	var s string
	if len(b) > 0 && b[0] == '"' && json.Unmarshal(b, &s) == nil {
		j.quote(s)
		return nil
	}
	j.Write(b)
	return nil
}

func (j *jsonWriter) object(v reflect.Value, depth int) error {
	j.WriteByte('{')
	used := map[string]bool{}
	if err := j.fields(v, depth, used); err != nil {
		return err
	}
	if len(used) > 0 {
		j.indent(depth)
	}
	j.WriteByte('}')
	return nil
}

// fields writes the fields of a struct into an object that is open, and notes their names.
func (j *jsonWriter) fields(v reflect.Value, depth int, used map[string]bool) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || absent(v.Field(i), options) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		j.field(name, depth, used)
		if err := j.value(v.Field(i), depth+1); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// field writes a name and what stands before its value.
func (j *jsonWriter) field(name string, depth int, used map[string]bool) {
	if len(used) > 0 {
		j.WriteByte(',')
	}
	used[name] = true
	j.indent(depth + 1)
	j.quote(name)
	j.WriteByte(':')
	if !j.oneLine {
		j.WriteByte(' ')
	}
}

// absent tells that a field's options leave it out, as encoding/json does.
func absent(v reflect.Value, options string) bool {
	if strings.Contains(options, "omitzero") {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
		return v.IsZero()
	}
	if !strings.Contains(options, "omitempty") {
		return false
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (j *jsonWriter) list(v reflect.Value, depth int) error {
	j.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			j.WriteByte(',')
		}
		j.indent(depth + 1)
		if err := j.value(v.Index(i), depth+1); err != nil {
			return err
		}
	}
	if v.Len() > 0 {
		j.indent(depth)
	}
	j.WriteByte(']')
	return nil
}

func (j *jsonWriter) indent(depth int) {
	if j.oneLine {
		return
	}
	j.WriteByte('\n')
	for range depth {
		j.WriteString("  ")
	}
}

// number writes a float: six digits behind the point at most, fewer the greater it is; what is no number is null.
func (j *jsonWriter) number(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		j.WriteString("null")
		return
	}
	scale := 1e6
	for x := math.Abs(f); x >= 10 && scale > 1; x /= 10 {
		scale /= 10
	}
	if math.Abs(f) < 1e15 {
		f = math.Round(f*scale) / scale
	}
	j.WriteString(strconv.FormatFloat(f, 'f', -1, 64))
}

// quote writes a string, cut to maxJSON.
func (j *jsonWriter) quote(s string) {
	s = cut(s, maxJSON)
	j.WriteByte('"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			j.WriteByte('\\')
			j.WriteByte(s[i])
		case r == '\n':
			j.WriteString(`\n`)
		case r == '\t':
			j.WriteString(`\t`)
		case r == utf8.RuneError && n == 1:
			j.WriteString(`\ufffd`)
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '<' || invisible(r):
			j.escape(r)
		default:
			j.WriteString(s[i : i+n])
		}
		i += n
	}
	j.WriteByte('"')
}

// escape writes \u202e; characters beyond the first plane take two.
func (j *jsonWriter) escape(r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(j, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(j, `\u%04x`, r)
}

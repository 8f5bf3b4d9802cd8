package input

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

const (
	// maxDepth bounds how deep objects and lists go.
	maxDepth = 8
	// maxValues bounds how many values there are: each takes many times the memory of its text.
	maxValues = 2000
	// maxNumber bounds a number's digits, signs and exponent.
	maxNumber = 40
)

// Object is a JSON object that was sent. Its readers take a field each and collect
// what is wrong; done tells everything at once. Numbers are the text that was sent.
type Object struct {
	Fields map[string]any
	prefix string
	wrong  *[]fault.Field
}

// ParseObject reads a body that must be one JSON object: UTF-8, no key twice, nothing after it.
func ParseObject(body []byte) (*Object, error) {
	if !utf8.Valid(body) {
		return nil, fault.New(fault.Invalid, "invalid", "Some of what was sent is not right.",
			fault.Field{Message: "The body must be UTF-8."})
	}
	if !json.Valid(body) {
		return nil, errBadJSON
	}
	d := &values{Decoder: json.NewDecoder(bytes.NewReader(body)), left: maxValues}
	d.UseNumber()
	value, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, badJSON("The body must be a JSON object.")
	}
	return &Object{Fields: fields, wrong: new([]fault.Field)}, nil
}

func badJSON(message string) *fault.Error { return fault.New(fault.Invalid, "bad_json", message) }

var errBadJSON = badJSON("The body is not JSON.")

// values reads a body's values, and so many of them.
type values struct {
	*json.Decoder
	left int
}

func parseValue(d *values, depth int) (any, error) {
	if depth > maxDepth {
		return nil, badJSON("The JSON goes too deep.")
	}
	if d.left--; d.left < 0 {
		return nil, badJSON("The JSON has too many values.")
	}
	token, err := d.Token()
	if err != nil {
		return nil, errBadJSON
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return parseFields(d, depth)
		}
		return parseList(d, depth)
	case json.Number:
		if len(t) > maxNumber {
			return nil, badJSON("A number is too long.")
		}
	}
	return token, nil
}

func parseFields(d *values, depth int) (any, error) {
	fields := map[string]any{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errBadJSON
		}
		if _, twice := fields[name]; twice {
			return nil, badJSON("A field is there twice.")
		}
		if fields[name], err = parseValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	return fields, closing(d)
}

func parseList(d *values, depth int) (any, error) {
	list := []any{}
	for d.More() {
		value, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, closing(d)
}

func closing(d *values) error {
	if _, err := d.Token(); err != nil {
		return errBadJSON
	}
	return nil
}

// Fail notes what is wrong with a field.
func (o *Object) Fail(name, message string) {
	*o.wrong = append(*o.wrong, fault.Field{Name: o.prefix + name, Message: message})
}

// take removes a field; null counts as left out.
func (o *Object) take(name string) (any, bool) {
	value := o.Fields[name]
	delete(o.Fields, name)
	return value, value != nil
}

// Text takes a field that is a line of at most limit characters; "" when it is left out.
func (o *Object) Text(name string, limit int) string { return o.string(name, limit, BadText) }

// Prose takes a field that may have several lines.
func (o *Object) Prose(name string, limit int) string { return o.string(name, limit, badProse) }

func (o *Object) string(name string, limit int, bad func(string, int) string) string {
	value, ok := o.take(name)
	if !ok {
		return ""
	}
	s, ok := value.(string)
	if !ok {
		o.Fail(name, "This must be text.")
		return ""
	}
	if why := bad(s, limit); why != "" {
		o.Fail(name, why)
		return ""
	}
	return s
}

// Need is text that must be there.
func (o *Object) Need(name string, limit int) string {
	if o.Fields[name] == nil || o.Fields[name] == "" {
		delete(o.Fields, name)
		o.Fail(name, "This is required.")
		return ""
	}
	return o.Text(name, limit)
}

// number takes a field that must be a number, as it was written.
func (o *Object) number(name string) string {
	value, ok := o.take(name)
	if !ok {
		o.Fail(name, "This is required.")
		return ""
	}
	n, ok := value.(json.Number)
	if !ok {
		o.Fail(name, "This must be a number.")
	}
	return n.String()
}

// Quantity takes the field "quantity", in thousandths of a unit.
func (o *Object) Quantity() int64 {
	const name = "quantity"
	text := o.number(name)
	if text == "" {
		return 0
	}
	milli, err := ParseQuantity(text)
	if err != nil {
		o.Fail(name, err.Error())
	}
	return milli
}

// Child takes a field that is an object; nil when it is left out.
func (o *Object) Child(name string) *Object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		o.Fail(name, "This must be an object.")
		return nil
	}
	return &Object{Fields: fields, prefix: o.prefix + name + ".", wrong: o.wrong}
}

// List takes a field that is a list of objects of at most limit; nil when it is left out.
func (o *Object) List(name string, limit int) []*Object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}
	items, ok := value.([]any)
	if !ok || len(items) > limit {
		o.Fail(name, "This must be a list, and not too long.")
		return nil
	}
	var objects []*Object
	for _, item := range items {
		fields, ok := item.(map[string]any)
		if !ok {
			o.Fail(name, "This must be a list of objects.")
			return nil
		}
		objects = append(objects, &Object{Fields: fields, prefix: o.prefix + name + ".", wrong: o.wrong})
	}
	return objects
}

// Close refuses what was sent and not taken. Every object that was taken is closed.
func (o *Object) Close() {
	for _, name := range slices.Sorted(maps.Keys(o.Fields)) {
		if len(name) > 64 || BadText(name, 64) != "" {
			name = "?"
		}
		o.Fail(name, "This field is not known here.")
	}
}

// Done closes the whole body and tells everything that is wrong with it.
func (o *Object) Done() error {
	o.Close()
	if len(*o.wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "invalid", "Some of what was sent is not right.", *o.wrong...)
}

// Minor takes an amount in minor units, a whole number.
func (o *Object) Minor(name string) int64 {
	return o.Whole(name, "This must be a whole number of minor units.")
}

// Whole takes a whole number; wrong says what is wrong with another.
func (o *Object) Whole(name, wrong string) int64 {
	text := o.number(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > money.Max || n < -money.Max {
		o.Fail(name, wrong)
		return 0
	}
	return n
}

// MaybeWhole is whole for a field that may be left out: nil then.
func (o *Object) MaybeWhole(name, wrong string) *int64 {
	if o.Fields[name] == nil {
		delete(o.Fields, name)
		return nil
	}
	n := o.Whole(name, wrong)
	return &n
}

package edge

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

// object is a JSON object that was sent. Its readers take a field each and collect
// what is wrong; done tells everything at once. Numbers are the text that was sent.
type object struct {
	fields map[string]any
	prefix string
	wrong  *[]fault.Field
}

// parseObject reads a body that must be one JSON object: UTF-8, no key twice, nothing after it.
func parseObject(body []byte) (*object, error) {
	if !utf8.Valid(body) {
		return nil, invalid("", "The body must be UTF-8.")
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
	return &object{fields: fields, wrong: new([]fault.Field)}, nil
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

// fail notes what is wrong with a field.
func (o *object) fail(name, message string) {
	*o.wrong = append(*o.wrong, fault.Field{Name: o.prefix + name, Message: message})
}

// take removes a field; null counts as left out.
func (o *object) take(name string) (any, bool) {
	value := o.fields[name]
	delete(o.fields, name)
	return value, value != nil
}

// text takes a field that is a line of at most limit characters; "" when it is left out.
func (o *object) text(name string, limit int) string { return o.string(name, limit, badText) }

// prose takes a field that may have several lines.
func (o *object) prose(name string, limit int) string { return o.string(name, limit, badProse) }

func (o *object) string(name string, limit int, bad func(string, int) string) string {
	value, ok := o.take(name)
	if !ok {
		return ""
	}
	s, ok := value.(string)
	if !ok {
		o.fail(name, "This must be text.")
		return ""
	}
	if why := bad(s, limit); why != "" {
		o.fail(name, why)
		return ""
	}
	return s
}

// need is text that must be there.
func (o *object) need(name string, limit int) string {
	if o.fields[name] == nil || o.fields[name] == "" {
		delete(o.fields, name)
		o.fail(name, "This is required.")
		return ""
	}
	return o.text(name, limit)
}

// number takes a field that must be a number, as it was written.
func (o *object) number(name string) string {
	value, ok := o.take(name)
	if !ok {
		o.fail(name, "This is required.")
		return ""
	}
	n, ok := value.(json.Number)
	if !ok {
		o.fail(name, "This must be a number.")
	}
	return n.String()
}

// quantity takes the field "quantity", in thousandths of a unit.
func (o *object) quantity() int64 {
	const name = "quantity"
	text := o.number(name)
	if text == "" {
		return 0
	}
	milli, err := parseQuantity(text)
	if err != nil {
		o.fail(name, err.Error())
	}
	return milli
}

// child takes a field that is an object; nil when it is left out.
func (o *object) child(name string) *object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		o.fail(name, "This must be an object.")
		return nil
	}
	return &object{fields: fields, prefix: o.prefix + name + ".", wrong: o.wrong}
}

// list takes a field that is a list of objects of at most limit; nil when it is left out.
func (o *object) list(name string, limit int) []*object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}
	items, ok := value.([]any)
	if !ok || len(items) > limit {
		o.fail(name, "This must be a list, and not too long.")
		return nil
	}
	var objects []*object
	for _, item := range items {
		fields, ok := item.(map[string]any)
		if !ok {
			o.fail(name, "This must be a list of objects.")
			return nil
		}
		objects = append(objects, &object{fields: fields, prefix: o.prefix + name + ".", wrong: o.wrong})
	}
	return objects
}

// close refuses what was sent and not taken. Every object that was taken is closed.
func (o *object) close() {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		if len(name) > 64 || badText(name, 64) != "" {
			name = "?"
		}
		o.fail(name, "This field is not known here.")
	}
}

// done closes the whole body and tells everything that is wrong with it.
func (o *object) done() error {
	o.close()
	if len(*o.wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "invalid", "Some of what was sent is not right.", *o.wrong...)
}

// minor takes an amount in minor units, a whole number.
func (o *object) minor(name string) int64 {
	return o.whole(name, "This must be a whole number of minor units.")
}

// whole takes a whole number; wrong says what is wrong with another.
func (o *object) whole(name, wrong string) int64 {
	text := o.number(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > money.Max || n < -money.Max {
		o.fail(name, wrong)
		return 0
	}
	return n
}

// maybeWhole is whole for a field that may be left out: nil then.
func (o *object) maybeWhole(name, wrong string) *int64 {
	if o.fields[name] == nil {
		delete(o.fields, name)
		return nil
	}
	n := o.whole(name, wrong)
	return &n
}

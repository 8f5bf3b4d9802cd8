package fault

import (
	"fmt"
	"slices"
)

// InvalidFields is the fault of a request with wrong fields; nil where there are none.
func InvalidFields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return New(Invalid, "invalid", "Some of what was sent cannot be used.", fields...)
}

// InvalidField is the fault of a request with one wrong field. Its sentence is formatted where there is
// something to fill in.
func InvalidField(name, sentence string, args ...any) error {
	return InvalidFields(Field{name, filledIn(sentence, args)})
}

// InvalidAlone is InvalidField whose sentence is the fault's too: for a request that comes from no form,
// beside whose field it would stand.
func InvalidAlone(name, sentence string, args ...any) *Error {
	sentence = filledIn(sentence, args)
	return New(Invalid, "invalid", sentence, Field{name, sentence})
}

// Check gathers what is wrong with the fields of a request.
type Check struct{ Fields []Field }

// Add says what is wrong with a field, as InvalidField does.
func (c *Check) Add(name, sentence string, args ...any) {
	c.Fields = append(c.Fields, Field{name, filledIn(sentence, args)})
}

// Require says what is wrong with a field, unless it is right or something was said of it before.
func (c *Check) Require(ok bool, name, sentence string) {
	if !ok && !slices.ContainsFunc(c.Fields, func(f Field) bool { return f.Name == name }) {
		c.Add(name, sentence)
	}
}

// Err is InvalidFields of all that was said.
func (c *Check) Err() error { return InvalidFields(c.Fields...) }

func filledIn(sentence string, args []any) string {
	if len(args) == 0 {
		return sentence
	}
	return fmt.Sprintf(sentence, args...)
}

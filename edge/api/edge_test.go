package api_test

import (
	"errors"

	"github.com/artisan-eats/artisan/fault"
)

func problemFields(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	return names
}

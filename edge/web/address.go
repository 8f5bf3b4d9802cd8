package web

import (
	"maps"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
)

// Cursor is the place in a list that the address names.
func (v *Visit) Cursor() string {
	cursor := v.Request.URL.Query().Get("cursor")
	if input.BadText(cursor, MaxValue) != "" {
		return "?"
	}
	return cursor
}

// NextPage is the address of a list's next page; empty on the last.
func NextPage(path string, query url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	with := maps.Clone(query)
	with.Set("cursor", cursor)
	return path + "?" + with.Encode()
}

// DeskPage is how many things a page of a desk's list has.
const DeskPage = 25

// AddressWith is an address with parameters: name, value, ... Empty ones are left out.
func AddressWith(path string, params ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			query.Set(params[i], params[i+1])
		}
	}
	return Address(path, query)
}

// Param is a parameter of the address; "" for what is no text.
func (v *Visit) Param(name string) string {
	value := strings.TrimSpace(v.Request.URL.Query().Get(name))
	if input.BadText(value, MaxValue) != "" {
		return ""
	}
	return value
}

// Address is a path with parameters; without any it is the path.
func Address(at string, values url.Values) string {
	if len(values) == 0 {
		return at
	}
	return at + "?" + values.Encode()
}

// Address is the whole address of a page of this shop; "" when the shop does not know its own.
func (s *Site) Address(path string) string {
	if s.Base == "" {
		return ""
	}
	return s.Base + path
}

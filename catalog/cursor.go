package catalog

import (
	"encoding/base64"
	"encoding/json"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
)

// cursor is the place in a list after which the next page begins: the sort key of
// the last entry shown. It stays right when entries come and go.
type cursor struct {
	Sort   string `json:"s"`
	Number int64  `json:"n,omitempty"`
	Text   string `json:"t,omitempty"`
	ID     string `json:"i"`
}

const maxCursor = 4000

func (c cursor) String() string {
	content, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts and numbers always have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(content)
}

// parseCursor reads a cursor of a list of things of a kind in a market, sorted in a way. Nil is the
// beginning.
func parseCursor(s, sort, kind, market string) (*cursor, error) {
	if s == "" {
		return nil, nil
	}
	invalid := fault.New(fault.Invalid, "invalid_cursor",
		"This list cannot go on from there. Please begin again.",
		fault.Field{Name: "cursor", Message: "This is not a cursor of this list."})
	if len(s) > maxCursor {
		return nil, invalid
	}
	content, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, invalid.Because(err)
	}
	var c cursor
	if err := json.Unmarshal(content, &c); err != nil {
		return nil, invalid.Because(err)
	}
	if of, err := id.Market(kind, c.ID); err != nil || of != market || c.Sort != sort {
		return nil, invalid
	}
	var check goods.Checker
	if check.Text("cursor", c.Text, 0, maxCursor); len(check.Fields) > 0 {
		return nil, invalid
	}
	return &c, nil
}

// cursorAt is the place of an item in an ordering.
func cursorAt(i *item, o ordering) cursor {
	return cursor{Sort: o.name, Number: o.number(i), Text: i.titleKey, ID: i.id}
}

// item is one that stands at the cursor's place in its ordering.
func (c *cursor) item() *item {
	if c == nil {
		return nil
	}
	return &item{
		id: c.ID, titleKey: c.Text, price: c.Number, created: c.Number, score: c.Number,
		rank: c.Number,
	}
}

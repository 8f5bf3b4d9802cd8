package notify

import (
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestTheLetterSaysWhatEachLineContains also of an order from before that was kept, of which it says nothing.
func TestTheLetterSaysWhatEachLineContains(t *testing.T) {
	var event orderingv1.Order
	for _, said := range []struct {
		title  string
		codes  []string
		stated *bool
	}{
		{"Brie", []string{"egg", "milk"}, new(true)},
		{"Jam", nil, new(true)},
		{"Nougat", nil, new(false)},
		{"Salt", nil, nil},
	} {
		event.Lines = append(event.Lines, &orderingv1.OrderLine{
			ProductTitle: said.title, Quantity: 1000,
			Allergens: said.codes, AllergensStated: said.stated,
		})
	}
	o := readOrder(&event)
	for i := range o.Lines {
		o.Lines[i].Total = usd(100)
	}
	o.Total = usd(400)
	const want = `
  1 × Brie   $1.00
    Contains egg, milk.
  1 × Jam   $1.00
    None of the 14 major allergens.
  1 × Nougat   $1.00
    Allergens not stated. Ask the maker before you eat.
  1 × Salt   $1.00

  Total   $4.00
`
	for _, kind := range []Kind{Confirmed, Changed, Cancelled} {
		if letter := write(kind, o, portland, ada); !strings.Contains(letter.Text, want) {
			t.Errorf("%s: %s", kind, letter.Text)
		}
	}
}

package notify

import (
	"slices"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestWhatIsMissingIsSaidWithWhyAndWhatItCosts(t *testing.T) {
	loaves := order()
	short := &loaves.Lines[0]
	short.Milli, short.Short, short.Ordered, short.Why, short.Total = 1000, true, 2000, "sold_out", usd(750)
	loaves.Total = usd(2550)
	nothing := loaves
	nothing.Lines = slices.Clone(loaves.Lines)
	nothing.Lines[0].Milli, nothing.Lines[1].Milli = 0, 0
	nothing.Lines[1].Short, nothing.Lines[1].Ordered, nothing.Lines[1].Why = true, 350,
		"The cellar was too warm."
	stranger := ada
	stranger.Verified = false
	for _, c := range []struct {
		name, subject string
		kind          Kind
		order         Order
		to            Person
		has, lacks    []string
	}{
		{
			"while others pack", "Something is missing from your order T9W4BC", Short, loaves, ada,
			[]string{
				"1 of 2 × Sourdough, 750 g (Tabor Bread): sold out", "now comes to $25.50",
				"not charged for what is missing",
			},
			[]string{"Gouda"},
		},
		{
			"when all is packed", "Your order T9W4BC is packed, and something is missing", Packed, loaves,
			ada,
			[]string{
				"1 of 2 × Sourdough, 750 g (Tabor Bread): sold out\n", "It comes to $25.50.",
				"0.77 lb Aged Gouda", "Pickup: ",
			},
			[]string{"good news"},
		},
		{
			"when nothing is there", "Nothing of your order T9W4BC is there", Packed, nothing, ada,
			[]string{
				"You are charged nothing.",
				"none of 0.77 lb Aged Gouda (Willamette Dairy): The cellar was too warm.",
			},
			[]string{"Pickup", "comes to", "$"},
		},
		{
			"to a stranger", "Nothing of your order T9W4BC is there", Packed, nothing, stranger,
			[]string{
				"none of 2 × Sourdough, 750 g (Tabor Bread): sold out",
				"none of 0.77 lb Aged Gouda (Willamette Dairy)\n",
			},
			[]string{"cellar"},
		},
	} {
		letter := write(c.kind, c.order, portland, c.to)
		if letter.Subject != c.subject {
			t.Errorf("%s: the subject is %q", c.name, letter.Subject)
		}
		for _, want := range c.has {
			if !strings.Contains(letter.Text, want) {
				t.Errorf("%s: %q is missing in:\n%s", c.name, want, letter.Text)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(letter.Text, not) {
				t.Errorf("%s: %q is in:\n%s", c.name, not, letter.Text)
			}
		}
	}
}

// TestAShortageIsToldOnce follows an order of two makers of whom one has nothing: while the other packs, or
// as the last to pack.
func TestAShortageIsToldOnce(t *testing.T) {
	each(t, func(o *office) {
		at := func(dairy, bakery string) *orderingv1.Order {
			parts := []*orderingv1.Part{
				{Id: "d", ProducerId: "dairy", Status: dairy},
				{Id: "b", ProducerId: "bakery", Status: bakery},
			}
			lines := []*orderingv1.OrderLine{
				{ProducerId: "dairy", ProductTitle: "Gouda", Quantity: 1000},
				{ProducerId: "bakery", ProductTitle: "Rye", Quantity: 1000},
			}
			lines[0].Packed = dairy != "accepted"
			lines[0].Short = lines[0].GetPacked()
			if lines[1].Packed = bakery != "accepted"; lines[1].GetPacked() {
				lines[1].PackedQuantity = 1000
			}
			out := &orderingv1.Order{
				Status: state.OrderConfirmed, SealedContact: []byte("ada@example.com"),
				Parts: parts, Lines: lines,
			}
			if lines[0].GetPacked() && lines[1].GetPacked() {
				out.Status = state.OrderPacked
			}
			return out
		}
		first, last := o.order(), o.order()
		o.deliverPart("order.part_packed", first, "d", 1, at("packed", "accepted"))
		o.deliverPart("order.part_packed", first, "d", 1, at("packed", "accepted"))
		o.deliverPart("order.part_packed", first, "b", 2, at("packed", "packed"))
		o.deliver("order.packed", first, 3, at("packed", "packed"))
		o.deliverPart("order.part_ready", first, "b", 4, at("packed", "ready"))
		o.deliverPart("order.part_packed", last, "b", 1, at("accepted", "packed"))
		o.deliverPart("order.part_ready", last, "b", 2, at("accepted", "ready"))
		o.deliverPart("order.part_packed", last, "d", 3, at("packed", "ready"))
		o.deliver("order.packed", last, 4, at("packed", "ready"))
		o.sendDue()
		want := []string{
			"sent: Your order %s is ready",
			"sent: Your order %s is packed, and something is missing",
		}
		for orderID, all := range map[string][]string{first: append(slices.Clone(want),
			"sent: Something is missing from your order %s"), last: want} {
			for i := range all {
				all[i] = strings.Replace(all[i], "%s", ShortID(orderID), 1)
			}
			got := o.subjects(orderID)
			if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(all))) {
				o.Errorf("letters %q, want %q", got, all)
			}
		}
	})
}

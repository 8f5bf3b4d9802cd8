package order

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/money"
)

// TestNothingIsChargedThatIsNotPacked packs orders of two makers at random: they come to what is there and
// the fee, never more than was authorised, and to nothing where nothing is there.
func TestNothingIsChargedThatIsNotPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []Line
		for i, name := range []string{"a", "b", "c", "d"} {
			line := Line{
				VariantID: name, Quantity: 1000 * rapid.Int64Range(1, 5).Draw(t, "quantity"),
				Price:      money.New(rapid.Int64Range(0, 5000).Draw(t, "price"), "USD"),
				ProducerID: "pro_" + string(rune('a'+i%2)),
				SoldBy:     rapid.SampledFrom([]string{"each", "weight"}).Draw(t, "sold by"),
			}
			if err := line.SetTotal(); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		o, err := New("ord_x", Cart{ID: "crt", Market: "portland", Lines: lines}, money.New(600, "USD"),
			noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.SplitParts(func() string { return "prt" }); err != nil {
			t.Fatal(err)
		}
		o.enter(Confirmed, noon, "")
		var goods, pieces int64
		told, nothing := Packing{}, rapid.Bool().Draw(t, "nothing is there")
		for _, l := range lines {
			_, most := l.packedRange()
			quantity := rapid.Int64Range(0, most/1000).Draw(t, "packed") * 1000
			if nothing {
				quantity = 0
			}
			told[l.VariantID] = PackedLine{quantity, ""}
			cost, _ := l.Price.Times(quantity)
			goods, pieces = goods+cost.Minor, pieces+quantity
		}
		for at, part := range o.Parts {
			mine := Packing{}
			for _, l := range lines {
				if l.ProducerID == part.ProducerID {
					mine[l.VariantID] = told[l.VariantID]
				}
			}
			if _, err := Advance(&o, at, PartPacked, mine, noon); err != nil {
				t.Fatal(err)
			}
		}
		want := goods + 600
		if pieces == 0 {
			want = 0
		}
		if o.Status != Packed || o.Total.Minor != want || o.Total.Minor > o.Authorised.Minor {
			t.Fatalf("an order of %d that is %s comes to %d of %d", want, o.Status, o.Total.Minor,
				o.Authorised.Minor)
		}
	})
}

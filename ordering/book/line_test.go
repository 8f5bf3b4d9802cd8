package book

import (
	"reflect"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/ordering/order"
)

// TestACartsLineIsReadAsItWasWritten has what a builder leaves out missing.
func TestACartsLineIsReadAsItWasWritten(t *testing.T) {
	line := order.Line{
		VariantID: "var_portland_1", Quantity: 2000, Price: money.New(300, "USD"),
		Total:     money.New(600, "USD"),
		ProductID: "prd_portland_1", ProductTitle: "Brie", VariantTitle: "Wheel",
		ProducerID: "pro_portland_1", ProducerName: "Dairy",
		SoldBy: "each", Image: "key", Unit: "g", UnitValue: 250, Declared: "egg,milk",
		QuotedAt: time.UnixMilli(7).UTC(),
	}
	ofAnOrder := map[string]bool{"Lots": true, "Packed": true, "ShortReason": true}
	for i := range reflect.TypeFor[order.Line]().NumField() {
		name := reflect.TypeFor[order.Line]().Field(i).Name
		if reflect.ValueOf(line).Field(i).IsZero() && !ofAnOrder[name] {
			t.Fatalf("this test says nothing of a line's %s", name)
		}
	}
	each(t, func(s *booktest.Shelf, b *Book) {
		cart := newCart(s)
		cart.Lines = []order.Line{line}
		s.Must(b.PutCart(s.Context(), &cart))
		read, err := b.Cart(s.Context(), cart.ID)
		s.Must(err)
		if !reflect.DeepEqual(read.Lines, cart.Lines) {
			s.Errorf("read %+v\nwritten %+v", read.Lines, cart.Lines)
		}
	})
}

package order

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// wholeLine says something in each of its fields but those that only an order's line has.
func wholeLine(t *testing.T) Line {
	l := Line{
		VariantID: "var_portland_1", Quantity: 2000, Price: money.New(300, "USD"),
		Total:     money.New(600, "USD"),
		ProductID: "prd_portland_1", ProductTitle: "Brie", VariantTitle: "Wheel",
		ProducerID: "pro_portland_1", ProducerName: "Dairy",
		SoldBy: "each", Image: "key", Unit: "g", UnitValue: 250, Declared: "egg,milk",
		QuotedAt: time.UnixMilli(7).UTC(),
	}
	for i := range reflect.TypeFor[Line]().NumField() {
		name := reflect.TypeFor[Line]().Field(i).Name
		if reflect.ValueOf(l).Field(i).IsZero() &&
			!slices.Contains([]string{"Lots", "Packed", "ShortReason"}, name) {
			t.Fatalf("this test says nothing of a line's %s", name)
		}
	}
	return l
}

// TestALineSaysTheSameInACartAndInAnOrder holds both messages to saying all that they can: a field that no
// builder fills is found.
func TestALineSaysTheSameInACartAndInAnOrder(t *testing.T) {
	l := wholeLine(t)
	l.Lots, l.Packed, l.ShortReason = []Lot{{ID: id.Lot, Quantity: 1000}}, 1000, "harvest"
	o := Order{Lines: []Line{l}, Parts: []Part{{ProducerID: l.ProducerID, Status: PartPacked}}}
	inCart, inOrder := lineToCart(l).ProtoReflect(), o.LineToProto(l).ProtoReflect()
	saysAll(t, inCart)
	saysAll(t, inOrder)
	for i := range inCart.Descriptor().Fields().Len() {
		field := inCart.Descriptor().Fields().Get(i)
		twin := inOrder.Descriptor().Fields().ByName(field.Name())
		if twin == nil {
			t.Errorf("an order's line has no %s", field.Name())
		} else if a, b := inCart.Get(field), inOrder.Get(twin); !a.Equal(b) {
			t.Errorf("%s is %v in a cart and %v in an order", field.Name(), a, b)
		}
	}
}

func saysAll(t *testing.T, m protoreflect.Message) {
	t.Helper()
	for i := range m.Descriptor().Fields().Len() {
		if field := m.Descriptor().Fields().Get(i); !m.Has(field) {
			t.Errorf("%s says no %s", m.Descriptor().Name(), field.Name())
		}
	}
	if proto.Size(m.Interface()) == 0 {
		t.Error("it says nothing")
	}
}

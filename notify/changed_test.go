package notify

import (
	"slices"
	"strings"
	"testing"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// TestAChangeIsToldToTheShopperAndToWhomItConcerns changes an order twice: the shopper has two letters, and
// each producer one for each change of their own, if somebody acts for them.
func TestAChangeIsToldToTheShopperAndToWhomItConcerns(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		changed := func(version, at int64, parts ...*orderingv1.Part) {
			o.deliver("order.changed", orderID, version, &orderingv1.Order{
				SealedContact: []byte("ada@example.com"), Parts: parts,
				Steps: []*orderingv1.Step{
					{Status: state.OrderConfirmed, At: 1},
					{Status: state.OrderConfirmed, At: at},
				},
				Lines: []*orderingv1.OrderLine{
					{
						ProductTitle: "Gouda", ProducerId: "dairy", ProducerName: "Willamette Dairy",
						Quantity: 350, SoldBy: "weight",
					},
					{ProductTitle: "Rye", ProducerId: "bakery", ProducerName: "Tabor Bread", Quantity: 2000},
				},
			})
		}
		dairy := &orderingv1.Part{ProducerId: "dairy", ChangedAt: 5, Changes: []*orderingv1.LineChange{
			{ProductTitle: "Gouda", SoldBy: "weight", Before: 500, After: 350},
			{ProductTitle: "Brie", Before: 1000},
		}}
		changed(1, 5, dairy, &orderingv1.Part{ProducerId: "bakery"})
		changed(2, 9, dairy, &orderingv1.Part{
			ProducerId: "bakery", ChangedAt: 9,
			Changes: []*orderingv1.LineChange{{ProductTitle: "Rye", After: 2000}},
		})
		o.sendDue()
		number := ShortID(orderID)
		got := o.subjects(orderID)
		slices.Sort(got)
		want := []string{"failed: ", "sent: Order " + number + " was changed", "sent: Your order " + number +
			" was changed", "sent: Your order " + number + " was changed"}
		if !slices.Equal(got, want) {
			o.Errorf("letters %q, want %q", got, want)
		}
		for _, m := range o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages() {
			has := map[string][]string{
				"dairy":  {"Gouda: 0.35 kg", "was 0.5 kg", "Brie: none, was 1 ×"},
				"bakery": nil, "": {"changed as you asked", "Gouda", "Rye"},
			}[m.GetProducerId()]
			for _, part := range has {
				if !strings.Contains(m.GetText(), part) {
					o.Errorf("%q lacks %q:\n%s", m.GetSubject(), part, m.GetText())
				}
			}
		}
	})
}

// TestAMoveByTheMarketIsToldTheShopperAndTheMakers has the market move an order to another window: from when
// to when, why, and to the maker that it is to be taken on again.
func TestAMoveByTheMarketIsToldTheShopperAndTheMakers(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.deliverEvent("order.changed", orderID, 1,
			&orderingv1.OrderEvent{Change: &orderingv1.Change{ByMarket: true}, Order: &orderingv1.Order{
				SealedContact: []byte("ada@example.com"), MarketSays: "The hall is flooded.",
				Steps:          []*orderingv1.Step{{At: 5}},
				WindowStartsAt: 1795298400000, WindowEndsAt: 1795305600000, WindowPlace: "The school",
				MovedFrom: &orderingv1.MovedFrom{
					StartsAt: 1795212000000, EndsAt: 1795219200000,
					Place: "The hall",
				},
				Parts: []*orderingv1.Part{
					{ProducerId: "dairy", ChangedAt: 5, WindowChanged: true},
					{ProducerId: "bakery"},
				},
				Lines: []*orderingv1.OrderLine{
					{ProductTitle: "Gouda", ProducerId: "dairy", Quantity: 1000},
					{ProductTitle: "Rye", ProducerId: "bakery", Quantity: 2000},
				},
			}})
		o.sendDue()
		messages := o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages()
		if len(messages) != 2 {
			o.Fatalf("%d letters", len(messages))
		}
		for _, m := range messages {
			has := map[string][]string{
				"": {
					"the market had to move your order", "It was to be", "The hall",
					"The market says: The hall is flooded.", "From now on it is:", "The school",
				},
				"dairy": {
					"the market has moved order", "It was to be", "The hall", "Please take it on again",
					"Gouda", "The school", "/producer/orders/" + orderID,
				},
			}[m.GetProducerId()]
			for _, part := range has {
				if !strings.Contains(m.GetText(), part) {
					o.Errorf("%q lacks %q:\n%s", m.GetProducerId(), part, m.GetText())
				}
			}
			if m.GetProducerId() != "" && (len(has) == 0 || strings.Contains(m.GetText(), "Rye")) {
				o.Errorf("%q is told what is not theirs:\n%s", m.GetProducerId(), m.GetText())
			}
		}
	})
}

package notify

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// TestTheLettersOfManyOrdersAreOneAnswer holds it to what ListMessages says of each order, without what was
// written to producers.
func TestTheLettersOfManyOrdersAreOneAnswer(t *testing.T) {
	each(t, func(o *office) {
		orders := []string{o.order(), o.order(), o.order()}
		for _, orderID := range orders[:2] {
			o.sell(orderID, "ada@example.com")
			o.clock.Advance(time.Millisecond)
			o.tell("order.packed", orderID, 2, "ada@example.com", state.PartReady)
		}
		o.sendDue()
		got, err := o.ListOrderMessages(o.Context(), &notifyv1.ListOrderMessagesRequest{OrderIds: orders})
		if err != nil {
			o.Fatal(err)
		}
		slices.Sort(orders)
		var want []*notifyv1.Message
		for _, orderID := range orders {
			of := o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages()
			want = append(want,
				slices.DeleteFunc(of, func(m *notifyv1.Message) bool { return m.GetProducerId() != "" })...)
		}
		if len(want) != 4 || fmt.Sprint(got.GetMessages()) != fmt.Sprint(want) {
			o.Errorf("it lists\n%v\nnot\n%v", got.GetMessages(), want)
		}
		for name, asked := range map[string][]string{"too many": make([]string, 101), "no order": {"T9"}} {
			if _, err := o.ListOrderMessages(o.Context(),
				&notifyv1.ListOrderMessagesRequest{OrderIds: asked}); fault.KindOf(err) != fault.Invalid &&
				fault.KindOf(err) != fault.NotFound {
				o.Errorf("%s: %v", name, err)
			}
		}
	})
}

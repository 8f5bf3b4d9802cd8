package notify

import (
	"slices"
	"strconv"
	"testing"
	"time"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// loseHand is what a process that dies does with what is in its hand.
func (o *office) loseHand() []Message {
	var lost []Message
	for !o.service.hand.isEmpty() {
		lost = append(lost, o.service.hand.take(o.clock.Now())...)
	}
	return lost
}

func TestWhatAProcessDiedWithIsSentOnceItsLeaseEnds(t *testing.T) {
	each(t, func(o *office) {
		o.sell(o.order(), "ada@example.com")
		if lost := o.loseHand(); len(lost) != 3 {
			o.Fatalf("%d messages in hand", len(lost))
		}
		o.sendDue()
		if got := o.statuses(); got[state.MessageSent] != 0 {
			o.Fatalf("sent while another process may be sending it: %v", got)
		}
		o.clock.Advance(lease)
		o.sendDue()
		if got := o.statuses(); got[state.MessageQueued] != 0 || got[state.MessageSent] != 2 {
			o.Errorf("after the lease: %v", got)
		}
	})
}

func TestWhatWaitsInHandForTooLongIsSentByOneOnly(t *testing.T) {
	each(t, func(o *office) {
		o.sell(o.order(), "ada@example.com")
		o.clock.Advance(handFor)
		o.sendDue()
		if got := o.statuses(); got[state.MessageSent] != 0 || !o.service.hand.isEmpty() {
			o.Fatalf("sent from hand late: %v", got)
		}
		o.clock.Advance(lease - handFor)
		o.sendDue()
		if got := o.statuses(); got[state.MessageQueued] != 0 || got[state.MessageSent] != 2 {
			o.Errorf("after the lease: %v", got)
		}
	})
}

func TestWhatThereIsNoRoomForInHandIsSentToo(t *testing.T) {
	each(t, func(o *office) {
		for i := range handRoom + 3 {
			if _, err := o.Send(o.Context(), &notifyv1.SendRequest{
				Key: strconv.Itoa(i), To: "a" + strconv.Itoa(i) + "@example.com", Subject: "Hello",
				Text: "Hi there", Verified: true,
			}); err != nil {
				o.Fatal(err)
			}
		}
		o.sendDue()
		o.clock.Advance(sendEvery)
		o.sendDue()
		queued := o.list(&notifyv1.ListMessagesRequest{Status: state.MessageQueued}).GetMessages()
		if len(queued) != 0 {
			o.Errorf("%d are still queued", len(queued))
		}
	})
}

// A letter that is asked for again beside new ones keeps none of them waiting, and is sent once.
func TestALetterThatIsKnownKeepsNoOtherWaiting(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.tell("order.confirmed", orderID, 1, "ada@example.com")
		o.sendDue()
		o.clock.Advance(time.Millisecond)
		o.deliver("order.confirmed", orderID, 2, &orderingv1.Order{ // two makers have joined since
			SealedContact: []byte("ada@example.com"), WindowKind: "delivery",
			Parts: []*orderingv1.Part{{ProducerId: "dairy"}, {ProducerId: "bakery"}},
		})
		o.sendDue()
		subjects := o.subjects(orderID)
		got := o.statuses()
		if got[state.MessageSent] != 2 || got[state.MessageQueued] != 0 || len(subjects) != 3 ||
			!slices.Contains(subjects, "sent: Your order "+ShortID(orderID)+" is confirmed") {
			o.Errorf("%v, %q", got, subjects)
		}
	})
}

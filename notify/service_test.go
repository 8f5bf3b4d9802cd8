package notify

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestEachStepOfAnOrderIsToldOnce(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		for _, e := range []struct {
			kind  string
			parts []string
		}{
			{"order.confirmed", nil},
			{"order.part_accepted", []string{state.PartAccepted, state.PartNew}},
			{"order.packed", []string{state.PartPacked, state.PartPacked}},
			{"order.part_ready", []string{state.PartReady, state.PartPacked}},
			{"order.part_ready", []string{state.PartReady, state.PartReady}},
			{"order.part_ready", []string{state.PartReady, state.PartReady}},
			{"order.something_new", nil},
		} {
			o.clock.Advance(time.Millisecond)
			o.tell(e.kind, orderID, int64(o.clock.Now().Nanosecond()/1e6), "ada@example.com", e.parts...)
		}
		o.tell("order.confirmed", orderID, 1, "ada@example.com")
		o.sendDue()
		short := ShortID(orderID)
		want := []string{"sent: Your order " + short + " is ready", "sent: Your order " + short +
			" is packed", "sent: Your order " + short + " is confirmed"}
		if got := o.subjects(orderID); !slices.Equal(got, want) {
			o.Errorf("messages %q, want %q", got, want)
		}
		first := o.list(&notifyv1.ListMessagesRequest{OrderId: orderID, Limit: 1}).GetMessages()[0]
		if first.GetTo() != "ada@example.com" || !strings.HasPrefix(first.GetText(), "Hello Ada,") ||
			first.GetSentAt() == 0 || o.snapshots() != 0 {
			o.Errorf("the newest is %v; %d snapshots are left", first, o.snapshots())
		}
	})
}

func TestAnOrderIsReadyWhenItsLastPartIs(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		for i, c := range []struct {
			parts []string
			want  int
		}{
			{[]string{state.PartReady, state.PartPacked}, 0},
			{[]string{state.PartReady, state.PartCancelled, state.PartDone}, 1},
		} {
			o.tell("order.part_ready", orderID, int64(i+1), "ada@example.com", c.parts...)
			if got := o.subjects(orderID); len(got) != c.want {
				o.Errorf("with parts %v: %q", c.parts, got)
			}
		}
	})
}

func TestWithAServerNothingPersonalIsKeptOnceItIsSent(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			taker := newMailServer(t)
			o := newOffice(t, engine, hosttest.Open,
				func(c *host.Config) { c.SMTPURL = taker.url + "?tls=off" })
			orderID := o.order()
			o.tell("order.confirmed", orderID, 1, "ada@example.com")
			taker.reply("RCPT TO:<ada@example.com>", "450 later")
			o.sendDue()
			m := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
			if m.GetStatus() != state.MessageQueued || m.GetTo() != "" ||
				m.GetError() != "the mail server refused it with code 450" {
				t.Errorf("after a refusal: %v", m)
			}
			taker.reply("RCPT TO:<ada@example.com>", "")
			o.sendDue()
			if len(taker.mails(t)) != 0 {
				t.Error("it was sent again without a pause")
			}
			o.clock.Advance(firstPause)
			o.sendDue()
			m = o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
			if m.GetStatus() != state.MessageSent || m.GetTo() != "" || m.GetText() != "" ||
				m.GetError() != "" || o.snapshots() != 0 {
				t.Errorf("after it was sent: %v", m)
			}
			if mails := taker.mails(t); len(mails) != 1 || mails[0].Header.Get("To") != "<ada@example.com>" {
				t.Errorf("mails %v", mails)
			}
		})
	}
}

func TestAnErasedContactGetsNoMessage(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.tell("order.confirmed", orderID, 1, "erased")
		o.sendDue()
		m := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
		if m.GetStatus() != state.MessageFailed || m.GetError() != errErased.text || m.GetTo() != "" ||
			o.snapshots() != 0 {
			o.Errorf("%v", m)
		}
	})
}

func TestAMessageWaitsForItsPeers(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.tell("order.cancelled", orderID, 1, "ada@example.com")
		o.peers.setDown(true)
		o.sendDue()
		if m := o.list(
			&notifyv1.ListMessagesRequest{}).GetMessages()[0]; m.GetStatus() != state.MessageQueued ||
			m.GetError() == "" {
			o.Errorf("%v", m)
		}
		o.peers.setDown(false)
		o.clock.Advance(firstPause)
		o.sendDue()
		if got := o.subjects(orderID); !slices.Equal(got,
			[]string{"sent: Your order " + ShortID(orderID) + " was cancelled"}) {
			o.Errorf("%q", got)
		}
	})
}

func TestSendIsOnceAKey(t *testing.T) {
	each(t, func(o *office) {
		request := &notifyv1.SendRequest{
			Key: "k", To: "ada@example.com", Subject: "Hello", Text: "Hi there",
			Verified: true,
		}
		var all sync.WaitGroup
		ids := make([]string, 10)
		for i := range ids {
			all.Go(func() {
				response, err := o.Send(o.Context(), request)
				if err != nil {
					o.Error(err)
				}
				ids[i] = response.GetId()
			})
		}
		all.Wait()
		if len(slices.Compact(ids)) != 1 {
			o.Errorf("one key became %v", ids)
		}
		o.sendDue()
		got, err := o.GetMessage(o.Context(), &notifyv1.GetMessageRequest{Id: ids[0]})
		if err != nil || got.GetMessage().GetStatus() != state.MessageSent ||
			got.GetMessage().GetText() != "Hi there" {
			o.Errorf("%v, %v", got, err)
		}
		for _, bad := range []*notifyv1.SendRequest{
			{},
			{Key: "k\n", To: "ada@example.com", Subject: "s", Text: "t"},
			{Key: strings.Repeat("k", 129), To: "ada@example.com", Subject: "s", Text: "t"},
			{Key: "j", To: "ada@example.com\r\nBcc: b@c", Subject: "s", Text: "t"},
		} {
			if _, err := o.Send(o.Context(), bad); fault.KindOf(err) != fault.Invalid {
				o.Errorf("%v: %v", bad, err)
			}
		}
	})
}

func TestAListIsReadPageByPageNewestFirst(t *testing.T) {
	each(t, func(o *office) {
		var want []string
		for range 7 {
			o.clock.Advance(time.Millisecond)
			response, err := o.Send(o.Context(), &notifyv1.SendRequest{
				Key: o.order(), To: "ada@example.com",
				Subject: "s", Text: "t",
			})
			if err != nil {
				o.Fatal(err)
			}
			want = append([]string{response.GetId()}, want...)
		}
		var got []string
		for page := (&notifyv1.ListMessagesRequest{Limit: 3}); ; {
			response := o.list(page)
			for _, m := range response.GetMessages() {
				got = append(got, m.GetId())
			}
			if page.Cursor = response.GetNextCursor(); page.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			o.Errorf("listed %v, want %v", got, want)
		}
		if _, err := o.ListMessages(o.Context(),
			&notifyv1.ListMessagesRequest{Cursor: "nonsense"}); !fault.Is(err, "invalid_cursor") {
			o.Errorf("a bad cursor: %v", err)
		}
		for _, bad := range []string{"", "nonsense", o.order(), o.service.host.NewID(id.Message, id.Global)} {
			if _, err := o.GetMessage(o.Context(),
				&notifyv1.GetMessageRequest{Id: bad}); fault.KindOf(err) != fault.NotFound {
				o.Errorf("message %q: %v", bad, err)
			}
		}
	})
}

func TestSentMessagesAreForgottenAndQueuedOnesAreNot(t *testing.T) {
	each(t, func(o *office) {
		for _, contact := range []string{"ada@example.com", "erased"} {
			o.tell("order.confirmed", o.order(), 1, contact)
		}
		o.sendDue()
		o.tell("order.confirmed", o.order(), 1, "bob@example.com")
		o.clock.Advance(keepFor + time.Second)
		if err := o.service.forget(o.Context()); err != nil {
			o.Fatal(err)
		}
		if left := o.list(&notifyv1.ListMessagesRequest{}).GetMessages(); len(left) != 1 ||
			left[0].GetStatus() != state.MessageQueued {
			o.Errorf("left: %v", left)
		}
	})
}

func TestTheJobSendsByItself(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			o := newOffice(t, engine, hosttest.Start)
			orderID := o.order()
			o.tell("order.confirmed", orderID, 1, "ada@example.com")
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(
				10 * time.Millisecond) {
				if got := o.subjects(orderID); len(got) == 1 && strings.HasPrefix(got[0], "sent") {
					return
				}
			}
			t.Error("never sent")
		})
	}
}

package notify

import (
	"slices"
	"strings"
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

func TestAProducerIsToldOnceOfWhatAnOrderWantsOfThem(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.sell(orderID, "ada@example.com")
		o.sell(orderID, "ada@example.com")
		o.sendDue()
		got := map[string]*notifyv1.Message{}
		for _, m := range o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages() {
			if got[m.GetProducerId()] != nil {
				o.Errorf("told twice: %v", m)
			}
			got[m.GetProducerId()] = m
		}
		want := "Hello Bo,\n\nsomebody is looking forward to your food. Order " + ShortID(orderID) +
			" is confirmed:\n\n  0.35 kg (0.77 lb) Gouda\n\n" +
			"Delivery: Saturday, November 21, 2026, 1:00 to 2:00 AM PST\n\nIt waits for you on your desk: http://shop.test/producer/orders/" + orderID + "?producer=dairy\n\nWarm wishes,\nPortland\nhttp://shop.test\n"
		if m := got["dairy"]; m.GetTo() != "bo@dairy.example" || m.GetSubject() != "New order "+
			ShortID(orderID) || m.GetText() != want {
			o.Errorf("to %q, subject %q, text:\n%s", m.GetTo(), m.GetSubject(), m.GetText())
		}
		if m := got["bakery"]; m.GetStatus() != state.MessageFailed || m.GetError() != errNobody.text {
			o.Errorf("the producer without an account: %v", m)
		}
		if m := got[""]; m.GetTo() != "ada@example.com" || m.GetStatus() != state.MessageSent ||
			len(got) != 3 || o.snapshots() != 0 {
			o.Errorf("the shopper's: %v; %d messages, %d snapshots", m, len(got), o.snapshots())
		}
		if found := hosttest.Troubles(o.T, o.process, "notify"); len(found) != 0 {
			o.Errorf("nothing can be done, and yet: %v", found)
		}
	})
}

func TestTheShoppersContactIsNotInWhatAProducersMessageIsMadeOf(t *testing.T) {
	each(t, func(o *office) {
		o.sell(o.order(), "ada@example.com")
		for _, m := range o.inHand() {
			if strings.Contains(string(m.Snapshot), "ada@") != (m.ProducerID == "") {
				o.Errorf("the snapshot for %q is %q", m.ProducerID, m.Snapshot)
			}
		}
	})
}

// inHand are the three messages that a sale makes, as the job takes them.
func (o *office) inHand() []Message {
	o.Helper()
	batch := o.service.hand.take(o.clock.Now())
	if len(batch) != 3 {
		o.Fatalf("%d messages", len(batch))
	}
	return batch
}

func TestMessagesOfOneBatchDoNotHoldUpEachOther(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		if _, err := o.Send(o.Context(), &notifyv1.SendRequest{
			Key: "k", To: "ada@example.com",
			Subject: "Hello", Text: "Hi there",
		}); err != nil {
			o.Fatal(err)
		}
		o.sell(orderID, "ada@example.com")
		o.sendDue()
		if sent := o.list(&notifyv1.ListMessagesRequest{Status: state.MessageSent}).GetMessages(); len(
			sent) != 3 {
			o.Errorf("sent: %v", sent)
		}
	})
}

func TestAMessageThatFailedIsATroubleAndCanBeSentAgain(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			taker := newMailServer(t)
			o := newOffice(t, engine, hosttest.Open,
				func(c *host.Config) { c.SMTPURL = taker.url + "?tls=off" })
			taker.reply("RCPT TO:<ada@example.com>", "550 no such mailbox")
			orderID := o.order()
			o.tell("order.confirmed", orderID, 1, "ada@example.com")
			o.sendDue()
			found := hosttest.Troubles(t, o.process, "notify")
			if len(found) != 1 || found[0].GetKind() != "mail" || found[0].GetAbout() != orderID ||
				found[0].GetAttempts() != 1 ||
				found[0].GetWhat() != "A message was not sent: the mail server refused it with code 550." {
				t.Fatalf("found %v", found)
			}
			failed := o.list(&notifyv1.ListMessagesRequest{Status: state.MessageFailed}).GetMessages()[0]
			taker.reply("RCPT TO:<ada@example.com>", "")
			for range 2 {
				again, err := o.Resend(t.Context(), &notifyv1.ResendRequest{Id: failed.GetId()})
				if err != nil || again.GetMessage().GetStatus() != state.MessageQueued ||
					again.GetMessage().GetError() != "" {
					t.Fatalf("resend: %v, %v", again, err)
				}
			}
			o.sendDue()
			if mails := taker.mails(t); len(mails) != 1 || o.snapshots() != 0 {
				t.Errorf("%d mails, %d snapshots", len(mails), o.snapshots())
			}
			if err := hosttest.Retry(t, o.process, "notify", found[0].GetId()); err != nil {
				t.Errorf("a retry of what was sent: %v", err)
			}
			if found := hosttest.Troubles(t, o.process, "notify"); len(found) != 0 {
				t.Errorf("left: %v", found)
			}
			if _, err := o.Resend(t.Context(), &notifyv1.ResendRequest{Id: failed.GetId()}); !fault.Is(err,
				"already_sent") {
				t.Errorf("resend of what was sent: %v", err)
			}
		})
	}
}

func TestWhatSaysNothingAnyMoreIsNotSentAgain(t *testing.T) {
	each(t, func(o *office) {
		o.tell("order.confirmed", o.order(), 1, "erased")
		o.sendDue()
		failed := o.list(&notifyv1.ListMessagesRequest{Status: state.MessageFailed}).GetMessages()[0]
		if _, err := o.Resend(o.Context(), &notifyv1.ResendRequest{Id: failed.GetId()}); !fault.Is(err,
			"not_kept") {
			o.Errorf("resend to who was erased: %v", err)
		}
		for _, bad := range []string{"", "nonsense", o.order(), o.service.host.NewID(id.Message, id.Global)} {
			if _, err := o.Resend(o.Context(),
				&notifyv1.ResendRequest{Id: bad}); fault.KindOf(err) != fault.NotFound {
				o.Errorf("message %q: %v", bad, err)
			}
			if err := hosttest.Retry(o.T, o.process, "notify", "mail:"+
				bad); fault.KindOf(err) != fault.NotFound {
				o.Errorf("trouble %q: %v", bad, err)
			}
		}
	})
}

func (o *office) sendSecret() string {
	o.Helper()
	response, err := o.Send(o.Context(), &notifyv1.SendRequest{
		Key: "k", To: "ada@example.com",
		Subject: "A link", Text: "open sesame", Secret: true, Verified: true,
	})
	if err != nil {
		o.Fatal(err)
	}
	return response.GetId()
}

// shown is the text of a message that a list and a look at it show.
func (o *office) shown(messageID string) string {
	o.Helper()
	got, err := o.GetMessage(o.Context(), &notifyv1.GetMessageRequest{Id: messageID})
	if err != nil || !got.GetMessage().GetSecret() {
		o.Fatalf("%v, %v", got, err)
	}
	listed := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
	if listed.GetText() != got.GetMessage().GetText() {
		o.Errorf("a list shows %q, a look %q", listed.GetText(), got.GetMessage().GetText())
	}
	return listed.GetText()
}

func (o *office) stored() (text string) {
	o.Helper()
	if err := o.service.host.DB().Read().QueryRowContext(o.Context(),
		"SELECT text FROM messages").Scan(&text); err != nil {
		o.Fatal(err)
	}
	return text
}

func TestASecretTextIsShownToNobodyAndKeptOnlyUntilItIsSent(t *testing.T) {
	real := func(c *host.Config) { c.Demo, c.Secret = false, []byte("a master key of thirty-two bytes") }
	each(t, func(o *office) {
		messageID := o.sendSecret()
		if o.shown(messageID) != "" || o.stored() == "" {
			o.Errorf("before it is sent %q is shown, and %q is kept", o.shown(messageID), o.stored())
		}
		o.sendDue()
		if o.shown(messageID) != "" || o.stored() != "" {
			o.Errorf("after it %q is shown, and %q is kept", o.shown(messageID), o.stored())
		}
	}, real)
}

func TestASecretTextIsNotKeptOnceItIsGivenUp(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			taker := newMailServer(t)
			o := newOffice(t, engine, hosttest.Open,
				func(c *host.Config) { c.SMTPURL = taker.url + "?tls=off" })
			taker.reply("RCPT TO:<ada@example.com>", "550 no such mailbox")
			messageID := o.sendSecret()
			o.sendDue()
			if o.stored() != "" {
				t.Errorf("%q is kept", o.stored())
			}
			if _, err := o.Resend(t.Context(), &notifyv1.ResendRequest{Id: messageID}); !fault.Is(err,
				"not_kept") {
				t.Errorf("resend: %v", err)
			}
			if found := hosttest.Troubles(t, o.process, "notify"); len(found) != 0 {
				t.Errorf("nothing can be done, and yet: %v", found)
			}
		})
	}
}

func TestTheDemosMailboxShowsASecretText(t *testing.T) {
	each(t, func(o *office) {
		messageID := o.sendSecret()
		o.sendDue()
		if o.shown(messageID) != "open sesame" {
			o.Errorf("it shows %q", o.shown(messageID))
		}
	})
}

func TestAListIsOfAStatusAndAnOrderPageByPage(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		for version, contact := range []string{"ada@example.com", "erased", "ada@example.com", "erased"} {
			o.clock.Advance(time.Millisecond)
			o.tell([]string{
				"order.confirmed", "order.cancelled", "order.packed",
				"order.part_ready",
			}[version], orderID, int64(version+1), contact, "ready")
			o.tell("order.confirmed", o.order(), 1, contact)
		}
		o.sendDue()
		for _, c := range []struct {
			orderID, status string
			want            int
		}{
			{"", "", 8},
			{"", "sent", 4},
			{"", "failed", 4},
			{"", "queued", 0},
			{orderID, "", 4},
			{orderID, "sent", 2},
			{orderID, "queued", 0},
		} {
			var got []string
			for page := (&notifyv1.ListMessagesRequest{Limit: 3, OrderId: c.orderID, Status: c.status}); ; {
				response := o.list(page)
				for _, m := range response.GetMessages() {
					got = append(got, m.GetId())
				}
				if page.Cursor = response.GetNextCursor(); page.Cursor == "" {
					break
				}
			}
			if len(got) != c.want ||
				!slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) {
				o.Errorf("of %q, %q: %v, want %d", c.orderID, c.status, got, c.want)
			}
		}
		if _, err := o.ListMessages(o.Context(),
			&notifyv1.ListMessagesRequest{Status: "lost"}); fault.KindOf(err) != fault.Invalid {
			o.Errorf("a wrong status: %v", err)
		}
	})
}

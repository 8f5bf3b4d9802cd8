package notify

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// peers are what notify needs of catalog and identity, answered by the test. What
// is sealed is the address itself; "erased" is one whose key is gone.
type peers struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
	identityv1connect.UnimplementedIdentityServiceHandler

	mu   sync.Mutex
	down bool
}

func (p *peers) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *peers) GetMarket(_ context.Context, r *catalogv1.GetMarketRequest) (*catalogv1.GetMarketResponse, error) {
	return &catalogv1.GetMarketResponse{Market: &catalogv1.Market{Code: r.GetCode(), Name: "Portland", Locale: "en-US", TimeZone: "America/Los_Angeles"}}, nil
}

func (p *peers) Open(_ context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	response := &identityv1.OpenResponse{}
	for _, sealed := range r.GetSealed() {
		response.Contacts = append(response.Contacts, &identityv1.Opened{
			Erased: string(sealed) == "erased", Contact: &identityv1.Contact{Email: string(sealed), Name: "Ada"},
		})
	}
	return response, nil
}

// office is the service under test among its peers.
type office struct {
	*testing.T
	notifyv1connect.NotifyServiceClient
	service *service
	peers   *peers
	clock   *hosttest.Clock
	events  eventsv1connect.EventServiceClient
}

func newOffice(t *testing.T, engine sqldb.Engine, start func(testing.TB, sqldb.Engine, []host.Service, ...func(*host.Config)) *host.Process, options ...func(*host.Config)) *office {
	o := &office{T: t, peers: &peers{}, clock: hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))}
	services := []host.Service{
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), o.peers)
			return nil
		}},
		{Name: "identity", New: func(h *host.Host) error {
			identityv1connect.RegisterIdentityServiceHandler(h.RPC(), o.peers)
			return nil
		}},
		{Name: "notify", Migrations: Migrations(), Consumes: []string{"ordering"}, New: func(h *host.Host) (err error) {
			if o.service, err = newService(h); err == nil {
				o.service.start()
			}
			return err
		}},
	}
	p := start(t, engine, services, append(options, func(c *host.Config) { c.Now = o.clock.Now })...)
	o.NotifyServiceClient = notifyv1connect.NewNotifyServiceClient(p.Client("notify"))
	o.events = eventsv1connect.NewEventServiceClient(p.Client("notify"))
	return o
}

// each runs a test on both engines, without jobs: the test does their work when it wants.
func each(t *testing.T, test func(o *office), options ...func(*host.Config)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(newOffice(t, engine, hosttest.Open, options...)) })
	}
}

func (o *office) order() string { return o.service.host.NewID(id.Order, "portland") }

// tell delivers an event of an order for a contact.
func (o *office) tell(kind, orderID string, version int64, contact string, parts ...string) {
	o.Helper()
	order := &orderingv1.Order{Id: orderID, Market: "portland", SealedContact: []byte(contact)}
	for _, status := range parts {
		order.Parts = append(order.Parts, &orderingv1.Part{Status: status})
	}
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: order})
	if err != nil {
		o.Fatal(err)
	}
	response, err := o.events.Deliver(o.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
		{Publisher: "ordering", Aggregate: orderID, Version: version, Type: kind, Payload: payload},
	}})
	if err != nil || !response.GetReceipts()[0].GetRetire() {
		o.Fatalf("%s: %v, %v", kind, response, err)
	}
}

func (o *office) sendDue() {
	o.Helper()
	if err := o.service.sendDue(o.Context()); err != nil {
		o.Fatal(err)
	}
}

func (o *office) list(request *notifyv1.ListMessagesRequest) *notifyv1.ListMessagesResponse {
	o.Helper()
	response, err := o.ListMessages(o.Context(), request)
	if err != nil {
		o.Fatal(err)
	}
	return response
}

// subjects are those of an order's messages, newest first.
func (o *office) subjects(orderID string) (out []string) {
	o.Helper()
	for _, m := range o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages() {
		out = append(out, m.GetStatus()+": "+m.GetSubject())
	}
	return out
}

func (o *office) snapshots() (n int) {
	o.Helper()
	if err := o.service.host.DB().Read().QueryRowContext(o.Context(), "SELECT COUNT(*) FROM messages WHERE snapshot IS NOT NULL").Scan(&n); err != nil {
		o.Fatal(err)
	}
	return n
}

func TestEachStepOfAnOrderIsToldOnce(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		for _, e := range []struct {
			kind  string
			parts []string
		}{
			{"order.confirmed", nil},
			{"order.part_accepted", []string{"accepted", "new"}},
			{"order.packed", []string{"packed", "packed"}},
			{"order.part_ready", []string{"ready", "packed"}},
			{"order.part_ready", []string{"ready", "ready"}},
			{"order.part_ready", []string{"ready", "ready"}},
			{"order.something_new", nil},
		} {
			o.clock.Advance(time.Millisecond)
			o.tell(e.kind, orderID, int64(o.clock.Now().Nanosecond()/1e6), "ada@example.com", e.parts...)
		}
		o.tell("order.confirmed", orderID, 1, "ada@example.com")
		o.sendDue()
		short := ShortID(orderID)
		want := []string{"sent: Your order " + short + " is ready", "sent: Your order " + short + " is packed", "sent: Your order " + short + " is confirmed"}
		if got := o.subjects(orderID); !slices.Equal(got, want) {
			o.Errorf("messages %q, want %q", got, want)
		}
		first := o.list(&notifyv1.ListMessagesRequest{OrderId: orderID, Limit: 1}).GetMessages()[0]
		if first.GetTo() != "ada@example.com" || !strings.HasPrefix(first.GetText(), "Hello Ada,") || first.GetSentAt() == 0 || o.snapshots() != 0 {
			o.Errorf("the newest is %v; %d snapshots are left", first, o.snapshots())
		}
	})
}

func TestWithAServerNothingPersonalIsKeptOnceItIsSent(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			taker := newMailServer(t)
			o := newOffice(t, engine, hosttest.Open, func(c *host.Config) { c.SMTPURL = taker.url })
			orderID := o.order()
			o.tell("order.confirmed", orderID, 1, "ada@example.com")
			taker.reply("RCPT TO:<ada@example.com>", "450 later")
			o.sendDue()
			m := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
			if m.GetStatus() != "queued" || m.GetTo() != "" || m.GetError() != "the mail server refused it with code 450" {
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
			if m.GetStatus() != "sent" || m.GetTo() != "" || m.GetText() != "" || m.GetError() != "" || o.snapshots() != 0 {
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
		if m.GetStatus() != "failed" || m.GetError() != errErased.text || m.GetTo() != "" || o.snapshots() != 0 {
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
		if m := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]; m.GetStatus() != "queued" || m.GetError() == "" {
			o.Errorf("%v", m)
		}
		o.peers.setDown(false)
		o.clock.Advance(firstPause)
		o.sendDue()
		if got := o.subjects(orderID); !slices.Equal(got, []string{"sent: Your order " + ShortID(orderID) + " was cancelled"}) {
			o.Errorf("%q", got)
		}
	})
}

func TestSendIsOnceAKey(t *testing.T) {
	each(t, func(o *office) {
		request := &notifyv1.SendRequest{Key: "k", To: "ada@example.com", Subject: "Hello", Text: "Hi there"}
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
		if err != nil || got.GetMessage().GetStatus() != "sent" || got.GetMessage().GetText() != "Hi there" {
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
			response, err := o.Send(o.Context(), &notifyv1.SendRequest{Key: o.order(), To: "ada@example.com", Subject: "s", Text: "t"})
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
		if _, err := o.ListMessages(o.Context(), &notifyv1.ListMessagesRequest{Cursor: "nonsense"}); !fault.Is(err, "invalid_cursor") {
			o.Errorf("a bad cursor: %v", err)
		}
		for _, bad := range []string{"", "nonsense", o.order(), o.service.host.NewID(id.Message, id.Global)} {
			if _, err := o.GetMessage(o.Context(), &notifyv1.GetMessageRequest{Id: bad}); fault.KindOf(err) != fault.NotFound {
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
		if left := o.list(&notifyv1.ListMessagesRequest{}).GetMessages(); len(left) != 1 || left[0].GetStatus() != "queued" {
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
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if got := o.subjects(orderID); len(got) == 1 && strings.HasPrefix(got[0], "sent") {
					return
				}
			}
			t.Error("never sent")
		})
	}
}

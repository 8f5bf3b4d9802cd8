package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
)

// shelf is a producer's file, as Shopify writes it.
const shelf = `Handle,Title,Vendor,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price
smoked-curd,Smoked curd,Larkmoor Creamery,true,Size,200 g,LARK-SMK,12,7.25
`

func TestPersonImportsPricesAcceptsPacksAndPrintsAsAProducer(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		_, o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("producer", "/producer")
		p.imports(shelf, "Smoked curd")
		curds := func() int {
			return len(s.must(t, 200, "GET", "/products?market=portland&q=smoked+curd",
				nil).body.list("products"))
		}
		if curds() != 0 {
			t.Error("shoppers see what its maker has not looked at")
		}
		p.presses("Look at what is not shown")
		p.within("Smoked curd").presses("Show Smoked curd to shoppers")
		p.sees("Smoked curd is shown to shoppers.")
		p.opens("/producer/products?q=smoked")
		p.within("Smoked curd").fills("Price", "8.50")
		p.presses("Save this page")
		p.sees("Saved: 1 price.")
		eventually(t, 20*time.Second, "the new price is what shoppers see", func() bool {
			found := s.must(t, 200, "GET", "/products?market=portland&q=smoked+curd",
				nil).body.list("products")
			return len(found) == 1 && found[0].list("variants")[0].obj("price")["amount"] == 850.0
		})
		p.opens("/producer/orders?q=lovelace")
		p.within("Ada Lovelace").presses("Accept")
		p.within("Ada Lovelace").sees("To pack")
		p.within("Ada Lovelace").presses("Packed")
		p.within("Ada Lovelace").sees("Ready")
		if o = s.order(t, o.GetId()); o.GetStatus() != state.OrderPacked ||
			o.GetParts()[0].GetStatus() != state.PartPacked {
			t.Errorf("the order is %v", o)
		}
		s.seesMoney(t, o.GetId(), state.PaymentCaptured)
		p.opens("/producer/pack/" + o.GetWindowId())
		p.sees(creek, "Ada Lovelace")
		p.prints(e)
	})
}

// imports uploads a file, looks at what it would change, and lets it.
func (p *person) imports(content, sees string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "shelf.csv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.opens("/producer/import")
	p.must(p.Attach("The file", file))
	p.presses("See what would change")
	p.sees(sees)
	p.presses("Import it")
	p.sees("The new product is not shown to shoppers yet.")
}

// prints presses the page's button; without JavaScript people use the browser's own.
func (p *person) prints(e browser.Eyes) {
	p.t.Helper()
	if e.NoScript {
		return
	}
	_, err := browser.Ask[bool](p.Tab, "window.print = () => document.title = 'printed'; true")
	p.must(err)
	p.presses("Print")
	p.must(p.Until(func() error {
		if title, err := browser.Ask[string](p.Tab, "document.title"); err != nil || title != "printed" {
			return errors.New("nothing is printed")
		}
		return nil
	}))
}

func TestPersonRefundsAndMovesAWindowAsAnOperator(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		shopper, o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("operator", "/operator")
		p.within("Ada Lovelace").presses(strings.ToUpper(o.GetId()[len(o.GetId())-6:]))
		p.presses(o.GetParts()[0].GetProducerName())
		p.presses("Accept")
		p.presses("Packed")
		s.seesMoney(t, o.GetId(), state.PaymentCaptured)
		p.opens("/operator/orders/" + o.GetId())
		p.presses("Refund")
		p.fills("Amount in USD", "14.50")
		p.fills("Reason", "One was broken")
		p.within("Reason").presses("Refund")
		s.refunded(t, o.GetId(), 1450)
		line := o.GetLines()[0]
		p.presses("Refund " + line.GetProductTitle())
		p.fills("How many", "1")
		p.within("Reason").presses("Refund")
		half := money.New(line.GetTotal().GetAmount()/2, "USD").Format("en-US")
		p.sees("1 of it comes to "+half, "Nothing is refunded yet.")
		p.presses("Refund " + half)
		s.refunded(t, o.GetId(), 1450+line.GetTotal().GetAmount()/2)
		maker := s.visitor(t, e)
		maker.signsInAs("producer", "/producer")
		maker.opens("/producer/orders/" + o.GetId())
		maker.sees("The market paid back", "1 × "+line.GetProductTitle(),
			"Your share of what was paid back of the whole order")
		p.opens("/operator/windows/" + o.GetWindowId())
		later := s.halfAnHourLater(t, o)
		p.fills("From", later)
		p.fills("Place", "The old fire station")
		p.presses("Save changes")
		said := spoken(t, later)
		p.sees("Saved.", said)
		s.moved(t, o, said)
		shopper.opens("/orders/" + o.GetId())
		shopper.sees(said, "The old fire station", "Paid back: "+
			money.New(1450+line.GetTotal().GetAmount()/2, "USD").Format("en-US")+".", "One was broken",
			line.GetProductTitle())
	})
}

// halfAnHourLater is when an order's window starts and half an hour, by its market's clock.
func (s *shop) halfAnHourLater(t testing.TB, o *orderingv1.Order) string {
	t.Helper()
	answer, err := catalogv1connect.NewCatalogServiceClient(s.client("catalog")).GetMarket(t.Context(),
		&catalogv1.GetMarketRequest{Code: o.GetMarket()})
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(answer.GetMarket().GetTimeZone())
	if err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(o.GetWindowStartsAt()).Add(30 * time.Minute).In(zone).Format("15:04")
}

// spoken is an hour as the market's people read it, without its half of the day.
func spoken(t testing.TB, hour string) string {
	t.Helper()
	at, err := time.Parse("15:04", hour)
	if err != nil {
		t.Fatal(err)
	}
	return at.Format("3:04")
}

// moved waits until an order's window starts at its other time and place, and its shopper has a letter about
// it.
func (s *shop) moved(t testing.TB, o *orderingv1.Order, at string) {
	t.Helper()
	client := notifyv1connect.NewNotifyServiceClient(s.client("notify"))
	eventually(t, 20*time.Second, "the shopper is told of the other time", func() bool {
		answer, err := client.ListMessages(t.Context(), &notifyv1.ListMessagesRequest{OrderId: o.GetId()})
		return err == nil && slices.ContainsFunc(answer.GetMessages(), func(m *notifyv1.Message) bool {
			return m.GetProducerId() == "" && strings.Contains(m.GetText(), at) &&
				strings.Contains(m.GetText(), "The old fire station")
		})
	})
	if now := s.order(t, o.GetId()); now.GetWindowStartsAt() != o.GetWindowStartsAt()+
		(30*time.Minute).Milliseconds() {
		t.Errorf("the order is moved from %v to %v", o, now)
	}
}

// guestOrder is two cheeses that a guest has ordered for pickup.
func (s *shop) guestOrder(t testing.TB, e browser.Eyes) (*person, *orderingv1.Order) {
	t.Helper()
	p := s.visitor(t, e)
	p.fillsBasket(creek, "2")
	p.presses("Check out")
	p.isGuest("Larch Hall")
	p.chooses("A test card")
	p.presses("Place the order")
	p.sees("Thank you")
	return p, s.order(t, p.arrives("/orders/"))
}

// refunded waits until so much of an order has been paid back.
func (s *shop) refunded(t testing.TB, orderID string, amount int64) {
	t.Helper()
	client := paymentsv1connect.NewPaymentsServiceClient(s.client("payments"))
	eventually(t, 20*time.Second, "the money is paid back", func() bool {
		answer, err := client.GetPayment(t.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		return err == nil && answer.GetPayment().GetRefunded().GetAmount() == amount
	})
}

// TestTheTabOfADesksPageIsInView opens pages whose tabs a phone has no room for beside the others.
func TestTheTabOfADesksPageIsInView(t *testing.T) {
	t.Parallel()
	browses(t)
	p := openDemo(t).visitor(t, browser.Phone)
	p.signsInAs("producer", "/producer")
	for _, path := range []string{"/producer", "/producer/page", "/producer/people"} {
		p.opens(path)
		seen, err := browser.Ask[bool](p.Tab, `(() => {
			const tab = document.querySelector(".tabs [aria-current]").getBoundingClientRect();
			return tab.left >= 0 && tab.right <= innerWidth && scrollY === 0;
		})()`)
		if p.must(err); !seen {
			t.Errorf("of %s the tab is out of view, or the page has moved", path)
		}
	}
}

package producer

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// Desk is a visit to a producer's desk.
type Desk struct {
	Visit    *web.Visit
	Producer *catalogv1.Producer
	In       *web.Market
}

// At opens the desk of the producer that the address names, or of the visitor's first.
// To a visitor who does not act for the producer there is no such page.
func At(work func(*Desk) (*web.Reply, error)) func(*web.Visit) (*web.Reply, error) {
	return func(v *web.Visit) (*web.Reply, error) {
		producer := DeskAsked(v)
		if producer == "" {
			return web.Render(v.Context(), http.StatusOK, view.NoBenchPage(v.Site.Frame("Your desk", nil)))
		}
		d, err := deskOf(v, producer)
		if err != nil {
			return nil, err
		}
		if err := d.Visit.MayFor(producer, deskRight(d.Visit.Request.URL.Path)); err != nil {
			if d.Visit.Request.URL.Path == "/producer" {
				return web.Redirect(d.firstTab()), nil
			}
			return nil, err
		}
		return work(d)
	}
}

// DeskAsked is the producer that the address names, or the visitor's first; empty without any.
func DeskAsked(v *web.Visit) string {
	producer := v.Request.URL.Query().Get("producer")
	if own := v.Account.GetProducerIds(); producer == "" && len(own) > 0 {
		producer = own[0]
	}
	return producer
}

func deskOf(v *web.Visit, producerID string) (*Desk, error) {
	producer, in, err := trade.OwnProducer(v, producerID)
	if err != nil {
		return nil, err
	}
	return &Desk{v, producer, in.Desk()}, nil
}

// At is the address of a page of this desk, with parameters: name, value, ... Empty ones are left out.
func (d *Desk) At(path string, params ...string) string {
	query := url.Values{}
	if own := d.Visit.Account.GetProducerIds(); len(own) == 0 || own[0] != d.Producer.GetId() {
		query.Set("producer", d.Producer.GetId())
	}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			query.Set(params[i], params[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// tabs are the parts of a desk.
var tabs = []page.Choice{
	{Value: "/producer", Label: "This week"},
	{Value: "/producer/orders", Label: "Orders"},
	{Value: "/producer/make", Label: "Make list"},
	{Value: "/producer/pack", Label: "Pack list"},
	{Value: "/producer/products", Label: "Products"},
	{Value: "/producer/import", Label: "Import"},
	{Value: OwnPageAt, Label: "Your page"},
	{Value: PeopleAt, Label: "People"},
}

// Bench is what every page of the desk begins with.
func (d *Desk) Bench(title, tab string) (page.Bench, error) {
	b := page.Bench{
		Frame: d.Visit.Site.DeskFrame(title), Heading: title, Over: d.Producer.GetName(),
		Waiting: !d.Producer.GetApproved(), Switch: "producer", Home: "/producer",
	}
	b.Locale = d.In.Locale
	for _, t := range tabs {
		if d.Visit.MayFor(d.Producer.GetId(), deskRight(t.Value)) != nil {
			continue
		}
		b.Tabs = append(b.Tabs, page.Choice{Value: d.At(t.Value), Label: t.Label, Chosen: t.Value == tab})
	}
	own := d.Visit.Account.GetProducerIds()
	if len(own) < 2 {
		return b, nil
	}
	names := make([]string, len(own))
	var asking errgroup.Group
	for i, producer := range own {
		asking.Go(func() error {
			answer, err := d.Visit.Site.Catalog.GetProducer(d.Visit.Context(),
				&catalogv1.GetProducerRequest{Id: producer})
			names[i] = answer.GetProducer().GetName()
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return b, err
	}
	for i, producer := range own {
		b.Desks = append(b.Desks,
			page.Choice{Value: producer, Label: names[i], Chosen: producer == d.Producer.GetId()})
	}
	return b, nil
}

const (
	// shownWork is how many windows a desk looks ahead.
	shownWork = 12
	// shownNext is how many orders of the next window are shown at once.
	shownNext = 25
)

// Week shows what is to be done for each coming window.
func (d *Desk) Week() (*web.Reply, error) { return d.showWeek(http.StatusOK, "") }

func (d *Desk) showWeek(status int, alert string) (*web.Reply, error) {
	b, err := d.Bench("This week", "/producer")
	if err != nil {
		return nil, err
	}
	b.Alert = alert
	model := view.Week{Bench: b}
	if err = d.glance(&model); err != nil {
		return nil, err
	}
	work, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{ProducerId: d.Producer.GetId(), Limit: shownWork})
	if err != nil {
		return nil, err
	}
	for _, w := range work.GetWork() {
		model.Windows = append(model.Windows, d.windowOf(w))
	}
	if len(model.Windows) > 0 {
		if model.Tickets, model.More, err = d.tickets(model.Windows[0].ID, "", shownNext,
			d.At("/producer")); err != nil {
			return nil, err
		}
		for i := range model.Tickets {
			model.Tickets[i].When, model.Tickets[i].Place = "", "" // the window's own
		}
		slices.SortStableFunc(model.Tickets,
			func(a, b view.Ticket) int { return cmp.Compare(a.Urgency, b.Urgency) })
	}
	return web.Render(d.Visit.Context(), status, view.WeekPage(model))
}

func (d *Desk) windowOf(w *orderingv1.Work) view.WorkWindow {
	out := view.WorkWindow{
		ID: w.GetWindowId(), When: d.In.Span(w.GetWindowStartsAt(), w.GetWindowEndsAt()),
		Place: w.GetWindowPlace(), Kind: kindWords[w.GetWindowKind()],
		New: w.GetNew(), Total: d.In.Money(w.GetTotal()),
		Accept: d.At("/producer/windows/" + w.GetWindowId() + "/accept"),
		Pack:   d.At("/producer/pack/" + w.GetWindowId()),
		Orders: d.At("/producer/orders", "window", w.GetWindowId()),
	}
	for i, n := range []int64{w.GetNew(), w.GetAccepted(), w.GetPacked(), w.GetReady(), w.GetDone()} {
		out.Counts = append(out.Counts, view.Count{Label: trade.PartWords[trade.Progress[i]], Number: n})
	}
	return out
}

var kindWords = map[string]string{"pickup": "Pickup", trade.KindDelivery: "Delivery"}

// acceptingAtOnce bounds how many orders are accepted at the same time.
const acceptingAtOnce = 8

// AcceptWindow accepts all new orders of a window.
func (d *Desk) AcceptWindow() (*web.Reply, error) {
	list, err := d.Visit.Site.Ordering.PackList(d.Visit.Context(),
		&orderingv1.PackListRequest{
			ProducerId: d.Producer.GetId(),
			WindowId:   d.Visit.Request.PathValue("window"),
		})
	if err != nil {
		return nil, err
	}
	var accepting errgroup.Group
	accepting.SetLimit(acceptingAtOnce)
	for _, o := range list.GetOrders() {
		if part := d.part(o); part.GetStatus() == state.PartNew {
			accepting.Go(func() error {
				_, err := trade.Advance(d.Visit,
					&orderingv1.AdvancePartRequest{
						OrderId: o.GetId(), PartId: part.GetId(),
						To: state.PartAccepted,
					})
				return err
			})
		}
	}
	// One that was cancelled meanwhile is no reason to stop: what is left to accept is still shown as new.
	if err := accepting.Wait(); err != nil && fault.KindOf(err) != fault.Conflict {
		return nil, err
	}
	return web.Redirect(d.At("/producer")), nil
}

// Date is the day of the market's people.
func (d *Desk) Date() string { return d.Visit.Site.Host.Now().In(d.In.Zone).Format(time.DateOnly) }

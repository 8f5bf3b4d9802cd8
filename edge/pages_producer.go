package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/rights"
)

// desk is a visit to a producer's desk.
type desk struct {
	*visit
	producer *catalogv1.Producer
	in       *place
}

// atDesk opens the desk of the producer that the address names, or of the visitor's first.
// To a visitor who does not act for the producer there is no such page.
func atDesk(work func(*desk) (*reply, error)) func(*visit) (*reply, error) {
	return func(v *visit) (*reply, error) {
		producer := v.deskAsked()
		if producer == "" {
			return render(v.Context(), http.StatusOK, page.NoBenchPage(v.site.frame("Your desk", nil)))
		}
		d, err := v.deskOf(producer)
		if err != nil {
			return nil, err
		}
		if err := d.mayFor(producer, deskRight(d.URL.Path)); err != nil {
			if d.URL.Path == "/producer" {
				return redirect(d.firstTab()), nil
			}
			return nil, err
		}
		return work(d)
	}
}

// deskAsked is the producer that the address names, or the visitor's first; empty without any.
func (v *visit) deskAsked() string {
	producer := v.URL.Query().Get("producer")
	if own := v.account.GetProducerIds(); producer == "" && len(own) > 0 {
		producer = own[0]
	}
	return producer
}

func (v *visit) deskOf(producerID string) (*desk, error) {
	producer, in, err := v.ownProducer(producerID)
	if err != nil {
		return nil, err
	}
	return &desk{v, producer, in.desk()}, nil
}

// ownProducer is a producer that the visitor works for, and its market; ErrNoPage for anybody else. From here on the visit may do what the
// visitor may do for this producer, and nothing for another.
func (v *visit) ownProducer(producerID string) (*catalogv1.Producer, *place, error) {
	if !v.actsFor(producerID) {
		return nil, nil, errNoPage
	}
	answer, err := v.site.catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: producerID})
	if err != nil {
		return nil, nil, err
	}
	in, err := v.site.place(v.Context(), answer.GetProducer().GetMarket())
	if err != nil {
		return nil, nil, err
	}
	limits := rights.Limits{}
	if may, limited := limitsOf(v.account)[producerID]; limited {
		limits[producerID] = may
	}
	v.Request = v.WithContext(rights.With(v.Context(), limits)) // of this desk only
	return answer.GetProducer(), in, nil
}

// at is the address of a page of this desk, with parameters: name, value, ... Empty ones are left out.
func (d *desk) at(path string, params ...string) string {
	query := url.Values{}
	if own := d.account.GetProducerIds(); len(own) == 0 || own[0] != d.producer.GetId() {
		query.Set("producer", d.producer.GetId())
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
	{Value: ownPageAt, Label: "Your page"},
	{Value: peopleAt, Label: "People"},
}

// bench is what every page of the desk begins with.
func (d *desk) bench(title, tab string) (page.Bench, error) {
	b := page.Bench{
		Frame: d.site.deskFrame(title), Heading: title, Over: d.producer.GetName(), Waiting: !d.producer.GetApproved(), Switch: "producer", Home: "/producer",
	}
	b.Locale = d.in.Locale
	for _, t := range tabs {
		if d.mayFor(d.producer.GetId(), deskRight(t.Value)) != nil {
			continue
		}
		b.Tabs = append(b.Tabs, page.Choice{Value: d.at(t.Value), Label: t.Label, Chosen: t.Value == tab})
	}
	own := d.account.GetProducerIds()
	if len(own) < 2 {
		return b, nil
	}
	names := make([]string, len(own))
	var asking errgroup.Group
	for i, producer := range own {
		asking.Go(func() error {
			answer, err := d.site.catalog.GetProducer(d.Context(), &catalogv1.GetProducerRequest{Id: producer})
			names[i] = answer.GetProducer().GetName()
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return b, err
	}
	for i, producer := range own {
		b.Desks = append(b.Desks, page.Choice{Value: producer, Label: names[i], Chosen: producer == d.producer.GetId()})
	}
	return b, nil
}

const (
	// shownWork is how many windows a desk looks ahead.
	shownWork = 12
	// shownNext is how many orders of the next window are shown at once.
	shownNext = 25
)

// week shows what is to be done for each coming window.
func (d *desk) week() (*reply, error) { return d.showWeek(http.StatusOK, "") }

func (d *desk) showWeek(status int, alert string) (*reply, error) {
	b, err := d.bench("This week", "/producer")
	if err != nil {
		return nil, err
	}
	b.Alert = alert
	model := page.Week{Bench: b}
	if err = d.glance(&model); err != nil {
		return nil, err
	}
	work, err := d.site.ordering.ListWork(d.Context(), &orderingv1.ListWorkRequest{ProducerId: d.producer.GetId(), Limit: shownWork})
	if err != nil {
		return nil, err
	}
	for _, w := range work.GetWork() {
		model.Windows = append(model.Windows, d.windowOf(w))
	}
	if len(model.Windows) > 0 {
		if model.Tickets, model.More, err = d.tickets(model.Windows[0].ID, "", shownNext, d.at("/producer")); err != nil {
			return nil, err
		}
		for i := range model.Tickets {
			model.Tickets[i].When, model.Tickets[i].Place = "", "" // the window's own
		}
		slices.SortStableFunc(model.Tickets, func(a, b page.Ticket) int { return cmp.Compare(a.Urgency, b.Urgency) })
	}
	return render(d.Context(), status, page.WeekPage(model))
}

func (d *desk) windowOf(w *orderingv1.Work) page.WorkWindow {
	out := page.WorkWindow{
		ID: w.GetWindowId(), When: d.in.span(w.GetWindowStartsAt(), w.GetWindowEndsAt()), Place: w.GetWindowPlace(), Kind: kindWords[w.GetWindowKind()],
		New: w.GetNew(), Total: d.in.money(w.GetTotal()),
		Accept: d.at("/producer/windows/" + w.GetWindowId() + "/accept"),
		Pack:   d.at("/producer/pack/" + w.GetWindowId()), Orders: d.at("/producer/orders", "window", w.GetWindowId()),
	}
	for i, n := range []int64{w.GetNew(), w.GetAccepted(), w.GetPacked(), w.GetReady(), w.GetDone()} {
		out.Counts = append(out.Counts, page.Count{Label: partWords[progress[i]], Number: n})
	}
	return out
}

var kindWords = map[string]string{"pickup": "Pickup", kindDelivery: "Delivery"}

// acceptingAtOnce bounds how many orders are accepted at the same time.
const acceptingAtOnce = 8

// acceptWindow accepts all new orders of a window.
func (d *desk) acceptWindow() (*reply, error) {
	list, err := d.site.ordering.PackList(d.Context(), &orderingv1.PackListRequest{ProducerId: d.producer.GetId(), WindowId: d.PathValue("window")})
	if err != nil {
		return nil, err
	}
	var accepting errgroup.Group
	accepting.SetLimit(acceptingAtOnce)
	for _, o := range list.GetOrders() {
		if part := d.part(o); part.GetStatus() == partNew {
			accepting.Go(func() error {
				_, err := d.advance(&orderingv1.AdvancePartRequest{OrderId: o.GetId(), PartId: part.GetId(), To: partAccepted})
				return err
			})
		}
	}
	// One that was cancelled meanwhile is no reason to stop: what is left to accept is still shown as new.
	if err := accepting.Wait(); err != nil && fault.KindOf(err) != fault.Conflict {
		return nil, err
	}
	return redirect(d.at("/producer")), nil
}

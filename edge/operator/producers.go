package operator

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// Producers lists those who wait to be approved, and all, by name.
func (o *Office) Producers() (*web.Reply, error) { return o.showProducers(http.StatusOK, "") }

func (o *Office) showProducers(status int, alert string) (*web.Reply, error) {
	q, cursor := o.Visit.Param("q"), o.Visit.Cursor()
	model := view.OfficeProducers{
		Bench: o.Desk("Producers", "/operator/producers"), Code: o.In.Code, Q: q,
		Back: o.At("/operator/producers", "q", q, "cursor", cursor),
	}
	model.Alert = alert
	if q == "" && cursor == "" {
		waiting, err := o.Visit.Site.Catalog.ListProducers(o.Visit.Context(),
			&catalogv1.ListProducersRequest{Market: o.In.Code, Waiting: true, All: true, Limit: web.DeskPage})
		if err != nil {
			return nil, err
		}
		model.Waiting, model.MoreWaiting = o.producerRows(waiting.GetProducers()),
			waiting.GetNextCursor() != ""
		suspended, err := o.Visit.Site.Catalog.ListProducers(o.Visit.Context(),
			&catalogv1.ListProducersRequest{
				Market: o.In.Code, Suspended: true, All: true,
				Limit: web.DeskPage,
			})
		if err != nil {
			return nil, err
		}
		model.Suspended, model.Undo = o.producerRows(suspended.GetProducers()), o.withdrawn()
	}
	answer, err := o.Visit.Site.Catalog.ListProducers(o.Visit.Context(),
		&catalogv1.ListProducersRequest{
			Market: o.In.Code, All: true, Q: q, Limit: web.DeskPage,
			Cursor: cursor,
		})
	if err != nil {
		return nil, err
	}
	model.All = o.producerRows(answer.GetProducers())
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.At("/operator/producers", "q", q, "cursor", next)
	}
	return web.Render(o.Visit.Context(), status, view.OfficeProducersPage(model))
}

func (o *Office) producerRows(producers []*catalogv1.Producer) []view.OfficeProducer {
	var rows []view.OfficeProducer
	prove := o.Visit.ProveFirst(o.At("/operator/producers", "q", o.Visit.Param("q"), "cursor",
		o.Visit.Cursor()))
	for _, p := range producers {
		rows = append(rows, view.OfficeProducer{
			ID: p.GetId(), Name: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(),
			Products: trade.Plural(p.GetProducts(), "product", "products"),
			Caution:  p.GetCaution(), Approved: p.GetApproved(), Suspended: p.GetSuspended(),
			Since:   desk.When(o.In, p.GetCreatedAt()),
			Desk:    web.AddressWith("/producer/products", "producer", p.GetId()),
			Orders:  o.At("/operator", "producer", p.GetId()),
			Approve: o.At("/operator/producers/" + p.GetId() + "/approval"), Prove: prove,
			MadeFrom: web.MadeFrom(storedMaker(p)),
		})
	}
	return rows
}

// storedMaker is what an operator approves.
func storedMaker(p *catalogv1.Producer) []web.Stored {
	return []web.Stored{
		web.Entry("name", "Name", p.GetName()), web.Entry("town", "Town", p.GetTown()),
		web.Entry("tagline", "Tagline", p.GetTagline()),
	}
}

// Approve lets a producer sell, or takes that back.
func (o *Office) Approve() (*web.Reply, error) {
	form, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	answer := form.Get("approved")
	const neither = "Nothing is changed: choose whether this producer may sell."
	switch {
	case answer == "yes", answer == "no":
	case form.Has("open"):
		return o.askWithdraw(http.StatusUnprocessableEntity, neither)
	default:
		return o.showProducers(http.StatusUnprocessableEntity, neither)
	}
	if answer == "no" {
		return o.withdraw(form.Get("open"))
	}
	is, err := o.Visit.Site.Catalog.GetProducer(o.Visit.Context(),
		&catalogv1.GetProducerRequest{Id: o.Visit.Request.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if form.Has(web.MadeField) && form.Get(web.MadeField) != web.MadeFrom(storedMaker(is.GetProducer())) {
		return o.showProducers(http.StatusConflict, "Nothing is changed: "+is.GetProducer().GetName()+
			" says something else than what you looked at. Look once more.")
	}
	if _, err := o.Visit.Site.Catalog.ApproveProducer(o.Visit.Context(),
		&catalogv1.ApproveProducerRequest{Id: o.Visit.Request.PathValue("id"), Approved: true}); err != nil {
		return nil, err
	}
	return web.Redirect(web.LocalPath(form.Get("back"), "/operator/producers")), nil
}

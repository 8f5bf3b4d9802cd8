package edge

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// producers lists those who wait to be approved, and all, by name.
func (o *office) producers() (*reply, error) { return o.showProducers(http.StatusOK, "") }

func (o *office) showProducers(status int, alert string) (*reply, error) {
	q, cursor := o.param("q"), o.cursor()
	model := page.OfficeProducers{Bench: o.desk("Producers", "/operator/producers"), Code: o.in.code, Q: q, Back: o.at("/operator/producers", "q", q, "cursor", cursor)}
	model.Alert = alert
	if q == "" && cursor == "" {
		waiting, err := o.site.catalog.ListProducers(o.Context(), &catalogv1.ListProducersRequest{Market: o.in.code, Waiting: true, All: true, Limit: deskPage})
		if err != nil {
			return nil, err
		}
		model.Waiting, model.MoreWaiting = o.producerRows(waiting.GetProducers()), waiting.GetNextCursor() != ""
		suspended, err := o.site.catalog.ListProducers(o.Context(), &catalogv1.ListProducersRequest{Market: o.in.code, Suspended: true, All: true, Limit: deskPage})
		if err != nil {
			return nil, err
		}
		model.Suspended, model.Undo = o.producerRows(suspended.GetProducers()), o.withdrawn()
	}
	answer, err := o.site.catalog.ListProducers(o.Context(), &catalogv1.ListProducersRequest{Market: o.in.code, All: true, Q: q, Limit: deskPage, Cursor: cursor})
	if err != nil {
		return nil, err
	}
	model.All = o.producerRows(answer.GetProducers())
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.at("/operator/producers", "q", q, "cursor", next)
	}
	return render(o.Context(), status, page.OfficeProducersPage(model))
}

func (o *office) producerRows(producers []*catalogv1.Producer) []page.OfficeProducer {
	var rows []page.OfficeProducer
	prove := o.proveFirst(o.at("/operator/producers", "q", o.param("q"), "cursor", o.cursor()))
	for _, p := range producers {
		rows = append(rows, page.OfficeProducer{
			ID: p.GetId(), Name: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(), Products: plural(p.GetProducts(), "product", "products"),
			Caution: p.GetCaution(), Approved: p.GetApproved(), Suspended: p.GetSuspended(), Since: o.in.when(p.GetCreatedAt()),
			Desk: addressWith("/producer/products", "producer", p.GetId()), Orders: o.at("/operator", "producer", p.GetId()),
			Approve: o.at("/operator/producers/" + p.GetId() + "/approval"), Prove: prove, MadeFrom: madeFrom(storedMaker(p)),
		})
	}
	return rows
}

// storedMaker is what an operator approves.
func storedMaker(p *catalogv1.Producer) []stored {
	return []stored{entry("name", "Name", p.GetName()), entry("town", "Town", p.GetTown()), entry("tagline", "Tagline", p.GetTagline())}
}

// approve lets a producer sell, or takes that back.
func (o *office) approve() (*reply, error) {
	form, err := o.form()
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
	is, err := o.site.catalog.GetProducer(o.Context(), &catalogv1.GetProducerRequest{Id: o.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if form.Has(madeField) && form.Get(madeField) != madeFrom(storedMaker(is.GetProducer())) {
		return o.showProducers(http.StatusConflict, "Nothing is changed: "+is.GetProducer().GetName()+" says something else than what you looked at. Look once more.")
	}
	if _, err := o.site.catalog.ApproveProducer(o.Context(), &catalogv1.ApproveProducerRequest{Id: o.PathValue("id"), Approved: true}); err != nil {
		return nil, err
	}
	return redirect(localPath(form.Get("back"), "/operator/producers")), nil
}

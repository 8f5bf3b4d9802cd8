package producer

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const (
	// backStep takes a step back.
	backStep = "back"
	// Outcomes of a step that are none of its failures.
	stepped     = "stepped"
	steppedOnce = "already"
)

// steppedWords say what became of orders that went a step.
var steppedWords = map[string]string{
	state.PartAccepted: "accepted", state.PartPacked: "packed", state.PartReady: "ready",
	state.PartDone: "handed over", backStep: "taken one step back",
}

// fixedWords say, of steps that cannot be undone, why.
var fixedWords = map[string]string{
	state.PartPacked: "What is wholly packed is paid, and what was weighed is booked: that cannot be undone.",
	state.PartReady:  "The shoppers are told: that cannot be undone.",
	state.PartDone:   "What was handed over cannot be undone.",
}

// StepOrders takes the orders that are chosen one step on, or back, and shows the list with what came of it.
// What was sent twice is done once.
func (d *Desk) StepOrders() (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	request, err := stepsAsked(form)
	if err != nil {
		return nil, err
	}
	if len(request.GetParts()) == 0 {
		return d.showOrders(http.StatusUnprocessableEntity, "Choose the orders first.", "", nil)
	}
	request.ProducerId = d.Producer.GetId()
	if request.Viewer, err = d.Visit.Viewer(); err != nil {
		return nil, err
	}
	answer, err := d.Visit.Site.Ordering.StepParts(d.Visit.Context(), request)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return d.showOrders(web.StatusOf(f), f.Message, "", nil)
	}
	return d.showOrders(http.StatusOK, "", request.GetTo(), answer.GetSteps())
}

// stepsAsked reads which orders are to be taken where: those that are ticked, or the one whose own button was
// pressed.
func stepsAsked(form url.Values) (*orderingv1.StepPartsRequest, error) {
	request, chosen := &orderingv1.StepPartsRequest{To: form.Get("to")}, form["chosen"]
	if one := form.Get("one"); one != "" {
		to, choice, _ := strings.Cut(one, ":")
		request.To, chosen = to, []string{choice}
	}
	seen := map[string]bool{}
	for _, choice := range chosen {
		order, text, _ := strings.Cut(choice, ":")
		moves, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, web.ErrTornForm.Because(err)
		}
		if !seen[order] {
			seen[order] = true
			request.Parts = append(request.Parts, &orderingv1.PartChoice{OrderId: order, Moves: &moves})
		}
	}
	return request, nil
}

// steppedRows are the orders that a step was about: those that it took on stay chosen.
func (d *Desk) steppedRows(steps []*orderingv1.PartStep) (rows []view.Row) {
	var orders []*orderingv1.Order
	went := map[string]bool{}
	for _, step := range steps {
		if step.GetOrder() != nil && d.part(step.GetOrder()) != nil {
			orders = append(orders, step.GetOrder())
			went[step.GetOrderId()] = hasGone(step)
		}
	}
	for _, r := range d.rowsOf(orders) {
		r.Chosen = went[r.ID] && r.Choice != ""
		rows = append(rows, r.Row)
	}
	return rows
}

func hasGone(step *orderingv1.PartStep) bool {
	return step.GetOutcome() == stepped || step.GetOutcome() == steppedOnce
}

// stepsSaid says what came of a step, with the rows of those that it was about; nil where there was none.
func (d *Desk) stepsSaid(to string, steps []*orderingv1.PartStep, rows []view.Row) *view.StepsSaid {
	if len(steps) == 0 {
		return nil
	}
	said, counts, names := &view.StepsSaid{}, map[string]int{}, map[string]string{}
	for _, r := range rows {
		names[r.ID] = r.For
	}
	for _, step := range steps {
		counts[step.GetOutcome()]++
		if !hasGone(step) {
			said.Stays = append(said.Stays, view.StaysRow{
				Number: trade.OrderNumber(step.GetOrderId()),
				Page:   d.At("/producer/orders/" + step.GetOrderId()), For: names[step.GetOrderId()],
				Why: step.GetMessage(),
			})
		}
		if part := d.part(step.GetOrder()); step.GetOutcome() == stepped && to != backStep && part != nil {
			if part.GetCanTakeBack() {
				said.Undo = append(said.Undo, choiceOf(step.GetOrder(), part))
			} else {
				said.Fixed = fixedWords[to]
			}
		}
	}
	if n := counts[stepped]; n > 0 {
		said.Done = ordersAre(n) + " " + steppedWords[to] + ". "
	}
	if n := counts[steppedOnce]; n > 0 {
		said.Done += ordersAre(n) + " " + steppedWords[to] + " already."
	}
	return said
}

func ordersAre(n int) string {
	if n == 1 {
		return "1 order is"
	}
	return fmt.Sprintf("%d orders are", n)
}

package edge

import (
	"bytes"
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/locale"
)

// What a letter's link "this was not me" does.
const (
	notMeLook   = "look"
	notMeStop   = "stop"
	notMeDisown = "disown"
	notMeUndo   = "undo"
)

// notMePage asks first: programs that look through mail follow its links.
func (e *site) notMePage(v *visit) (*reply, error) {
	return v.showNotMe(v.URL.Query().Get("token"), notMeLook)
}

// notMe stops letters. A mail program's own button (RFC 8058) sends its form to the link itself, and does no more than that: who
// presses it wants fewer letters, and perhaps the order.
func (e *site) notMe(v *visit) (*reply, error) {
	if token := v.URL.Query().Get("token"); bytes.Contains(v.body, []byte("List-Unsubscribe")) {
		return v.showNotMe(token, notMeStop)
	}
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	do := notMeDisown
	if typed.Get("do") == notMeUndo {
		do = notMeUndo
	}
	return v.showNotMe(typed.Get("token"), do)
}

func (v *visit) showNotMe(token, do string) (*reply, error) {
	answer, err := v.site.notify.NotMe(v.Context(), &notifyv1.NotMeRequest{Token: letterToken(token), Do: do})
	if err != nil {
		return nil, err
	}
	model := page.NotMe{Frame: v.frame("This was not me"), Token: token}
	model.Secret = true
	says := model.Locale
	order := answer.GetOrderId() != "" && answer.GetCause() == "order"
	switch {
	case answer.GetStoppedUntil() > 0:
		model.Heading, model.Do, model.Label = locale.Key("You get no more such letters"), notMeUndo, locale.Key("I want them after all")
		model.Said = []string{says.Text("Until {day} we write no more of the kind to your address.", says.LongDate(timeOf(answer.GetStoppedUntil())))}
		if order {
			model.Said = append(model.Said, says.Text("The market knows of it. An order that nobody has paid for is called off."))
		}
	case do == notMeUndo:
		model.Heading, model.Do, model.Label = locale.Key("You get such letters again"), notMeDisown, locale.Key("This was not me")
	default:
		model.Heading, model.Do, model.Label = locale.Key("Was this letter not for you?"), notMeDisown, locale.Key("This was not me")
		model.Said = []string{says.Text("Somebody gave us your e-mail address. Say so, and we stop writing to it about such things.")}
		if order {
			model.Said = append(model.Said, says.Text("Order {number} is called off if nobody has paid for it, and the market is told.", number(answer.GetOrderId())))
		}
	}
	return render(v.Context(), http.StatusOK, page.NotMePage(model))
}

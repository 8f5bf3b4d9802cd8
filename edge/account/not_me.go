package account

import (
	"bytes"
	"net/http"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
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

// NotMePage asks first: programs that look through mail follow its links.
func NotMePage(v *web.Visit) (*web.Reply, error) {
	return showNotMe(v, v.Request.URL.Query().Get("token"), notMeLook)
}

// NotMe stops letters. A mail program's own button (RFC 8058) sends its form to the link itself, and does no
// more than that: who presses it wants fewer letters, and perhaps the order.
func NotMe(v *web.Visit) (*web.Reply, error) {
	if token := v.Request.URL.Query().Get("token"); bytes.Contains(v.Body, []byte("List-Unsubscribe")) {
		return showNotMe(v, token, notMeStop)
	}
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	do := notMeDisown
	if typed.Get("do") == notMeUndo {
		do = notMeUndo
	}
	return showNotMe(v, typed.Get("token"), do)
}

func showNotMe(v *web.Visit, token, do string) (*web.Reply, error) {
	answer, err := v.Site.Notify.NotMe(v.Context(),
		&notifyv1.NotMeRequest{Token: web.LetterToken(token), Do: do})
	if err != nil {
		return nil, err
	}
	model := view.NotMe{Frame: v.Frame("This was not me"), Token: token}
	model.Secret = true
	says := model.Locale
	order := answer.GetOrderId() != "" && answer.GetCause() == "order"
	switch {
	case answer.GetStoppedUntil() > 0:
		model.Heading, model.Do, model.Label = locale.Key("You get no more such letters"), notMeUndo,
			locale.Key("I want them after all")
		model.Said = []string{says.Text("Until {day} we write no more of the kind to your address.",
			says.LongDate(web.TimeOf(answer.GetStoppedUntil())))}
		if order {
			model.Said = append(model.Said,
				says.Text("The market knows of it. An order that nobody has paid for is called off."))
		}
	case do == notMeUndo:
		model.Heading, model.Do, model.Label = locale.Key("You get such letters again"), notMeDisown,
			locale.Key("This was not me")
	default:
		model.Heading, model.Do, model.Label = locale.Key("Was this letter not for you?"), notMeDisown,
			locale.Key("This was not me")
		model.Said = []string{
			says.Text(
				"Somebody gave us your e-mail address. Say so, and we stop writing to it about such things."),
		}
		if order {
			model.Said = append(model.Said,
				says.Text("Order {number} is called off if nobody has paid for it, and the market is told.",
					trade.OrderNumber(answer.GetOrderId())))
		}
	}
	return web.Render(v.Context(), http.StatusOK, view.NotMePage(model))
}

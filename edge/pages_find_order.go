package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// findOrderPage is for who has lost the link to an order.
func (e *site) findOrderPage(v *visit) (*reply, error) {
	number := v.URL.Query().Get("number")
	if badText(number, maxNumberTyped) != "" {
		number = ""
	}
	return v.showFindOrder(http.StatusOK, url.Values{"number": {number}}, nil)
}

// maxNumberTyped bounds an order's number as it is typed, in characters.
const maxNumberTyped = 40

func (v *visit) showFindOrder(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	return v.showSign(status, page.Sign{
		Frame: v.frame("Find my order"), Heading: "Find my order", Action: "/find-order", Button: "Send me the link",
		Lead: "We mail its link again, to the address that you ordered with.",
		Inputs: []page.Input{
			{Name: "number", Label: "Number of the order", Type: "text", Autocomplete: "off", MaxLength: "40", Required: true, Hint: "Six letters and digits, like T9W4BC."},
			emailField,
		},
		Others: []page.Choice{{Value: "/sign-in", Label: "I have an account"}},
	}, typed, problem)
}

// findOrder has the link to an order mailed again. It says the same whether there is such an order or not.
func (e *site) findOrder(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	_, err = e.notify.MailOrderLink(v.Context(), &notifyv1.MailOrderLinkRequest{Number: typed.Get("number"), Email: typed.Get("email")})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showFindOrder(statusOf(f), typed, f)
	}
	return render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Look into your mail"), Heading: "Look into your mail", To: "/", Label: "Back to the market",
		Message: "If there is an order with this number and this address, its link is on the way to it.",
	}))
}

// mailOrderLink is findOrder for programs.
func (e *site) mailOrderLink(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &notifyv1.MailOrderLinkRequest{Number: in.need("number", maxNumberTyped), Email: in.need("email", 254)}
	if err := in.done(); err != nil {
		return nil, err
	}
	if _, err := e.notify.MailOrderLink(v.Context(), request); err != nil {
		return nil, err
	}
	return jsonReply(http.StatusAccepted, checkMail)
}

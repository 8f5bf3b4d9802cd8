package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// FindOrderPage is for who has lost the link to an order.
func FindOrderPage(v *web.Visit) (*web.Reply, error) {
	number := v.Request.URL.Query().Get("number")
	if input.BadText(number, trade.MaxNumberTyped) != "" {
		number = ""
	}
	return showFindOrder(v, http.StatusOK, url.Values{"number": {number}}, nil)
}

func showFindOrder(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	return showSign(v, status, view.Sign{
		Frame: v.Frame("Find my order"), Heading: "Find my order", Action: "/find-order",
		Button: "Send me the link",
		Lead:   "We mail its link again, to the address that you ordered with.",
		Inputs: []page.Input{
			{
				Name: "number", Label: "Number of the order", Type: "text", Autocomplete: "off",
				MaxLength: "40",
				Required:  true, Hint: "Six letters and digits, like T9W4BC.",
			},
			emailField,
		},
		Others: []page.Choice{{Value: "/sign-in", Label: "I have an account"}},
	}, typed, problem)
}

// FindOrder has the link to an order mailed again. It says the same whether there is such an order or not.
func FindOrder(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	_, err = v.Site.Notify.MailOrderLink(v.Context(),
		&notifyv1.MailOrderLinkRequest{Number: typed.Get("number"), Email: typed.Get("email")})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showFindOrder(v, web.StatusOf(f), typed, f)
	}
	return web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Look into your mail"), Heading: "Look into your mail", To: "/",
		Label:   "Back to the market",
		Message: "If there is an order with this number and this address, its link is on the way to it.",
	}))
}

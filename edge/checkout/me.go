package checkout

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// mePatience is how long the visitor's own part of a page is waited for.
const mePatience = 2 * time.Second

// Me answers the visitor's own part of pages that are the same for everybody. Where nobody answers what is
// theirs, or not soon, it says so.
func Me(v *web.Visit) (*web.Reply, error) {
	whole := v.Context() // a page is not made within a time that is over
	defer v.Hurry(mePatience)()
	out, err := me(v)
	if fault.Away(err) {
		v.Site.Host.Log().WarnContext(v.Context(), "a page goes without the visitor's own part", "error", err)
		return web.Render(locale.With(whole, v.Says()), http.StatusOK, page.MePart(page.Me{Away: true}))
	}
	return out, err
}

func me(v *web.Visit) (*web.Reply, error) {
	if _, err := v.WhoAmI(); err != nil {
		return nil, err
	}
	cart, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	return showMe(v, cart, "")
}

// showMe is the part alone, with what has just been done.
func showMe(v *web.Visit, cart *orderingv1.Cart, said string) (*web.Reply, error) {
	model, err := mine(v, cart)
	if err != nil {
		return nil, err
	}
	model.Said = said
	return web.Render(locale.With(v.Context(), v.Says()), http.StatusOK, page.MePart(model))
}

// showAdded is the part where more of a variant is in the basket, or less. More of something that the visitor
// avoids does not go in silently.
func showAdded(v *web.Visit, cart *orderingv1.Cart, variant string, less bool) (*web.Reply, error) {
	model, err := mine(v, cart)
	if err != nil {
		return nil, err
	}
	if model.Said = locale.Key("It is in your basket."); less {
		model.Said = locale.Key("Your basket is changed.")
	} else if model.Warns, err = warning(v, cart, variant); err != nil {
		return nil, err
	}
	return web.Render(locale.With(v.Context(), v.Says()), http.StatusOK, page.MePart(model))
}

// showFault is the part as it is, with why the basket does not take something.
func showFault(v *web.Visit, cart *orderingv1.Cart, why *fault.Error) (*web.Reply, error) {
	model, err := mine(v, cart)
	if err != nil {
		return nil, err
	}
	model.Said, model.Failed = why.Message, true
	return web.Render(locale.With(v.Context(), v.Says()), web.StatusOf(why), page.MePart(model))
}

// mine says what is the visitor's own; the cart may be nil.
func mine(v *web.Visit, cart *orderingv1.Cart) (page.Me, error) {
	account, err := v.WhoAmI()
	if err != nil {
		return page.Me{}, err
	}
	model := page.Me{Name: web.CallName(account.GetName()), Desk: web.DeskOf(v.Whole())}
	if len(cart.GetLines()) == 0 {
		return model, nil
	}
	in, err := v.Site.Market(v.Context(), cart.GetMarket())
	if err != nil {
		return page.Me{}, err
	}
	var lines []string
	for _, l := range cart.GetLines() {
		lines = append(lines, l.GetVariantId()+"="+in.Amount(l.GetQuantity(), l.GetSoldBy()))
	}
	model.Lines = strings.Join(lines, ";")
	model.Things, model.Total = strconv.Itoa(len(cart.GetLines())), in.Money(cart.GetTotal())
	return model, nil
}

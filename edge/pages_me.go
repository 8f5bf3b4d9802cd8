package edge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// me answers the visitor's own part of pages that are the same for everybody.
func (e *site) me(v *visit) (*reply, error) {
	if _, err := v.whoami(); err != nil {
		return nil, err
	}
	cart, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	return v.showMe(cart, "")
}

// showMe is the part alone, with what has just been done.
func (v *visit) showMe(cart *orderingv1.Cart, said string) (*reply, error) {
	model, err := v.mine(cart)
	if err != nil {
		return nil, err
	}
	model.Said = said
	return render(locale.With(v.Context(), v.says()), http.StatusOK, page.MePart(model))
}

// showAdded is the part where more of a variant is in the basket, or less. More of something that the visitor avoids does not go in silently.
func (v *visit) showAdded(cart *orderingv1.Cart, variant string, less bool) (*reply, error) {
	model, err := v.mine(cart)
	if err != nil {
		return nil, err
	}
	if model.Said = locale.Key("It is in your basket."); less {
		model.Said = locale.Key("Your basket is changed.")
	} else if model.Warns, err = v.warning(cart, variant); err != nil {
		return nil, err
	}
	return render(locale.With(v.Context(), v.says()), http.StatusOK, page.MePart(model))
}

// showFault is the part as it is, with why the basket does not take something.
func (v *visit) showFault(cart *orderingv1.Cart, why *fault.Error) (*reply, error) {
	model, err := v.mine(cart)
	if err != nil {
		return nil, err
	}
	model.Said, model.Failed = why.Message, true
	return render(locale.With(v.Context(), v.says()), statusOf(why), page.MePart(model))
}

// mine says what is the visitor's own; the cart may be nil.
func (v *visit) mine(cart *orderingv1.Cart) (page.Me, error) {
	account, err := v.whoami()
	if err != nil {
		return page.Me{}, err
	}
	model := page.Me{Name: callName(account.GetName()), Desk: deskOf(v.whole())}
	if len(cart.GetLines()) == 0 {
		return model, nil
	}
	in, err := v.site.place(v.Context(), cart.GetMarket())
	if err != nil {
		return page.Me{}, err
	}
	var lines []string
	for _, l := range cart.GetLines() {
		lines = append(lines, l.GetVariantId()+"="+in.amount(l.GetQuantity(), l.GetSoldBy()))
	}
	model.Lines = strings.Join(lines, ";")
	model.Things, model.Total = strconv.Itoa(len(cart.GetLines())), in.money(cart.GetTotal())
	return model, nil
}

// callName is how a page calls somebody: by the first of their names, where that is short.
func callName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	if utf8.RuneCountInString(first) > 12 {
		return ""
	}
	return first
}

// deskOf is where an account works; empty for who only shops.
func deskOf(account *identityv1.Account) string {
	switch {
	case isOperator(account):
		return "/operator/today"
	case slices.Contains(account.GetRoles(), roleProducer):
		return "/producer"
	}
	return ""
}

// partial reports whether a page's script asks, and puts the answer into the page that is open.
func (v *visit) partial() bool { return v.Header.Get("HX-Request") == "true" }

package account

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/stamp"
)

// NewAddressPage is the form of a new address.
func NewAddressPage(v *web.Visit) (*web.Reply, error) {
	return showAddress(v, http.StatusOK, "", url.Values{"key": {v.Site.NewKey()}}, nil)
}

// AddressPage is the form of an address that is there.
func AddressPage(v *web.Visit) (*web.Reply, error) {
	a, err := address(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	typed := addressTyped(a)
	typed.Set(web.MadeField, web.MadeFrom(storedAddress(v, a)))
	return showAddress(v, http.StatusOK, a.GetId(), typed, nil)
}

// address is one of the member's own.
func address(v *web.Visit, addressID string) (*identityv1.Address, error) {
	all, err := trade.Addresses(v)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.GetId() == addressID {
			return a, nil
		}
	}
	return nil, web.ErrNoPage
}

// addressTyped is an address as its form has it.
func addressTyped(a *identityv1.Address) url.Values {
	return url.Values{
		"line1": {a.GetLine1()}, "line2": {a.GetLine2()}, "postal_code": {a.GetPostalCode()},
		"city": {a.GetCity()}, "region": {a.GetRegion()},
	}
}

func storedAddress(v *web.Visit, a *identityv1.Address) []web.Stored {
	var all []web.Stored
	for _, i := range trade.AddressInputs(v.Says(), "", addressTyped(a), nil) {
		all = append(all, web.Entry(i.Name, i.Label, strings.TrimSpace(i.Value)))
	}
	return all
}

func showAddress(
	v *web.Visit, status int, addressID string, typed url.Values, problem *fault.Error,
	changed ...page.Difference,
) (*web.Reply, error) {
	model := view.Form{
		Key: typed.Get("key"), Heading: "A new address", Action: "/account/addresses",
		Button: "Keep it", Back: "/account", Inputs: trade.AddressInputs(v.Says(), "", url.Values{}, nil),
	}
	model.Differences = page.Differences{MadeFrom: typed.Get(web.MadeField), Each: changed}
	if addressID != "" {
		model.Heading, model.Action, model.Key = locale.Key("Change an address"), "/account/addresses/"+
			addressID, ""
	}
	return showForm(v, status, model, typed, problem)
}

// ChangeAddress changes an address, unless that is not any more what the form was made from.
func ChangeAddress(v *web.Visit) (*web.Reply, error) {
	typed, f, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if f != nil {
		return showAddress(v, web.StatusOf(f), v.Request.PathValue("id"), typed, f)
	}
	return web.Saving(func() (*web.Reply, error) {
		is, err := address(v, v.Request.PathValue("id"))
		if err != nil {
			return nil, err
		}
		now := storedAddress(v, is)
		web.Choose(typed, now)
		want := trade.TypedAddress(typed, "")
		want.Id, want.Country = is.GetId(), is.GetCountry()
		if changed := web.Differences(typed, now, storedAddress(v, want)); len(changed) > 0 {
			typed.Set(web.MadeField, web.MadeFrom(now))
			return showAddress(v, http.StatusConflict, is.GetId(), typed,
				fault.New(fault.Conflict, stamp.Changed, web.ChangedMeanwhile), changed...)
		}
		return putAddress(v, &identityv1.PutAddressRequest{
			CustomerId: v.Account.GetId(), Address: want,
			Version: is.GetVersion(),
		}, typed)
	})
}

// AddAddress keeps a new address, once for a form's key.
func AddAddress(v *web.Visit) (*web.Reply, error) {
	typed, f, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if f == nil {
		f = fault.Of(v.CheckKey(typed))
	}
	if f != nil {
		return showAddress(v, web.StatusOf(f), "", typed, f)
	}
	return putAddress(v, &identityv1.PutAddressRequest{
		CustomerId: v.Account.GetId(),
		Address:    trade.TypedAddress(typed, ""), Key: typed.Get("key"),
	}, typed)
}

// putAddress keeps an address, or shows its form again.
func putAddress(v *web.Visit, request *identityv1.PutAddressRequest, typed url.Values) (*web.Reply, error) {
	_, err := v.Site.Identity.PutAddress(v.Context(), request)
	f := fault.Of(err)
	switch {
	case f == nil:
		return web.Redirect("/account"), nil
	case f.Kind == fault.Internal || f.Kind == fault.NotFound || f.Code == stamp.Changed:
		return nil, err
	}
	v.NewForm(typed, f)
	return showAddress(v, web.StatusOf(f), request.GetAddress().GetId(), typed, f)
}

// DropAddress deletes an address. One that is gone already is as good as deleted.
func DropAddress(v *web.Visit) (*web.Reply, error) {
	_, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	_, err = v.Site.Identity.DeleteAddress(v.Context(),
		&identityv1.DeleteAddressRequest{CustomerId: v.Account.GetId(), AddressId: v.Request.PathValue("id")})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return web.Redirect("/account"), nil
}

package edge

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/stamp"
)

// newAddressPage is the form of a new address.
func (e *site) newAddressPage(v *visit) (*reply, error) {
	return v.showAddress(http.StatusOK, "", url.Values{"key": {e.newKey()}}, nil)
}

// addressPage is the form of an address that is there.
func (e *site) addressPage(v *visit) (*reply, error) {
	a, err := v.address(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	typed := addressTyped(a)
	typed.Set(madeField, madeFrom(v.storedAddress(a)))
	return v.showAddress(http.StatusOK, a.GetId(), typed, nil)
}

// address is one of the member's own.
func (v *visit) address(addressID string) (*identityv1.Address, error) {
	all, err := v.addresses()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.GetId() == addressID {
			return a, nil
		}
	}
	return nil, errNoPage
}

// addressTyped is an address as its form has it.
func addressTyped(a *identityv1.Address) url.Values {
	return url.Values{"line1": {a.GetLine1()}, "line2": {a.GetLine2()}, "postal_code": {a.GetPostalCode()}, "city": {a.GetCity()}, "region": {a.GetRegion()}}
}

func (v *visit) storedAddress(a *identityv1.Address) []stored {
	var all []stored
	for _, i := range addressInputs(v.says(), "", addressTyped(a), nil) {
		all = append(all, entry(i.Name, i.Label, strings.TrimSpace(i.Value)))
	}
	return all
}

func (v *visit) showAddress(status int, addressID string, typed url.Values, problem *fault.Error, changed ...page.Difference) (*reply, error) {
	model := page.Form{Key: typed.Get("key"), Heading: "A new address", Action: "/account/addresses", Button: "Keep it", Back: "/account", Inputs: addressInputs(v.says(), "", url.Values{}, nil)}
	model.Differences = page.Differences{MadeFrom: typed.Get(madeField), Each: changed}
	if addressID != "" {
		model.Heading, model.Action, model.Key = locale.Key("Change an address"), "/account/addresses/"+addressID, ""
	}
	return v.showForm(status, model, typed, problem)
}

// changeAddress changes an address, unless that is not any more what the form was made from.
func (e *site) changeAddress(v *visit) (*reply, error) {
	typed, f, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if f != nil {
		return v.showAddress(statusOf(f), v.PathValue("id"), typed, f)
	}
	return saving(func() (*reply, error) {
		is, err := v.address(v.PathValue("id"))
		if err != nil {
			return nil, err
		}
		now := v.storedAddress(is)
		choose(typed, now)
		want := typedAddress(typed, "")
		want.Id, want.Country = is.GetId(), is.GetCountry()
		if changed := differences(typed, now, v.storedAddress(want)); len(changed) > 0 {
			typed.Set(madeField, madeFrom(now))
			return v.showAddress(http.StatusConflict, is.GetId(), typed, fault.New(fault.Conflict, stamp.Changed, changedMeanwhile), changed...)
		}
		return v.putAddress(&identityv1.PutAddressRequest{CustomerId: v.account.GetId(), Address: want, Version: is.GetVersion()}, typed)
	})
}

// addAddress keeps a new address, once for a form's key.
func (e *site) addAddress(v *visit) (*reply, error) {
	typed, f, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if f == nil {
		f = fault.Of(v.checkKey(typed))
	}
	if f != nil {
		return v.showAddress(statusOf(f), "", typed, f)
	}
	return v.putAddress(&identityv1.PutAddressRequest{CustomerId: v.account.GetId(), Address: typedAddress(typed, ""), Key: typed.Get("key")}, typed)
}

// putAddress keeps an address, or shows its form again.
func (v *visit) putAddress(request *identityv1.PutAddressRequest, typed url.Values) (*reply, error) {
	_, err := v.site.identity.PutAddress(v.Context(), request)
	f := fault.Of(err)
	switch {
	case f == nil:
		return redirect("/account"), nil
	case f.Kind == fault.Internal || f.Kind == fault.NotFound || f.Code == stamp.Changed:
		return nil, err
	}
	v.newForm(typed, f)
	return v.showAddress(statusOf(f), request.GetAddress().GetId(), typed, f)
}

// dropAddress deletes an address. One that is gone already is as good as deleted.
func (e *site) dropAddress(v *visit) (*reply, error) {
	_, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	_, err = e.identity.DeleteAddress(v.Context(), &identityv1.DeleteAddressRequest{CustomerId: v.account.GetId(), AddressId: v.PathValue("id")})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return redirect("/account"), nil
}

package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

func (e *edge) newAddressPage(v *visit) (*reply, error) {
	return v.showAddress(http.StatusOK, "", url.Values{"key": {e.newKey()}}, nil)
}

func (e *edge) addressPage(v *visit) (*reply, error) {
	all, err := v.addresses()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.GetId() == v.PathValue("id") {
			return v.showAddress(http.StatusOK, a.GetId(), url.Values{
				"line1": {a.GetLine1()}, "line2": {a.GetLine2()}, "postal_code": {a.GetPostalCode()}, "city": {a.GetCity()}, "region": {a.GetRegion()},
			}, nil)
		}
	}
	return nil, errNoPage
}

func (v *visit) showAddress(status int, addressID string, typed url.Values, problem *fault.Error) (*reply, error) {
	model := page.Form{Key: typed.Get("key"), Heading: "A new address", Action: "/account/addresses", Button: "Keep it", Back: "/account", Inputs: addressInputs(v.says(), "", url.Values{}, nil)}
	if addressID != "" {
		model.Heading, model.Action, model.Key = locale.Key("Change an address"), "/account/addresses/"+addressID, ""
	}
	return v.showForm(status, model, typed, problem)
}

func (e *edge) addAddress(v *visit) (*reply, error) { return v.putAddress("") }

func (e *edge) changeAddress(v *visit) (*reply, error) { return v.putAddress(v.PathValue("id")) }

func (v *visit) putAddress(addressID string) (*reply, error) {
	typed, f, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if f == nil && addressID == "" {
		err = v.checkKey(typed)
		f = fault.Of(err)
	}
	if f == nil {
		address := typedAddress(typed, "")
		address.Id = addressID
		_, err = v.edge.identity.PutAddress(v.Context(), &identityv1.PutAddressRequest{CustomerId: v.account.GetId(), Address: address, Key: typed.Get("key")})
		f = fault.Of(err)
	}
	switch {
	case f == nil:
		return redirect("/account"), nil
	case f.Kind == fault.Internal || f.Kind == fault.NotFound:
		return nil, err
	}
	v.newForm(typed, f)
	return v.showAddress(statusOf(f), addressID, typed, f)
}

// dropAddress deletes an address. One that is gone already is as good as deleted.
func (e *edge) dropAddress(v *visit) (*reply, error) {
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

package edge

import (
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func (e *edge) signInPage(v *visit) (*reply, error) {
	return v.showSignIn(http.StatusOK, url.Values{"next": {v.URL.Query().Get("next")}}, nil)
}

func (e *edge) signUpPage(v *visit) (*reply, error) {
	return v.showSignUp(http.StatusOK, url.Values{"next": {v.URL.Query().Get("next")}}, nil)
}

func (v *visit) showSignIn(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next := localPath(typed.Get("next"), "/account")
	model := page.Sign{
		Frame: v.edge.frame("Sign in", nil), Heading: "Sign in", Action: "/sign-in", Button: "Sign in", Next: next,
		Other: "/sign-up?next=" + url.QueryEscape(next), OtherLabel: "I have no account yet",
	}
	return v.showSign(status, model, typed, problem, "current-password")
}

func (v *visit) showSignUp(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next := localPath(typed.Get("next"), "/account")
	model := page.Sign{
		Frame: v.edge.frame("Sign up", nil), Heading: "Make an account", Action: "/sign-up", Button: "Make my account", Next: next,
		Other: "/sign-in?next=" + url.QueryEscape(next), OtherLabel: "I have an account",
	}
	model.Inputs = []page.Input{{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", MaxLength: "200"}}
	return v.showSign(status, model, typed, problem, "new-password")
}

// showSign shows either form. A password that was typed is never sent back.
func (v *visit) showSign(status int, model page.Sign, typed url.Values, problem *fault.Error, password string) (*reply, error) {
	wrong := map[string]string{}
	if problem != nil {
		wrong, model.Alert = fieldsOf(problem), problem.Message
	}
	model.Inputs = append(model.Inputs,
		page.Input{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "email", MaxLength: "254", Required: true},
		page.Input{Name: "password", Label: "Password", Type: "password", Autocomplete: password, MaxLength: "200", Required: true})
	for i := range model.Inputs {
		model.Inputs[i] = input(typed, wrong, model.Inputs[i])
		if model.Inputs[i].Type == "password" {
			model.Inputs[i].Value = ""
		}
	}
	out, err := render(v.Context(), status, page.SignPage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.advising(problem), nil
}

func (e *edge) signInFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.identity.SignIn(v.Context(), &identityv1.SignInRequest{Email: typed.Get("email"), Password: typed.Get("password")})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showSignIn(statusOf(f), typed, f)
	}
	return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), typed.Get("next")), nil
}

func (e *edge) signUpFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.identity.SignUp(v.Context(), &identityv1.SignUpRequest{
		Email: typed.Get("email"), Password: typed.Get("password"), Name: typed.Get("name"),
	})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showSignUp(statusOf(f), typed, f)
	}
	return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), typed.Get("next")), nil
}

func (v *visit) signedIn(token string, expiresAt int64, next string) *reply {
	return redirect(localPath(next, "/account")).with(v.session(token, expiresAt))
}

// session is the cookie of who has signed in.
func (v *visit) session(token string, expiresAt int64) *http.Cookie {
	return v.edge.jar.make(sessionCookie, token, "/", max(timeOf(expiresAt).Sub(v.edge.host.Now()), time.Minute))
}

// signOutFromPage ends the session, and forgets the basket, which may be the member's.
func (e *edge) signOutFromPage(v *visit) (*reply, error) {
	if token := e.jar.read(v.Request, sessionCookie); token != "" {
		if _, err := e.identity.SignOut(v.Context(), &identityv1.SignOutRequest{SessionToken: token}); err != nil && fault.KindOf(err) != fault.Unauthenticated {
			return nil, err
		}
	}
	out := redirect("/")
	out.cookies = []*http.Cookie{e.jar.drop(sessionCookie), e.jar.drop(cartCookie)}
	return out, nil
}

func (e *edge) accountPage(v *visit) (*reply, error) {
	request := &orderingv1.ListOrdersRequest{CustomerId: v.account.GetId(), Limit: deskPage, Cursor: v.cursor()}
	answer, err := e.ordering.ListOrders(v.Context(), request)
	if err != nil {
		return nil, err
	}
	model := page.Account{
		Frame: e.frame("Your account", nil), Name: v.account.GetName(), Email: v.account.GetEmail(),
		Producer: len(v.account.GetProducerIds()) > 0, Operator: isOperator(v.account),
		Next: nextPage("/account", url.Values{}, answer.GetNextCursor()),
	}
	if model.Name == "" {
		model.Name = "Your account"
	}
	if model.Orders, err = v.orderModels(answer.GetOrders()); err != nil {
		return nil, err
	}
	return render(v.Context(), http.StatusOK, page.AccountPage(model))
}

// orderModels are orders of any markets, each as its market reads.
func (v *visit) orderModels(orders []*orderingv1.Order) ([]page.Order, error) {
	places := map[string]*place{}
	var models []page.Order
	for _, o := range orders {
		if places[o.GetMarket()] == nil {
			in, err := v.edge.place(v.Context(), o.GetMarket())
			if err != nil {
				return nil, err
			}
			places[o.GetMarket()] = in
		}
		models = append(models, orderModel(places[o.GetMarket()], o))
	}
	return models, nil
}

// cursor is the place in a list that the address names.
func (v *visit) cursor() string {
	cursor := v.URL.Query().Get("cursor")
	if badText(cursor, maxValue) != "" {
		return "?"
	}
	return cursor
}

// nextPage is the address of a list's next page; empty on the last.
func nextPage(path string, query url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	with := maps.Clone(query)
	with.Set("cursor", cursor)
	return path + "?" + with.Encode()
}

package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// JoinPage asks before somebody works for a producer: programs that look links up do nothing by that.
func JoinPage(v *web.Visit) (*web.Reply, error) {
	return showJoin(v, http.StatusOK, url.Values{"token": {v.Request.URL.Query().Get("token")}}, nil)
}

func showJoin(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	token := typed.Get("token")
	if !web.Visible(token, web.MaxToken) {
		token = ""
	}
	invited, err := v.Site.Staff.GetInvitation(v.Context(),
		&identityv1.GetInvitationRequest{Token: token, SessionToken: v.SessionToken()})
	if f := fault.Of(err); f != nil {
		if f.Code != "link_expired" {
			return nil, err
		}
		return expiredLink(v)
	}
	maker, err := v.Site.Catalog.GetProducer(v.Context(),
		&catalogv1.GetProducerRequest{Id: invited.GetProducerId()})
	if err != nil {
		return nil, err
	}
	says := v.Says()
	model := view.Sign{Heading: "Work with us", Action: "/join", Button: "Yes, I do", Token: token}
	model.Lead = says.Text("{maker} asks you to work at their desk here, as {email}.",
		maker.GetProducer().GetName(), invited.GetEmail())
	switch invited.GetNeeds() {
	case "sign_up":
		model.Lead += " " +
			says.Text("That makes an account for you: please choose your name and your password.")
		model.Inputs = []page.Input{{
			Name: "name", Label: "Name", Type: "text", Autocomplete: "name",
			MaxLength: "200",
		}, passwordNext}
	case "sign_in":
		model.Lead += " " + says.Text("There is an account of that address: please sign in to it first.")
		model.Action, model.Button, model.Token, model.Next = "/sign-in", locale.Key("Sign in"), "",
			"/join?token="+token
		model.Inputs = []page.Input{emailField, passwordNow}
	}
	model.Frame = v.Frame(model.Heading)
	model.Secret = true
	return showSign(v, status, model, typed, problem)
}

// Join follows an invitation.
func Join(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Staff.FollowInvitation(v.Spoken(), &identityv1.FollowInvitationRequest{
		Token: typed.Get("token"), SessionToken: v.SessionToken(), Password: typed.Get("password"),
		Name: typed.Get("name"), Device: v.Device(),
	})
	if f := trade.NotOwn(err); f != nil {
		switch f.Kind {
		case fault.Internal:
			return nil, err
		case fault.NotFound:
			return expiredLink(v)
		default:
			return showJoin(v, web.StatusOf(f), typed, f)
		}
	}
	out := web.Redirect("/producer?producer=" + url.QueryEscape(answer.GetProducerId()))
	if answer.GetSessionToken() != "" {
		out = out.With(v.Session(answer.GetSessionToken(), answer.GetExpiresAt()))
	}
	return out.With(v.Known(answer.GetDeviceToken())...), nil
}

package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// joinPage asks before somebody works for a producer: programs that look links up do nothing by that.
func (e *site) joinPage(v *visit) (*reply, error) {
	return v.showJoin(http.StatusOK, url.Values{"token": {v.URL.Query().Get("token")}}, nil)
}

func (v *visit) showJoin(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	token := typed.Get("token")
	if !visible(token, maxToken) {
		token = ""
	}
	invited, err := v.site.staff.GetInvitation(v.Context(), &identityv1.GetInvitationRequest{Token: token, SessionToken: v.sessionToken()})
	if f := fault.Of(err); f != nil {
		if f.Code != "link_expired" {
			return nil, err
		}
		return v.expiredLink()
	}
	maker, err := v.site.catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: invited.GetProducerId()})
	if err != nil {
		return nil, err
	}
	says := v.says()
	model := page.Sign{Heading: "Work with us", Action: "/join", Button: "Yes, I do", Token: token}
	model.Lead = says.Text("{maker} asks you to work at their desk here, as {email}.", maker.GetProducer().GetName(), invited.GetEmail())
	switch invited.GetNeeds() {
	case "sign_up":
		model.Lead += " " + says.Text("That makes an account for you: please choose your name and your password.")
		model.Inputs = []page.Input{{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", MaxLength: "200"}, passwordNext}
	case "sign_in":
		model.Lead += " " + says.Text("There is an account of that address: please sign in to it first.")
		model.Action, model.Button, model.Token, model.Next = "/sign-in", locale.Key("Sign in"), "", "/join?token="+token
		model.Inputs = []page.Input{emailField, passwordNow}
	}
	model.Frame = v.frame(model.Heading)
	model.Secret = true
	return v.showSign(status, model, typed, problem)
}

// join follows an invitation.
func (e *site) join(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.staff.FollowInvitation(v.spoken(), &identityv1.FollowInvitationRequest{
		Token: typed.Get("token"), SessionToken: v.sessionToken(), Password: typed.Get("password"), Name: typed.Get("name"), Device: v.device(),
	})
	if f := notOwn(err); f != nil {
		switch f.Kind {
		case fault.Internal:
			return nil, err
		case fault.NotFound:
			return v.expiredLink()
		default:
			return v.showJoin(statusOf(f), typed, f)
		}
	}
	out := redirect("/producer?producer=" + url.QueryEscape(answer.GetProducerId()))
	if answer.GetSessionToken() != "" {
		out = out.with(v.session(answer.GetSessionToken(), answer.GetExpiresAt()))
	}
	return out.with(v.known(answer.GetDeviceToken())...), nil
}

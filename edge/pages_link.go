package edge

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// begun is what the browser kept when it began to sign up: who it is, and where to go on to.
func (v *visit) begun() (token, next string) {
	token, escaped, _ := strings.Cut(v.site.jar.read(v.Request, signUpCookie), "|")
	next, err := url.QueryUnescape(escaped)
	if err != nil {
		next = ""
	}
	return token, localPath(next, "/account")
}

// linkPage asks before it follows a mailed link: programs that look links up do nothing by that.
func (e *site) linkPage(v *visit) (*reply, error) {
	return v.showLink(http.StatusOK, url.Values{"token": {v.URL.Query().Get("token")}}, nil)
}

func (v *visit) showLink(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	token := typed.Get("token")
	if !visible(token, maxToken) {
		token = ""
	}
	browser, _ := v.begun()
	link, err := v.site.identity.GetLink(v.Context(), &identityv1.GetLinkRequest{Token: token, BrowserToken: browser, SessionToken: v.sessionToken()})
	if f := fault.Of(err); f != nil {
		if f.Code != "link_expired" {
			return nil, err
		}
		return v.expiredLink()
	}
	model := linkSign(v.says(), link)
	model.Frame, model.Action, model.Token = v.frame(model.Heading), "/confirm", token
	model.Secret = true
	return v.showSign(status, model, typed, problem)
}

// expiredLink is shown for a link that was followed already, or is too old.
func (v *visit) expiredLink() (*reply, error) {
	return render(v.Context(), http.StatusNotFound, page.DonePage(page.Done{
		Frame: v.frame("This link is no longer good"), Heading: "This link is no longer good", To: "/account", Label: "To my account",
		Message: "A link works once, and not for ever. Perhaps you have followed it already, or there is a newer letter.",
	}))
}

// linkSign says what a link is for.
func linkSign(says *locale.Locale, link *identityv1.GetLinkResponse) page.Sign {
	switch link.GetKind() {
	case "sign_up":
		model := page.Sign{Heading: "Confirm your account", Button: "Make my account", Lead: says.Text("This makes an account at our market for {email}.", link.GetEmail())}
		if link.GetNeedsPassword() {
			model.Lead += " " + says.Text("It was begun in another browser, so please choose your name and your password here.")
			model.Inputs = []page.Input{{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", MaxLength: "200"}, passwordNext}
		}
		return model
	case "verify":
		model := page.Sign{Heading: "Confirm your e-mail address", Button: "Yes, it is mine", Lead: says.Text("Is {email} your address?", link.GetEmail())}
		return withPassword(says, model, link)
	case "email":
		model := page.Sign{Heading: "Confirm your new e-mail address", Button: "Use this address", Lead: says.Text("From now on your account has the address {email}.", link.GetEmail())}
		return withPassword(says, model, link)
	default:
		return page.Sign{
			Heading: "Take your account back", Button: "It was not me: undo it",
			Lead: says.Text("Your account gets the address {email} back. Everybody is signed out, the password of now is good no more, and we mail you a link to set a new one.", link.GetEmail()),
		}
	}
}

// withPassword asks for the account's password where nobody is signed in to it.
func withPassword(says *locale.Locale, model page.Sign, link *identityv1.GetLinkResponse) page.Sign {
	if link.GetNeedsPassword() {
		model.Lead += " " + says.Text("You are not signed in to that account here, so please show its password. If you have no account with us, leave this page: somebody else has asked for it.")
		model.Inputs = []page.Input{passwordNow}
	}
	return model
}

// followLink follows a mailed link.
func (e *site) followLink(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	browser, next := v.begun()
	answer, err := e.identity.FollowLink(v.spoken(), &identityv1.FollowLinkRequest{
		Token: typed.Get("token"), BrowserToken: browser, Password: typed.Get("password"), Name: typed.Get("name"),
		SessionToken: v.sessionToken(), Device: v.device(),
	})
	if f := notOwn(err); f != nil {
		switch f.Kind {
		case fault.Internal:
			return nil, err
		case fault.NotFound:
			return v.expiredLink()
		default:
			return v.showLink(statusOf(f), typed, f)
		}
	}
	return v.followed(answer, next)
}

// followed says what a link has done.
func (v *visit) followed(answer *identityv1.FollowLinkResponse, next string) (*reply, error) {
	done := page.Done{To: "/account", Label: "To my account"}
	switch answer.GetKind() {
	case "sign_up":
		return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), next).with(v.known(answer.GetDeviceToken())...).with(v.site.jar.drop(signUpCookie)), nil
	case "undo":
		done.Heading, done.Message = locale.Key("Your account is yours again"), locale.Key("Everybody is signed out. We have mailed you a link to set a new password.")
		done.To, done.Label = "/", locale.Key("To the market")
	case "email":
		done.Heading, done.Message = locale.Key("Your new address is confirmed"), locale.Key("From now on you sign in with it, and our letters go there.")
	default:
		done.Heading, done.Message = locale.Key("Thank you"), locale.Key("Your e-mail address is confirmed.")
	}
	done.Frame = v.frame(done.Heading)
	out, err := render(v.Context(), http.StatusOK, page.DonePage(done))
	if err != nil {
		return nil, err
	}
	if answer.GetSessionToken() != "" {
		out.with(v.session(answer.GetSessionToken(), answer.GetExpiresAt()))
	}
	return out, nil
}

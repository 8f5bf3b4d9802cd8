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
)

// begun is what the browser kept when it began to sign up: who it is, and where to go on to.
func begun(v *web.Visit) (token, next string) {
	token, escaped, _ := strings.Cut(v.Site.Cookies.Read(v.Request, web.SignUpCookie), "|")
	next, err := url.QueryUnescape(escaped)
	if err != nil {
		next = ""
	}
	return token, web.LocalPath(next, "/account")
}

// LinkPage asks before it follows a mailed link: programs that look links up do nothing by that.
func LinkPage(v *web.Visit) (*web.Reply, error) {
	return showLink(v, http.StatusOK, url.Values{"token": {v.Request.URL.Query().Get("token")}}, nil)
}

func showLink(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	token := typed.Get("token")
	if !web.Visible(token, web.MaxToken) {
		token = ""
	}
	browser, _ := begun(v)
	link, err := v.Site.Identity.GetLink(v.Context(),
		&identityv1.GetLinkRequest{Token: token, BrowserToken: browser, SessionToken: v.SessionToken()})
	if f := fault.Of(err); f != nil {
		if f.Code != "link_expired" {
			return nil, err
		}
		return expiredLink(v)
	}
	model := linkSign(v.Says(), link)
	model.Frame, model.Action, model.Token = v.Frame(model.Heading), "/confirm", token
	model.Secret = true
	return showSign(v, status, model, typed, problem)
}

// expiredLink is shown for a link that was followed already, or is too old.
func expiredLink(v *web.Visit) (*web.Reply, error) {
	return web.Render(v.Context(), http.StatusNotFound, view.DonePage(view.Done{
		Frame: v.Frame("This link is no longer good"), Heading: "This link is no longer good", To: "/account",
		Label:   "To my account",
		Message: "A link works once, and not for ever. Perhaps you have followed it already, or there is a newer letter.",
	}))
}

// linkSign says what a link is for.
func linkSign(says *locale.Locale, link *identityv1.GetLinkResponse) view.Sign {
	switch link.GetKind() {
	case "sign_up":
		model := view.Sign{
			Heading: "Confirm your account", Button: "Make my account",
			Lead: says.Text("This makes an account at our market for {email}.", link.GetEmail()),
		}
		if link.GetNeedsPassword() {
			model.Lead += " " +
				says.Text(
					"It was begun in another browser, so please choose your name and your password here.")
			model.Inputs = []page.Input{{
				Name: "name", Label: "Name", Type: "text", Autocomplete: "name",
				MaxLength: "200",
			}, passwordNext}
		}
		return model
	case "verify":
		model := view.Sign{
			Heading: "Confirm your e-mail address", Button: "Yes, it is mine",
			Lead: says.Text("Is {email} your address?", link.GetEmail()),
		}
		return withPassword(says, model, link)
	case "email":
		model := view.Sign{
			Heading: "Confirm your new e-mail address", Button: "Use this address",
			Lead: says.Text("From now on your account has the address {email}.", link.GetEmail()),
		}
		return withPassword(says, model, link)
	default:
		return view.Sign{
			Heading: "Take your account back", Button: "It was not me: undo it",
			Lead: says.Text(
				"Your account gets the address {email} back. Everybody is signed out, the password of now is good no more, and we mail you a link to set a new one.", link.GetEmail()),
		}
	}
}

// withPassword asks for the account's password where nobody is signed in to it.
func withPassword(says *locale.Locale, model view.Sign, link *identityv1.GetLinkResponse) view.Sign {
	if link.GetNeedsPassword() {
		model.Lead += " " +
			says.Text(
				"You are not signed in to that account here, so please show its password. If you have no account with us, leave this page: somebody else has asked for it.")
		model.Inputs = []page.Input{passwordNow}
	}
	return model
}

// FollowLink follows a mailed link.
func FollowLink(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	browser, next := begun(v)
	answer, err := v.Site.Identity.FollowLink(v.Spoken(), &identityv1.FollowLinkRequest{
		Token: typed.Get("token"), BrowserToken: browser, Password: typed.Get("password"),
		Name:         typed.Get("name"),
		SessionToken: v.SessionToken(), Device: v.Device(),
	})
	if f := trade.NotOwn(err); f != nil {
		switch f.Kind {
		case fault.Internal:
			return nil, err
		case fault.NotFound:
			return expiredLink(v)
		default:
			return showLink(v, web.StatusOf(f), typed, f)
		}
	}
	return followed(v, answer, next)
}

// followed says what a link has done.
func followed(v *web.Visit, answer *identityv1.FollowLinkResponse, next string) (*web.Reply, error) {
	done := view.Done{To: "/account", Label: "To my account"}
	switch answer.GetKind() {
	case "sign_up":
		return signedIn(v, answer.GetSessionToken(), answer.GetExpiresAt(),
			next).With(v.Known(answer.GetDeviceToken())...).With(v.Site.Cookies.Drop(web.SignUpCookie)), nil
	case "undo":
		done.Heading, done.Message = locale.Key("Your account is yours again"),
			locale.Key("Everybody is signed out. We have mailed you a link to set a new password.")
		done.To, done.Label = "/", locale.Key("To the market")
	case "email":
		done.Heading, done.Message = locale.Key("Your new address is confirmed"),
			locale.Key("From now on you sign in with it, and our letters go there.")
	default:
		done.Heading, done.Message = locale.Key("Thank you"), locale.Key("Your e-mail address is confirmed.")
	}
	done.Frame = v.Frame(done.Heading)
	out, err := web.Render(v.Context(), http.StatusOK, view.DonePage(done))
	if err != nil {
		return nil, err
	}
	if answer.GetSessionToken() != "" {
		out.With(v.Session(answer.GetSessionToken(), answer.GetExpiresAt()))
	}
	return out, nil
}

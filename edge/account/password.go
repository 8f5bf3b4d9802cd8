package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var passwordToChange = page.Input{
	Name: "new_password", Label: "New password", Type: "password", Autocomplete: "new-password",
	MaxLength: "200", Required: true, Hint: passwordNext.Hint,
}

// guarded leads who has a second factor to show it, before a form of theirs that asks for it.
func guarded(v *web.Visit, next string) *web.Reply {
	if len(v.Held.GetFactors()) == 0 || v.Fresh() {
		return nil
	}
	return web.Redirect(web.Ask(next))
}

// PasswordPage is the form of another password.
func PasswordPage(v *web.Visit) (*web.Reply, error) {
	if first := guarded(v, "/account/password"); first != nil {
		return first, nil
	}
	return showPassword(v, http.StatusOK, url.Values{}, nil)
}

func showPassword(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	return showForm(v, status, view.Form{
		Heading: "Change your password", Action: "/account/password", Button: "Change it", Back: "/account",
		Lead:   "Wherever else you are signed in you are signed out.",
		Inputs: []page.Input{labelled(passwordNow, locale.Key("Password of now")), passwordToChange},
	}, noPasswords(typed), problem)
}

func labelled(i page.Input, label string) page.Input {
	i.Label = label
	return i
}

// noPasswords is what was typed but for passwords, which are never sent back.
func noPasswords(typed url.Values) url.Values {
	typed.Del("password")
	typed.Del("new_password")
	return typed
}

// ChangePassword goes on under another session's token.
func ChangePassword(v *web.Visit) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return showPassword(v, web.StatusOf(stale), typed, stale)
	}
	answer, err := v.Site.Identity.ChangePassword(v.Spoken(), &identityv1.ChangePasswordRequest{
		SessionToken: v.SessionToken(), Password: typed.Get("password"),
		NewPassword: typed.Get("new_password"),
	})
	if f := trade.NotOwn(err); f != nil {
		if f.Kind == fault.Internal || f.Code == web.ErrStepUp.Code {
			return nil, err
		}
		return showPassword(v, web.StatusOf(f), typed, f)
	}
	out, err := web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Your password is changed"), Heading: "Your password is changed", To: "/account",
		Label:   "Back to my account",
		Message: "Everywhere else you are signed out.",
	}))
	if err != nil {
		return nil, err
	}
	return out.With(v.Session(answer.GetSessionToken(),
		answer.GetExpiresAt())).With(v.Known(answer.GetDeviceToken())...), nil
}

// EmailPage is the form of another address of mail.
func EmailPage(v *web.Visit) (*web.Reply, error) {
	if first := guarded(v, "/account/email"); first != nil {
		return first, nil
	}
	return showEmail(v, http.StatusOK, url.Values{}, nil)
}

func showEmail(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	return showForm(v, status, view.Form{
		Heading: "Your e-mail address", Action: "/account/email", Button: "Send me a link", Back: "/account",
		Lead: v.Says().Text(
			"It is {email} now. We send a letter to the new one, and it counts once you have followed its link.", v.Account.GetEmail()),
		Inputs: []page.Input{labelled(emailField, locale.Key("New e-mail")), passwordNow},
	}, noPasswords(typed), problem)
}

// ChangeEmail has a link mailed to the new address. It says the same whether that has an account or not.
func ChangeEmail(v *web.Visit) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return showEmail(v, web.StatusOf(stale), typed, stale)
	}
	_, err = v.Site.Identity.ChangeEmail(v.Spoken(), &identityv1.ChangeEmailRequest{
		SessionToken: v.SessionToken(), Email: typed.Get("email"), Password: typed.Get("password"),
	})
	if f := trade.NotOwn(err); f != nil {
		if f.Kind == fault.Internal || f.Code == web.ErrStepUp.Code {
			return nil, err
		}
		return showEmail(v, web.StatusOf(f), typed, f)
	}
	return linkMailed(v,
		locale.Key(
			"We have sent a letter to the new address. Follow its link within a day. Until then all stays as it is."))
}

// VerifyEmail has a link mailed to the member's own address.
func VerifyEmail(v *web.Visit) (*web.Reply, error) {
	_, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := v.Site.Identity.RequestVerification(v.Spoken(),
		&identityv1.RequestVerificationRequest{SessionToken: v.SessionToken()}); err != nil {
		return nil, err
	}
	return linkMailed(v, locale.Key("We have sent you a letter. Follow its link within a day."))
}

func linkMailed(v *web.Visit, message string) (*web.Reply, error) {
	return web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Look into your mail"), Heading: "Look into your mail", Message: message,
		To: "/account", Label: "Back to my account",
	}))
}

// SessionsPage lists where the member is signed in.
func SessionsPage(v *web.Visit) (*web.Reply, error) {
	answer, err := v.Site.Identity.ListSessions(v.Context(),
		&identityv1.ListSessionsRequest{SessionToken: v.SessionToken()})
	if err != nil {
		return nil, err
	}
	model := view.Sessions{
		Frame: v.Frame("Where you are signed in"), As: v.Account.GetId(),
		Ended: v.Request.URL.Query().Get("ended") != "",
	}
	for _, s := range answer.GetSessions() {
		model.Sessions = append(model.Sessions, view.Session{
			ID: s.GetId(), Device: deviceName(v.Says(), s), Network: s.GetNetwork(), Current: s.GetCurrent(),
			Since: day(v.Says(), s.GetCreatedAt()), Used: minute(v.Says(), s.GetUsedAt()),
		})
	}
	return web.Render(v.Context(), http.StatusOK, view.SessionsPage(model))
}

func deviceName(says *locale.Locale, s *identityv1.Session) string {
	switch {
	case s.GetKind() == "program" && s.GetDevice() != "":
		return says.Text("A program ({name})", s.GetDevice())
	case s.GetKind() == "program":
		return says.Text("A program")
	case s.GetDevice() != "":
		return s.GetDevice()
	}
	return says.Text("A browser")
}

// minute is a time to the minute.
func minute(says *locale.Locale, millis int64) string {
	return says.DateTime(web.TimeOf(millis)) + web.TimeOf(millis).Format(" MST")
}

// EndSession ends one of the member's sessions.
func EndSession(v *web.Visit) (*web.Reply, error) {
	_, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := v.Site.Identity.EndSession(v.Context(),
		&identityv1.EndSessionRequest{
			SessionToken: v.SessionToken(),
			Id:           v.Request.PathValue("id"),
		}); err != nil {
		return nil, err
	}
	return web.Redirect("/account/sessions?ended=1"), nil
}

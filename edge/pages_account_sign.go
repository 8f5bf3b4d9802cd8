package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var passwordToChange = page.Input{
	Name: "new_password", Label: "New password", Type: "password", Autocomplete: "new-password", MaxLength: "200", Required: true, Hint: passwordNext.Hint,
}

// guarded leads who has a second factor to show it, before a form of theirs that asks for it.
func (v *visit) guarded(next string) *reply {
	if len(v.held.GetFactors()) == 0 || v.fresh() {
		return nil
	}
	return redirect(ask(next))
}

// passwordPage is the form of another password.
func (e *site) passwordPage(v *visit) (*reply, error) {
	if first := v.guarded("/account/password"); first != nil {
		return first, nil
	}
	return v.showPassword(http.StatusOK, url.Values{}, nil)
}

func (v *visit) showPassword(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	return v.showForm(status, page.Form{
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

// changePassword goes on under another session's token.
func (e *site) changePassword(v *visit) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return v.showPassword(statusOf(stale), typed, stale)
	}
	answer, err := e.identity.ChangePassword(v.spoken(), &identityv1.ChangePasswordRequest{
		SessionToken: v.sessionToken(), Password: typed.Get("password"), NewPassword: typed.Get("new_password"),
	})
	if f := notOwn(err); f != nil {
		if f.Kind == fault.Internal || f.Code == errStepUp.Code {
			return nil, err
		}
		return v.showPassword(statusOf(f), typed, f)
	}
	out, err := render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Your password is changed"), Heading: "Your password is changed", To: "/account", Label: "Back to my account",
		Message: "Everywhere else you are signed out.",
	}))
	if err != nil {
		return nil, err
	}
	return out.with(v.session(answer.GetSessionToken(), answer.GetExpiresAt())).with(v.known(answer.GetDeviceToken())...), nil
}

// notOwn says beside its field that a password is not the member's.
func notOwn(err error) *fault.Error {
	f := fault.Of(err)
	if f != nil && f.Code == "bad_credentials" {
		return fault.New(fault.Invalid, "invalid", "Nothing is changed.", fault.Field{Name: "password", Message: "This is not your password."})
	}
	return f
}

// emailPage is the form of another address of mail.
func (e *site) emailPage(v *visit) (*reply, error) {
	if first := v.guarded("/account/email"); first != nil {
		return first, nil
	}
	return v.showEmail(http.StatusOK, url.Values{}, nil)
}

func (v *visit) showEmail(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	return v.showForm(status, page.Form{
		Heading: "Your e-mail address", Action: "/account/email", Button: "Send me a link", Back: "/account",
		Lead:   v.says().Text("It is {email} now. We send a letter to the new one, and it counts once you have followed its link.", v.account.GetEmail()),
		Inputs: []page.Input{labelled(emailField, locale.Key("New e-mail")), passwordNow},
	}, noPasswords(typed), problem)
}

// changeEmail has a link mailed to the new address. It says the same whether that has an account or not.
func (e *site) changeEmail(v *visit) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return v.showEmail(statusOf(stale), typed, stale)
	}
	_, err = e.identity.ChangeEmail(v.spoken(), &identityv1.ChangeEmailRequest{
		SessionToken: v.sessionToken(), Email: typed.Get("email"), Password: typed.Get("password"),
	})
	if f := notOwn(err); f != nil {
		if f.Kind == fault.Internal || f.Code == errStepUp.Code {
			return nil, err
		}
		return v.showEmail(statusOf(f), typed, f)
	}
	return v.linkMailed(locale.Key("We have sent a letter to the new address. Follow its link within a day. Until then all stays as it is."))
}

// verifyEmail has a link mailed to the member's own address.
func (e *site) verifyEmail(v *visit) (*reply, error) {
	_, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := e.identity.RequestVerification(v.spoken(), &identityv1.RequestVerificationRequest{SessionToken: v.sessionToken()}); err != nil {
		return nil, err
	}
	return v.linkMailed(locale.Key("We have sent you a letter. Follow its link within a day."))
}

func (v *visit) linkMailed(message string) (*reply, error) {
	return render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Look into your mail"), Heading: "Look into your mail", Message: message, To: "/account", Label: "Back to my account",
	}))
}

// sessionsPage lists where the member is signed in.
func (e *site) sessionsPage(v *visit) (*reply, error) {
	answer, err := e.identity.ListSessions(v.Context(), &identityv1.ListSessionsRequest{SessionToken: v.sessionToken()})
	if err != nil {
		return nil, err
	}
	model := page.Sessions{Frame: v.frame("Where you are signed in"), As: v.account.GetId(), Ended: v.URL.Query().Get("ended") != ""}
	for _, s := range answer.GetSessions() {
		model.Sessions = append(model.Sessions, page.Session{
			ID: s.GetId(), Device: deviceName(v.says(), s), Network: s.GetNetwork(), Current: s.GetCurrent(),
			Since: day(v.says(), s.GetCreatedAt()), Used: minute(v.says(), s.GetUsedAt()),
		})
	}
	return render(v.Context(), http.StatusOK, page.SessionsPage(model))
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
	return says.DateTime(timeOf(millis)) + timeOf(millis).Format(" MST")
}

// endSession ends one of the member's sessions.
func (e *site) endSession(v *visit) (*reply, error) {
	_, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := e.identity.EndSession(v.Context(), &identityv1.EndSessionRequest{SessionToken: v.sessionToken(), Id: v.PathValue("id")}); err != nil {
		return nil, err
	}
	return redirect("/account/sessions?ended=1"), nil
}

package e2e

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" // what authenticator apps use
	"encoding/base32"
	bytesof "encoding/binary"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/sqldb"
)

// atLocalhost is the demo where browsers have passkeys: they have none for an IP address.
func (s *shop) atLocalhost() *shop {
	s.listen = strings.Replace(s.listen, "127.0.0.1", "localhost", 1)
	return s
}

func TestPersonSignsInWithAPasskey(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]browser.Eyes{"phone": browser.Phone, "desk": browser.Desk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			browses(t)
			p := openDemo(t).atLocalhost().visitor(t, e)
			touch, err := p.CarryPasskeys()
			p.must(err)
			p.signsInAs("shopper", "/account")
			p.presses("Passkeys and codes")
			p.fills("What to call it", "My phone")
			p.presses("Add a passkey")
			p.sees("Your recovery codes", "this one time")
			p.meetsNoBarrier()
			p.presses("I have kept them")
			p.sees("My phone", "not used yet")
			p.signsOut()
			// where the browser offers it beside the e-mail address, and the finger takes the offer
			p.opens("/sign-in?next=/account/security")
			p.arrives("/account/security")
			p.sees("My phone", "last used")
			p.must(touch(false))
			p.signsOut()
			p.opens("/sign-in?next=/account/security")
			p.presses("Use a passkey")
			p.must(touch(true))
			p.arrives("/account/security")
			p.must(touch(false))
			p.signsOut()
			p.entersPassword("shopper", "/account")
			p.sees("One more step")
			p.must(touch(true))
			p.presses("Use my passkey")
			p.arrives("/account")
			p.opens("/account/security")
			p.presses("Remove My phone")
			p.must(p.Miss("My phone"))
			p.signsOut()
			p.opens("/sign-in") // the device still has its half
			p.sees("This passkey does not open an account here")
			p.must(touch(false))
			p.signsInAs("shopper", "/account")
		})
	}
}

// meetsNoBarrier looks at a page that no address leads to.
func (p *person) meetsNoBarrier() {
	p.t.Helper()
	found, err := p.Barriers()
	p.must(err)
	for _, barrier := range found {
		p.t.Error(barrier)
	}
}

// signsOut ends the session, and waits until it is over.
func (p *person) signsOut() {
	p.t.Helper()
	p.opens("/account")
	p.presses("Sign out")
	p.isHome()
	p.opens("/account")
	p.arrives("/sign-in")
}

// entersPassword signs in as far as the password goes.
func (p *person) entersPassword(role, next string) {
	p.t.Helper()
	account := p.shop.demoAccount(role)
	p.opens("/sign-in?next=" + next)
	p.fills("E-mail", account.Email)
	p.fills("Password", account.Password)
	p.presses("Sign in")
}

// TestPersonIsToldWherePasskeysWork looks at the demo at its IP address, and without JavaScript.
func TestPersonIsToldWherePasskeysWork(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.opens("/sign-in")
	p.sees("Passkeys work at " + strings.Replace(s.listen, "127.0.0.1", "localhost", 1) + " only")
	blind := s.visitor(t, browser.Eyes{
		Width: browser.Phone.Width, Height: browser.Phone.Height,
		NoScript: true,
	})
	blind.opens("/sign-in")
	blind.sees("Passkeys need JavaScript")
}

func TestPersonSignsInWithAnAuthenticatorApp(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsInAs("shopper", "/account")
		secret, codes := p.setsUpApp()
		p.signsOut()
		p.entersPassword("shopper", "/account")
		p.sees("One more step")
		p.fills("Code from your app", "000000")
		p.within("Code from your app").presses("Sign in")
		p.sees("This code is wrong")
		p.fills("Code from your app", p.codeAt(secret, time.Now().Add(30*time.Second)))
		p.within("Code from your app").presses("Sign in")
		p.arrives("/account")
		p.signsOut()
		p.entersPassword("shopper", "/account")
		p.fills("Code from your app", codes[7])
		p.within("Code from your app").presses("Sign in")
		p.arrives("/account")
		p.opens("/account/security")
		p.sees("9 recovery codes")
		p.within("It is asked for a code").presses("Remove")
		p.sees("Set up an app")
		s.writesOf(t, s.demoAccount("shopper").Email, "An authenticator app was added",
			"A recovery code was used", "The authenticator app was removed")
	})
}

// setsUpApp makes an authenticator app, and gives its key and the recovery codes.
func (p *person) setsUpApp() (secret []byte, codes []string) {
	p.t.Helper()
	p.opens("/account/security")
	p.presses("Set up an app")
	p.sees("The code that the app shows")
	text, err := p.Text()
	p.must(err)
	key := strings.ReplaceAll(appKey.FindString(text), " ", "")
	secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key)
	p.must(err)
	p.fills("The code that the app shows", p.codeAt(secret, time.Now()))
	p.presses("It works")
	p.sees("Your recovery codes")
	text, err = p.Text()
	p.must(err)
	if codes = recoveryCode.FindAllString(text, -1); len(codes) != 10 {
		p.t.Fatalf("%d recovery codes in %s", len(codes), text)
	}
	p.presses("I have kept them")
	p.sees("10 recovery codes")
	return secret, codes
}

var (
	appKey       = regexp.MustCompile(`(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}`)
	recoveryCode = regexp.MustCompile(`\b[0-9a-z]{6}(?:-[0-9a-z]{6}){3}\b`)
)

// codeAt is what an authenticator app shows at a time.
func (p *person) codeAt(secret []byte, at time.Time) string {
	mac := hmac.New(sha1.New, secret)
	_ = bytesof.Write(mac, bytesof.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", (bytesof.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff)%1_000_000)
}

// TestPersonIsAskedAgainBeforeARefund lets an operator's sign-in be eleven minutes old.
func TestPersonIsAskedAgainBeforeARefund(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		_, o := s.guestOrder(t, e)
		p := s.visitor(t, e)
		p.signsInAs("operator", "/operator")
		p.opens("/operator/orders/" + o.GetId())
		p.presses(o.GetParts()[0].GetProducerName())
		p.presses("Accept")
		p.presses("Packed")
		p.sees("Ready")
		s.seesMoney(t, o.GetId(), state.PaymentCaptured)
		s.forgetsProofs(t)
		p.opens("/operator/orders/" + o.GetId())
		p.presses("Refund")
		p.sees("Is it you?")
		p.fills("Password", "not the password")
		p.presses("Go on")
		p.sees("wrong")
		p.fills("Password", s.demoAccount("operator").Password)
		p.presses("Go on")
		p.arrives("/operator/orders/" + o.GetId())
		p.fills("Amount in USD", "14.50")
		p.fills("Reason", "One was broken")
		s.forgetsProofs(t)
		p.within("Reason").presses("Refund")
		p.sees("Is it you?", "Nothing is done yet")
		p.presses("Show that it is me")
		p.fills("Password", s.demoAccount("operator").Password)
		p.presses("Go on")
		p.arrives("/operator/orders/" + o.GetId())
		p.fills("Amount in USD", "14.50")
		p.within("Reason").presses("Refund")
		s.refunded(t, o.GetId(), 1450)
	})
}

// TestPersonSetsUpASecondFactorBeforeTheDeskOpens lets an operator ask for one of both desks.
func TestPersonSetsUpASecondFactorBeforeTheDeskOpens(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		operator, producer := s.visitor(t, e), s.visitor(t, e)
		producer.signsInAs("producer", "/producer")
		operator.signsInAs("operator", "/operator")
		operator.opens("/operator/security")
		operator.fills("Makers’ desks ask for it from", time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
		operator.presses("Save")
		operator.sees("The days are saved")
		producer.opens("/producer")
		producer.arrives("/account/security")
		producer.sees("Your desk opens once")
		producer.setsUpApp()
		producer.opens("/producer")
		producer.arrives("/producer")
		producer.opens("/account/security")
		producer.within("It is asked for a code").presses("Remove")
		producer.sees("this is the last one")
		operator.fills("E-mail of the account", s.demoAccount("producer").Email)
		operator.presses("Take their second factor away")
		operator.sees("a letter tells them so")
		producer.opens("/producer")
		producer.arrives("/sign-in")
		producer.entersPassword("producer", "/producer")
		producer.arrives("/account/security")
		s.writesOf(t, s.demoAccount("producer").Email, "Your second factor was taken away")
	})
}

// forgetsProofs makes every session one that has shown nothing for a long time.
func (s *shop) forgetsProofs(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sqldb.Open(ctx, sqldb.Config{
		Path: filepath.Join(s.data, "identity.db"), Schema: "identity",
		MaxConns: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE sessions SET proved_at = 0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// writesOf waits until letters with these subjects were written to somebody.
func (s *shop) writesOf(t testing.TB, to string, subjects ...string) {
	t.Helper()
	for _, subject := range subjects {
		eventually(t, 20*time.Second, "a letter says: "+subject, func() bool {
			return s.wrote(t, to, subject)
		})
	}
}

func (s *shop) wrote(t testing.TB, to, subject string) bool {
	t.Helper()
	answer, err := notifyv1connect.NewNotifyServiceClient(s.client("notify")).ListMessages(t.Context(),
		&notifyv1.ListMessagesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(answer.GetMessages(),
		func(m *notifyv1.Message) bool { return m.GetTo() == to && m.GetSubject() == subject })
}

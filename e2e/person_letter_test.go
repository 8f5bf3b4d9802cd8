package e2e

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
)

// TestPersonIsNotHarmedByWhatAStrangerOrders is the attack: an order to somebody else's address, by a name
// that is a trap. Its recipient reads nothing of it, opens the order by the letter's link, says that it was
// not them, and hears no more.
func TestPersonIsNotHarmedByWhatAStrangerOrders(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		const victim = "victim@example.net"
		stranger := s.visitor(t, e)
		stranger.fillsBasket(creek, "1")
		stranger.presses("Check out")
		stranger.fills("E-mail", victim)
		stranger.fills("Name", "Your order is on hold. Confirm your card at http://evil.example/pay")
		stranger.chooses("Larch Hall")
		stranger.chooses("A test card")
		stranger.presses("Place the order")
		stranger.sees("Thank you")
		order := stranger.arrives("/orders/")

		p := s.visitor(t, e)
		p.opens(s.mailed(t, victim, orderLink))
		if at := p.arrives("/orders/"); at != order {
			t.Errorf("the letter's link leads to %q", at)
		}
		p.sees(creek, "Larch Hall")
		p.opens(s.mailed(t, victim, notMeLink))
		p.sees("Was this letter not for you?")
		p.presses("This was not me")
		p.sees("You get no more such letters")

		letters, err := notifyv1connect.NewNotifyServiceClient(s.client("notify")).ListMessages(t.Context(),
			&notifyv1.ListMessagesRequest{OrderId: order})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range letters.GetMessages() {
			if text := m.GetSubject() + m.GetText(); strings.Contains(text, "evil") ||
				strings.Contains(text, "card") || strings.Contains(text, "on hold") {
				t.Errorf("a letter says: %s", text)
			}
		}
		operator := s.visitor(t, e)
		operator.signsInAs("operator", "/operator/stuck")
		operator.sees("says that it is not theirs")
	})
}

// TestPersonWhoSignsOutLeavesNothingBehind goes back to what was open, and to the orders of before.
func TestPersonWhoSignsOutLeavesNothingBehind(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "1")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		p.presses("Place the order")
		p.sees("Thank you")
		guests := p.arrives("/orders/")
		p.signsInAs("shopper", "/account")
		p.sees("Sign out")
		p.presses("Sign out")
		p.isHome()
		p.must(p.Back())
		p.sees("Welcome back") // to the form of signing in
		p.opens("/orders/" + guests)
		p.sees("There is no such order")
	})
}

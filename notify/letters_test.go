package notify

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
)

// hostile is what strangers write where a name is asked for. Each has the word qzqx in it.
var hostile = []string{
	"Your order is on hold. Confirm your card at http://qzqx.example/pay",
	"HTTPS://QZQX.EXAMPLE", "www.qzqx.example", "qzqx.example/pay", "qzqx@evil.example",
	"mailto:qzqx@evil.example", "tel:+1555qzqx", "javascript:qzqx",
	"//qzqx.example", "http:\\\\qzqx.example", "qzqx\u3002example", "qzqx\uff0eexample",
	"xn--qzqx-p1a.example",
	"Ada\r\nBcc: qzqx@victim.example", "Ada\n\n\nYour card has expired: qzqx", "\u202eqzqx\u202c",
	"qzqx\u200b.example", "\u2066qzqx\u2069", "qz\x00qx qzqx",
	"<a href=\"http://qzqx.example\">qzqx</a>", strings.Repeat("qzqx ", 5000), "qzqx\u0301" +
		strings.Repeat("\u0301", 500),
}

// linked finds what mail programs make links of.
var linked = regexp.MustCompile(
	`(?i)(?:\b(?:https?|ftp|mailto|tel|javascript):\S)|//|\bwww\.\S|[\pL\pN-][.\x{3002}\x{ff0e}\x{ff61}]\pL|\S@\S`)

// TestNoLetterCarriesAStrangersLink walks every template with the worst in every field.
func TestNoLetterCarriesAStrangersLink(t *testing.T) {
	shop := Market{Name: "Portland", Locale: "en-US", Zone: portland.Zone, Says: portland.Says}
	for _, words := range hostile {
		o := order()
		o.Place, o.WasPlace, o.WasStarts, o.WasEnds = words, words, o.Starts, o.Ends
		o.Lines[0].Title, o.Lines[0].Variant, o.Lines[0].Producer, o.Lines[0].ProducerID = words, words+"!",
			words, "dairy"
		o.Lines[1].Short, o.Lines[1].Ordered, o.Lines[1].Why = true, 500, words
		o.Changes = []LineChange{{o.Lines[0], 1000, 2000}}
		o.Refund = Refund{usd(100), usd(200), usd(300), words, "Heirloom tomatoes"}
		to := Person{
			Email: "ada@example.com", Name: words, Line1: words, Line2: words, Code: words,
			City: words, State: words,
		}
		named := shop
		named.Name = words
		for _, verified := range []bool{false, true} {
			to.Verified = verified
			for _, delivered := range []bool{false, true} {
				o.Delivery = delivered
				for _, kind := range []Kind{
					Confirmed, Cancelled, Packed, Short, Ready, Moved, Changed, Found,
					Refunded,
				} {
					checkHarmless(t, fmt.Sprint(kind, verified, delivered), write(kind, o, named, to))
				}
				for _, kind := range []Kind{Confirmed, Changed} {
					checkHarmless(t, "sale", writeSale(kind, o, "dairy", named, to))
				}
			}
		}
	}
}

func checkHarmless(t *testing.T, name string, l Letter) {
	t.Helper()
	if err := l.validate(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if strings.Contains(strings.ToLower(l.Subject), "qzqx") {
		t.Errorf("%s: the subject is %q", name, l.Subject)
	}
	if found := linked.FindString(l.Text); found != "" {
		t.Errorf("%s: %q is a link in:\n%s", name, found, l.Text)
	}
	for line := range strings.SplitSeq(l.Text, "\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }) ||
			len([]rune(line)) > 4*maxWords {
			t.Errorf("%s: a line is %.200q", name, line)
		}
	}
}

// TestAStrangersWordsDoNotReachAnAddressThatIsNotVerified has nothing of the shopper's in their letters but
// the order.
func TestAStrangersWordsDoNotReachAnAddressThatIsNotVerified(t *testing.T) {
	for _, words := range hostile {
		o := order()
		to := Person{
			Email: "ada@example.com", Name: words, Line1: words, Line2: words, Code: words,
			City: words, State: words,
		}
		for _, delivered := range []bool{false, true} {
			o.Delivery, o.ConfirmBy = delivered, o.Starts
			o.Lines[0].Short, o.Lines[0].Ordered, o.Lines[0].Why = true, 5000, words
			o.Refund = Refund{usd(100), usd(200), usd(300), words, "Heirloom tomatoes"}
			for _, kind := range []Kind{
				Confirmed, Cancelled, Packed, Short, Ready, Moved, Changed, Awaiting,
				Found, Refunded,
			} {
				if text := write(kind, o, portland, to).Text; strings.Contains(strings.ToLower(text),
					"qzqx") || !strings.HasPrefix(text, "Hello,\n") {
					t.Errorf("%s says:\n%s", kind, text)
				}
			}
		}
		if text := writeSale(Changed, o, "", portland, to).Text; strings.Contains(text, "qzqx") {
			t.Errorf("a producer is told:\n%s", text)
		}
	}
}

func TestWordsThatAreNoLinksStayAsTheyAre(t *testing.T) {
	for _, text := range []string{
		"Dr. Ada O'Neill-Smith", "Käse, 3.5 kg", "10:30", "Bread & butter",
		"St. Albans 1/2", "王小明",
	} {
		if got := harmless(text, maxWords); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// statuses counts the messages of an office by their status.
func (o *office) statuses() map[string]int {
	o.Helper()
	counts := map[string]int{}
	for _, m := range o.list(&notifyv1.ListMessagesRequest{Limit: 200}).GetMessages() {
		counts[m.GetStatus()]++
	}
	return counts
}

func (o *office) troublesOf(kind string) (found []*troublev1.Trouble) {
	o.Helper()
	response, err := troublev1connect.NewTroubleServiceClient(o.process.Client("notify")).ListTroubles(
		o.Context(), &troublev1.ListTroublesRequest{})
	if err != nil {
		o.Fatal(err)
	}
	for _, trouble := range response.GetTroubles() {
		if trouble.GetKind() == kind {
			found = append(found, trouble)
		}
	}
	return found
}

func (o *office) confirm(contact, placedFrom string) (orderID string) {
	o.Helper()
	orderID = o.order()
	o.deliver("order.confirmed", orderID, 1,
		&orderingv1.Order{SealedContact: []byte(contact), PlacedFrom: placedFrom})
	return orderID
}

// TestFifteenLettersInASecondDoNotReachAStranger is the attack: they wait, and none is lost.
func TestFifteenLettersInASecondDoNotReachAStranger(t *testing.T) {
	each(t, func(o *office) {
		for range 15 {
			o.confirm("ann"+strangers, "")
			o.confirm("ada@example.com", "")
		}
		o.sendDue()
		o.sendDue()
		if got := o.statuses(); got["sent"] != 5+15 || got["queued"] != 10 {
			o.Errorf("in the first hour: %v", got)
		}
		held := o.troublesOf("letters")
		if len(held) != 1 || held[0].GetAttempts() != 10 || strings.Contains(held[0].GetWhat(), "victim") {
			o.Errorf("the operator is told %v", held)
		}
		o.clock.Advance(time.Hour)
		o.sendDue()
		if got := o.statuses(); got["sent"] != 10+15 || got["queued"] != 5 {
			o.Errorf("in the second hour: %v", got)
		}
		o.clock.Advance(time.Hour)
		o.sendDue()
		if got := o.statuses(); got["sent"] != 15+15 {
			o.Errorf("in the third hour: %v", got)
		}
		if _, err := troublev1connect.NewTroubleServiceClient(o.process.Client("notify")).Retry(o.Context(),
			&troublev1.RetryRequest{Id: held[0].GetId()}); err != nil {
			o.Fatal(err)
		}
		if left := o.troublesOf("letters"); slices.ContainsFunc(left,
			func(t *troublev1.Trouble) bool { return t.GetId() == held[0].GetId() }) {
			o.Errorf("seen, and still there: %v", left)
		}
	})
}

func TestOneSenderWritesToFewStrangers(t *testing.T) {
	each(t, func(o *office) {
		for i := range 70 {
			o.confirm(fmt.Sprint("ann", i, strangers), "a network")
		}
		for i := range 5 {
			o.confirm(fmt.Sprint("bob", i, strangers), "another network")
		}
		o.sendDue()
		if got := o.statuses(); got["sent"] != 60+5 || got["queued"] != 10 {
			o.Errorf("%v", got)
		}
	})
}

// TestALinkThatExpiresIsDroppedWhereThereAreTooMany asks for more of them than an address is sent.
func TestALinkThatExpiresIsDroppedWhereThereAreTooMany(t *testing.T) {
	each(t, func(o *office) {
		for i := range 6 {
			request := &notifyv1.SendRequest{
				Key: fmt.Sprint("reset:", i), To: "ann" + strangers,
				Subject: "Set a new password", Text: "open sesame", Secret: true,
			}
			if _, err := o.Send(o.Context(), request); err != nil {
				o.Fatal(err)
			}
		}
		o.sendDue()
		if got := o.statuses(); got["sent"] != 4 || got["failed"] != 2 || len(o.troublesOf("letters")) != 1 {
			o.Errorf("%v, troubles %v", got, o.troublesOf("letters"))
		}
	})
}

// TestFailuresAreNotCountedTwice sends the same letters again and again to a server that does not take them.
func TestFailuresAreNotCountedTwice(t *testing.T) {
	taker := newMailServer(t)
	taker.reply("MAIL", "450 later")
	each(t, func(o *office) {
		for range 5 {
			o.confirm("ann"+strangers, "")
		}
		for range 4 {
			o.sendDue()
			o.clock.Advance(time.Minute)
		}
		if held := o.troublesOf("letters"); len(held) != 0 {
			o.Errorf("%v", held)
		}
	}, func(c *host.Config) { c.SMTPURL = taker.url + "?tls=off" })
}

// tokenOf is what a link in the newest letter to somebody has.
func (o *office) tokenOf(path string) string {
	o.Helper()
	for _, m := range o.list(&notifyv1.ListMessagesRequest{}).GetMessages() {
		if _, link, ok := strings.Cut(m.GetText(), path+"?token="); ok {
			token, _, _ := strings.Cut(link, "\n")
			return token
		}
	}
	return ""
}

func (o *office) notMe(token, do string) *notifyv1.NotMeResponse {
	o.Helper()
	response, err := o.NotMe(o.Context(), &notifyv1.NotMeRequest{Token: token, Do: do})
	if err != nil {
		o.Fatal(err)
	}
	return response
}

func TestWhoWasWrittenToByMistakeHearsNoMore(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.confirm("ann"+strangers, "")
		o.sendDue()
		token := o.tokenOf("/not-me")
		if got := o.notMe(token, "look"); got.GetCause() != "order" || got.GetOrderId() != orderID ||
			got.GetStoppedUntil() != 0 || len(o.troublesOf("not-me")) != 0 {
			o.Errorf("to look says %v, and changes something", got)
		}
		if got := o.notMe(token, "disown"); got.GetStoppedUntil() == 0 {
			o.Errorf("%v", got)
		}
		o.peers.setDown(true)
		if err := o.service.tellOrdering(o.Context()); err != nil {
			o.Fatal(err)
		}
		o.peers.setDown(false)
		for range 2 { // it is told once
			o.clock.Advance(tellPause)
			if err := o.service.tellOrdering(o.Context()); err != nil {
				o.Fatal(err)
			}
		}
		if !slices.Equal(o.peers.disowned, []string{orderID}) {
			o.Errorf("ordering is told of %v", o.peers.disowned)
		}
		told := o.troublesOf("not-me")
		if len(told) != 1 || told[0].GetAbout() != orderID ||
			!strings.Contains(told[0].GetWhat(), "called off") {
			o.Errorf("the operator is told %v", told)
		}
		if n := o.count("SELECT COUNT(*) FROM audit WHERE action = 'letter.not_me' AND subject = $1",
			orderID); n != 1 {
			o.Errorf("the log has %d lines of it", n)
		}
		for _, contact := range []string{"ann" + strangers, "Ann" + strangers, "bob" + strangers} {
			o.confirm(contact, "")
		}
		o.sendDue()
		if got := o.statuses(); got["sent"] != 2 || got["failed"] != 2 {
			o.Errorf("after it: %v", got)
		}
		if got := o.notMe(token, "undo"); got.GetStoppedUntil() != 0 {
			o.Errorf("to undo says %v", got)
		}
		o.confirm("ann"+strangers, "")
		o.sendDue()
		if got := o.statuses(); got["sent"] != 3 {
			o.Errorf("after it was undone: %v", got)
		}
	})
}

func TestAMailProgramsButtonStopsLettersAndNothingElse(t *testing.T) {
	each(t, func(o *office) {
		o.confirm("ann"+strangers, "")
		o.sendDue()
		o.notMe(o.tokenOf("/not-me"), "stop")
		if err := o.service.tellOrdering(o.Context()); err != nil {
			o.Fatal(err)
		}
		if len(o.peers.disowned) != 0 || len(o.troublesOf("not-me")) != 1 {
			o.Errorf("ordering is told of %v, the operator %v", o.peers.disowned, o.troublesOf("not-me"))
		}
	})
}

// TestSpellingsOfOneMailboxShareItsLettersAndItsStop writes to one mailbox by many of its addresses.
func TestSpellingsOfOneMailboxShareItsLettersAndItsStop(t *testing.T) {
	each(t, func(o *office) {
		for i := range 12 {
			o.confirm(fmt.Sprintf("ann+%d", i)+strangers, "")
		}
		o.sendDue()
		if got := o.statuses(); got["sent"] != 5 {
			o.Errorf("letters to one mailbox: %v, want 5 sent", got)
		}
		o.notMe(o.tokenOf("/not-me"), "stop")
		o.clock.Advance(2 * time.Hour)
		o.confirm("ann"+strangers, "")
		o.sendDue()
		if got := o.statuses(); got["sent"] != 5 {
			o.Errorf("after it was stopped: %v, want no more sent", got)
		}
	})
}

// TestAStopFromBeforeHolds has an address stopped that was hashed as it was written.
func TestAStopFromBeforeHolds(t *testing.T) {
	each(t, func(o *office) {
		before := base64.RawURLEncoding.EncodeToString(sum(o.service.post.addresses[0],
			[]byte("ann+shop"+strangers))[:addressSize])
		o.notMe(o.service.post.sign(claimed{before, "order", o.order()}, o.clock.Now()), "stop")
		o.confirm("ann+shop"+strangers, "")
		o.sendDue()
		if got := o.statuses(); got["sent"] != 0 {
			o.Errorf("letters: %v, want none sent", got)
		}
	})
}

func TestALinkThatIsNotOursDoesNothing(t *testing.T) {
	each(t, func(o *office) {
		now := o.clock.Now()
		good := o.service.post.sign(claimed{o.service.post.hashes("a@b.example")[0], "order", o.order()}, now)
		forged := []byte(good)
		forged[12]++
		expired := o.service.post.sign(claimed{o.service.post.hashes("a@b.example")[0], "order", ""},
			now.Add(-notMeLife-time.Minute))
		for _, token := range []string{"", "x", good[:40], string(forged), expired, url.QueryEscape("\x00")} {
			if _, err := o.NotMe(o.Context(),
				&notifyv1.NotMeRequest{Token: token, Do: "disown"}); err == nil {
				o.Errorf("%q is taken", token)
			}
		}
		if _, err := o.NotMe(o.Context(), &notifyv1.NotMeRequest{Token: good, Do: "everything"}); err == nil {
			o.Error("it does whatever is asked")
		}
		if n := o.count("SELECT COUNT(*) FROM unwanted"); n != 0 {
			o.Errorf("%d are stopped", n)
		}
	})
}

// TestLinksAreSentAndNotKept looks at what a shop that is no demo keeps of its letters.
func TestLinksAreSentAndNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		demo bool
		kept bool
	}{"a demo": {true, true}, "a shop": {false, false}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(o *office) {
				o.confirm("ann"+strangers, "")
				for _, kind := range []string{
					"order.packed", "order.rescheduled", "order.changed",
					"order.cancelled",
				} {
					o.deliver(kind, o.order(), 1, &orderingv1.Order{SealedContact: []byte("ada@example.com")})
				}
				o.has("ada@example.com")
				o.refunds(o.peers.orders[0].GetId(), 1, 500, 500)
				o.deliverPart("order.part_packed", o.order(), "d", 1, &orderingv1.Order{
					SealedContact: []byte("ada@example.com"), Status: state.OrderConfirmed,
					Parts: []*orderingv1.Part{
						{Id: "d", ProducerId: "dairy", Status: state.PartPacked},
						{Id: "b", ProducerId: "bakery", Status: state.PartNew},
					},
					Lines: []*orderingv1.OrderLine{{
						ProducerId: "dairy", ProductTitle: "Gouda",
						Quantity: 1000, Packed: true, Short: true,
					}},
				})
				o.sendDue()
				messages := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()
				if len(messages) != 7 {
					o.Errorf("there are %d letters", len(messages))
				}
				for _, m := range messages {
					link := "token=opens-and-cancels\n"
					if strings.Contains(m.GetSubject(), "cancelled") {
						link = "token=opens\n"
					}
					if strings.Contains(m.GetText(), link) != c.kept ||
						(!c.kept && strings.Contains(m.GetText(), "token=")) {
						o.Errorf("%s: %s", m.GetSubject(), m.GetText())
					}
				}
			}, func(h *host.Config) { h.Demo, h.Secret = c.demo, make([]byte, 32) })
		})
	}
}

func TestALetterTellsMailProgramsHowToStopIt(t *testing.T) {
	taker := newMailServer(t)
	for base, want := range map[string]bool{"https://shop.test": true, "http://shop.test": false} {
		each(t, func(o *office) {
			o.confirm("ann"+strangers, "")
			o.confirm("ada@example.com", "")
			o.sendDue()
			mails := taker.mails(t)
			for _, m := range mails[len(mails)-2:] {
				stranger := strings.Contains(m.Header.Get("To"), strangers)
				link, post := m.Header.Get("List-Unsubscribe"), m.Header.Get("List-Unsubscribe-Post")
				if has := strings.HasPrefix(link, "<https://shop.test/not-me?token=") &&
					post == "List-Unsubscribe=One-Click"; has != (stranger && want) {
					o.Errorf("%s, %s: %q, %q", base, m.Header.Get("To"), link, post)
				}
			}
		}, func(c *host.Config) { c.SMTPURL, c.BaseURL = taker.url+"?tls=off", base })
	}
}

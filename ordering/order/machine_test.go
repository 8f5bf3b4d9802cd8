package order

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

var noon = time.Date(2026, 6, 6, 12, 0, 0, 0, time.UTC)

func anOrder(t require) Order {
	t.Helper()
	line := Line{
		VariantID: "var_a", Quantity: 2000, Price: money.New(1250, "USD"), ProducerID: "pro_a",
		SoldBy: "each",
	}
	if err := line.SetTotal(); err != nil {
		t.Fatal(err)
	}
	o, err := New("ord_a", Cart{ID: "crt_a", Market: "portland", Lines: []Line{line}}, money.Amount{},
		noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SplitParts(func() string { return "prt_a" }); err != nil {
		t.Fatal(err)
	}
	return o
}

type require interface {
	Helper()
	Fatal(args ...any)
}

func TestAnOrderGoesItsWay(t *testing.T) {
	late := Failure{Kind: fault.Conflict, Code: "out_of_stock"}
	until := noon.Add(15 * time.Minute)
	for _, c := range []struct {
		name     string
		messages []Message
		at       time.Duration
		status   string
		ask      Effect
	}{
		{"begins by holding", []Message{Begin{}}, 0, Placed, Hold},
		{"is held, then pays", []Message{Begin{}, HeldAll{Until: until}}, 0, Held, Authorise},
		{
			"is paid, then confirmed",
			[]Message{Begin{}, HeldAll{Until: until}, Paid{}},
			0, Confirmed,
			Announce,
		},
		{
			"is paid when its holds are about to end: holds again",
			[]Message{Begin{}, HeldAll{Until: until}, Paid{}},
			14*time.Minute + time.Second, Authorised,
			Hold,
		},
		{
			"holds again and is confirmed",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}, HeldAll{Until: until}},
			0, Confirmed, Announce,
		},
		{
			"cannot hold again: gives all back",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}, Refused{late}},
			0, Releasing, GiveBack,
		},
		{"is out of stock", []Message{Begin{}, Refused{late}}, 0, Releasing, GiveBack},
		{"is declined", []Message{Begin{}, HeldAll{Until: until}, Refused{late}}, 0, Releasing, GiveBack},
		{"fails once all is given back", []Message{Begin{}, Refused{late}, Released{}}, 0, Failed, Nothing},
		{
			"fails without payments, which is told to give back what it may have reserved",
			[]Message{Begin{}, HeldAll{Until: until}, Refused{late}, Released{MoneyOpen: true}},
			0, Failed, CallOff,
		},
		{"lost before its holds: gives back", []Message{Resume{}}, 0, Releasing, GiveBack},
		{
			"lost while paying: looks for the money",
			[]Message{Begin{}, HeldAll{Until: until}, Resume{}},
			0,
			Held, FindMoney,
		},
		{
			"lost while paying, and paid",
			[]Message{Begin{}, HeldAll{Until: until}, Resume{}, Paid{}},
			0,
			Confirmed, Announce,
		},
		{
			"lost while paying, and not paid",
			[]Message{Begin{}, HeldAll{Until: until}, Resume{}, Unpaid{}},
			0,
			Releasing, GiveBack,
		},
		{"lost while giving back", []Message{Begin{}, Refused{late}, Resume{}}, 0, Releasing, GiveBack},
		{
			"lost while holding again",
			[]Message{Begin{}, HeldAll{Until: noon}, Paid{}, Resume{}},
			0,
			Authorised, Hold,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, ask := anOrder(t), Nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = Next(o, m, noon.Add(c.at)); err != nil {
					t.Fatal(err)
				}
			}
			if o.Status != c.status || ask != c.ask {
				t.Errorf("is %s and asks to %q, want %s and %q", o.Status, ask, c.status, c.ask)
			}
		})
	}
}

// TestOnlyWhatIsPaidWhereItIsPickedUpIsTakenWithoutPayments goes through all ways to pay and to get goods.
func TestOnlyWhatIsPaidWhereItIsPickedUpIsTakenWithoutPayments(t *testing.T) {
	until := noon.Add(15 * time.Minute)
	for _, c := range []struct {
		method, kind string
		holds        time.Time
		status       string
		ask          Effect
		later        bool
	}{
		{"pickup", "pickup", until, Confirmed, Announce, true},
		{"pickup", "pickup", noon, Authorised, Hold, true}, // the holds are renewed first
		{"pickup", "delivery", until, Held, Nothing, false},
		{"test", "pickup", until, Held, Nothing, false},
		{"test", "delivery", until, Held, Nothing, false},
	} {
		o := anOrder(t)
		o.PaymentMethod = c.method
		held, _, err := Next(o, HeldAll{Until: c.holds, Window: Window{Kind: c.kind}}, noon)
		if err != nil {
			t.Fatal(err)
		}
		got, ask, err := Next(held, PaidLater{}, noon)
		if got.Status != c.status || ask != c.ask || got.MoneyLater != c.later || (err == nil) != c.later {
			t.Errorf("paid by %s for a %s it is %s (money later: %v) and asks to %q, %v", c.method, c.kind,
				got.Status, got.MoneyLater, ask, err)
		}
		for _, other := range []Order{o, got} { // nothing is asked of payments in these states
			if _, _, err := Next(other, PaidLater{}, noon); err == nil && other.Status != Held {
				t.Errorf("an order that is %s is taken without payments", other.Status)
			}
		}
	}
}

// TestNoWayLeadsPastTheMoney walks the machine at random: an order is confirmed only when
// it was held with margin and paid, and fails only by giving everything back.
func TestNoWayLeadsPastTheMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anOrder(t)
		now := noon
		held, isPaid := false, false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
			until := now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "ttl")) * time.Second)
			m := rapid.SampledFrom([]Message{
				Begin{},
				Resume{},
				HeldAll{Until: until},
				Refused{Failure{Code: "x"}},
				Paid{},
				Unpaid{},
				Released{},
				Released{MoneyOpen: true},
				PaidLater{},
			}).Draw(t, "message")
			before := o
			next, ask, err := Next(o, m, now)
			if err != nil {
				if ask != Nothing || next.Status != before.Status {
					t.Fatal("a refused message changed the order")
				}
				continue
			}
			o = next
			_, wasHeld := m.(HeldAll)
			_, wasPaid := m.(Paid)
			held, isPaid = held || wasHeld, isPaid || wasPaid
			if o.Status == Confirmed && before.Status != Confirmed {
				if !held || !isPaid || ask != Announce || o.Events != 1 {
					t.Fatalf("confirmed with held=%v paid=%v, asking %q, events %d", held, isPaid, ask,
						o.Events)
				}
				if before.Status == Held && o.HoldsUntil.Sub(now) < holdMargin {
					t.Fatal("confirmed on holds that are about to end")
				}
			}
			if o.Status == Failed && before.Status != Failed && !before.Reached(Releasing) {
				t.Fatal("failed without giving back")
			}
			if slices.Contains([]string{Confirmed, Failed}, before.Status) {
				t.Fatalf("an order that was %s went on by %T", before.Status, m)
			}
		}
	})
}

func TestWhatIsWeighedSetsThePrice(t *testing.T) {
	o := anOrder(t)
	cheese := Line{
		VariantID: "var_w", ProductTitle: "Cheese", Quantity: 350, Price: money.New(2000, "USD"),
		ProducerID: "pro_b", SoldBy: "weight",
	}
	if err := cheese.SetTotal(); err != nil {
		t.Fatal(err)
	}
	o, err := New("ord_w", Cart{ID: "crt", Market: "portland", Lines: []Line{o.Lines[0], cheese}},
		money.New(500, "USD"), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SplitParts(func() string { return "prt" }); err != nil {
		t.Fatal(err)
	}
	if o.Total.Minor != 2500+700+500 || o.Authorised.Minor != o.Total.Minor+70 {
		t.Fatalf("total %d, authorised %d", o.Total.Minor, o.Authorised.Minor)
	}
	o.enter(Confirmed, noon, "")
	if _, err := Advance(&o, 1, PartPacked, Packing{"var_w": {386, ""}}, noon); err == nil {
		t.Error("more was packed than the buffer allows")
	}
	if _, err := Advance(&o, 0, PartPacked, Packing{"var_a": {1500, ""}}, noon); err == nil {
		t.Error("half a piece was packed")
	}
	if names, err := Advance(&o, 1, PartPacked, Packing{"var_w": {380, ""}}, noon); err != nil ||
		o.Total.Minor != 2500+760+500 || len(names) != 1 {
		t.Fatalf("packed 380 g: %v, %v, total %d", names, err, o.Total.Minor)
	}
	names, err := Advance(&o, 0, PartPacked, nil, noon)
	if err != nil || !slices.Equal(names, []string{"order.part_packed", "order.packed"}) ||
		o.Status != Packed {
		t.Fatalf("the last part: %v, %v, %s", names, err, o.Status)
	}
	if o.Total.Minor > o.Authorised.Minor {
		t.Error("more is charged than was authorised")
	}
	if _, err := Cancel(&o, noon); fault.KindOf(err) != fault.Conflict || err == nil {
		t.Errorf("a packed order was cancelled: %v", err)
	}
}

// Unconfirmed is an order that its shopper has to confirm.
func unconfirmed(t require, by Confirmation) Order {
	t.Helper()
	o := anOrder(t)
	o.Confirmation = &by
	return o
}

func TestAnUnconfirmedOrderGoesItsWay(t *testing.T) {
	late, passing := Failure{Kind: fault.Conflict, Code: "out_of_stock"},
		Failure{Kind: fault.Unavailable, Code: "unavailable"}
	got := HeldAll{Until: noon.Add(15 * time.Minute)}
	share, without, queued := Confirmation{Share: 10}, Confirmation{}, Confirmation{Queued: true}
	for _, c := range []struct {
		name     string
		by       Confirmation
		messages []Message
		status   string
		ask      Effect
		events   int64
	}{
		{"asks for its share", share, []Message{Begin{}}, Placed, HoldUnconfirmed, 0},
		{"is held, and its letter goes", share, []Message{Begin{}, got}, Awaiting, AskToConfirm, 1},
		{"is not held, and its letter goes", share, []Message{Begin{}, Unheld{}}, Awaiting, AskToConfirm, 1},
		{"may hold nothing, and its letter goes", without, []Message{Begin{}}, Awaiting, AskToConfirm, 1},
		{"waits for the operator, without a letter", queued, []Message{Begin{}}, Awaiting, Nothing, 0},
		{
			"is let through, and its letter goes", queued,
			[]Message{Begin{}, LetThrough{}},
			Awaiting,
			AskToConfirm, 1,
		},
		{
			"is let through again", queued,
			[]Message{Begin{}, LetThrough{}, LetThrough{}},
			Awaiting, Nothing,
			1,
		},
		{"is out of stock at once", share, []Message{Begin{}, Refused{late}}, Releasing, GiveBack, 0},
		{"cannot be asked for", share, []Message{Begin{}, Refused{passing}}, Releasing, GiveBack, 0},
		{"is lost before it awaits anything", share, []Message{Begin{}, Resume{}}, Releasing, GiveBack, 0},
		{
			"is confirmed by its shopper: holds like any other", share,
			[]Message{Begin{}, got, ConfirmedByShopper{}},
			Placed, Hold, 1,
		},
		{
			"goes on like any other", without,
			[]Message{Begin{}, ConfirmedByShopper{}, got, Paid{}},
			Confirmed,
			Announce, 2,
		},
		{
			"is sold out when it is confirmed", without,
			[]Message{Begin{}, ConfirmedByShopper{}, Refused{late}},
			Releasing, GiveBack, 1,
		},
		{
			"is lost after it was confirmed: holds", share,
			[]Message{Begin{}, got, ConfirmedByShopper{}, Resume{}},
			Placed, Hold, 1,
		},
		{
			"is lost while it is paid: pays", share,
			[]Message{Begin{}, got, ConfirmedByShopper{}, got, Resume{}},
			Held, Authorise, 1,
		},
		{"is not confirmed in time", share, []Message{Begin{}, got, Resume{}}, Releasing, GiveBack, 1},
		{
			"is not confirmed, and never held anything", without,
			[]Message{Begin{}, Resume{}},
			Failed, Nothing,
			1,
		},
		{"is called off", share, []Message{Begin{}, got, GivenUp{}}, Releasing, GiveBack, 1},
		{"is called off by the operator, unseen", queued, []Message{Begin{}, GivenUp{}}, Failed, Nothing, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, ask := unconfirmed(t, c.by), Nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = Next(o, m, noon); err != nil {
					t.Fatal(err)
				}
			}
			if o.Status != c.status || ask != c.ask || o.Events != c.events {
				t.Errorf("is %s and asks to %q with %d events, want %s, %q and %d", o.Status, ask, o.Events,
					c.status, c.ask, c.events)
			}
		})
	}
}

// TestNobodyIsBelievedUnasked walks the machine at random: an order that is to be confirmed is so only after
// its shopper said so, and is then held anew and paid.
func TestNobodyIsBelievedUnasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := unconfirmed(t, rapid.SampledFrom([]Confirmation{{Share: 10}, {}, {Queued: true}}).Draw(t,
			"confirmation"))
		asked, heldSince, paidSince := false, false, false
		for range rapid.IntRange(1, 14).Draw(t, "steps") {
			m := rapid.SampledFrom([]Message{
				Begin{},
				Resume{},
				HeldAll{Until: noon.Add(20 * time.Minute)},
				Unheld{},
				Refused{Failure{Code: "x"}},
				Paid{},
				Unpaid{},
				Released{},
				ConfirmedByShopper{},
				LetThrough{},
				GivenUp{},
			}).Draw(t, "message")
			before := o
			next, ask, err := Next(o, m, noon)
			if err != nil {
				if ask != Nothing || next.Status != before.Status {
					t.Fatal("a refused message changed the order")
				}
				continue
			}
			o = next
			switch m.(type) {
			case ConfirmedByShopper:
				asked = true
			case HeldAll:
				heldSince = asked
			case Paid:
				paidSince = asked
			}
			if o.Status == Confirmed && (!asked || !heldSince || !paidSince) {
				t.Fatalf("confirmed with asked=%v held=%v paid=%v", asked, heldSince, paidSince)
			}
			if ask == AskToConfirm &&
				(o.Confirmation.Queued || before.Status == Awaiting && !before.Confirmation.Queued) {
				t.Fatal("a letter goes twice, or before the operator has looked")
			}
			if before.Status == Failed || before.Status == Confirmed {
				t.Fatalf("an order that was %s went on by %T", before.Status, m)
			}
		}
	})
}

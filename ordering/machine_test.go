package ordering

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
	if err := line.price(); err != nil {
		t.Fatal(err)
	}
	o, err := newOrder("ord_a", Cart{ID: "crt_a", Market: "portland", Lines: []Line{line}}, money.Amount{},
		noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.splitParts(func() string { return "prt_a" }); err != nil {
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
		messages []message
		at       time.Duration
		status   string
		ask      effect
	}{
		{"begins by holding", []message{begin{}}, 0, Placed, hold},
		{"is held, then pays", []message{begin{}, heldAll{until: until}}, 0, Held, authorise},
		{
			"is paid, then confirmed",
			[]message{begin{}, heldAll{until: until}, paid{}},
			0, Confirmed,
			announce,
		},
		{
			"is paid when its holds are about to end: holds again",
			[]message{begin{}, heldAll{until: until}, paid{}},
			14*time.Minute + time.Second, Authorised,
			hold,
		},
		{
			"holds again and is confirmed",
			[]message{begin{}, heldAll{until: noon}, paid{}, heldAll{until: until}},
			0, Confirmed, announce,
		},
		{
			"cannot hold again: gives all back",
			[]message{begin{}, heldAll{until: noon}, paid{}, refused{late}},
			0, Releasing, giveBack,
		},
		{"is out of stock", []message{begin{}, refused{late}}, 0, Releasing, giveBack},
		{"is declined", []message{begin{}, heldAll{until: until}, refused{late}}, 0, Releasing, giveBack},
		{"fails once all is given back", []message{begin{}, refused{late}, released{}}, 0, Failed, nothing},
		{"lost before its holds: gives back", []message{resume{}}, 0, Releasing, giveBack},
		{
			"lost while paying: looks for the money",
			[]message{begin{}, heldAll{until: until}, resume{}},
			0,
			Held, findMoney,
		},
		{
			"lost while paying, and paid",
			[]message{begin{}, heldAll{until: until}, resume{}, paid{}},
			0,
			Confirmed, announce,
		},
		{
			"lost while paying, and not paid",
			[]message{begin{}, heldAll{until: until}, resume{}, unpaid{}},
			0,
			Releasing, giveBack,
		},
		{"lost while giving back", []message{begin{}, refused{late}, resume{}}, 0, Releasing, giveBack},
		{
			"lost while holding again",
			[]message{begin{}, heldAll{until: noon}, paid{}, resume{}},
			0,
			Authorised, hold,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, ask := anOrder(t), nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = step(o, m, noon.Add(c.at)); err != nil {
					t.Fatal(err)
				}
			}
			if o.Status != c.status || ask != c.ask {
				t.Errorf("is %s and asks to %q, want %s and %q", o.Status, ask, c.status, c.ask)
			}
		})
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
			m := rapid.SampledFrom([]message{
				begin{},
				resume{},
				heldAll{until: until},
				refused{Failure{Code: "x"}},
				paid{},
				unpaid{},
				released{},
			}).Draw(t, "message")
			before := o
			next, ask, err := step(o, m, now)
			if err != nil {
				if ask != nothing || next.Status != before.Status {
					t.Fatal("a refused message changed the order")
				}
				continue
			}
			o = next
			_, wasHeld := m.(heldAll)
			_, wasPaid := m.(paid)
			held, isPaid = held || wasHeld, isPaid || wasPaid
			if o.Status == Confirmed && before.Status != Confirmed {
				if !held || !isPaid || ask != announce || o.Events != 1 {
					t.Fatalf("confirmed with held=%v paid=%v, asking %q, events %d", held, isPaid, ask,
						o.Events)
				}
				if before.Status == Held && o.HoldsUntil.Sub(now) < holdMargin {
					t.Fatal("confirmed on holds that are about to end")
				}
			}
			if o.Status == Failed && before.Status != Failed && !before.reached(Releasing) {
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
	if err := cheese.price(); err != nil {
		t.Fatal(err)
	}
	o, err := newOrder("ord_w", Cart{ID: "crt", Market: "portland", Lines: []Line{o.Lines[0], cheese}},
		money.New(500, "USD"), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.splitParts(func() string { return "prt" }); err != nil {
		t.Fatal(err)
	}
	if o.Total.Minor != 2500+700+500 || o.Authorised.Minor != o.Total.Minor+70 {
		t.Fatalf("total %d, authorised %d", o.Total.Minor, o.Authorised.Minor)
	}
	o.enter(Confirmed, noon, "")
	if _, err := advance(&o, 1, PartPacked, packing{"var_w": {386, ""}}, noon); err == nil {
		t.Error("more was packed than the buffer allows")
	}
	if _, err := advance(&o, 0, PartPacked, packing{"var_a": {1500, ""}}, noon); err == nil {
		t.Error("half a piece was packed")
	}
	if names, err := advance(&o, 1, PartPacked, packing{"var_w": {380, ""}}, noon); err != nil ||
		o.Total.Minor != 2500+760+500 || len(names) != 1 {
		t.Fatalf("packed 380 g: %v, %v, total %d", names, err, o.Total.Minor)
	}
	names, err := advance(&o, 0, PartPacked, nil, noon)
	if err != nil || !slices.Equal(names, []string{"order.part_packed", "order.packed"}) ||
		o.Status != Packed {
		t.Fatalf("the last part: %v, %v, %s", names, err, o.Status)
	}
	if o.Total.Minor > o.Authorised.Minor {
		t.Error("more is charged than was authorised")
	}
	if _, err := cancel(&o, noon); fault.KindOf(err) != fault.Conflict || err == nil {
		t.Errorf("a packed order was cancelled: %v", err)
	}
}

// onTrial is an order that its shopper has to confirm.
func onTrial(t require, trial Trial) Order {
	t.Helper()
	o := anOrder(t)
	o.Trial = &trial
	return o
}

func TestAnOrderOnTrialGoesItsWay(t *testing.T) {
	late, passing := Failure{Kind: fault.Conflict, Code: "out_of_stock"},
		Failure{Kind: fault.Unavailable, Code: "unavailable"}
	got := heldAll{until: noon.Add(15 * time.Minute)}
	share, without, queued := Trial{Share: 10}, Trial{}, Trial{Queued: true}
	for _, c := range []struct {
		name     string
		trial    Trial
		messages []message
		status   string
		ask      effect
		events   int64
	}{
		{"asks for its share", share, []message{begin{}}, Placed, holdOnTrial, 0},
		{"is held, and its letter goes", share, []message{begin{}, got}, Awaiting, announceTrial, 1},
		{"is not held, and its letter goes", share, []message{begin{}, unheld{}}, Awaiting, announceTrial, 1},
		{"may hold nothing, and its letter goes", without, []message{begin{}}, Awaiting, announceTrial, 1},
		{"waits for the operator, without a letter", queued, []message{begin{}}, Awaiting, nothing, 0},
		{
			"is let through, and its letter goes", queued,
			[]message{begin{}, letThrough{}},
			Awaiting,
			announceTrial, 1,
		},
		{
			"is let through again", queued,
			[]message{begin{}, letThrough{}, letThrough{}},
			Awaiting, nothing,
			1,
		},
		{"is out of stock at once", share, []message{begin{}, refused{late}}, Releasing, giveBack, 0},
		{"cannot be asked for", share, []message{begin{}, refused{passing}}, Releasing, giveBack, 0},
		{"is lost before it awaits anything", share, []message{begin{}, resume{}}, Releasing, giveBack, 0},
		{
			"is confirmed by its shopper: holds like any other", share,
			[]message{begin{}, got, confirmedByShopper{}},
			Placed, hold, 1,
		},
		{
			"goes on like any other", without,
			[]message{begin{}, confirmedByShopper{}, got, paid{}},
			Confirmed,
			announce, 2,
		},
		{
			"is sold out when it is confirmed", without,
			[]message{begin{}, confirmedByShopper{}, refused{late}},
			Releasing, giveBack, 1,
		},
		{
			"is lost after it was confirmed: holds", share,
			[]message{begin{}, got, confirmedByShopper{}, resume{}},
			Placed, hold, 1,
		},
		{
			"is lost while it is paid: pays", share,
			[]message{begin{}, got, confirmedByShopper{}, got, resume{}},
			Held, authorise, 1,
		},
		{"is not confirmed in time", share, []message{begin{}, got, resume{}}, Releasing, giveBack, 1},
		{
			"is not confirmed, and never held anything", without,
			[]message{begin{}, resume{}},
			Failed, nothing,
			1,
		},
		{"is called off", share, []message{begin{}, got, givenUp{}}, Releasing, giveBack, 1},
		{"is called off by the operator, unseen", queued, []message{begin{}, givenUp{}}, Failed, nothing, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, ask := onTrial(t, c.trial), nothing
			var err error
			for _, m := range c.messages {
				if o, ask, err = step(o, m, noon); err != nil {
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

// TestNobodyIsBelievedUnasked walks the machine at random: an order on trial is confirmed only after its
// shopper said so, and is then held anew and paid.
func TestNobodyIsBelievedUnasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := onTrial(t, rapid.SampledFrom([]Trial{{Share: 10}, {}, {Queued: true}}).Draw(t, "trial"))
		asked, heldSince, paidSince := false, false, false
		for range rapid.IntRange(1, 14).Draw(t, "steps") {
			m := rapid.SampledFrom([]message{
				begin{},
				resume{},
				heldAll{until: noon.Add(20 * time.Minute)},
				unheld{},
				refused{Failure{Code: "x"}},
				paid{},
				unpaid{},
				released{},
				confirmedByShopper{},
				letThrough{},
				givenUp{},
			}).Draw(t, "message")
			before := o
			next, ask, err := step(o, m, noon)
			if err != nil {
				if ask != nothing || next.Status != before.Status {
					t.Fatal("a refused message changed the order")
				}
				continue
			}
			o = next
			switch m.(type) {
			case confirmedByShopper:
				asked = true
			case heldAll:
				heldSince = asked
			case paid:
				paidSince = asked
			}
			if o.Status == Confirmed && (!asked || !heldSince || !paidSince) {
				t.Fatalf("confirmed with asked=%v held=%v paid=%v", asked, heldSince, paidSince)
			}
			if ask == announceTrial && (o.Trial.Queued || before.Status == Awaiting && !before.Trial.Queued) {
				t.Fatal("a letter goes twice, or before the operator has looked")
			}
			if before.Status == Failed || before.Status == Confirmed {
				t.Fatalf("an order that was %s went on by %T", before.Status, m)
			}
		}
	})
}

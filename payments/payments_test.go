package payments

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

// books is a payment in memory with all that was ever entered for it.
type books struct {
	p       Payment
	entries []Entry
}

func (b *books) take(p Payment, entries []Entry, err error) {
	if err == nil {
		b.p, b.entries = p, append(b.entries, entries...)
	}
}

func (b *books) account(prefix string) (sum int64) {
	for _, e := range b.entries {
		if strings.HasPrefix(e.Account, prefix) {
			sum += e.Minor
		}
	}
	return sum
}

// TestTheLedgerTellsTheTruthAfterAnySteps: whatever steps come in whatever order, the
// books balance, nobody is owed less than nothing, and every account says what the payment says.
func TestTheLedgerTellsTheTruthAfterAnySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &books{p: Payment{OrderID: "o", Status: None}}
		t.Repeat(map[string]func(*rapid.T){
			"begin": func(t *rapid.T) {
				p, err := b.p.begin(money.New(rapid.Int64Range(0, 5000).Draw(t, "amount"), "USD"), "test", 1)
				b.take(p, nil, err)
			},
			"answered": func(t *rapid.T) {
				states := []ChargeState{
					ChargeAuthorised, ChargeAuthorised, ChargeDeclined, ChargeVoided,
					ChargeUnknown,
				}
				p, entries := b.p.answered(rapid.SampledFrom(states).Draw(t, "state"), 2)
				b.take(p, entries, nil)
			},
			"close":   func(*rapid.T) { p, err := b.p.close(3, 3); b.take(p, nil, err) },
			"voided":  func(*rapid.T) { p, entries := b.p.voided(4); b.take(p, entries, nil) },
			"confirm": func(*rapid.T) { b.take(b.p.confirm(5), nil, nil) },
			"pack":    func(t *rapid.T) { p, err := b.p.pack(drawSale(t), "USD", 6); b.take(p, nil, err) },
			"captured": func(t *rapid.T) {
				p, entries, err := b.p.captured(rapid.Int64Range(0, 10_000).Draw(t, "bp"), 7)
				b.take(p, entries, err)
			},
			"promise": func(t *rapid.T) {
				r := Refund{
					Key:   rapid.StringN(1, 2, 2).Draw(t, "key"),
					Minor: rapid.Int64Range(1, 3000).Draw(t, "amount"),
				}
				p, entries, err := b.p.promise(r, 8, 8)
				b.take(p, entries, err)
			},
			"paid": func(t *rapid.T) {
				if owed := b.p.owed(); len(owed) > 0 {
					p, entries := b.p.paid(rapid.SampledFrom(owed).Draw(t, "refund").Key, 9)
					b.take(p, entries, nil)
				}
			},
			"cancel": func(*rapid.T) { p, entries, err := b.p.cancel(10); b.take(p, entries, err) },
			"":       b.check,
		})
	})
}

func (b *books) check(t *rapid.T) {
	if !balanced(b.entries) {
		t.Fatalf("the books do not balance: %+v", b.entries)
	}
	var owed, reserved int64
	for _, r := range b.p.owed() {
		owed += r.Minor
	}
	if b.p.Status == Authorised || b.p.Status == Capturing || (b.p.Status == Voiding && b.p.Reserved) {
		reserved = b.p.Authorised
	}
	for _, c := range []struct {
		account string
		want    int64
	}{{"authorised:", reserved}, {clearing, b.p.Captured - b.p.Refunded + owed}, {refunds, -owed}} {
		if got := b.account(c.account); got != c.want {
			t.Fatalf("%s is at %d, want %d: %+v", c.account, got, c.want, b.p)
		}
	}
	for _, e := range b.entries {
		if strings.HasPrefix(e.Account, payable) && b.account(e.Account) > 0 {
			t.Fatalf("%s owes us %d", e.Account, b.account(e.Account))
		}
	}
	if b.p.Captured > b.p.Authorised || b.p.Refunded > b.p.Captured {
		t.Fatalf("more was taken than allowed: %+v", b.p)
	}
}

func TestPackCapturesWhatTheOrderCameToAndNeverMore(t *testing.T) {
	parts := []Part{{"a", 900}}
	for _, c := range []struct {
		name   string
		sale   Sale
		status Status
		total  int64
	}{
		{"less than authorised", Sale{900, 0, parts}, Capturing, 900},
		{"more than authorised", Sale{1500, 0, parts}, Capturing, 1000},
		{"nothing", Sale{}, Voiding, 0},
	} {
		p, err := Payment{OrderID: "o", Status: Authorised, Currency: "USD", Authorised: 1000}.pack(c.sale,
			"USD", 1)
		if err != nil || p.Status != c.status || p.Details.Sale.Total != c.total {
			t.Errorf("%s: %s of %d, %v; want %s of %d", c.name, p.Status, p.Details.Sale.Total, err, c.status,
				c.total)
		}
	}
	for name, sale := range map[string]Sale{"no parts": {Total: 5}, "another currency": {900, 0, parts}} {
		currency := map[string]string{"no parts": "USD", "another currency": "EUR"}[name]
		if _, err := (Payment{Status: Authorised, Currency: "USD", Authorised: 1000}).pack(sale, currency,
			1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPauseGrowsAndEnds(t *testing.T) {
	p := Payment{Status: Voiding}
	var last int64
	for range 40 {
		p = p.postpone("x", 0)
		if p.NextAt < last || p.NextAt > longPause.Milliseconds() {
			t.Fatalf("after %d tries the pause is %d ms, before it was %d", p.Attempts, p.NextAt, last)
		}
		last = p.NextAt
	}
	if last != longPause.Milliseconds() {
		t.Errorf("the longest pause is %d ms", last)
	}
}

func TestJudge(t *testing.T) {
	for state, want := range map[string]verdict{
		"": giveBack, "failed": giveBack, "cancelled": giveBack, "confirmed": keep, "packed": keep,
		"done":   keep,
		"placed": wait, "held": wait, "authorised": wait, "releasing": wait, "something new": wait,
	} {
		if got := judge(state); got != want {
			t.Errorf("an order in state %q: %d, want %d", state, got, want)
		}
	}
}

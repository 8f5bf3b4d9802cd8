package book

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

func TestLimitsJudge(t *testing.T) {
	l := Limits{
		ContactHolds: 1, ClientHolds: 2, Percent: 10, ClientBurst: 4, MarketBurst: 10, OpenOrders: 3,
		NewcomerOrders: 1, NewcomerValue: 1000,
	}
	n := func(holding, waiting, queued, open int64) map[string]int64 {
		return map[string]int64{
			UnpaidHolding: holding, UnpaidWaiting: waiting, UnpaidQueued: queued,
			unpaidOpen: open,
		}
	}
	stranger, newcomer, regular := Payer{}, Payer{Proven: true}, Payer{Proven: true, Collected: true}
	for _, c := range []struct {
		name   string
		payer  Payer
		crowd  crowd
		total  int64
		want   string
		refuse string
	}{
		{"nobody else", stranger, crowd{n(0, 0, 0, 0), n(0, 0, 0, 0), 0}, 1000, UnpaidHolding, ""},
		{"somebody known", regular, crowd{n(0, 0, 0, 2), n(9, 9, 9, 3), 99}, 9000, unpaidOpen, ""},
		{
			"known, with much to pick up", regular,
			crowd{n(0, 0, 0, 3), n(0, 0, 0, 0), 0},
			1, "",
			"too_many_open",
		},
		{"known, in a crowd", regular, crowd{n(0, 0, 0, 0), n(0, 0, 0, 4), 0}, 1, UnpaidQueued, ""},
		{"new", newcomer, crowd{n(0, 0, 0, 0), n(9, 9, 9, 3), 99}, 1000, unpaidOpen, ""},
		{
			"new, with one to pick up", newcomer,
			crowd{n(0, 0, 0, 1), n(0, 0, 0, 0), 0},
			1, "",
			"too_many_open",
		},
		{"new, and dear", newcomer, crowd{n(0, 0, 0, 0), n(0, 0, 0, 0), 0}, 1001, "", "newcomer_value"},
		{"unknown, and dear", stranger, crowd{n(0, 0, 0, 0), n(0, 0, 0, 0), 0}, 1001, "", "newcomer_value"},
		{
			"unknown, of an address with much to pick up", stranger,
			crowd{n(0, 0, 0, 3), n(0, 0, 0, 0), 0},
			1,
			UnpaidHolding, "",
		},
		{
			"a second of the same address", stranger,
			crowd{n(1, 0, 0, 0), n(1, 0, 0, 0), 1},
			1, UnpaidWaiting,
			"",
		},
		{
			"a third of the same network", stranger,
			crowd{n(0, 0, 0, 0), n(2, 0, 0, 0), 2},
			1, UnpaidWaiting,
			"",
		},
		{"a busy minute", stranger, crowd{n(0, 0, 0, 0), n(0, 0, 0, 0), 10}, 1, UnpaidWaiting, ""},
		{"a burst of one network", stranger, crowd{n(0, 0, 0, 0), n(2, 2, 0, 0), 4}, 1, UnpaidQueued, ""},
		{
			"a burst of one network that follows links", stranger,
			crowd{n(0, 0, 0, 0), n(1, 0, 0, 3), 4},
			1,
			UnpaidQueued, "",
		},
		{"a burst that goes on", stranger, crowd{n(0, 0, 0, 0), n(0, 0, 4, 0), 0}, 1, UnpaidQueued, ""},
		{
			"letters to one address", stranger,
			crowd{n(0, contactBurst, 0, 0), n(0, 0, 0, 0), 0},
			1,
			UnpaidQueued, "",
		},
		{
			"more than anybody looks at", stranger,
			crowd{n(0, 0, 0, 0), n(0, 0, maxUnconfirmed, 0), 0},
			1, "",
			"too_many_unconfirmed",
		},
	} {
		got, err := l.judge(c.payer, c.crowd, money.New(c.total, "USD"))
		if got != c.want || (c.refuse != "" && !fault.Is(err, c.refuse)) || (c.refuse == "" && err != nil) {
			t.Errorf("%s: %q, %v; want %q %s", c.name, got, err, c.want, c.refuse)
		}
	}
}

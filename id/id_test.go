package id_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
)

func TestIDsSortByTheTimeTheyWereMade(t *testing.T) {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 1000 {
		ids = append(ids, id.New(id.Order, "portland", start.Add(time.Duration(i)*time.Millisecond),
			rand.Reader))
	}
	if !slices.IsSorted(ids) {
		t.Error("IDs made later do not sort later")
	}
	if n := len(slices.Compact(ids)); n != 1000 {
		t.Errorf("%d distinct IDs of 1000", n)
	}
}

func TestAnIDSaysItsMarket(t *testing.T) {
	made := id.New(id.Order, "portland", time.Now(), rand.Reader)
	if market, err := id.Market(id.Order, made); err != nil || market != "portland" {
		t.Errorf("Market(%q) = %q, %v", made, market, err)
	}
}

func TestWhatIsNoIDIsNotFound(t *testing.T) {
	good := id.New(id.Order, "portland", time.Now(), rand.Reader)
	for _, bad := range []string{
		"", "ord", "ord_", "ord_portland", "ord_portland_", good + "0", good[:len(good)-1],
		strings.ToUpper(good),
		"crt" + good[3:], "ord__" + good[13:], "ord_../.._" + good[13:], good[:20] + "\x00" + good[21:],
		strings.Repeat("a", 10_000),
		"ord_portland_" + strings.Repeat("z", 26), "ord_portland_" + strings.Repeat("u", 26),
	} {
		if _, err := id.Market(id.Order, bad); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Market(%q) gave %v, want not found", bad, err)
		}
	}
}

func FuzzMarket(f *testing.F) {
	f.Add("ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc")
	f.Add("ord__")
	f.Add("ord_a_\x00")
	f.Fuzz(func(t *testing.T, s string) {
		market, err := id.Market(id.Order, s)
		if err == nil && (!strings.HasPrefix(s, "ord_"+market+"_") || !id.ValidMarket(market)) {
			t.Errorf("%q was read as of market %q", s, market)
		}
	})
}

func TestAnIDSaysWhenItWasMade(t *testing.T) {
	now := time.Date(2026, 11, 28, 3, 4, 5, 678_000_000, time.UTC)
	if at := id.MadeAt(id.New(id.Order, "portland", now, rand.Reader)); !at.Equal(now) {
		t.Errorf("made at %v, want %v", at, now)
	}
	for _, bad := range []string{"", "ord", "ord_portland_U", "!"} {
		if at := id.MadeAt(bad); bad != "" && !at.IsZero() {
			t.Errorf("%q was made at %v", bad, at)
		}
	}
}

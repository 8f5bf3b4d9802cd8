package reading

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/ordering/order"
)

const market = "portland"

// linkKeysOf are those of master keys, each named by a letter.
func linkKeysOf(t *testing.T, current string, older ...string) linkKeys {
	t.Helper()
	c := host.Config{Secret: []byte(strings.Repeat(current, 32))}
	for _, secret := range older {
		c.OlderSecrets = append(c.OlderSecrets, []byte(strings.Repeat(secret, 32)))
	}
	k, err := newLinkKeys(c)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestATokenSaysWhatItWasMadeToSay(t *testing.T) {
	k := linkKeysOf(t, "a")
	rapid.Check(t, func(t *rapid.T) {
		l := link{
			scope:   order.Scope(rapid.Byte().Draw(t, "scope")),
			epoch:   rapid.Int64Range(0, 1<<32-1).Draw(t, "epoch"),
			expires: time.Unix(60*rapid.Int64Range(0, 1<<32-1).Draw(t, "minute"), 0).UTC(),
		}
		token := k.sign("ord_a", l)
		if got, ok := k.read("ord_a", token); !ok || got != l {
			t.Fatalf("%+v became %+v", l, got)
		}
		raw := []byte(token)
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		raw[at] = rapid.SampledFrom([]byte("ABCdef012-_!")).Filter(func(b byte) bool {
			return b != raw[at]
		}).Draw(t, "byte")
		if _, ok := k.read("ord_a", string(raw)); ok {
			t.Fatalf("%q passes for %q", raw, token)
		}
	})
}

func TestATokenOpensOneOrderUnderOneKey(t *testing.T) {
	k := linkKeysOf(t, "a")
	token := k.sign("ord_a", link{scope: order.Reading, expires: time.Unix(60, 0)})
	for name, opened := range map[string]func() (link, bool){
		"another order":  func() (link, bool) { return k.read("ord_b", token) },
		"another secret": func() (link, bool) { return linkKeysOf(t, "b").read("ord_a", token) },
		"nothing":        func() (link, bool) { return k.read("ord_a", "") },
		"a part of it":   func() (link, bool) { return k.read("ord_a", token[:len(token)-2]) },
	} {
		if _, ok := opened(); ok {
			t.Errorf("it opens with %s", name)
		}
	}
	if _, ok := linkKeysOf(t, "b", "a").read("ord_a", token); !ok {
		t.Error("it does not outlive the turn of the master key")
	}
}

// eachReader runs a test on the reader of each engine, with an order of a guest's that is not in the book.
func eachReader(t *testing.T, test func(s *booktest.Shelf, r *Reader, o order.Order)) {
	booktest.Each(t, func(s *booktest.Shelf) {
		r, err := New(s.Host, book.New(s.Host), nil)
		s.Must(err)
		s.Must(r.Start(s.Context()))
		test(s, r, order.Order{
			ID: s.Host.NewID(id.Order, market), CustomerID: s.Host.NewID(id.Customer, market),
			PlacedAt: s.Host.Now(), Window: order.Window{EndsAt: s.Host.Now().AddDate(0, 0, 2)},
		})
	})
}

// wantMay wants a token to open an order for this, and no more.
func wantMay(s *booktest.Shelf, r *Reader, what string, o order.Order, token string, want order.Scope) {
	s.Helper()
	may, err := r.ScopeOf(s.Context(), o, &orderingv1.Viewer{AccessToken: token})
	if s.Must(err); may != want {
		s.Errorf("%s: one may %b, want %b", what, may, want)
	}
}

func TestATokenMayWhatItSaysUntilItExpires(t *testing.T) {
	eachReader(t, func(s *booktest.Shelf, r *Reader, o order.Order) {
		const both = order.Reading | order.Cancelling
		token, err := r.AccessToken(s.Context(), o)
		s.Must(err)
		l, ok := r.linkKeys.read(o.ID, token)
		if ends := o.Window.EndsAt.Add(60 * 24 * time.Hour).Truncate(time.Minute); !ok ||
			!l.expires.Equal(ends) || l.scope != both {
			s.Errorf("a checkout answers with %+v, want one until %s", l, ends)
		}
		now := s.Host.Now()
		for what, c := range map[string]struct {
			link link
			want order.Scope
		}{
			"expired":        {link{both, now.Add(-time.Minute), 0}, 0},
			"for nothing":    {link{0, now.Add(time.Hour), 0}, 0},
			"to cancel only": {link{order.Cancelling, now.Add(time.Hour), 0}, order.Cancelling},
			"to read only":   {link{order.Reading, now.Add(time.Hour), 0}, order.Reading},
			"for both":       {link{both, now.Add(time.Hour), 0}, both},
		} {
			wantMay(s, r, what, o, r.linkKeys.sign(o.ID, c.link), c.want)
		}
	})
}

func TestATokenOfAnEarlierVersionLivesOutItsTime(t *testing.T) {
	eachReader(t, func(s *booktest.Shelf, r *Reader, o order.Order) {
		mac := hmac.New(sha256.New, r.accessKeys[0])
		mac.Write([]byte(o.ID))
		token := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
		r.linksSince = s.Host.Now().Add(-2 * oldLinkGrace)
		wantMay(s, r, "of an order that was placed since", o, token, 0)
		r.linksSince = s.Host.Now()
		wantMay(s, r, "of an order of before", o, token, order.Reading|order.Cancelling)
		o.Window.EndsAt = s.Host.Now().Add(-linkLife)
		wantMay(s, r, "60 days after its window", o, token, 0)
		// A restart does not begin anew.
		first, err := linksSince(s.Context(), s.Host.DB(), time.Now().Add(time.Hour))
		s.Must(err)
		if first.After(time.Now()) {
			s.Errorf("links end since %s", first)
		}
	})
}

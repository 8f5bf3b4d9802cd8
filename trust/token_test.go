package trust_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/trust"
)

const member, dairy = "member cus_1 192.0.2.7 c2VhbGVk", "prd_1=goods"

// both runs a test on tokens of either key, as services of one shop and of another have them.
func both(t *testing.T, test func(t *testing.T, s *shop, of, strange func(service string) *trust.Tokens)) {
	t.Helper()
	t.Run("certificates", func(t *testing.T) {
		s, other := newShop(t), newShop(t)
		test(t, s, func(service string) *trust.Tokens { return s.runs(service, s).Tokens() },
			func(service string) *trust.Tokens { return other.runs(service, other).Tokens() })
	})
	t.Run("a secret", func(t *testing.T) {
		s := newShop(t)
		tokens := func(secret string) func(string) *trust.Tokens {
			return func(service string) *trust.Tokens {
				return trust.Shared([]string{service}, s.Now, secret)
			}
		}
		test(t, s, tokens("the shop's"), tokens("another's"))
	})
}

func signs(t testing.TB, tokens *trust.Tokens, by string, audience ...string) trust.Token {
	t.Helper()
	token, err := tokens.Sign(by, dairy, audience)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestWhoActsIsKnownToThoseThatItIsSaidTo(t *testing.T) {
	both(t, func(t *testing.T, s *shop, of, _ func(string) *trust.Tokens) {
		edge, catalog := of("edge"), of("catalog")
		token := signs(t, edge, member, "catalog", "inventory")
		for _, service := range []string{"catalog", "inventory"} {
			claims, err := catalog.Check(token, service)
			if err != nil || claims.By != member || claims.Limits != dairy || claims.From[0] != "edge" {
				t.Errorf("%s knows %+v, %v", service, claims, err)
			}
		}
		if _, err := catalog.Check(token, "payments"); refused(err) != trust.AnotherAudience {
			t.Errorf("others: %v", err)
		}
		if again := signs(t, edge, member, "catalog", "inventory"); again != token {
			t.Error("the same is signed twice")
		}
		if other := signs(t, edge, "guest", "catalog", "inventory"); other == token {
			t.Error("another is said with the same token")
		}
	})
}

func TestATokenIsGoodForAMinute(t *testing.T) {
	both(t, func(t *testing.T, s *shop, of, _ func(string) *trust.Tokens) {
		edge, catalog := of("edge"), of("catalog")
		token := signs(t, edge, member, "catalog")
		check := func(want string) {
			t.Helper()
			for range 2 { // the second time it is known
				if _, err := catalog.Check(token, "catalog"); refused(err) != want {
					t.Errorf("at %s: %v", s.Now().Format(time.TimeOnly), err)
				}
			}
		}
		s.advance(-5 * time.Second) // the other clock is behind
		check("")
		s.advance(-time.Second)
		check(trust.Ended)
		s.advance(66 * time.Second)
		check("")
		claims, _ := catalog.Check(token, "catalog")
		if claims.Good("catalog", s.Now()) {
			t.Error("it is passed on though it ends on the way")
		}
		s.advance(6 * time.Second)
		check(trust.Ended)
		if fresh := signs(t, edge, member, "catalog"); fresh == token {
			t.Error("a token that has ended is used again")
		}
	})
}

func TestAForgedTokenIsRefused(t *testing.T) {
	both(t, func(t *testing.T, s *shop, of, strange func(string) *trust.Tokens) {
		catalog, token := of("catalog"), signs(t, of("edge"), member, "catalog")
		text, signature, _ := strings.Cut(token.Text, ".")
		plain, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		operator := strings.Replace(string(plain), "member cus_1", "operator cus_2", 1)
		changed := base64.RawURLEncoding.EncodeToString([]byte(operator)) + "." + signature
		for name, forged := range map[string]trust.Token{
			"changed":               {Text: changed, Certificate: token.Certificate},
			"without a signature":   {Text: text, Certificate: token.Certificate},
			"without a certificate": {Text: changed},
			"another shop's":        signs(t, strange("edge"), member, "catalog"),
			"another signature": {
				Text: text + strings.TrimLeft(signs(t, of("edge"), "guest", "catalog").Text,
					"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
				Certificate: token.Certificate,
			},
			"nothing": {Text: "."},
		} {
			if _, err := catalog.Check(forged, "catalog"); refused(err) != trust.Forged &&
				refused(err) != trust.AnotherAuthority {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := catalog.Check(token, "catalog"); err != nil {
			t.Errorf("the right one: %v", err)
		}
	})
}

// A service signs with its own key, so it does not pass for the front door, whatever it writes.
func TestAServiceDoesNotPassForTheFrontDoor(t *testing.T) {
	s := newShop(t)
	catalog, inventory := s.runs("catalog", s), s.runs("inventory", s)
	token := signs(t, catalog.Tokens(), member, "inventory")
	token.Certificate = signs(t, s.runs("edge", s).Tokens(), member, "inventory").Certificate
	if _, err := inventory.Tokens().Check(token, "inventory"); refused(err) != trust.Forged {
		t.Errorf("under the edge's certificate: %v", err)
	}
	for _, tokens := range []*trust.Tokens{catalog.Tokens(), catalog.TokensFrom("edge")} {
		claims, err := inventory.Tokens().Check(signs(t, tokens, member, "inventory"), "inventory")
		if err != nil || len(claims.From) != 1 || claims.From[0] != "catalog" {
			t.Errorf("under its own: %+v, %v", claims, err)
		}
	}
}

func TestATokenIsWorthSomethingFromThoseThatItWasGivenTo(t *testing.T) {
	person := trust.Claims{From: []string{"edge"}, For: []string{"catalog", "inventory"}}
	own := trust.Claims{From: []string{"catalog"}, For: []string{"inventory"}}
	for _, c := range []struct {
		claims     trust.Claims
		by         string
		word, want string
	}{
		{person, "edge", "", ""},
		{person, "catalog", "", ""},
		{person, "notify", "", trust.NotGiven},
		{own, "catalog", "catalog", ""},
		{own, "inventory", "", trust.NotGiven},
		{own, "edge", "", trust.NotGiven},
	} {
		word, err := c.claims.OnWordOf([]string{c.by}, "edge")
		if word != c.word || refused(err) != c.want {
			t.Errorf("%v shown by %s: %q, %v", c.claims, c.by, word, err)
		}
	}
	if _, err := person.OnWordOf(nil, "edge"); refused(err) != trust.NotGiven {
		t.Errorf("shown by nobody: %v", err)
	}
}

// A certificate is looked at again: one that has ended signs nothing any more.
func TestWhatASignerSaidEndsWithItsCertificate(t *testing.T) {
	s := newShop(t)
	edge, catalog := s.runs("edge", s).Tokens(), s.runs("catalog", s).Tokens()
	s.advance(365*24*time.Hour - time.Second)
	if _, err := catalog.Check(signs(t, edge, member, "catalog"), "catalog"); err != nil {
		t.Error(err)
	}
	s.advance(2 * time.Second)
	if _, err := catalog.Check(signs(t, edge, "guest", "catalog"), "catalog"); refused(err) != trust.Ended {
		t.Errorf("after its end: %v", err)
	}
}

// BenchmarkToken says what it costs to say who acts: to sign and check anew, which is once in half a minute
// for each that acts, and to find what was signed and checked before, which is each call.
func BenchmarkToken(b *testing.B) {
	s := newShop(b)
	edge, catalog := s.runs("edge", s).Tokens(), s.runs("catalog", s).Tokens()
	audience := []string{"catalog", "inventory"}
	for _, name := range []string{"new", "known"} {
		of := func(n int) string { return "guest - " + strconv.Itoa(n) }
		if name == "known" {
			of = func(int) string { return member }
		}
		b.Run("sign/"+name, func(b *testing.B) {
			for n := range b.N {
				if _, err := edge.Sign(of(n), "", audience); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("check/"+name, func(b *testing.B) {
			tokens := make([]trust.Token, b.N)
			for n := range tokens {
				tokens[n], _ = edge.Sign(of(n), "check", audience)
			}
			b.ResetTimer()
			for _, token := range tokens {
				if _, err := catalog.Check(token, "catalog"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

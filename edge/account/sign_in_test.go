package account_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestPasswordsAreNeverSentBack(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/sign-in", "", url.Values{
		"email": {"ann@example.org"}, "password": {"wrong-secret"},
		"next": {"/checkout"},
	})
	if v.Status != http.StatusUnauthorized || v.Value("email") != "ann@example.org" ||
		v.Value("password") != "" || v.Value("next") != "/checkout" {
		t.Errorf("status %d, email %q, password %q", v.Status, v.Value("email"), v.Value("password"))
	}
}

func TestSigningInLeadsToAPageOfTheShop(t *testing.T) {
	s := edgetest.Open(t)
	for next, want := range map[string]string{
		"/checkout": "/checkout", "": "/account", "https://evil.example": "/account",
		"//evil.example": "/account", `/\evil.example`: "/account", "/a\r\nSet-Cookie: x=y": "/account",
	} {
		v := s.Open(t, "/sign-in", "", url.Values{
			"email": {"ann@example.org"}, "password": {"right"},
			"next": {next},
		})
		if v.Status != http.StatusSeeOther || v.Header.Get("Location") != want || len(v.Cookies) != 2 ||
			v.Cookies[1].Name != deviceCookie || v.Cookies[1].Value != "known" {
			t.Errorf("%q leads to %s (%d)", next, v.Header.Get("Location"), v.Status)
		}
	}
	v := s.Open(t, "/account", "", nil)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/sign-in?next=%2Faccount" {
		t.Errorf("a guest is led to %s", v.Header.Get("Location"))
	}
}

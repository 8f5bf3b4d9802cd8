package web_test

import (
	"net/http"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/host"
)

func TestTheRuleOfNobodyOpensToNobody(t *testing.T) {
	for who, account := range edgetest.Accounts {
		if web.Nobody.Allows(account) == nil {
			t.Errorf("the zero rule lets the %s in", who)
		}
	}
}

func TestCookiesAreSecureBeyondADemo(t *testing.T) {
	for _, c := range []struct {
		config host.Config
		name   string
		secure bool
	}{
		{host.Config{Demo: true}, "session", false},
		{host.Config{Demo: true, BaseURL: "http://127.0.0.1:8080"}, "session", false},
		{host.Config{Demo: true, BaseURL: "https://demo.example"}, "__Host-session", true},
		{host.Config{BaseURL: "http://shop.example"}, "__Host-session", true},
		{host.Config{}, "__Host-session", true},
	} {
		cookie := web.NewCookies(c.config).Make(web.SessionCookie, "token", "/", web.CartLives)
		if cookie.Name != c.name || cookie.Secure != c.secure || !cookie.HttpOnly ||
			cookie.SameSite != http.SameSiteLaxMode || cookie.Valid() != nil {
			t.Errorf("%+v gives %v", c.config, cookie)
		}
	}
	order := web.NewCookies(host.Config{}).Make(web.OrderCookie, "token", "/orders/x", orderLives)
	if order.Name != "__Secure-order" || order.Path != "/orders/x" || !order.Secure {
		t.Errorf("an order's cookie is %v", order)
	}
}

package edge

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
)

// TestWhoIsLostIsShownTheWay offers search and the market wherever an address names one.
func TestWhoIsLostIsShownTheWay(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, path := range []string{
		"/nothing", "/m/portland/nothing", "/m/nowhere", "/p/prd_portland_x",
		"/producers/pro_portland_<script>", "/%ff",
	} {
		v := s.open(t, path, "", nil)
		if v.status != http.StatusNotFound || len(v.find("form", "action", "/m/portland/products")) != 1 ||
			len(v.find("a", "class", "button", "href", "/m/portland")) != 1 {
			t.Errorf("%s is answered with %d and shows no way: %s", path, v.status, v.text())
		}
	}
	s.peers.fail("ListMarkets", fault.New(fault.Unavailable, "unavailable", "Down."))
	if v := s.open(t, "/nothing", "", nil); v.status != http.StatusNotFound ||
		len(v.find("a", "class", "button", "href", "/")) != 1 {
		t.Errorf("without the catalogue it is answered with %d", v.status)
	}
}

// TestAFailureCanBeFoundInTheLog follows the reference that a person reads to the log.
func TestAFailureCanBeFoundInTheLog(t *testing.T) {
	var log bytes.Buffer
	s := openShop(t, DefaultLimits, func(c *host.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.peers.fail("GetCart", errors.New("the disk is on fire"))
	v := s.open(t, "/cart", "cart="+guestCart, nil)
	reference := regexp.MustCompile(`a note of it as ([A-Z2-7]{8})\.`).FindStringSubmatch(v.text())
	if v.status != http.StatusInternalServerError || reference == nil || strings.Contains(v.text(), "fire") {
		t.Fatalf("status %d: %s", v.status, v.text())
	}
	if !strings.Contains(log.String(), "reference="+reference[1]) {
		t.Errorf("the log has no %s: %s", reference[1], log.String())
	}
}

// TestABusyShopSaysWhenToComeAgain tells the person and the browser the same.
func TestABusyShopSaysWhenToComeAgain(t *testing.T) {
	limits := DefaultLimits
	limits.Carting = Cap{}
	v := openShop(t, limits).open(t, "/cart", "", nil)
	wait := v.header.Get("Retry-After")
	if v.status != http.StatusServiceUnavailable || wait == "" ||
		!strings.Contains(v.text(), "Come back in "+wait+" second") {
		t.Errorf("status %d, Retry-After %q: %s", v.status, wait, v.text())
	}
}

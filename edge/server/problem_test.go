package server_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/host"
)

// TestAFailureCanBeFoundInTheLog follows the reference that a person reads to the log.
func TestAFailureCanBeFoundInTheLog(t *testing.T) {
	var log bytes.Buffer
	s := edgetest.Open(t, func(c *host.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.Peers.Fail("GetCart", errors.New("the disk is on fire"))
	v := s.Open(t, "/cart", "cart="+edgetest.GuestCart, nil)
	reference := regexp.MustCompile(`a note of it as ([A-Z2-7]{8})\.`).FindStringSubmatch(v.Text())
	if v.Status != http.StatusServiceUnavailable || reference == nil || strings.Contains(v.Text(), "fire") {
		t.Fatalf("status %d: %s", v.Status, v.Text())
	}
	if !strings.Contains(log.String(), "reference="+reference[1]) {
		t.Errorf("the log has no %s: %s", reference[1], log.String())
	}
}

// TestABusyShopSaysWhenToComeAgain tells the person and the browser the same.
func TestABusyShopSaysWhenToComeAgain(t *testing.T) {
	limits := server.DefaultLimits
	limits.Carting = server.Cap{}
	v := edgetest.OpenWithin(t, limits).Open(t, "/cart", "", nil)
	wait := v.Header.Get("Retry-After")
	if v.Status != http.StatusServiceUnavailable || wait == "" ||
		!strings.Contains(v.Text(), "Come back in "+wait+" second") {
		t.Errorf("status %d, Retry-After %q: %s", v.Status, wait, v.Text())
	}
}

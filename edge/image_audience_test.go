package edge

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// TestAPictureIsNotPublicBeforeItsMakerIs asks in an order in which an answer that was kept for one would be
// given to another.
func TestAPictureIsNotPublicBeforeItsMakerIs(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		goods := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog"))
		approve := func(approved bool) {
			t.Helper()
			if _, err := goods.ApproveProducer(t.Context(),
				&catalogv1.ApproveProducerRequest{Id: m.producer, Approved: approved}); err != nil {
				t.Fatal(err)
			}
		}
		approve(false)
		var content bytes.Buffer
		if err := jpeg.Encode(&content, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
			t.Fatal(err)
		}
		put, err := goods.PutImage(t.Context(),
			&catalogv1.PutImageRequest{ProductId: m.product, Content: content.Bytes(), Alt: "A wheel"})
		if err != nil {
			t.Fatal(err)
		}
		m.addOtherProducer(t)
		at := "/images/" + put.GetKey() + "?w=320"
		see := func(who string) (int, string) {
			t.Helper()
			cookie := ""
			if who != "" {
				cookie = "session=" + m.token(t, who)
			}
			v := m.open(t, at, cookie, nil)
			return v.status, v.header.Get("Cache-Control")
		}
		wants := func(who string, status int, kept string) {
			t.Helper()
			if got, control := see(who); got != status ||
				(status == http.StatusOK && !strings.Contains(control, kept)) {
				t.Errorf("%q is answered with %d, %q", who, got, control)
			}
		}
		for range 2 {
			wants("dairy@example.org", http.StatusOK, "no-store")
			wants("op@example.org", http.StatusOK, "no-store")
			wants("other@example.org", http.StatusNotFound, "")
			wants("", http.StatusNotFound, "")
		}
		approve(true)
		wants("", http.StatusOK, "public")
	})
}

func TestAPictureThatCeasesToBePublicIsForgotten(t *testing.T) {
	s := openShop(t, DefaultLimits)
	const at = "/images/tomme.jpg?w=320"
	if v := s.open(t, at, "", nil); v.status != http.StatusOK ||
		!strings.Contains(v.header.Get("Cache-Control"), "s-maxage=600") {
		t.Fatalf("status %d, %v", v.status, v.header)
	}
	s.peers.fail("GetImage", fault.New(fault.NotFound, "not_found", "There is no such picture."))
	s.clock.Advance(59 * time.Second)
	s.open(t, at, "", nil) // it is asked for anew meanwhile
	s.clock.Advance(time.Minute)
	if v := s.open(t, at, "", nil); v.status != http.StatusNotFound {
		t.Errorf("after two minutes it is answered with %d", v.status)
	}
}

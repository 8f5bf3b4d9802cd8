package edge_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

// TestAPictureIsNotPublicBeforeItsMakerIs asks in an order in which an answer that was kept for one would be
// given to another.
func TestAPictureIsNotPublicBeforeItsMakerIs(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		goods := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog"))
		approve := func(approved bool) {
			t.Helper()
			if _, err := goods.ApproveProducer(t.Context(),
				&catalogv1.ApproveProducerRequest{Id: m.Producer, Approved: approved}); err != nil {
				t.Fatal(err)
			}
		}
		approve(false)
		var content bytes.Buffer
		if err := jpeg.Encode(&content, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
			t.Fatal(err)
		}
		put, err := goods.PutImage(t.Context(),
			&catalogv1.PutImageRequest{ProductId: m.Product, Content: content.Bytes(), Alt: "A wheel"})
		if err != nil {
			t.Fatal(err)
		}
		addOtherProducer(t, m)
		at := "/images/" + put.GetKey() + "?w=320"
		see := func(who string) (int, string) {
			t.Helper()
			cookie := ""
			if who != "" {
				cookie = "session=" + m.Token(t, who)
			}
			v := m.Open(t, at, cookie, nil)
			return v.Status, v.Header.Get("Cache-Control")
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
	s := edgetest.Open(t)
	const at = "/images/tomme.jpg?w=320"
	if v := s.Open(t, at, "", nil); v.Status != http.StatusOK ||
		!strings.Contains(v.Header.Get("Cache-Control"), "s-maxage=600") {
		t.Fatalf("status %d, %v", v.Status, v.Header)
	}
	s.Peers.Fail("GetImage", fault.New(fault.NotFound, "not_found", "There is no such picture."))
	s.Clock.Advance(59 * time.Second)
	s.Open(t, at, "", nil) // it is asked for anew meanwhile
	s.Clock.Advance(time.Minute)
	if v := s.Open(t, at, "", nil); v.Status != http.StatusNotFound {
		t.Errorf("after two minutes it is answered with %d", v.Status)
	}
}

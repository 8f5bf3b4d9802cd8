package server_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// These are inputs that take more memory than they have bytes.

func TestABodyThatIsPackedIsNotUnpacked(t *testing.T) {
	s := edgetest.Open(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 64<<20))
	_ = z.Close()
	for encoding, status := range map[string]int{
		"gzip": 415, "br": 415, "deflate, gzip": 415,
		"identity": 422,
	} {
		answer, body := s.Send(t, edgetest.Call{
			Method: "POST", Path: "/api/v1/carts", Body: packed.String(),
			Header: []string{"Content-Type", "application/json", "Content-Encoding", encoding},
		})
		if answer.StatusCode != status {
			t.Errorf("%s is answered with %d: %v", encoding, answer.StatusCode, body)
		}
	}
}

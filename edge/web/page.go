package web

import (
	"bytes"
	"context"
	"crypto/rand"

	"github.com/a-h/templ"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
)

// HTMLType is the media type of a page.
const HTMLType = "text/html; charset=utf-8"

// Render makes a page whole before any of it is sent, so that a page that fails is an error and not half a
// page.
func Render(ctx context.Context, status int, c templ.Component) (*Reply, error) {
	var out bytes.Buffer
	nonce := rand.Text()
	if err := c.Render(templ.WithNonce(ctx, nonce), &out); err != nil {
		return nil, err
	}
	return &Reply{Status: status, ContentType: HTMLType, Body: out.Bytes(), Nonce: nonce}, nil
}

// Frame is what surrounds a page. The place is nil on a page of no market.
func (s *Site) Frame(title string, in *Market) page.Frame {
	f := page.Frame{Title: title, Assets: s.Assets, Demo: s.Host.Config().Demo}
	if in != nil {
		f.Market, f.MarketName, f.Locale = in.Code, in.Name, in.Locale
	}
	return f
}

// ShopFrame is the frame of a page that people shop on.
func (s *Site) ShopFrame(title string, in *Market) page.Frame {
	f := s.Frame(title, in)
	f.Shopping = true
	return f
}

// DeskFrame is the frame of a page that is built of the parts of desks.
func (s *Site) DeskFrame(title string) page.Frame {
	f := s.Frame(title, nil)
	f.Sheet = s.Assets.Desk
	return f
}

// Missing notes that a page goes without a part.
func (s *Site) Missing(ctx context.Context, part string, err error) error {
	if err != nil {
		s.Host.Log().WarnContext(ctx, "a page goes without a part", "part", part, "error", fault.KindOf(err))
	}
	return err
}

// Partial reports whether a page's script asks, and puts the answer into the page that is open.
func (v *Visit) Partial() bool { return v.Request.Header.Get("HX-Request") == "true" }

package edge

import (
	"fmt"

	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/host"
)

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "edge", New: New, Front: true,
		Calls: []string{"catalog", "delivery", "identity", "inventory", "notify", "ordering", "payments"},
	}
}

// New makes the front door of a host, with all routes and DefaultLimits.
func New(h *host.Host) error {
	site, err := NewSite(h)
	if err != nil {
		return err
	}
	limits := server.DefaultLimits
	limits.CheckoutsASecond = h.Config().CheckoutsASecond
	front, err := server.New(site, limits, Routes(site))
	if err != nil {
		return err
	}
	if err := front.Register(h.Metrics()); err != nil {
		return err
	}
	h.ServePublic(front)
	return nil
}

// NewSite makes the shop as handlers know it, with the files that belong to its pages.
func NewSite(h *host.Host) (*web.Site, error) {
	assets, err := readAssets()
	if err != nil {
		return nil, err
	}
	document, err := Document()
	if err != nil {
		return nil, err
	}
	return web.NewSite(h, assets, document), nil
}

// Document describes the API, as OpenAPI has it.
func Document() ([]byte, error) {
	document, err := static.ReadFile("static/openapi.json")
	if err != nil {
		return nil, fmt.Errorf("read what describes the API: %w", err)
	}
	return document, nil
}

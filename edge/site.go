package edge

import (
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
)

// site is what every page and every answer of the API is made with: the services that it asks, the shop's own address, its
// cookies, and the files that belong to its pages.
type site struct {
	host   *host.Host
	assets page.Assets
	// document describes the API.
	document []byte
	jar    jar
	// base is the shop's own address, without a slash at the end; empty when it is not known.
	base string
	demo bool

	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	ordering  orderingv1connect.OrderingServiceClient
	payments  paymentsv1connect.PaymentsServiceClient
	identity  identityv1connect.IdentityServiceClient
	factors   identityv1connect.FactorServiceClient
	staff     identityv1connect.PeopleServiceClient
	notify    notifyv1connect.NotifyServiceClient
	actors    identityv1connect.ActorServiceClient
	// troubles and logs are what every service has of its own, by its name.
	troubles map[string]troublev1connect.TroubleServiceClient
	logs     map[string]auditv1connect.AuditServiceClient
}

// newSite asks the peers of a host.
func newSite(h *host.Host, assets page.Assets, document []byte) *site {
	return &site{
		host: h, assets: assets, document: document, jar: newJar(h.Config()), base: strings.TrimSuffix(h.Config().BaseURL, "/"), demo: h.Config().Demo,
		catalog:   catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		inventory: inventoryv1connect.NewInventoryServiceClient(h.Peer("inventory")),
		delivery:  deliveryv1connect.NewDeliveryServiceClient(h.Peer("delivery")),
		ordering:  orderingv1connect.NewOrderingServiceClient(h.Peer("ordering")),
		payments:  paymentsv1connect.NewPaymentsServiceClient(h.Peer("payments")),
		identity:  identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
		factors:   identityv1connect.NewFactorServiceClient(h.Peer("identity")),
		staff:     identityv1connect.NewPeopleServiceClient(h.Peer("identity")),
		notify:    notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
		actors:    identityv1connect.NewActorServiceClient(h.Peer("identity")),
		troubles:  troubleClients(h),
		logs:      logClients(h),
	}
}

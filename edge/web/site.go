package web

import (
	"strings"
	"sync"

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

// Site is what every page and every answer of the API is made with: the services that it asks, the shop's own
// address, its cookies, and the files that belong to its pages.
type Site struct {
	Host   *host.Host
	Assets page.Assets
	// Document describes the API.
	Document []byte
	Cookies  Cookies
	// Base is the shop's own address, without a slash at the end; empty when it is not known.
	Base string
	Demo bool

	Catalog   catalogv1connect.CatalogServiceClient
	Inventory inventoryv1connect.InventoryServiceClient
	Delivery  deliveryv1connect.DeliveryServiceClient
	Ordering  orderingv1connect.OrderingServiceClient
	Payments  paymentsv1connect.PaymentsServiceClient
	Identity  identityv1connect.IdentityServiceClient
	Factors   identityv1connect.FactorServiceClient
	Staff     identityv1connect.PeopleServiceClient
	Notify    notifyv1connect.NotifyServiceClient
	Actors    identityv1connect.ActorServiceClient
	// Troubles and logs are what every service has of its own, by its name.
	Troubles map[string]troublev1connect.TroubleServiceClient
	Logs     map[string]auditv1connect.AuditServiceClient

	busy     sync.Map // of busyKey: *Reply
	sessions *memory
	methods  methods
	absent   sync.Map // of a service's name: until when pages do without its parts, Unix nanoseconds; 0: not
	known    sync.Map // what the catalogue said last; see lastOf
	waiting  sync.Map // by language: *waitingPage
}

// NewSite asks the peers of a host.
func NewSite(h *host.Host, assets page.Assets, document []byte) *Site {
	return &Site{
		Host: h, Assets: assets, Document: document, Cookies: NewCookies(h.Config()),
		Base: strings.TrimSuffix(h.Config().BaseURL, "/"), Demo: h.Config().Demo,
		Catalog:   catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		Inventory: inventoryv1connect.NewInventoryServiceClient(h.Peer("inventory")),
		Delivery:  deliveryv1connect.NewDeliveryServiceClient(h.Peer("delivery")),
		Ordering:  orderingv1connect.NewOrderingServiceClient(h.Peer("ordering")),
		Payments:  paymentsv1connect.NewPaymentsServiceClient(h.Peer("payments")),
		Identity:  identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
		Factors:   identityv1connect.NewFactorServiceClient(h.Peer("identity")),
		Staff:     identityv1connect.NewPeopleServiceClient(h.Peer("identity")),
		Notify:    notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
		Actors:    identityv1connect.NewActorServiceClient(h.Peer("identity")),
		Troubles:  troubleClients(h),
		Logs:      logClients(h),
		sessions:  newMemory(),
	}
}

// Logging are the services that have a security log. The front door's own lines are in identity's.
var Logging = []string{"identity", "catalog", "inventory", "delivery", "ordering", "payments", "notify"}

// logClients are each service's security log.
func logClients(h *host.Host) map[string]auditv1connect.AuditServiceClient {
	clients := map[string]auditv1connect.AuditServiceClient{}
	for _, service := range Logging {
		clients[service] = auditv1connect.NewAuditServiceClient(h.Peer(service))
	}
	return clients
}

// Troubled are the services that are asked what is stuck.
var Troubled = []string{"ordering", "payments", "inventory", "delivery", "notify", "identity", "catalog"}

// troubleClients are each service's troubles.
func troubleClients(h *host.Host) map[string]troublev1connect.TroubleServiceClient {
	clients := map[string]troublev1connect.TroubleServiceClient{}
	for _, service := range Troubled {
		clients[service] = troublev1connect.NewTroubleServiceClient(h.Peer(service))
	}
	return clients
}

package orderingtest

import (
	"context"
	"path"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering"
)

// Outage is what is wrong with a call to a peer.
type Outage string

// What may be wrong: nothing of what is asked for happens, or all of it, and its answer is lost.
const (
	Down Outage = "down"
	Lost Outage = "lost"
)

var errDown = fault.New(fault.Unavailable, "unavailable", "Down.")

// Fails has one of the driver's calls to its peers, or the sealer's to identity, "inventory.Release", go
// wrong from now on.
func (s *Shop) Fails(call string, how Outage) { s.outages.Store(call, how) }

// Mends has all of them go well again.
func (s *Shop) Mends() { s.outages.Clear() }

// shakes puts what may go wrong between ordering and its peers.
func (s *Shop) shakes(h *host.Host, o *ordering.Service) {
	peer := func(name string) *connect.Client {
		return connect.NewClient(shaky{shop: s, peer: name, client: h.Peer(name)})
	}
	d := o.Driver
	d.Inventory = inventoryv1connect.NewInventoryServiceClient(peer("inventory"))
	d.Delivery = deliveryv1connect.NewDeliveryServiceClient(peer("delivery"))
	d.Payments = paymentsv1connect.NewPaymentsServiceClient(peer("payments"))
	o.Sealer.Identity = identityv1connect.NewIdentityServiceClient(peer("identity"))
}

// shaky is the way to a peer.
type shaky struct {
	shop   *Shop
	peer   string
	client *connect.Client
}

// NewClientStream begins a call, as well as it goes.
func (p shaky) NewClientStream(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
	how, _ := p.shop.outages.Load(p.peer + "." + path.Base(spec.Procedure))
	if how == Down {
		return nil, errDown
	}
	stream, err := p.client.CallClientStream(ctx, spec)
	if err == nil && how == Lost {
		stream = lost{stream}
	}
	return stream, err
}

// lost is a call whose answer does not arrive.
type lost struct{ connect.ClientStream }

func (c lost) Receive(msg any) error {
	if err := c.ClientStream.Receive(msg); err != nil {
		return err
	}
	return errDown
}

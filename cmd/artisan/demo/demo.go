// Package demo makes a market to look at: Portland, Oregon, with producers, their goods, stock,
// windows and three accounts. What it holds is in data/, to be read and edited by people; it goes in
// through the services' public contracts alone.
//
// All names are invented.
package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"connectrpc.com/connect/v2"
	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
)

// names are what the accounts' people are called, by role.
var names = map[string]string{"shopper": "Sam Rivera", "producer": "Hanne Voss", "operator": "Morgan Ellery"}

// tended is the name of the producer that the producer's account acts for.
const tended = "Larkmoor Creamery"

// atOnce is how many calls are under way at a time.
const atOnce = 8

// Seed makes the demo market. Best-before dates count from now. It may be run again, also after
// it was interrupted: what is there stays as it is, and what is missing is made.
func Seed(
	ctx context.Context, peer func(service string) *connect.Client, now time.Time, accounts Accounts,
) error {
	market, err := load()
	if err != nil {
		return err
	}
	s := &seeder{
		market: market, now: now, accounts: accounts,
		catalog:   catalogv1connect.NewCatalogServiceClient(peer("catalog")),
		inventory: inventoryv1connect.NewInventoryServiceClient(peer("inventory")),
		delivery:  deliveryv1connect.NewDeliveryServiceClient(peer("delivery")),
		identity:  identityv1connect.NewIdentityServiceClient(peer("identity")),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.putSchedules(ctx) })
	group.Go(func() error { return s.stockShelves(ctx) })
	return group.Wait()
}

// Readmit gives the accounts of a market that is there other passwords.
func Readmit(ctx context.Context, peer func(service string) *connect.Client, accounts Accounts) error {
	market, err := load()
	if err != nil {
		return err
	}
	s := &seeder{
		market: market, accounts: accounts,
		catalog:  catalogv1connect.NewCatalogServiceClient(peer("catalog")),
		identity: identityv1connect.NewIdentityServiceClient(peer("identity")),
	}
	producers, err := s.producers(ctx)
	if err != nil {
		return fmt.Errorf("find producers: %w", err)
	}
	return s.putAccounts(ctx, producers)
}

// seeder puts one market into a shop.
type seeder struct {
	market    *market
	now       time.Time
	accounts  Accounts
	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	identity  identityv1connect.IdentityServiceClient
}

// stockShelves makes what depends on each other, in its order.
func (s *seeder) stockShelves(ctx context.Context) error {
	if err := s.putMarket(ctx); err != nil {
		return fmt.Errorf("put the market: %w", err)
	}
	producers, err := s.putProducers(ctx)
	if err != nil {
		return fmt.Errorf("put producers: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.putAccounts(ctx, producers) })
	group.Go(func() error { return s.putStalls(ctx, producers) })
	group.Go(func() error {
		variants, err := s.putProducts(ctx, producers)
		if err != nil {
			return fmt.Errorf("put products: %w", err)
		}
		return s.receiveLots(ctx, variants)
	})
	return group.Wait()
}

// putAccounts makes the accounts that people sign in to.
func (s *seeder) putAccounts(ctx context.Context, producers map[string]string) error {
	for _, a := range s.accounts {
		request := &identityv1.EnsureAccountRequest{
			Email: a.Email, Password: a.Password, Name: names[a.Role],
			Roles: []string{a.Role},
		}
		if a.Role == "producer" && producers[tended] != "" {
			request.ProducerIds = []string{producers[tended]}
		}
		if _, err := s.identity.EnsureAccount(ctx, request); err != nil {
			return fmt.Errorf("put the %s's account: %w", a.Role, err)
		}
	}
	return nil
}

// putStalls makes an account that nobody signs in to: it gets the mail of the other producers.
func (s *seeder) putStalls(ctx context.Context, producers map[string]string) error {
	stalls := &identityv1.EnsureAccountRequest{
		Email: "stalls@demo.example", Password: rand.Text(),
		Name: "The other stalls", Roles: []string{"producer"},
	}
	for name, id := range producers {
		if name != tended {
			stalls.ProducerIds = append(stalls.ProducerIds, id)
		}
	}
	slices.Sort(stalls.ProducerIds)
	if _, err := s.identity.EnsureAccount(ctx, stalls); err != nil {
		return fmt.Errorf("put the account of the other stalls: %w", err)
	}
	return nil
}

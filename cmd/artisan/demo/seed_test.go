package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb"
)

var services = []host.Service{
	identity.Room(),
	catalog.Room(),
	inventory.Room(),
	delivery.Room(),
}

// shop is where the demo market goes.
type shop struct {
	*testing.T
	p         *host.Process
	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
	delivery  deliveryv1connect.DeliveryServiceClient
	identity  identityv1connect.IdentityServiceClient
}

func openShop(t *testing.T) shop {
	p := hosttest.Open(t, sqldb.SQLite, services)
	return shop{
		t, p,
		catalogv1connect.NewCatalogServiceClient(p.Client("catalog")),
		inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")),
		deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery")),
		identityv1connect.NewIdentityServiceClient(p.Client("identity")),
	}
}

func (s shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s shop) seed(now time.Time) Accounts {
	s.Helper()
	made := Invent()
	s.must(Seed(s.Context(), s.p.Client, now, made))
	return made
}

// contents are what a shop shows, as texts: IDs and times of change too when they are asked for.
func (s shop) contents(ids bool) []string {
	s.Helper()
	var all []string
	for _, p := range s.products() {
		stock := s.stock(p)
		if !ids {
			p.Id, p.ProducerId, p.UpdatedAt, p.CreatedAt = "", "", 0, 0
			for _, v := range p.GetVariants() {
				v.Id = ""
			}
		}
		all = append(all, s.text(p)+stock)
	}
	makers, err := s.catalog.ListProducers(s.Context(),
		&catalogv1.ListProducersRequest{Market: "portland", Limit: 100})
	s.must(err)
	for _, p := range makers.GetProducers() {
		if !ids {
			p.Id, p.CreatedAt = "", 0
		}
		all = append(all, s.text(p))
	}
	schedules, err := s.delivery.ListSchedules(s.Context(),
		&deliveryv1.ListSchedulesRequest{Market: "portland"})
	s.must(err)
	for _, schedule := range schedules.GetSchedules() {
		if !ids {
			schedule.Id = ""
		}
		all = append(all, s.text(schedule))
	}
	slices.Sort(all)
	return all
}

func (s shop) text(m proto.Message) string {
	s.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	s.must(err)
	return string(b)
}

// products are all that shoppers see.
func (s shop) products() []*catalogv1.Product {
	s.Helper()
	var all []*catalogv1.Product
	request := &catalogv1.ListProductsRequest{Market: "portland", Limit: 50, Sort: "title"}
	for {
		page, err := s.catalog.ListProducts(s.Context(), request)
		s.must(err)
		all = append(all, page.GetProducts()...)
		if request.Cursor = page.GetNextCursor(); request.Cursor == "" {
			return all
		}
	}
}

// stock is what there is of a product, as a text.
func (s shop) stock(p *catalogv1.Product) string {
	s.Helper()
	request := &inventoryv1.AvailabilityRequest{}
	for _, v := range p.GetVariants() {
		request.VariantIds = append(request.VariantIds, v.GetId())
	}
	found, err := s.inventory.Availability(s.Context(), request)
	s.must(err)
	var text strings.Builder
	for _, v := range found.GetVariants() {
		_, _ = fmt.Fprintln(&text, v.GetAvailable(), v.GetBestBefore())
	}
	return text.String()
}

func TestTheWholeMarketGetsIntoTheShop(t *testing.T) {
	s, m := openShop(t), loaded(t)
	made := s.seed(s.p.Host("catalog").Now())
	var products, milli int64
	for _, maker := range m.Producers {
		products += int64(len(maker.Products))
	}
	for _, v := range m.variants() {
		for _, l := range v.Lots {
			milli += l.proto(m.Code, "", time.Time{}).GetReceived()
		}
	}
	shown := s.products()
	if int64(len(shown)) != products {
		t.Errorf("shoppers see %d products of %d", len(shown), products)
	}
	for _, p := range shown {
		request := &inventoryv1.AvailabilityRequest{}
		for _, v := range p.GetVariants() {
			request.VariantIds = append(request.VariantIds, v.GetId())
		}
		found, err := s.inventory.Availability(t.Context(), request)
		s.must(err)
		for _, v := range found.GetVariants() {
			milli -= v.GetAvailable()
		}
	}
	if milli != 0 {
		t.Errorf("the stock is %d thousandths short", milli)
	}
	november, err := s.catalog.ListProducts(t.Context(),
		&catalogv1.ListProductsRequest{Market: m.Code, SeasonMonth: 11, Facets: true})
	s.must(err)
	if november.GetTotal() < 25 {
		t.Errorf("only %d products are in season in November", november.GetTotal())
	}
	windows, err := s.delivery.ListWindows(t.Context(),
		&deliveryv1.ListWindowsRequest{Market: m.Code, Limit: 100})
	s.must(err)
	if len(windows.GetWindows()) < 2*len(m.schedules()) {
		t.Errorf("%d windows of %d schedules", len(windows.GetWindows()), len(m.schedules()))
	}
	s.canSignIn(made)
}

// canSignIn makes sure that the accounts can do what they are for.
func (s shop) canSignIn(made Accounts) {
	s.Helper()
	if len(made) != 3 {
		s.Errorf("%d accounts, want 3", len(made))
	}
	for _, a := range made {
		in, err := s.identity.SignIn(s.Context(),
			&identityv1.SignInRequest{Email: a.Email, Password: a.Password})
		s.must(err)
		if !slices.Contains(in.GetAccount().GetRoles(), a.Role) {
			s.Errorf("the %s has the roles %v", a.Role, in.GetAccount().GetRoles())
		}
		if a.Role != "producer" {
			continue
		}
		acts, err := s.catalog.GetProducer(s.Context(),
			&catalogv1.GetProducerRequest{Id: in.GetAccount().GetProducerIds()[0]})
		s.must(err)
		if acts.GetProducer().GetName() != tended {
			s.Errorf("the producer acts for %s", acts.GetProducer().GetName())
		}
	}
}

func TestSeedingTwiceChangesNothing(t *testing.T) {
	s := openShop(t)
	now := s.p.Host("catalog").Now()
	s.seed(now)
	before := s.contents(true)
	s.seed(now.AddDate(0, 0, 3))
	if !slices.Equal(s.contents(true), before) {
		t.Error("the shop is not what it was")
	}
}

func TestASeedThatWasInterruptedIsFinished(t *testing.T) {
	whole, cut := openShop(t), openShop(t)
	now := whole.p.Host("catalog").Now()
	whole.seed(now)
	cut.interrupted(now)
	cut.seed(now)
	if !slices.Equal(cut.contents(false), whole.contents(false)) {
		t.Error("the shop is not what it is when nothing interrupts")
	}
}

// interrupted puts part of everything into a shop: the last of what is there has no stock.
func (s shop) interrupted(now time.Time) {
	s.Helper()
	part := loaded(s.T)
	part.Schedules = part.Schedules[:len(part.Schedules)/2]
	part.Producers = part.Producers[:len(part.Producers)/2]
	last := &part.Producers[len(part.Producers)-1]
	last.Products = last.Products[:1]
	s.put(part, 3, now)
}

// put makes a market, with the stock of its first makers.
func (s shop) put(part *market, stocked int, now time.Time) {
	s.Helper()
	seeder := &seeder{
		market: part, now: now, catalog: s.catalog, inventory: s.inventory,
		delivery: s.delivery, identity: s.identity, accounts: Invent(),
	}
	ctx := s.Context()
	s.must(seeder.putSchedules(ctx))
	s.must(seeder.putMarket(ctx))
	producers, err := seeder.putProducers(ctx)
	s.must(err)
	variants, err := seeder.putProducts(ctx, producers)
	s.must(err)
	part.Producers = part.Producers[:stocked]
	s.must(seeder.receiveLots(ctx, variants))
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		p := hosttest.Open(b, sqldb.SQLite, services)
		if err := Seed(b.Context(), p.Client, p.Host("catalog").Now(), Invent()); err != nil {
			b.Fatal(err)
		}
	}
}

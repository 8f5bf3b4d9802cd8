package main

import (
	"cmp"
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// marketCmd makes or changes a market and, for a start, a weekly pickup. What is left out stays as it is; a
// new market has what newMarket says.
type marketCmd struct {
	Code            string `arg:"" help:"Lower-case letters, digits and hyphens, e.g. bristol."`
	Name            string `help:"What people call it. A new market's is its code."`
	Currency        string `help:"ISO 4217. A new market's is USD."`
	TimeZone        string `help:"IANA name, e.g. Europe/London. A new market's is UTC."`
	Country         string `help:"ISO 3166-1 alpha-2. A new market's is US."`
	Locale          string `help:"BCP 47: the language of its pages (en, de, fr, es), and how prices are written. A new market's is en-US."`
	Commission      *int64 `help:"What the platform keeps of a sale, in hundredths of a percent. A new market's is 800." placeholder:"N"`
	Pickup          string `help:"Where orders are picked up: makes a window every day from 16:00 to 19:00." placeholder:"PLACE"`
	WithoutPayments string `help:"Whether orders are taken that are picked up, and paid for there, while cards cannot be charged: yes or no. A new market's is no." enum:"yes,no," default:"" placeholder:"yes|no"`
	settings
}

// newMarket is what a market has that nothing was said about.
func newMarket(code string) *catalogv1.Market {
	return &catalogv1.Market{
		Code: code, Name: code, Currency: "USD", TimeZone: "UTC", Country: "US", Locale: "en-US",
		CommissionBp: 800,
	}
}

// pickupCapacity is how many orders a window of --pickup takes.
const pickupCapacity = 50

// Run puts the market.
func (c *marketCmd) Run(ctx context.Context, std streams) error {
	return c.withShop(ctx, "artisan market", std.err, func(s shop) error {
		market, err := c.put(ctx, catalogv1connect.NewCatalogServiceClient(s("catalog")))
		if err != nil {
			return err
		}
		zone, delivery := market.GetTimeZone(), deliveryv1connect.NewDeliveryServiceClient(s("delivery"))
		if err := c.putPickups(ctx, delivery, zone); err != nil {
			return err
		}
		if err := c.putLimits(ctx, orderingv1connect.NewOrderingServiceClient(s("ordering"))); err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "market %s is there: %s, %s, %s, %s, %s, and %d.%02d%% of a sale is kept\n",
			c.Code, market.GetName(), market.GetCurrency(), zone, market.GetCountry(), market.GetLocale(),
			market.GetCommissionBp()/100, market.GetCommissionBp()%100)
		return err
	})
}

// put makes or changes the market, and answers with it.
func (c *marketCmd) put(
	ctx context.Context, client catalogv1connect.CatalogServiceClient,
) (*catalogv1.Market, error) {
	there, err := client.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: c.Code})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	was := there.GetMarket()
	market := newMarket(c.Code)
	if was != nil {
		market = proto.CloneOf(was)
	}
	market.Name = cmp.Or(c.Name, market.GetName())
	market.Currency = cmp.Or(c.Currency, market.GetCurrency())
	market.TimeZone = cmp.Or(c.TimeZone, market.GetTimeZone())
	market.Country = cmp.Or(c.Country, market.GetCountry())
	market.Locale = cmp.Or(c.Locale, market.GetLocale())
	if c.Commission != nil {
		market.CommissionBp = *c.Commission
	}
	if proto.Equal(was, market) {
		return market, nil
	}
	_, err = client.PutMarket(ctx, &catalogv1.PutMarketRequest{Market: market})
	return market, err
}

func (c *marketCmd) putPickups(
	ctx context.Context, client deliveryv1connect.DeliveryServiceClient, zone string,
) error {
	if c.Pickup == "" {
		return nil
	}
	there, err := client.ListSchedules(ctx, &deliveryv1.ListSchedulesRequest{Market: c.Code})
	if err != nil || len(there.GetSchedules()) > 0 {
		return err
	}
	for weekday := range int32(7) {
		_, err := client.PutSchedule(ctx, &deliveryv1.PutScheduleRequest{Schedule: &deliveryv1.Schedule{
			Market: c.Code, Kind: "pickup", Weekday: weekday, Starts: "16:00", Ends: "19:00", CutoffHours: 4,
			Capacity: pickupCapacity, Place: c.Pickup, TimeZone: zone,
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *marketCmd) putLimits(ctx context.Context, client orderingv1connect.OrderingServiceClient) error {
	if c.WithoutPayments == "" {
		return nil
	}
	are, err := client.GetPickupLimits(ctx, &orderingv1.GetPickupLimitsRequest{Market: c.Code})
	if err != nil {
		return err
	}
	limits := are.GetLimits()
	limits.WithoutPayments = c.WithoutPayments == "yes"
	_, err = client.PutPickupLimits(ctx,
		&orderingv1.PutPickupLimitsRequest{Limits: limits, Version: limits.GetVersion()})
	return err
}

package main

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// marketCmd makes or changes a market and, for a start, a weekly pickup.
type marketCmd struct {
	Code            string `arg:"" help:"Lower-case letters, digits and hyphens, e.g. bristol."`
	Name            string `help:"What people call it; the code when left out."`
	Currency        string `help:"ISO 4217." default:"USD"`
	TimeZone        string `help:"IANA name, e.g. Europe/London." default:"UTC"`
	Country         string `help:"ISO 3166-1 alpha-2." default:"US"`
	Locale          string `help:"BCP 47: the language of its pages (en, de, fr, es), and how prices are written." default:"en-US"`
	Commission      int64  `help:"What the platform keeps of a sale, in hundredths of a percent." default:"800"`
	Pickup          string `help:"Where orders are picked up: makes a window every day from 16:00 to 19:00." placeholder:"PLACE"`
	WithoutPayments string `help:"Whether orders are taken that are picked up, and paid for there, while cards cannot be charged: yes or no. Left as it is when left out; no in a new market." enum:"yes,no," default:"" placeholder:"yes|no"`
	settings
}

// pickupCapacity is how many orders a window of --pickup takes.
const pickupCapacity = 50

// Run puts the market.
func (c *marketCmd) Run(ctx context.Context, std streams) error {
	return c.withShop(ctx, "artisan market", std.err, func(s shop) error {
		market := &catalogv1.Market{
			Code: c.Code, Name: c.Name, Currency: c.Currency, TimeZone: c.TimeZone, Country: c.Country,
			Locale: c.Locale, CommissionBp: c.Commission,
		}
		if market.Name == "" {
			market.Name = c.Code
		}
		if err := c.put(ctx, catalogv1connect.NewCatalogServiceClient(s("catalog")), market); err != nil {
			return err
		}
		if err := c.putPickups(ctx, deliveryv1connect.NewDeliveryServiceClient(s("delivery"))); err != nil {
			return err
		}
		if err := c.putLimits(ctx, orderingv1connect.NewOrderingServiceClient(s("ordering"))); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "market %s is there\n", c.Code)
		return err
	})
}

// put makes the market what was asked for. One that there is stays as it is where nothing but its way without
// payments is asked for.
func (c *marketCmd) put(
	ctx context.Context, client catalogv1connect.CatalogServiceClient, m *catalogv1.Market,
) error {
	if c.Name == "" && c.WithoutPayments != "" {
		_, err := client.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: c.Code})
		if err == nil || fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	_, err := client.PutMarket(ctx, &catalogv1.PutMarketRequest{Market: m})
	return err
}

func (c *marketCmd) putPickups(ctx context.Context, client deliveryv1connect.DeliveryServiceClient) error {
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
			Capacity: pickupCapacity, Place: c.Pickup, TimeZone: c.TimeZone,
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

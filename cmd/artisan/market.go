package main

import (
	"context"
	"fmt"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

// marketCmd makes or changes a market and, for a start, a weekly pickup.
type marketCmd struct {
	Code       string `arg:"" help:"Lower-case letters, digits and hyphens, e.g. bristol."`
	Name       string `help:"What people call it; the code when left out."`
	Currency   string `help:"ISO 4217." default:"USD"`
	TimeZone   string `help:"IANA name, e.g. Europe/London." default:"UTC"`
	Country    string `help:"ISO 3166-1 alpha-2." default:"US"`
	Locale     string `help:"BCP 47: the language of its pages (en, de, fr, es), and how prices are written." default:"en-US"`
	Commission int64  `help:"What the platform keeps of a sale, in hundredths of a percent." default:"800"`
	Pickup     string `help:"Where orders are picked up: makes a window every day from 16:00 to 19:00." placeholder:"PLACE"`
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
		if _, err := catalogv1connect.NewCatalogServiceClient(s("catalog")).PutMarket(ctx,
			&catalogv1.PutMarketRequest{Market: market}); err != nil {
			return err
		}
		if err := c.putPickups(ctx, deliveryv1connect.NewDeliveryServiceClient(s("delivery"))); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "market %s is there\n", c.Code)
		return err
	})
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

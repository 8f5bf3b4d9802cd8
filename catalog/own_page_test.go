package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// atNoon is a shop whose clock stands at noon of November 28th in Portland.
func atNoon(t *testing.T, test func(s shop, clock *hosttest.Clock)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			clock := hosttest.NewClock(time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC))
			test(open(t, hosttest.Start(t, engine, services, func(c *host.Config) { c.Now = clock.Now })),
				clock)
		})
	}
}

func (s shop) ownPage() *catalogv1.EditProducerRequest {
	return &catalogv1.EditProducerRequest{
		Id: s.producer.GetId(), Town: "Sandy", Tagline: "Goats on a hill", Story: "We milk.\n\nTwice a day.",
		OrderMinimum: 2000,
		Holidays: []*catalogv1.Holiday{
			{From: "2026-12-20", Until: "2027-01-03"},
			{From: "2026-11-28", Until: "2026-12-05"},
		},
	}
}

func (s shop) edit(r *catalogv1.EditProducerRequest) *catalogv1.Producer {
	s.Helper()
	got, err := s.EditProducer(s.Context(), r)
	if err != nil {
		s.Fatal(err)
	}
	return got.GetProducer()
}

func (s shop) get() *catalogv1.Producer {
	s.Helper()
	got, err := s.GetProducer(s.Context(), &catalogv1.GetProducerRequest{Id: s.producer.GetId()})
	if err != nil {
		s.Fatal(err)
	}
	return got.GetProducer()
}

func holidays(of []*catalogv1.Holiday) string {
	var all []string
	for _, h := range of {
		all = append(all, h.GetFrom()+"/"+h.GetUntil())
	}
	return strings.Join(all, " ")
}

func TestAMakerEditsHerOwnPage(t *testing.T) {
	atNoon(t, func(s shop, _ *hosttest.Clock) {
		before := s.get()
		edited := s.edit(s.ownPage())
		got := s.get()
		s.wants("the page", fmt.Sprint(got.GetName(), "|", got.GetTown(), "|", got.GetTagline(), "|",
			got.GetStory(), "|", got.GetOrderMinimum()),
			before.GetName()+"|Sandy|Goats on a hill|We milk.\n\nTwice a day.|2000")
		s.wants("the holidays", holidays(got.GetHolidays()), "2026-11-28/2026-12-05 2026-12-20/2027-01-03")
		s.wants("the version", got.GetVersion(), edited.GetVersion())

		again := s.ownPage()
		again.Version = before.GetVersion() // what is said twice is done once
		s.wants("the same again", s.edit(again).GetVersion(), edited.GetVersion())
		s.wants("told once", fmt.Sprintf("%q", s.told(2)),
			fmt.Sprintf("%q", []string{" producer.make " + s.producer.GetId() + " ", " producer.edit " +
				s.producer.GetId() + " "}))
		other := s.ownPage()
		other.Town, other.Version = "Salem", before.GetVersion()
		_, err := s.EditProducer(s.Context(), other)
		s.wantsFault("an older page", err, fault.Conflict, "changed_since")
		s.wants("the town", s.get().GetTown(), "Sandy")

		s.putProducer(before) // as the operator writes her, and a version from before there was this
		s.wants("what the operator leaves", fmt.Sprint(s.get().GetOrderMinimum(),
			holidays(s.get().GetHolidays())), "20002026-11-28/2026-12-05 2026-12-20/2027-01-03")
	})
}

func TestAMakersPageSaysWhatCanBeShown(t *testing.T) {
	atNoon(t, func(s shop, _ *hosttest.Clock) {
		many := make([]*catalogv1.Holiday, 21)
		for i := range many {
			many[i] = &catalogv1.Holiday{
				From:  fmt.Sprintf("2027-02-%02d", i+1),
				Until: fmt.Sprintf("2027-02-%02d", i+1),
			}
		}
		for name, try := range map[string]struct {
			field string
			spoil func(r *catalogv1.EditProducerRequest)
		}{
			"a town that turns": {
				"town",
				func(r *catalogv1.EditProducerRequest) { r.Town = "San\u202edy" },
			},
			"an unseen town": {
				"town",
				func(r *catalogv1.EditProducerRequest) { r.Town = "San\u200bdy" },
			},
			"a story that turns": {
				"story",
				func(r *catalogv1.EditProducerRequest) { r.Story = "We\u2066milk" },
			},
			"an unseen story": {
				"story",
				func(r *catalogv1.EditProducerRequest) { r.Story = "We\u200bmilk" },
			},
			"a long story": {
				"story",
				func(r *catalogv1.EditProducerRequest) { r.Story = strings.Repeat("a", 20_001) },
			},
			"less than nothing": {
				"order_minimum",
				func(r *catalogv1.EditProducerRequest) { r.OrderMinimum = -1 },
			},
			"no date": {
				"holidays.0.from",
				func(r *catalogv1.EditProducerRequest) { r.Holidays[0].From = "2026-02-30" },
			},
			"the wrong way round": {
				"holidays.0.until",
				func(r *catalogv1.EditProducerRequest) { r.Holidays[0].Until = "2026-12-19" },
			},
			"over": {"holidays.0.until", func(r *catalogv1.EditProducerRequest) {
				r.Holidays[0] = &catalogv1.Holiday{From: "2026-11-20", Until: "2026-11-27"}
			}},
			"for years": {
				"holidays.0.until",
				func(r *catalogv1.EditProducerRequest) { r.Holidays[0].Until = "2028-12-19" },
			},
			"two on the same day": {
				"holidays.1.from",
				func(r *catalogv1.EditProducerRequest) { r.Holidays[1].Until = "2026-12-20" },
			},
			"more than anybody has": {
				"holidays",
				func(r *catalogv1.EditProducerRequest) { r.Holidays = many },
			},
		} {
			r := s.ownPage()
			try.spoil(r)
			_, err := s.EditProducer(s.Context(), r)
			f := fault.Of(err)
			if f == nil || f.Code != "invalid" || len(f.Fields) == 0 ||
				slices.ContainsFunc(f.Fields,
					func(wrong fault.Field) bool { return wrong.Name != try.field }) {
				s.Errorf("%s: %v", name, f)
			}
		}
		s.wants("nothing is written", s.get().GetOrderMinimum(), int64(0))
	})
}

// TestQuotesTellHowAMakerTakesOrders has days begin and end in the market's zone, not in UTC.
func TestQuotesTellHowAMakerTakesOrders(t *testing.T) {
	atNoon(t, func(s shop, clock *hosttest.Clock) {
		variant := s.sell("Tomme", "cheese", 1200).GetVariants()[0].GetId()
		if q := s.quote(variant)[0]; q.GetOrderMinimum() != 0 || len(q.GetHolidays()) != 0 {
			s.Errorf("without terms: %v", q)
		}
		s.edit(s.ownPage())
		q := s.quote(variant)[0]
		s.wants("the least", q.GetOrderMinimum(), int64(2000))
		s.wants("the holidays", holidays(q.GetHolidays()), "2026-11-28/2026-12-05 2026-12-20/2027-01-03")
		first := q.GetHolidays()[0]
		s.wants("it begins", time.UnixMilli(first.GetStartsAt()).UTC().Format(time.RFC3339),
			"2026-11-28T08:00:00Z")
		s.wants("it ends", time.UnixMilli(first.GetEndsAt()).UTC().Format(time.RFC3339),
			"2026-12-06T08:00:00Z")
		clock.Advance(8 * 24 * time.Hour) // noon of December 6th
		s.wants("those that are over are left out", holidays(s.quote(variant)[0].GetHolidays()),
			"2026-12-20/2027-01-03")
		s.wants("of the maker too", holidays(s.get().GetHolidays()), "2026-12-20/2027-01-03")
	})
}

func TestGoodsOfWhoIsOnHolidayAreNotForThatDay(t *testing.T) {
	atNoon(t, func(s shop, clock *hosttest.Clock) {
		s.tell(1, s.sell("Tomme", "cheese", 1200), some(""))
		for _, day := range []string{"2026-12-05", "2026-12-06", "2026-12-20"} {
			s.wants("before, on "+day,
				titles(s.list(&catalogv1.ListProductsRequest{Market: "portland", GoodOn: day, Facets: true})),
				"Tomme")
		}
		s.edit(s.ownPage())
		for day, want := range map[string]string{
			"2026-12-05": "", "2026-12-06": "Tomme", "2026-12-20": "",
			"2027-01-04": "Tomme",
		} {
			got := s.list(&catalogv1.ListProductsRequest{Market: "portland", GoodOn: day, Facets: true})
			s.wants("on "+day, titles(got), want)
			s.wants("counted on "+day, got.GetTotal(), int64(len(want)/len("Tomme")))
		}
		all := s.list(&catalogv1.ListProductsRequest{Market: "portland", InStock: true})
		s.wants("without a day", titles(all), "Tomme")
		s.wants("it says until when", all.GetProducts()[0].GetAwayUntil(), "2026-12-05")
		clock.Advance(8 * 24 * time.Hour)
		s.wants("and no more",
			s.list(&catalogv1.ListProductsRequest{Market: "portland"}).GetProducts()[0].GetAwayUntil(), "")
	})
}

package delivery

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWindowsKeepTheMarketsHoursAcrossDaylightSaving(t *testing.T) {
	for _, c := range []struct{ zone, date, hour, want string }{
		{"America/Los_Angeles", "2026-03-07", "10:00", "2026-03-07T18:00:00Z"},
		{"America/Los_Angeles", "2026-03-08", "00:30", "2026-03-08T08:30:00Z"},
		{"America/Los_Angeles", "2026-03-08", "10:00", "2026-03-08T17:00:00Z"},
		{"America/Los_Angeles", "2026-03-08", "02:30", "2026-03-08T10:30:00Z"}, // skipped: 03:30 there
		{"America/Los_Angeles", "2026-11-01", "00:30", "2026-11-01T07:30:00Z"},
		{"America/Los_Angeles", "2026-11-01", "01:30", "2026-11-01T08:30:00Z"}, // twice: the first
		{"America/Los_Angeles", "2026-11-01", "02:30", "2026-11-01T10:30:00Z"},
		{"America/Los_Angeles", "2026-11-01", "10:00", "2026-11-01T18:00:00Z"},
		{"Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"}, // skipped: 03:30 there
		{"Europe/Berlin", "2026-03-29", "10:00", "2026-03-29T08:00:00Z"},
		{"Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"}, // twice: the first
		{"Europe/Berlin", "2026-10-25", "10:00", "2026-10-25T09:00:00Z"},
		{"Pacific/Auckland", "2026-04-05", "02:30", "2026-04-04T13:30:00Z"}, // twice: the first
		{"Pacific/Kiritimati", "2026-06-01", "00:00", "2026-05-31T10:00:00Z"},
		{"Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:30:00Z"}, // midnight is skipped: 01:30 there
		{"UTC", "2026-01-01", "23:59", "2026-01-01T23:59:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		date, err := time.Parse(time.DateOnly, c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := local(date, c.hour, zone).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s in %s is %s, want %s", c.date, c.hour, c.zone, got, c.want)
		}
	}
}

func TestAScheduleRollsThreeWeeksAhead(t *testing.T) {
	s := Schedule{
		ID: "s", Market: "portland", Weekday: time.Saturday, Starts: "10:00", Ends: "12:00",
		CutoffHours: 36, Zone: "America/Los_Angeles",
	}
	for _, c := range []struct {
		now, first string
		n          int
	}{
		{"2026-03-02T09:00:00Z", "2026-03-07", 3}, // a Monday
		{"2026-03-06T05:00:00Z", "2026-03-07", 3}, // Thursday evening there: 37 hours before
		{"2026-03-06T07:00:00Z", "2026-03-14", 2}, // past the cut-off
		{"2026-03-07T23:00:00Z", "2026-03-14", 3},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		windows, err := s.windows(now)
		if err != nil || len(windows) != c.n || windows[0].Date != c.first {
			t.Errorf("at %s: %d windows from %v, %v; want %d from %s", c.now, len(windows), windows, err, c.n,
				c.first)
		}
	}
}

// TestAWindowThatStartsInASkippedHourLastsAsLong has one that would end as its start, moved by the change of
// clocks, has come.
func TestAWindowThatStartsInASkippedHourLastsAsLong(t *testing.T) {
	s := Schedule{Weekday: time.Friday, Starts: "00:30", Ends: "01:00", Zone: "Africa/Cairo"}
	windows, err := s.windows(time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC))
	if err != nil || len(windows) == 0 || windows[0].Date != "2026-04-24" {
		t.Fatalf("%v, %v", windows, err)
	}
	if got := time.Duration(windows[0].EndsAt-windows[0].StartsAt) * time.Millisecond; got != 30*time.Minute {
		t.Errorf("it lasts %s", got)
	}
}

func TestEveryWindowEndsAfterItStarts(t *testing.T) {
	zones := []string{
		"America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo",
		"Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca",
	}
	rapid.Check(t, func(t *rapid.T) {
		starts := rapid.IntRange(0, 24*60-2).Draw(t, "starts")
		ends := rapid.IntRange(starts+1, 24*60-1).Draw(t, "ends")
		hour := func(minute int) string {
			return time.Time{}.Add(time.Duration(minute) * time.Minute).Format("15:04")
		}
		s := Schedule{
			Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Starts: hour(starts),
			Ends: hour(ends), Zone: rapid.SampledFrom(zones).Draw(t, "zone"),
		}
		now := time.Date(2026, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC).AddDate(0, 0,
			rapid.IntRange(0, 700).Draw(t, "day"))
		windows, err := s.windows(now)
		if err != nil || len(windows) < 3 {
			t.Fatalf("%d windows, %v", len(windows), err)
		}
		for _, w := range windows {
			if w.StartsAt >= w.EndsAt || w.EndsAt-w.StartsAt > maxLength.Milliseconds() {
				t.Fatalf("%s from %d to %d", w.Date, w.StartsAt, w.EndsAt)
			}
		}
	})
}

func TestACycleIsAWeekFromMonday(t *testing.T) {
	for date, want := range map[string]string{
		"2026-11-23": "2026-11-23", "2026-11-29": "2026-11-23",
		"2026-11-30": "2026-11-30", "2026-01-01": "2025-12-29",
	} {
		day, err := time.Parse(time.DateOnly, date)
		if got := weekStart(day); err != nil || got != want {
			t.Errorf("the week of %s starts on %s, want %s", date, got, want)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{1, "win_portland_01k8y6v0xq7d3mz1n5r2t9w4bc"}.String())
	f.Add("eyJzIjoxLCJpIjoiIn0")
	f.Add("!")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if err != nil {
			return
		}
		if again, err := parseCursor(c.String()); err != nil || again != c {
			t.Errorf("%q was read as %v, and that as %v, %v", s, c, again, err)
		}
	})
}

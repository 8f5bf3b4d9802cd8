package main

import (
	"strings"
	"testing"
)

func TestWhatNothingIsSaidAboutOfAMarketStaysAsItIs(t *testing.T) {
	data := t.TempDir() + "/data"
	t.Setenv("ARTISAN_SECRET", strings.Repeat("ab", 32))
	for _, c := range []struct {
		flags []string
		says  string
	}{
		{nil, "bristol, USD, UTC, US, en-US, and 8.00% of a sale is kept"},
		{
			[]string{
				"--name", "Bristol", "--time-zone", "Europe/London", "--country", "GB", "--locale", "en-GB",
			},
			"Bristol, USD, Europe/London, GB, en-GB, and 8.00% of a sale is kept",
		},
		{[]string{"--commission", "0"}, "Bristol, USD, Europe/London, GB, en-GB, and 0.00% of a sale is kept"},
		{
			[]string{"--pickup", "St Nicholas Market"},
			"Bristol, USD, Europe/London, GB, en-GB, and 0.00% of a sale is kept",
		},
		{nil, "Bristol, USD, Europe/London, GB, en-GB, and 0.00% of a sale is kept"},
	} {
		out, code := artisan(t, append([]string{"market", "bristol", "--data", data}, c.flags...)...)
		if want := "market bristol is there: " + c.says + "\n"; code != exitDone || out != want {
			t.Errorf("%q says %q with code %d, want %q", c.flags, out, code, want)
		}
	}
	if out, code := artisan(t, "market", "bristol", "--data", data, "--currency", "GBP"); code != exitFailed {
		t.Errorf("a market's money is changed: %q with code %d", out, code)
	}
}

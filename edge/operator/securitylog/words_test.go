package securitylog

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
)

func TestOneThingIsSaidAsOne(t *testing.T) {
	for _, c := range []struct{ action, name, number, want string }{
		{"part.pack_other", "lines", "1", "packed 1 line other than ordered of"},
		{"part.pack_other", "lines", "2", "packed 2 lines other than ordered of"},
		{"part.pack_other", "lines", "11", "packed 11 lines other than ordered of"},
		{"stock.receive", "lots", "1", "booked in 1 lot of"},
		{"stock.undo", "undone", "1", "put 1 stock back as before"},
	} {
		if got := deed(&web.Market{}, &auditv1.Entry{
			Action: c.action, Subject: "a thing",
			Detail: map[string]string{c.name: c.number},
		}); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.action, c.number, got, c.want)
		}
	}
}

package account_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func TestAMemberAppliesToSell(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, "/sell", "", nil); v.Header.Get("Location") != "/sign-in?next=%2Fsell" {
		t.Errorf("a guest is led to %q", v.Header.Get("Location"))
	}
	form := url.Values{
		"key": {"k"}, "market": {"portland"}, "name": {""},
		"story": {"<b>We</b> bake.\r\n\r\nLong."},
	}
	v := s.Open(t, "/sell", "session=shopper", form)
	if v.Status != http.StatusUnprocessableEntity || len(v.Find("p", "id", "w-name")) != 1 ||
		len(v.Find("b")) != 0 {
		t.Errorf("without a name: status %d", v.Status)
	}
	form.Set("name", "Crumb & Co")
	v = s.Open(t, "/sell", "session=shopper", form)
	made := s.Peers.Last["PutProducer"].(*catalogv1.PutProducerRequest).GetProducer()
	added := s.Peers.Last["AddProducer"].(*identityv1.AddProducerRequest)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/producer?producer="+edgetest.Dairy ||
		made.GetApproved() || made.GetName() != "Crumb & Co" || added.GetCustomerId() != "acc_x_1" ||
		added.GetProducerId() != edgetest.Dairy {
		t.Errorf("status %d, %v, %v", v.Status, made, added)
	}
}

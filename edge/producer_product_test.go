package edge

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// typedProduct is a product's form as it is first shown, to be changed.
func typedProduct() url.Values {
	p := theProduct()
	p.Season = []int32{5, 6}
	return goods.FormOfProduct(p)
}

func TestAProductIsChangedInItsForm(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, wareAt, makerCookie, nil)
	if v.status != http.StatusOK || v.value("title") != "Hill Tomme <young>" ||
		v.value("variants.1.price") != "12.50" || len(v.find("input", "value", "milk", "checked", "")) != 1 {
		t.Fatalf("status %d, title %q", v.status, v.value("title"))
	}
	form := typedProduct()
	form.Set("title", " Hill Tomme ")
	form["allergens"] = []string{"milk", "egg"}
	form.Set("variants.0.price", "26,5")
	form.Set("variants.1.remove", "1")
	form.Set("variants.2.title", "Half")
	form.Set("variants.2.id", "var_portland_01k8y6v0xq7d3mz1n5r2t9w4bz")
	form.Set("variants.2.price", "13")
	form.Set("variants.2.sold_by", "each")
	form.Set("rows", "4")
	v = s.open(t, wareAt, makerCookie, form)
	p := s.peers.last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct()
	if v.status != http.StatusSeeOther || p.GetTitle() != "Hill Tomme" || len(p.GetAllergens()) != 2 ||
		len(p.GetSeason()) != 2 || p.GetSlug() != "hill-tomme" {
		t.Errorf("status %d, %v", v.status, p)
	}
	if got := p.GetVariants(); len(got) != 2 || got[0].GetPrice().GetAmount() != 2650 ||
		got[0].GetId() != wheel || got[1].GetId() != "" || got[1].GetTitle() != "Half" {
		t.Errorf("variants %v", got)
	}
}

func TestANewProductIsMade(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer/new", makerCookie, nil)
	if v.status != http.StatusOK ||
		len(v.find("form", "action", "/producer/products", "method", "post")) != 1 {
		t.Fatalf("status %d", v.status)
	}
	form := url.Values{
		"key": {v.value("key")}, "title": {"Brie"}, "category": {"cheese"}, "rows": {"1"},
		"variants.0.price": {"9"}, "variants.0.sold_by": {"each"}, "more": {"1"},
	}
	if v = s.open(t, "/producer/products", makerCookie, form); v.status != http.StatusOK ||
		v.value("rows") != "2" || v.value("title") != "Brie" || s.peers.count("PutProduct") != 0 {
		t.Errorf("another size: status %d, %s rows", v.status, v.value("rows"))
	}
	form.Del("more")
	v = s.open(t, "/producer/products", makerCookie, form)
	p := s.peers.last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct()
	if v.status != http.StatusSeeOther || p.GetProducerId() != dairy || p.GetMarket() != "portland" ||
		p.GetId() == "" {
		t.Errorf("status %d, %v", v.status, p)
	}
}

func TestAProductsFormKeepsWhatWasTyped(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := typedProduct()
	form.Set("title", "<b>Tomme</b>")
	form.Set("variants.1.price", "12.345")
	form.Set("rows", "-5")
	form.Set("rows", "2")
	v := s.open(t, wareAt, makerCookie, form)
	if v.status != http.StatusUnprocessableEntity || v.value("title") != "<b>Tomme</b>" ||
		v.value("variants.1.price") != "12.345" || len(v.find("b")) != 0 ||
		len(v.find("p", "id", "w-variants.1.price-")) != 1 {
		t.Errorf("status %d, title %q", v.status, v.value("title"))
	}
	form = typedProduct()
	form.Set("variants.0.remove", "1")
	s.peers.fail("PutProduct", fault.New(fault.Invalid, "invalid", "Not right.",
		fault.Field{Name: "variants.0.price", Message: "Too dear."},
		fault.Field{Name: "title", Message: "This is needed."}))
	v = s.open(t, wareAt, makerCookie, form)
	if v.status != http.StatusUnprocessableEntity || len(v.find("p", "id", "w-variants.1.price-")) != 1 ||
		len(v.find("p", "id", "w-title")) != 1 {
		t.Errorf("what catalog refuses is answered with %d, not beside its field", v.status)
	}
	for _, rows := range []string{"", "-1", "999999999", "x"} {
		form.Set("rows", rows)
		if v = s.open(t, wareAt, makerCookie, form); v.status != http.StatusUnprocessableEntity {
			t.Errorf("%q rows are answered with %d", rows, v.status)
		}
	}
}

func TestAPictureIsSentWithItsWords(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := wareAt + "/pictures"
	v := s.upload(t, at, makerCookie, url.Values{"alt": {"A wheel"}, "instead": {"tomme.jpg"}}, "tomme.jpg",
		[]byte("\xff\xd8picture"))
	if put := s.peers.last["PutImage"].(*catalogv1.PutImageRequest); v.status != http.StatusSeeOther ||
		put.GetAlt() != "A wheel" || put.GetProductId() != cheese {
		t.Errorf("status %d", v.status)
	}
	for name, c := range map[string]struct {
		v      *view
		status int
		beside string
	}{
		"none": {
			s.upload(t, at, makerCookie, url.Values{"alt": {"A wheel"}}, "", nil), 422,
			"w-picture",
		},
		"no words": {s.upload(t, at, makerCookie, nil, "tomme.jpg", []byte("x")), 422, "w-alt"},
		"too large": {s.upload(t, at, makerCookie, url.Values{"alt": {"A wheel"}}, "tomme.jpg",
			make([]byte, goods.MaxPicture)), 413, "w-picture"},
	} {
		if c.v.status != c.status || len(c.v.find("p", "id", c.beside)) != 1 {
			t.Errorf("%s: status %d", name, c.v.status)
		}
	}
	s.peers.fail("PutImage", fault.New(fault.Invalid, "not_an_image", "This is not a picture.",
		fault.Field{Name: "content", Message: "This is not a picture in JPEG."}))
	v = s.upload(t, at, makerCookie, url.Values{"alt": {"A <i>wheel</i>"}}, "tomme.exe", []byte("MZ"))
	if v.status != http.StatusUnprocessableEntity ||
		len(v.find("input", "id", "f-alt", "value", "A <i>wheel</i>")) != 1 ||
		!strings.Contains(v.text(), "not a picture in JPEG") {
		t.Errorf("a program is answered with %d", v.status)
	}
}

func TestPicturesAreChangedAndRemoved(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.open(t, wareAt+"/pictures/tomme.jpg", makerCookie, url.Values{"alt": {"A wheel, cut"}, "do": {"save"}})
	put := s.peers.last["PutProduct"].(*catalogv1.PutProductRequest)
	if !put.GetReplaceImages() || put.GetProduct().GetImageAlts()[0] != "A wheel, cut" {
		t.Errorf("changed to %v", put)
	}
	s.open(t, wareAt+"/pictures/tomme.jpg", makerCookie, url.Values{"alt": {""}, "do": {"remove"}})
	if put = s.peers.last["PutProduct"].(*catalogv1.PutProductRequest); !put.GetReplaceImages() ||
		len(put.GetProduct().GetImages()) != 0 {
		t.Errorf("removed to %v", put)
	}
	if v := s.open(t, wareAt+"/pictures/other.jpg", makerCookie,
		url.Values{}); v.status != http.StatusNotFound {
		t.Errorf("a picture that is not there is answered with %d", v.status)
	}
}

func TestAMemberAppliesToSell(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, "/sell", "", nil); v.header.Get("Location") != "/sign-in?next=%2Fsell" {
		t.Errorf("a guest is led to %q", v.header.Get("Location"))
	}
	form := url.Values{
		"key": {"k"}, "market": {"portland"}, "name": {""},
		"story": {"<b>We</b> bake.\r\n\r\nLong."},
	}
	v := s.open(t, "/sell", "session=shopper", form)
	if v.status != http.StatusUnprocessableEntity || len(v.find("p", "id", "w-name")) != 1 ||
		len(v.find("b")) != 0 {
		t.Errorf("without a name: status %d", v.status)
	}
	form.Set("name", "Crumb & Co")
	v = s.open(t, "/sell", "session=shopper", form)
	made := s.peers.last["PutProducer"].(*catalogv1.PutProducerRequest).GetProducer()
	added := s.peers.last["AddProducer"].(*identityv1.AddProducerRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/producer?producer="+dairy ||
		made.GetApproved() || made.GetName() != "Crumb & Co" || added.GetCustomerId() != "acc_x_1" ||
		added.GetProducerId() != dairy {
		t.Errorf("status %d, %v, %v", v.status, made, added)
	}
}

// TestAnApplicationIsADesk applies on real services: the desk is there at once, and says that it waits; to
// apply again leads to it.
func TestAnApplicationIsADesk(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		m.member(t, "crumb@example.org", "a long password", "Crumb")
		cookie := "session=" + strings.TrimPrefix(m.signIn(t, "crumb@example.org")[1], "Bearer ")
		m.appliesAtOnce(t, cookie,
			url.Values{"market": {"portland"}, "name": {"Crumb & Co"}, "town": {"Salem"}})
		desk := m.open(t, "/producer", cookie, nil)
		if desk.status != http.StatusOK || !strings.Contains(desk.text(), "operator looks at you first") {
			t.Errorf("the desk: status %d", desk.status)
		}
		form := url.Values{
			"key": {"k"}, "title": {"Rye"}, "category": {"bread"}, "rows": {"1"},
			"published": {"1"}, "variants.0.price": {"6.5"}, "variants.0.sold_by": {"each"},
			"season": {"9", "10"},
		}
		made := m.open(t, "/producer/products", cookie, form)
		at := made.header.Get("Location")
		if page := m.open(t, at, cookie, nil); page.value("variants.0.price") != "6.50" ||
			len(page.find("input", "name", "season", "checked", "")) != 2 {
			t.Errorf("the product is at %q (%d)", at, made.status)
		}
		if again := m.open(t, "/sell", cookie,
			url.Values{"market": {"portland"}, "name": {"Crumb & Co"}}); again.header.Get(
			"Location") != "/producer" {
			t.Errorf("the second application is answered with %d", again.status)
		}
	})
}

// appliesAtOnce sends one application many times, at two front doors: it is one.
func (m *market) appliesAtOnce(t *testing.T, cookie string, form url.Values) {
	t.Helper()
	if v := m.open(t, "/sell", cookie, form); v.status != http.StatusConflict ||
		!strings.Contains(v.text(), "did not arrive whole") {
		t.Errorf("an application without a key is answered with %d", v.status)
	}
	form.Set("key", m.open(t, "/sell", cookie, nil).keyAt("/sell"))
	var clicks sync.WaitGroup
	for i := range 6 {
		front := []*Shop{m.Shop, m.replica}[i%2]
		clicks.Go(func() {
			if v := front.open(t, "/sell", cookie, form); v.status != http.StatusSeeOther {
				t.Errorf("status %d: %s", v.status, v.text())
			}
		})
	}
	clicks.Wait()
	catalog := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog"))
	waiting, err := catalog.ListProducers(t.Context(),
		&catalogv1.ListProducersRequest{Market: "portland", Waiting: true})
	if err != nil || len(waiting.GetProducers()) != 1 {
		t.Errorf("%v wait for the operator, %v", waiting.GetProducers(), err)
	}
}

func TestAFormThatIsSavedAsItWasShownChangesNothing(t *testing.T) {
	p := theProduct()
	for i, held := range []float64{1.0009, 0.5291} { // as versions before wrote what came in grams
		p.Variants[i].UnitValue, p.Variants[i].Unit = held, "bunch of about ten"
	}
	want := proto.CloneOf(p)
	rows, wrong := goods.TypeProduct((&producer.Desk{In: &web.Market{Currency: "USD"}}), p,
		goods.FormOfProduct(p))
	if len(rows) != 2 || len(wrong) > 0 {
		t.Fatalf("rows %v, wrong %v", rows, wrong)
	}
	for i, v := range p.GetVariants() {
		if !proto.Equal(v, want.GetVariants()[i]) {
			t.Errorf("got %v, want %v", v, want.GetVariants()[i])
		}
	}
	for typed, wanted := range map[string]float64{"1.5": 1.5, "0,25": 0.25, "0.5291": -1, "1.00091": -1} {
		if got, err := goods.TypedContents(typed, 1.0009); (err != nil) != (wanted < 0) || err == nil &&
			got != wanted {
			t.Errorf("%s: got %v, %v", typed, got, err)
		}
	}
}

package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// typedProduct is a product's form as it is first shown, to be changed.
func typedProduct() url.Values {
	p := edgetest.TheProduct()
	p.Season = []int32{5, 6}
	return goods.FormOfProduct(p)
}

func TestAProductIsChangedInItsForm(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.WareAt, edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK || v.Value("title") != "Hill Tomme <young>" ||
		v.Value("variants.1.price") != "12.50" || len(v.Find("input", "value", "milk", "checked", "")) != 1 {
		t.Fatalf("status %d, title %q", v.Status, v.Value("title"))
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
	v = s.Open(t, edgetest.WareAt, edgetest.MakerCookie, form)
	p := s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct()
	if v.Status != http.StatusSeeOther || p.GetTitle() != "Hill Tomme" || len(p.GetAllergens()) != 2 ||
		len(p.GetSeason()) != 2 || p.GetSlug() != "hill-tomme" {
		t.Errorf("status %d, %v", v.Status, p)
	}
	if got := p.GetVariants(); len(got) != 2 || got[0].GetPrice().GetAmount() != 2650 ||
		got[0].GetId() != edgetest.Wheel || got[1].GetId() != "" || got[1].GetTitle() != "Half" {
		t.Errorf("variants %v", got)
	}
}

func TestANewProductIsMade(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/producer/new", edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK ||
		len(v.Find("form", "action", "/producer/products", "method", "post")) != 1 ||
		len(v.Find("input", "name", "published", "checked", "")) != 0 {
		t.Fatalf("status %d", v.Status)
	}
	form := url.Values{
		"key": {v.Value("key")}, "title": {"Brie"}, "category": {"cheese"}, "rows": {"1"},
		"variants.0.price": {"9"}, "variants.0.sold_by": {"each"}, "more": {"1"},
	}
	if v = s.Open(t, "/producer/products", edgetest.MakerCookie, form); v.Status != http.StatusOK ||
		v.Value("rows") != "2" || v.Value("title") != "Brie" || s.Peers.Count("PutProduct") != 0 {
		t.Errorf("another size: status %d, %s rows", v.Status, v.Value("rows"))
	}
	form.Del("more")
	v = s.Open(t, "/producer/products", edgetest.MakerCookie, form)
	p := s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct()
	if v.Status != http.StatusSeeOther || p.GetProducerId() != edgetest.Dairy ||
		p.GetMarket() != "portland" ||
		p.GetId() == "" || p.GetPublished() {
		t.Errorf("status %d, %v", v.Status, p)
	}
}

func TestAProductsFormKeepsWhatWasTyped(t *testing.T) {
	s := edgetest.Open(t)
	form := typedProduct()
	form.Set("title", "<b>Tomme</b>")
	form.Set("variants.1.price", "12.345")
	form.Set("rows", "-5")
	form.Set("rows", "2")
	v := s.Open(t, edgetest.WareAt, edgetest.MakerCookie, form)
	if v.Status != http.StatusUnprocessableEntity || v.Value("title") != "<b>Tomme</b>" ||
		v.Value("variants.1.price") != "12.345" || len(v.Find("b")) != 0 ||
		len(v.Find("p", "id", "w-variants.1.price-")) != 1 {
		t.Errorf("status %d, title %q", v.Status, v.Value("title"))
	}
	form = typedProduct()
	form.Set("variants.0.remove", "1")
	s.Peers.Fail("PutProduct", fault.New(fault.Invalid, "invalid", "Not right.",
		fault.Field{Name: "variants.0.price", Message: "Too dear."},
		fault.Field{Name: "title", Message: "This is needed."}))
	v = s.Open(t, edgetest.WareAt, edgetest.MakerCookie, form)
	if v.Status != http.StatusUnprocessableEntity || len(v.Find("p", "id", "w-variants.1.price-")) != 1 ||
		len(v.Find("p", "id", "w-title")) != 1 {
		t.Errorf("what catalog refuses is answered with %d, not beside its field", v.Status)
	}
	for _, rows := range []string{"", "-1", "999999999", "x"} {
		form.Set("rows", rows)
		if v = s.Open(t, edgetest.WareAt, edgetest.MakerCookie,
			form); v.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q rows are answered with %d", rows, v.Status)
		}
	}
}

func TestAPictureIsSentWithItsWords(t *testing.T) {
	s := edgetest.Open(t)
	at := edgetest.WareAt + "/pictures"
	v := s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"A wheel"}, "instead": {"tomme.jpg"}},
		"tomme.jpg",
		[]byte("\xff\xd8picture"))
	if put := s.Peers.Last["PutImage"].(*catalogv1.PutImageRequest); v.Status != http.StatusSeeOther ||
		put.GetAlt() != "A wheel" || put.GetProductId() != edgetest.Cheese {
		t.Errorf("status %d", v.Status)
	}
	for name, c := range map[string]struct {
		v      *edgetest.View
		status int
		beside string
	}{
		"none": {
			s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"A wheel"}}, "", nil), 422,
			"w-picture",
		},
		"no words": {s.Upload(t, at, edgetest.MakerCookie, nil, "tomme.jpg", []byte("x")), 422, "w-alt"},
		"too large": {s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"A wheel"}}, "tomme.jpg",
			make([]byte, goods.MaxPicture)), 413, "w-picture"},
	} {
		if c.v.Status != c.status || len(c.v.Find("p", "id", c.beside)) != 1 {
			t.Errorf("%s: status %d", name, c.v.Status)
		}
	}
	s.Peers.Fail("PutImage", fault.New(fault.Invalid, "not_an_image", "This is not a picture.",
		fault.Field{Name: "content", Message: "This is not a picture in JPEG."}))
	v = s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"A <i>wheel</i>"}}, "tomme.exe",
		[]byte("MZ"))
	if v.Status != http.StatusUnprocessableEntity ||
		len(v.Find("input", "id", "f-alt", "value", "A <i>wheel</i>")) != 1 ||
		!strings.Contains(v.Text(), "not a picture in JPEG") {
		t.Errorf("a program is answered with %d", v.Status)
	}
}

func TestPicturesAreChangedAndRemoved(t *testing.T) {
	s := edgetest.Open(t)
	s.Open(t, edgetest.WareAt+"/pictures/tomme.jpg", edgetest.MakerCookie,
		url.Values{"alt": {"A wheel, cut"}, "do": {"save"}})
	put := s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest)
	if !put.GetReplaceImages() || put.GetProduct().GetImageAlts()[0] != "A wheel, cut" {
		t.Errorf("changed to %v", put)
	}
	s.Open(t, edgetest.WareAt+"/pictures/tomme.jpg", edgetest.MakerCookie,
		url.Values{"alt": {""}, "do": {"remove"}})
	if put = s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest); !put.GetReplaceImages() ||
		len(put.GetProduct().GetImages()) != 0 {
		t.Errorf("removed to %v", put)
	}
	if v := s.Open(t, edgetest.WareAt+"/pictures/other.jpg", edgetest.MakerCookie,
		url.Values{}); v.Status != http.StatusNotFound {
		t.Errorf("a picture that is not there is answered with %d", v.Status)
	}
}

func TestAFormThatIsSavedAsItWasShownChangesNothing(t *testing.T) {
	p := edgetest.TheProduct()
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

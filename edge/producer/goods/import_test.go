package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func TestAFileIsTriedBeforeItIsImported(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie,
		nil); len(v.Find("form", "enctype", "multipart/form-data")) != 1 {
		t.Fatalf("status %d", v.Status)
	}
	v := s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, url.Values{"format": {"auto"}},
		`C:\my "goods".csv`,
		[]byte("Handle\n"))
	sent := s.Peers.Last["TryImport"].(*catalogv1.SentImport)
	if v.Status != http.StatusSeeOther || sent.GetProducerId() != edgetest.Dairy ||
		sent.GetMarket() != "portland" ||
		sent.GetSender() != edgetest.Accounts["producer"].GetId() || sent.GetName() != `my "goods".csv` {
		t.Fatalf("status %d, %v", v.Status, sent)
	}
	v = s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
	for _, want := range []string{
		"price: 12.00 to 12.50", "This is not a number.", "Tomme <b>",
		"would change",
	} {
		if !strings.Contains(v.Text(), want) {
			t.Errorf("%q is not told", want)
		}
	}
	if s.Open(t, edgetest.ImportAt+"/run", edgetest.MakerCookie,
		url.Values{
			"key": {
				v.Value(
					"key"),
			},
		}); s.Peers.Last["RunImport"].(*catalogv1.RunImportRequest).GetKey() != sent.GetKey() {
		t.Error("another file is imported")
	}
	if v = s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil); !strings.Contains(v.Text(),
		"is imported") {
		t.Error("it is not said that the file is imported")
	}
	if s.Open(t, edgetest.ImportAt+"/drop", edgetest.MakerCookie,
		url.Values{}); len(s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil).Find("input", "type",
		"file")) != 1 {
		t.Error("there is no room for another file")
	}
}

// TestWhatBecomesOfNewProductsIsAsked keeps them hidden where nothing is said.
// TestAPreviewSaysOfWhatIsNewWhatItCostsAndContains tries a file with a product that nobody had.
func TestAPreviewSaysOfWhatIsNewWhatItCostsAndContains(t *testing.T) {
	s := edgetest.Open(t)
	s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, url.Values{"format": {"auto"}}, "goods.csv",
		[]byte("Handle\n"))
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Kept.Changes = append(p.Kept.Changes, &catalogv1.ImportChange{
			Row: 4, What: "new", Title: "Almond croissant",
			Details: []string{"price: 4.25", "stock: 12", "allergens: not stated"},
		})
		p.Kept.Counts.Products, p.Kept.AllChanges = 1, 2
	})
	s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil).Says(t, http.StatusOK, "Almond croissant",
		"price: 4.25", "stock: 12", "allergens: not stated")
}

func TestWhatBecomesOfNewProductsIsAsked(t *testing.T) {
	s := edgetest.Open(t)
	for _, c := range []struct {
		choice string
		shows  bool
		says   string
		to     string
	}{
		{"", false, "The 3 new products are not shown to shoppers yet.", producer.GoodsAt + "?state=hidden"},
		{"hide", false, "Look through them", producer.GoodsAt + "?state=hidden"},
		{"show", true, "See your products", producer.GoodsAt},
	} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Kept = &catalogv1.KeptImport{
				Key: "k", Name: "goods.csv", DryRun: true, Over: true, HidesNew: true,
				Counts: &catalogv1.ImportCounts{Products: 3, Variants: 3},
			}
		})
		v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
		v.Says(t, http.StatusOK, "Keep them hidden until I have looked", "Show them to shoppers at once")
		form := edgetest.FilledIn(v.Find("form", "action", edgetest.ImportAt+"/run")[0])
		if form.Get("new") != "hide" || form.Get("key") != "k" {
			t.Fatalf("the form has %v", form)
		}
		form.Set("new", c.choice)
		s.Open(t, edgetest.ImportAt+"/run", edgetest.MakerCookie, form)
		if run := s.Peers.Last["RunImport"].(*catalogv1.RunImportRequest); run.GetShowNew() != c.shows {
			t.Errorf("%q: %v", c.choice, run)
		}
		v = s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
		v.Says(t, http.StatusOK, c.says)
		if len(v.Find("a", "class", "button", "href", c.to)) != 1 ||
			strings.Contains(v.Text(), "not shown to shoppers yet") == c.shows {
			t.Errorf("%q: %s", c.choice, v.Text())
		}
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", DryRun: true, Over: true,
			Counts: &catalogv1.ImportCounts{Updated: 3},
		}
	})
	if v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie,
		nil); len(v.Find("input", "name", "new")) != 0 {
		t.Error("it is asked where nothing is new")
	}
}

// TestWhatACatalogueOfBeforePublishesIsNotCalledHidden has a file read by the version before, which knows no
// choice and publishes what is new.
func TestWhatACatalogueOfBeforePublishesIsNotCalledHidden(t *testing.T) {
	s := edgetest.Open(t)
	for _, tried := range []bool{true, false} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Kept = &catalogv1.KeptImport{
				Key: "k", Name: "goods.csv", DryRun: tried, Over: true,
				Counts: &catalogv1.ImportCounts{Products: 3, Variants: 3},
			}
		})
		v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
		if v.Status != http.StatusOK || len(v.Find("input", "name", "new")) != 0 ||
			strings.Contains(v.Text(), "not shown to shoppers yet") {
			t.Errorf("tried: %t, status %d: %s", tried, v.Status, v.Text())
		}
	}
}

func TestAFileThatIsGoneIsAskedForAgain(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("RunImport",
		fault.New(fault.Conflict, "file_gone", "That file is not here any more: it is kept for 15 minutes."))
	s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, nil, "goods.csv", []byte("Handle\n"))
	v := s.Open(t, edgetest.ImportAt+"/run", edgetest.MakerCookie, url.Values{"key": {"another"}})
	if v.Status != http.StatusConflict || !strings.Contains(v.Text(), "15 minutes") ||
		len(v.Find("input", "type", "file")) != 1 {
		t.Errorf("status %d", v.Status)
	}
}

func TestAReadingIsShownWhileItLasts(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", Size: 200,
			Progress: &catalogv1.ImportProgress{Bytes: 50, Rows: 7},
		}
	})
	v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
	if len(v.Find("progress", "value", "25")) != 1 || len(v.Find("noscript")) != 1 ||
		len(v.Find("div", "hx-get", edgetest.ImportAt)) != 1 {
		t.Errorf("status %d", v.Status)
	}
}

func TestAReadingThatWasCutOffCanBeRunAgain(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", Over: true,
			Trouble: "This was interrupted.", Again: true,
		}
	})
	v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil)
	if !strings.Contains(v.Text(), "This was interrupted.") ||
		len(v.Find("form", "action", edgetest.ImportAt+"/run")) != 1 || v.Value("key") != "k" ||
		len(v.Find("input", "type", "file")) != 1 {
		t.Errorf("status %d: %s", v.Status, v.Text())
	}
}

func TestFilesThatAreNoneAreSaidToBe(t *testing.T) {
	s := edgetest.Open(t)
	for name, c := range map[string]struct {
		v      *edgetest.View
		status int
		said   string
	}{
		"none": {
			s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, nil, "", nil), 422,
			"Choose a file first.",
		},
		"empty": {
			s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, nil, "goods.csv", nil), 422,
			"Choose a file first.",
		},
		"no upload": {
			s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, url.Values{"file": {"goods.csv"}}), 422,
			"Choose a file first.",
		},
		"too large": {
			s.Upload(t, edgetest.ImportAt, edgetest.MakerCookie, nil, "goods.csv",
				make([]byte, goods.MaxImport+1)),
			413, "32 MiB at most",
		},
	} {
		if c.v.Status != c.status || len(c.v.Find("p", "id", "w-file")) != 1 ||
			!strings.Contains(c.v.Text(), c.said) {
			t.Errorf("%s: status %d", name, c.v.Status)
		}
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Kept = &catalogv1.KeptImport{Over: true, Trouble: "This is not a file that we can read."}
	})
	if v := s.Open(t, edgetest.ImportAt, edgetest.MakerCookie, nil); !strings.Contains(v.Text(),
		"not a file that we can read") {
		t.Error("a picture is no file to import, and nothing says so")
	}
}

// TestWhoMayNotSendAFileIsRefusedBefore sends a large file as nobody and as a shopper.
func TestWhoMayNotSendAFileIsRefusedBefore(t *testing.T) {
	s := edgetest.Open(t)
	for cookie, status := range map[string]int{
		"":                http.StatusUnauthorized,
		"session=shopper": http.StatusForbidden,
	} {
		if v := s.Upload(t, edgetest.ImportAt, cookie, nil, "goods.csv",
			make([]byte, 1000)); v.Status != status {
			t.Errorf("%q is answered with %d", cookie, v.Status)
		}
	}
	if s.Peers.Count("TryImport") != 0 {
		t.Error("a file was read")
	}
}

// TestAProducersFileBecomesProducts imports on real services. One front door takes the file in, and another
// one shows it, runs it and tells of its end.
func TestAProducersFileBecomesProducts(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		token := strings.TrimPrefix(m.SignIn(t, "dairy@example.org")[1], "Bearer ")
		cookie := "session=" + token
		file := "Handle,Title,Vendor,Variant Price\nbrie,Brie,Hill Dairy,9.50\nstolen,Stolen,Elm,1\n"
		m.Upload(t, edgetest.ImportAt, cookie, nil, "goods.csv", []byte(file))
		v := m.Replica.Open(t, edgetest.ImportAt, cookie, nil)
		if !strings.Contains(v.Text(), "would change") || !strings.Contains(v.Text(), "another producer's") {
			t.Fatalf("the dry run says %s", v.Text())
		}
		operators := "session=" + strings.TrimPrefix(m.SignIn(t, "op@example.org")[1], "Bearer ")
		if other := m.Open(t, edgetest.ImportAt+"?producer="+m.Producer, operators,
			nil); len(other.Find("form", "action", edgetest.ImportAt+"/run?producer="+m.Producer)) != 0 {
			t.Error("somebody else sees the file")
		}
		if other := m.Open(t, edgetest.ImportAt+"/run", cookie,
			url.Values{"key": {"another"}}); other.Status != http.StatusConflict {
			t.Errorf("another file is answered with %d", other.Status)
		}
		for _, front := range []*edgetest.Shop{m.Replica, m.Shop} { // a double click that meets both
			if front.Open(t, edgetest.ImportAt+"/run", cookie,
				url.Values{"key": {v.Value("key")}}).Status != http.StatusSeeOther {
				t.Error("the import does not begin")
			}
		}
		for v = m.Replica.Open(t, edgetest.ImportAt, cookie, nil); v.Find("progress") != nil; {
			v = m.Replica.Open(t, edgetest.ImportAt, cookie, nil)
		}
		if text := m.Open(t, edgetest.ImportAt, cookie, nil).Text(); !strings.Contains(v.Text(),
			"is imported") ||
			!strings.Contains(text, "is imported") {
			t.Errorf("it is not said that the file is imported: %s %s", v.Text(), text)
		}
		list := m.Open(t, "/producer/products?q=brie", cookie, nil)
		price := ""
		for _, input := range list.Find("input") {
			if name, _ := edgetest.Attribute(input, "name"); strings.HasPrefix(name, "price.") {
				price, _ = edgetest.Attribute(input, "value")
			}
		}
		if price != "9.50" ||
			len(m.Open(t, "/producer/products?q=stolen", cookie, nil).Find("section")) != 0 {
			t.Errorf("the brie costs %q", price)
		}
		if m.Replica.Open(t, edgetest.ImportAt+"/drop", cookie,
			url.Values{}); len(m.Open(t, edgetest.ImportAt, cookie, nil).Find("input", "type", "file")) != 1 {
			t.Error("there is no room for another file")
		}
	})
}

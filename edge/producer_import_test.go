package edge

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// upload posts a form with a file, or without one where it has no name.
func (s *Shop) upload(t *testing.T, path, cookie string, form url.Values, name string, content []byte) *view {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field := range form {
		if err := w.WriteField(field, form.Get(field)); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	_ = w.Close()
	answer, page := s.send(t, call{ //nolint:bodyclose // send closes it
		method: http.MethodPost, path: path, body: body.String(),
		header: []string{
			"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Content-Type",
			w.FormDataContentType(),
		},
	})
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return &view{answer.StatusCode, answer.Header, root, answer.Cookies()}
}

const importAt = "/producer/import"

func TestAFileIsTriedBeforeItIsImported(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, importAt, makerCookie,
		nil); len(v.find("form", "enctype", "multipart/form-data")) != 1 {
		t.Fatalf("status %d", v.status)
	}
	v := s.upload(t, importAt, makerCookie, url.Values{"format": {"auto"}}, `C:\my "goods".csv`,
		[]byte("Handle\n"))
	sent := s.peers.last["TryImport"].(*catalogv1.SentImport)
	if v.status != http.StatusSeeOther || sent.GetProducerId() != dairy || sent.GetMarket() != "portland" ||
		sent.GetSender() != accounts["producer"].GetId() || sent.GetName() != `my "goods".csv` {
		t.Fatalf("status %d, %v", v.status, sent)
	}
	v = s.open(t, importAt, makerCookie, nil)
	for _, want := range []string{
		"price: 12.00 to 12.50", "This is not a number.", "Tomme <b>",
		"would change",
	} {
		if !strings.Contains(v.text(), want) {
			t.Errorf("%q is not told", want)
		}
	}
	if s.open(t, importAt+"/run", makerCookie,
		url.Values{
			"key": {
				v.value(
					"key"),
			},
		}); s.peers.last["RunImport"].(*catalogv1.RunImportRequest).GetKey() != sent.GetKey() {
		t.Error("another file is imported")
	}
	if v = s.open(t, importAt, makerCookie, nil); !strings.Contains(v.text(), "is imported") {
		t.Error("it is not said that the file is imported")
	}
	if s.open(t, importAt+"/drop", makerCookie,
		url.Values{}); len(s.open(t, importAt, makerCookie, nil).find("input", "type", "file")) != 1 {
		t.Error("there is no room for another file")
	}
}

// TestWhatBecomesOfNewProductsIsAsked keeps them hidden where nothing is said.
func TestWhatBecomesOfNewProductsIsAsked(t *testing.T) {
	s := openShop(t, DefaultLimits)
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
		s.peers.set(func(p *peers) {
			p.kept = &catalogv1.KeptImport{
				Key: "k", Name: "goods.csv", DryRun: true, Over: true,
				Counts: &catalogv1.ImportCounts{Products: 3, Variants: 3},
			}
		})
		v := s.open(t, importAt, makerCookie, nil)
		v.says(t, http.StatusOK, "Keep them hidden until I have looked", "Show them to shoppers at once")
		form := filledIn(v.find("form", "action", importAt+"/run")[0])
		if form.Get("new") != "hide" || form.Get("key") != "k" {
			t.Fatalf("the form has %v", form)
		}
		form.Set("new", c.choice)
		s.open(t, importAt+"/run", makerCookie, form)
		if run := s.peers.last["RunImport"].(*catalogv1.RunImportRequest); run.GetShowNew() != c.shows {
			t.Errorf("%q: %v", c.choice, run)
		}
		v = s.open(t, importAt, makerCookie, nil)
		v.says(t, http.StatusOK, c.says)
		if len(v.find("a", "class", "button", "href", c.to)) != 1 ||
			strings.Contains(v.text(), "not shown to shoppers yet") == c.shows {
			t.Errorf("%q: %s", c.choice, v.text())
		}
	}
	s.peers.set(func(p *peers) {
		p.kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", DryRun: true, Over: true,
			Counts: &catalogv1.ImportCounts{Updated: 3},
		}
	})
	if v := s.open(t, importAt, makerCookie, nil); len(v.find("input", "name", "new")) != 0 {
		t.Error("it is asked where nothing is new")
	}
}

func TestAFileThatIsGoneIsAskedForAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("RunImport",
		fault.New(fault.Conflict, "file_gone", "That file is not here any more: it is kept for 15 minutes."))
	s.upload(t, importAt, makerCookie, nil, "goods.csv", []byte("Handle\n"))
	v := s.open(t, importAt+"/run", makerCookie, url.Values{"key": {"another"}})
	if v.status != http.StatusConflict || !strings.Contains(v.text(), "15 minutes") ||
		len(v.find("input", "type", "file")) != 1 {
		t.Errorf("status %d", v.status)
	}
}

func TestAReadingIsShownWhileItLasts(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", Size: 200,
			Progress: &catalogv1.ImportProgress{Bytes: 50, Rows: 7},
		}
	})
	v := s.open(t, importAt, makerCookie, nil)
	if len(v.find("progress", "value", "25")) != 1 || len(v.find("noscript")) != 1 ||
		len(v.find("div", "hx-get", importAt)) != 1 {
		t.Errorf("status %d", v.status)
	}
}

func TestAReadingThatWasCutOffCanBeRunAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.kept = &catalogv1.KeptImport{
			Key: "k", Name: "goods.csv", Over: true,
			Trouble: "This was interrupted.", Again: true,
		}
	})
	v := s.open(t, importAt, makerCookie, nil)
	if !strings.Contains(v.text(), "This was interrupted.") ||
		len(v.find("form", "action", importAt+"/run")) != 1 || v.value("key") != "k" ||
		len(v.find("input", "type", "file")) != 1 {
		t.Errorf("status %d: %s", v.status, v.text())
	}
}

func TestFilesThatAreNoneAreSaidToBe(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for name, c := range map[string]struct {
		v      *view
		status int
		said   string
	}{
		"none":  {s.upload(t, importAt, makerCookie, nil, "", nil), 422, "Choose a file first."},
		"empty": {s.upload(t, importAt, makerCookie, nil, "goods.csv", nil), 422, "Choose a file first."},
		"no upload": {
			s.open(t, importAt, makerCookie, url.Values{"file": {"goods.csv"}}), 422,
			"Choose a file first.",
		},
		"too large": {
			s.upload(t, importAt, makerCookie, nil, "goods.csv", make([]byte, goods.MaxImport+1)),
			413, "32 MiB at most",
		},
	} {
		if c.v.status != c.status || len(c.v.find("p", "id", "w-file")) != 1 ||
			!strings.Contains(c.v.text(), c.said) {
			t.Errorf("%s: status %d", name, c.v.status)
		}
	}
	s.peers.set(func(p *peers) {
		p.kept = &catalogv1.KeptImport{Over: true, Trouble: "This is not a file that we can read."}
	})
	if v := s.open(t, importAt, makerCookie, nil); !strings.Contains(v.text(),
		"not a file that we can read") {
		t.Error("a picture is no file to import, and nothing says so")
	}
}

// TestWhoMayNotSendAFileIsRefusedBefore sends a large file as nobody and as a shopper.
func TestWhoMayNotSendAFileIsRefusedBefore(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for cookie, status := range map[string]int{
		"":                http.StatusUnauthorized,
		"session=shopper": http.StatusForbidden,
	} {
		if v := s.upload(t, importAt, cookie, nil, "goods.csv", make([]byte, 1000)); v.status != status {
			t.Errorf("%q is answered with %d", cookie, v.status)
		}
	}
	if s.peers.count("TryImport") != 0 {
		t.Error("a file was read")
	}
}

// TestAProducersFileBecomesProducts imports on real services. One front door takes the file in, and another
// one shows it, runs it and tells of its end.
func TestAProducersFileBecomesProducts(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		token := strings.TrimPrefix(m.signIn(t, "dairy@example.org")[1], "Bearer ")
		cookie := "session=" + token
		file := "Handle,Title,Vendor,Variant Price\nbrie,Brie,Hill Dairy,9.50\nstolen,Stolen,Elm,1\n"
		m.upload(t, importAt, cookie, nil, "goods.csv", []byte(file))
		v := m.replica.open(t, importAt, cookie, nil)
		if !strings.Contains(v.text(), "would change") || !strings.Contains(v.text(), "another producer's") {
			t.Fatalf("the dry run says %s", v.text())
		}
		operators := "session=" + strings.TrimPrefix(m.signIn(t, "op@example.org")[1], "Bearer ")
		if other := m.open(t, importAt+"?producer="+m.producer, operators,
			nil); len(other.find("form", "action", importAt+"/run?producer="+m.producer)) != 0 {
			t.Error("somebody else sees the file")
		}
		if other := m.open(t, importAt+"/run", cookie,
			url.Values{"key": {"another"}}); other.status != http.StatusConflict {
			t.Errorf("another file is answered with %d", other.status)
		}
		for _, front := range []*Shop{m.replica, m.Shop} { // a double click that meets both
			if front.open(t, importAt+"/run", cookie,
				url.Values{"key": {v.value("key")}}).status != http.StatusSeeOther {
				t.Error("the import does not begin")
			}
		}
		for v = m.replica.open(t, importAt, cookie, nil); v.find("progress") != nil; {
			v = m.replica.open(t, importAt, cookie, nil)
		}
		if text := m.open(t, importAt, cookie, nil).text(); !strings.Contains(v.text(), "is imported") ||
			!strings.Contains(text, "is imported") {
			t.Errorf("it is not said that the file is imported: %s %s", v.text(), text)
		}
		list := m.open(t, "/producer/products?q=brie", cookie, nil)
		price := ""
		for _, input := range list.find("input") {
			if name, _ := attribute(input, "name"); strings.HasPrefix(name, "price.") {
				price, _ = attribute(input, "value")
			}
		}
		if price != "9.50" ||
			len(m.open(t, "/producer/products?q=stolen", cookie, nil).find("section")) != 0 {
			t.Errorf("the brie costs %q", price)
		}
		if m.replica.open(t, importAt+"/drop", cookie,
			url.Values{}); len(m.open(t, importAt, cookie, nil).find("input", "type", "file")) != 1 {
			t.Error("there is no room for another file")
		}
	})
}

package demo

import (
	"bytes"
	"image"
	"slices"
	"testing"
	"unicode/utf8"

	_ "golang.org/x/image/webp"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/quick"
)

// The most that the embedded pictures may weigh, in bytes.
const (
	maxPicturesWeight = 6 << 20
	maxThumbnail      = 6 << 10
	maxPicture        = 20 << 10
	maxLettering      = 24 << 10
)

func planned(t *testing.T) *picture.Plan {
	t.Helper()
	plan, err := picture.Load()
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestEverythingHasAPictureThatTellsWhatItShows(t *testing.T) {
	alts, widths := map[string]string{}, map[string][]int{}
	plan := planned(t)
	for _, m := range plan.Makers {
		alts[m.Name], widths[m.Name] = plan.Alt(m.Still), m.Widths()
		for _, p := range m.Products {
			alts[p.Title], widths[p.Title] = plan.Alt(p.Still), p.Widths()
		}
	}
	weight := 0
	for _, maker := range loaded(t).Producers {
		titles := []string{maker.Name}
		for _, p := range maker.Products {
			titles = append(titles, p.Title)
		}
		for _, title := range titles {
			if n := utf8.RuneCountInString(alts[title]); n < 4 || n > maxLine {
				t.Errorf("the picture of %s shows %q", title, alts[title])
			}
			weight += checkPicture(t, title, widths[title])
		}
	}
	if weight > maxPicturesWeight {
		t.Errorf("the pictures weigh %d bytes", weight)
	}
}

// checkPicture fails unless a picture is there in just these widths and light. It answers its weight.
func checkPicture(t *testing.T, title string, widths []int) (weight int) {
	t.Helper()
	if got := picture.WidthsOf(picture.Name(title)); !slices.Equal(got, widths) {
		t.Errorf("%s is there in %d, want %d", title, got, widths)
	}
	for i, width := range widths {
		content, err := picture.Read(picture.Name(title), width)
		if err != nil {
			t.Error(err)
			continue
		}
		size, format, err := image.DecodeConfig(bytes.NewReader(content))
		if err != nil || format != "webp" || size.Width != width {
			t.Errorf("%s is %v in %s, want it %d wide: %v", title, size, format, width, err)
		}
		if most := []int{maxThumbnail, maxPicture, maxLettering}[i]; len(content) > most {
			t.Errorf("%s weighs %d bytes at %d, want at most %d", title, len(content), width, most)
		}
		weight += len(content)
	}
	return weight
}

func TestPicturesAreHungOnce(t *testing.T) {
	s, part := openShop(t), loaded(t)
	makers := quick.Of(t, len(part.Producers), 4, "makers whose pictures are hung")
	part.Producers = part.Producers[:makers]
	s.put(part, makers, s.p.Host("catalog").Now())
	products := s.products()
	// One is there already, as after an interruption or a producer's own upload.
	content, err := picture.Read(picture.Name(products[1].GetTitle()), 800)
	s.must(err)
	_, err = s.catalog.PutImage(s.Context(),
		&catalogv1.PutImageRequest{ProductId: products[0].GetId(), Content: content, Alt: "mine"})
	s.must(err)
	for range 2 {
		s.must(AddPictures(s.Context(), s.p.Client, s.p.Host("catalog").Now()))
	}
	for i, p := range s.products() {
		if len(p.GetImages()) != 1 || p.GetImageAlts()[0] == "" ||
			(p.GetImageAlts()[0] == "mine") != (i == 0) {
			s.Errorf("%s has the pictures %v: %v", p.GetTitle(), p.GetImages(), p.GetImageAlts())
		}
	}
	thumbnail, err := s.catalog.GetImage(s.Context(),
		&catalogv1.GetImageRequest{Key: s.products()[1].GetImage(), Width: 320})
	s.must(err)
	if size, _, err := image.DecodeConfig(bytes.NewReader(thumbnail.GetContent())); err != nil ||
		size.Width != 320 {
		s.Errorf("the thumbnail is %v: %v", size, err)
	}
	shown, err := s.catalog.ListProducers(s.Context(),
		&catalogv1.ListProducersRequest{Market: "portland", Limit: 100})
	s.must(err)
	for _, p := range shown.GetProducers() {
		if p.GetImage() == "" {
			s.Errorf("%s has no picture", p.GetName())
		}
	}
}

// TestWhatIsInFrontIsHungFirst looks at what the first pages show, while nothing has a picture yet.
func TestWhatIsInFrontIsHungFirst(t *testing.T) {
	s := openShop(t)
	now := s.p.Host("catalog").Now()
	s.seed(now)
	seeder := &seeder{market: loaded(t), now: now, catalog: s.catalog}
	all, err := seeder.bareProducts(s.Context())
	s.must(err)
	if len(all) != len(s.products()) {
		s.Errorf("%d of %d products are hung", len(all), len(s.products()))
	}
	for _, front := range []*catalogv1.ListProductsRequest{
		{Market: "portland", Sort: "featured", SeasonMonth: int32(now.Month()), InStock: true, Limit: 9},
		{Market: "portland", Sort: "featured", Limit: 20},
	} {
		answer, err := s.catalog.ListProducts(s.Context(), front)
		s.must(err)
		for _, p := range answer.GetProducts() {
			if !slices.ContainsFunc(all[:onFirstPages],
				func(b bare) bool { return b.request.GetProductId() == p.GetId() }) {
				s.Errorf("%s of the first page is hung late", p.GetTitle())
			}
		}
	}
}

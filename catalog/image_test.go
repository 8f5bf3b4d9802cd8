package catalog_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// picture is half red, half blue, from left to right.
func picture(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			p.Set(x, y, color.RGBA{R: 255 * byte(1-x*2/w), B: 255 * byte(x*2/w), A: 255})
		}
	}
	return p
}

func encoded(t *testing.T, encode func(b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, w, h int) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, picture(w, h), nil) })
}

// bomb is a PNG of a few bytes that says it is 20,000 pixels wide and high.
func bomb() []byte {
	header := []byte("IHDR\x00\x00\x4e\x20\x00\x00\x4e\x20\x08\x02\x00\x00\x00")
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
}

func (s shop) putImage(p *catalogv1.Product, content []byte) string {
	s.Helper()
	r, err := s.PutImage(s.Context(), &catalogv1.PutImageRequest{
		ProductId: p.GetId(), Content: content,
		Alt: "a loaf",
	})
	if err != nil {
		s.Fatal(err)
	}
	return r.GetKey()
}

func (s shop) getImage(key string, width int32) *catalogv1.GetImageResponse {
	s.Helper()
	r, err := s.GetImage(s.Context(), &catalogv1.GetImageRequest{Key: key, Width: width})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// sized is a picture in a size that was made.
func (s shop) sized(key string, width int32) image.Image {
	s.Helper()
	r := s.getImage(key, width)
	p, _, err := image.Decode(bytes.NewReader(r.GetContent()))
	if err != nil || r.GetContentType() != "image/jpeg" || p.Bounds().Dx() != int(width) {
		s.Fatalf("the picture is %s and not %d wide: %v", r.GetContentType(), width, err)
	}
	return p
}

func TestAPictureIsServedInItsSizes(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		content := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture(900, 450)) })
		key := s.putImage(loaf, content)
		s.wants("the same again", s.putImage(loaf, content), key)
		s.wants("320 wide", s.sized(key, 320).Bounds(), image.Rect(0, 0, 320, 160))
		s.wants("800 wide", s.sized(key, 800).Bounds().Dx(), 800)
		s.wants("its own width", s.sized(key, 900).Bounds().Dx(), 900)
		s.wants("the nearest", len(s.getImage(key, 500).GetContent()), len(s.getImage(key, 800).GetContent()))
		s.wants("the widest", len(s.getImage(key, 0).GetContent()), len(s.getImage(key, 5000).GetContent()))
		s.wants("the list's picture", s.list(&catalogv1.ListProductsRequest{}).GetProducts()[0].GetImage(),
			key)
		s.wants("the quote's picture", s.quote(loaf.GetVariants()[0].GetId())[0].GetImage(), key)
	})
}

func TestAPictureStandsUprightWhateverTheCameraSaid(t *testing.T) {
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	plain := jpegOf(t, 400, 320)
	content := append(append([]byte{0xff, 0xd8}, segment...), plain[2:]...)
	s := open(t, hosttest.Start(t, sqldb.SQLite, services))
	p := s.sized(s.putImage(s.sell("Loaf", "bread", 600), content), 320)
	if p.Bounds().Dy() != 400 {
		t.Fatalf("the picture is %v, want it turned", p.Bounds())
	}
	// Turned clockwise, what was left is on top.
	if r, _, b, _ := p.At(160, 20).RGBA(); r < b {
		t.Error("the picture is upside down")
	}
	if bytes.Contains(s.getImage(mustKey(s), 320).GetContent(), []byte("Exif")) {
		t.Error("what the camera noted is still there")
	}
}

func mustKey(s shop) string {
	return s.list(&catalogv1.ListProductsRequest{}).GetProducts()[0].GetImage()
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		whole := jpegOf(t, 300, 300)
		for what, c := range map[string]struct {
			content []byte
			code    string
		}{
			"nothing":           {nil, "not_an_image"},
			"a page":            {[]byte("<html><script>alert(1)</script>"), "not_an_image"},
			"an SVG":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "not_an_image"},
			"a bomb":            {bomb(), "image_too_large"},
			"a damaged picture": {whole[:len(whole)/2], "not_an_image"},
			"a huge file":       {make([]byte, 10<<20+1), "image_too_large"},
		} {
			_, err := s.PutImage(t.Context(),
				&catalogv1.PutImageRequest{ProductId: loaf.GetId(), Content: c.content})
			s.wantsFault(what, err, fault.Invalid, c.code)
		}
		_, err := s.PutImage(t.Context(),
			&catalogv1.PutImageRequest{ProductId: strings.Replace(loaf.GetId(), "prd_portland_0",
				"prd_portland_1", 1), Content: whole})
		s.wantsFault("a product that is not there", err, fault.NotFound, "not_found")
		for _, key := range []string{
			"", "../../catalog.db", strings.Repeat("0", 64), "/etc/passwd",
			strings.Repeat("../", 21) + "a", "\x00",
		} {
			_, err := s.GetImage(t.Context(), &catalogv1.GetImageRequest{Key: key})
			s.wantsFault(key, err, fault.NotFound, "not_found")
		}
	})
}

func TestReadyMadeSizesAreServedAsTheyCame(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		content := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture(300, 200)) })
		narrow := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture(150, 100)) })
		put, err := s.PutImage(t.Context(), &catalogv1.PutImageRequest{
			ProductId: loaf.GetId(), Content: content,
			Sizes: []*catalogv1.ImageSize{{Width: 150, Content: narrow}, {Width: 300, Content: content}},
		})
		s.wants("error", err, nil)
		got := s.getImage(put.GetKey(), 100)
		s.wants("the narrow one's type", got.GetContentType(), "image/png")
		s.wants("the narrow one", bytes.Equal(got.GetContent(), narrow), true)
		s.wants("the wide one", bytes.Equal(s.getImage(put.GetKey(), 0).GetContent(), content), true)
	})
}

func TestReadyMadeSizesAreWhatTheySay(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		whole := jpegOf(t, 300, 300)
		other := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture(400, 400)) })
		for what, c := range map[string]struct {
			sizes []*catalogv1.ImageSize
			code  string
		}{
			"another width": {[]*catalogv1.ImageSize{{Width: 299, Content: whole}}, "not_that_size"},
			"a page": {
				[]*catalogv1.ImageSize{{Width: 300, Content: []byte("<html>")}},
				"not_an_image",
			},
			"a damaged one": {
				[]*catalogv1.ImageSize{{Width: 300, Content: whole[:len(whole)/2]}},
				"not_an_image",
			},
			"two formats": {[]*catalogv1.ImageSize{
				{Width: 300, Content: whole},
				{Width: 400, Content: other},
			}, "not_that_size"},
			"one twice": {[]*catalogv1.ImageSize{
				{Width: 300, Content: whole},
				{Width: 300, Content: whole},
			}, "not_that_size"},
			"too many": {
				slices.Repeat([]*catalogv1.ImageSize{{Width: 300, Content: whole}}, 9),
				"invalid",
			},
		} {
			_, err := s.PutImage(t.Context(),
				&catalogv1.PutImageRequest{ProductId: loaf.GetId(), Content: whole, Sizes: c.sizes})
			s.wantsFault(what, err, fault.Invalid, c.code)
		}
	})
}

func TestAProducerHasOnePictureOfItsOwn(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		var last string
		for _, width := range []int{310, 330} {
			put, err := s.PutImage(t.Context(), &catalogv1.PutImageRequest{
				ProducerId: loaf.GetProducerId(),
				Content:    jpegOf(t, width, 200), Alt: "an oven",
			})
			s.wants("error", err, nil)
			last = put.GetKey()
			listed, err := s.ListProducers(t.Context(), &catalogv1.ListProducersRequest{Market: "portland"})
			s.wants("error", err, nil)
			s.wants("the list's picture", listed.GetProducers()[0].GetImage(), last)
		}
		got, err := s.GetProducer(t.Context(), &catalogv1.GetProducerRequest{Id: loaf.GetProducerId()})
		s.wants("error", err, nil)
		s.wants("image", got.GetProducer().GetImage(), last)
		s.wants("alternative text", got.GetProducer().GetImageAlt(), "an oven")
		again, err := s.PutProducer(t.Context(), &catalogv1.PutProducerRequest{Producer: got.GetProducer()})
		s.wants("error", err, nil)
		s.wants("alternative text, put again", again.GetProducer().GetImageAlt(), "an oven")

		drop := func(key string) error {
			_, err := s.DropImage(t.Context(), &catalogv1.DropImageRequest{
				ProducerId: loaf.GetProducerId(),
				Key:        key,
			})
			return err
		}
		s.wantsFault("another than she has", drop(strings.Repeat("0", 64)), fault.Conflict, "changed_since")
		s.wantsFault("none that is named", drop(""), fault.Invalid, "invalid")
		for _, time := range []string{"once", "twice"} {
			s.wants("removed "+time, drop(last), nil)
			got, err = s.GetProducer(t.Context(), &catalogv1.GetProducerRequest{Id: loaf.GetProducerId()})
			s.wants("error "+time, err, nil)
			s.wants("image "+time, got.GetProducer().GetImage()+got.GetProducer().GetImageAlt(), "")
			listed, err := s.ListProducers(t.Context(), &catalogv1.ListProducersRequest{Market: "portland"})
			s.wants("error of the list "+time, err, nil)
			s.wants("the list's picture "+time, listed.GetProducers()[0].GetImage(), "")
		}

		_, err = s.PutImage(t.Context(), &catalogv1.PutImageRequest{
			ProducerId: loaf.GetProducerId(),
			ProductId:  loaf.GetId(), Content: jpegOf(t, 300, 200),
		})
		s.wantsFault("a picture of both", err, fault.Invalid, "invalid")
		gone := strings.Replace(loaf.GetProducerId(), "_portland_0", "_portland_1", 1)
		_, err = s.PutImage(t.Context(),
			&catalogv1.PutImageRequest{ProducerId: gone, Content: jpegOf(t, 300, 200)})
		s.wantsFault("a producer that is not there", err, fault.NotFound, "not_found")
	})
}

func TestEveryKindOfPictureIsRead(t *testing.T) {
	s := open(t, hosttest.Start(t, sqldb.SQLite, services))
	// one pixel
	webp, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		content []byte
		width   int32
	}{
		"gif": {
			encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, picture(320, 200), nil) }),
			320,
		},
		"webp": {webp, 1},
		"jpeg": {jpegOf(t, 1400, 10), 1280},
	} {
		s.sized(s.putImage(s.sell(what, "bread", 600), c.content), c.width)
	}
}

func TestPicturesAreReplacedAndThoseNobodyShowsAreSweptAway(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			clock := hosttest.NewClock(time.Now())
			var data string
			p := hosttest.Open(t, engine, services, func(c *host.Config) { c.Now, data = clock.Now, c.Data })
			s := open(t, p)
			loaf := s.sell("Loaf", "bread", 600)
			first, second := s.putImage(loaf, jpegOf(t, 330, 300)), s.putImage(loaf, jpegOf(t, 340, 300))
			loaf.Images, loaf.ImageAlts = []string{second}, []string{"the second"}
			replaced, err := s.PutProduct(t.Context(),
				&catalogv1.PutProductRequest{Product: loaf, ReplaceImages: true})
			if err != nil {
				t.Fatal(err)
			}
			s.wants("images", replaced.GetProduct().GetImages(), []string{second})
			s.wants("alternative texts", replaced.GetProduct().GetImageAlts(), []string{"the second"})
			loaf.Images = nil
			s.wants("images that were not mentioned", s.put(loaf).GetImages(), []string{second})

			sweep := catalog.SweepPictures(p.Host("catalog"))
			s.wants("a sweep", sweep(t.Context()), nil)
			s.wants("files after a sweep too early", files(t, data), 6) // each with two sizes
			clock.Advance(25 * time.Hour)
			s.wants("a sweep", sweep(t.Context()), nil)
			s.wants("files after a sweep", files(t, data), 3)
			_, err = s.GetImage(t.Context(), &catalogv1.GetImageRequest{Key: first, All: true})
			s.wantsFault("the first", err, fault.NotFound, "not_found")
			s.getImage(second, 0)

			loaf.Images = []string{first}
			_, err = s.PutProduct(t.Context(),
				&catalogv1.PutProductRequest{Product: loaf, ReplaceImages: true})
			s.wantsFault("a picture that is gone", err, fault.NotFound, "not_found")
		})
	}
}

func files(t *testing.T, data string) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(data, "blobs"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

package catalog_test

import (
	"context"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/catalog/picture/picturetest"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
)

func TestAPictureThatTakesTooMuchIsRefusedWithWhatToDo(t *testing.T) {
	each(t, func(s shop) {
		loaf := s.sell("Loaf", "bread", 600)
		whole := jpegOf(t, 300, 300)
		for what, content := range map[string][]byte{
			"a progressive JPEG":          picturetest.JPEG(6700, 5300, ""),
			"a PNG with 16 bits a colour": picturetest.PNG(4000, 3000, 16, false, ""),
			"an interlaced PNG":           picturetest.PNG(4000, 3000, 8, true, ""),
			"a lossless WebP":             picturetest.WebP(6700, 5300, ""),
		} {
			_, err := s.PutImage(t.Context(),
				&catalogv1.PutImageRequest{ProductId: loaf.GetId(), Content: content})
			s.wantsFault(what, err, fault.Invalid, "image_too_large")
			if message := fault.Of(err).Message; !strings.Contains(message, what) ||
				!strings.Contains(message, "Save it as an ordinary JPEG") {
				t.Errorf("%s: what is said is %q", what, message)
			}
			_, err = s.PutImage(t.Context(), &catalogv1.PutImageRequest{
				ProductId: loaf.GetId(),
				Content:   whole, Sizes: []*catalogv1.ImageSize{{Width: 6700, Content: content}},
			})
			s.wantsFault(what+" as a size", err, fault.Invalid, "image_too_large")
		}
	})
}

// TestAPictureIsGivenUpAfterThreeAttempts has pictures that an older version took in and could not finish.
func TestAPictureIsGivenUpAfterThreeAttempts(t *testing.T) {
	each(t, func(s shop) {
		h := s.process.Host("catalog")
		work := catalog.MakePictureSizes(h)
		leave := func(title string, content []byte, attempts int64) string {
			t.Helper()
			key, err := catalog.LeavePicture(t.Context(), h, s.sell(title, "bread", 600).GetId(), content,
				attempts)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		fine, dear := leave("Fine", jpegOf(t, 400, 300), 2),
			leave("Dear", picturetest.JPEG(6700, 5300, ""), 0)
		deadly := leave("Deadly", jpegOf(t, 410, 300), 3) // it has ended three processes
		whole := jpegOf(t, 420, 300)
		damaged := leave("Damaged", whole[:len(whole)/2], 0)
		s.wants("the work", work(t.Context()), nil)
		s.wants("one that was nearly given up", s.sized(fine, 320).Bounds(), image.Rect(0, 0, 320, 240))
		about := map[string]string{}
		for _, trouble := range hosttest.Troubles(t, s.process, "catalog") {
			about[strings.TrimPrefix(trouble.GetId(), "picture:")] = trouble.GetWhat()
		}
		for _, key := range []string{dear, deadly, damaged} {
			if !strings.Contains(about[key], "Its maker should save it anew") {
				t.Errorf("the operator is told %q of %s", about[key], key)
			}
		}
		s.wants("troubles", len(about), 3)
		_, err := s.PutImage(t.Context(),
			&catalogv1.PutImageRequest{
				ProductId: s.sell("Again", "bread", 600).GetId(),
				Content:   jpegOf(t, 410, 300),
			})
		s.wantsFault("one that was given up, sent again", err, fault.Invalid, "image_too_hard")

		s.wants("a retry", hosttest.Retry(t, s.process, "catalog", "picture:"+deadly), nil)
		s.wants("the work after it", work(t.Context()), nil)
		s.wants("one that is tried again", s.sized(deadly, 320).Bounds().Dx(), 320)
		s.wants("troubles left", len(hosttest.Troubles(t, s.process, "catalog")), 2)
	})
}

// TestWhoGoesAwayDoesNotCountAgainstAPicture leaves before it is the picture's turn.
func TestWhoGoesAwayDoesNotCountAgainstAPicture(t *testing.T) {
	each(t, func(s shop) {
		h := s.process.Host("catalog")
		key, err := catalog.LeavePicture(t.Context(), h, s.sell("Loaf", "bread", 600).GetId(),
			jpegOf(t, 4000, 3000), 0)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { gone <- catalog.MakePictureSizes(h)(ctx) }()
		for n := int64(0); n == 0; {
			if n, err = catalog.AttemptsAt(t.Context(), h, key); err != nil {
				t.Fatal(err)
			}
		}
		cancel() // in the midst of it, for it is counted before
		if err := <-gone; err == nil {
			t.Fatal("it was done before it was left")
		}
		n, err := catalog.AttemptsAt(t.Context(), h, key)
		s.wants("attempts", fmt.Sprint(n, err), "0 <nil>")
	})
}

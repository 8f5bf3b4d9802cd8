package picture

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // a format of pictures
	_ "image/jpeg" // a format of pictures
	_ "image/png"  // a format of pictures

	_ "golang.org/x/image/webp" // a format of pictures

	"github.com/artisan-eats/artisan/fault"
)

const (
	// MaxBytes bounds a picture as it comes.
	MaxBytes = 10 << 20
	// Budget bounds what unpacking and resizing a picture may take, in bytes of memory. It is enough for a
	// photograph of 36 megapixels as cameras write it.
	Budget = 64 << 20
	// maxPixels bounds a picture however little each of them takes: they also take time.
	maxPixels = 36_000_000
	// maxSide is what JPEG can say.
	maxSide = 65_535
	// maxScans bounds how often a JPEG goes over its pixels: each time takes the processor's time, and hardly
	// a byte. Programs write ten at the most.
	maxScans = 100
)

// Header is what a picture says of itself.
type Header struct {
	Type          string // of media
	Width, Height int
	// Cost is what unpacking it and making its sizes takes, in bytes of memory.
	Cost int64
	kind string // in words
}

var types = map[string]string{
	"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
	"webp": "image/webp",
}

// Inspect finds out what a picture really is, whatever it is called, and what it would take, before anything
// is unpacked. The fault is Invalid for what is no picture, or takes too much.
func Inspect(content []byte) (Header, error) {
	if len(content) > MaxBytes {
		return Header{}, refuse("image_too_large", "A picture may have at most 10 MiB.")
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(content))
	h := Header{Type: types[format], Width: size.Width, Height: size.Height}
	if err != nil || h.Type == "" || h.Width < 1 || h.Height < 1 {
		return Header{},
			refuse("not_an_image", "This is not a picture in JPEG, PNG, WebP or GIF.").Because(err)
	}
	if h.Width > maxSide || h.Height > maxSide || h.pixels() > maxPixels {
		return Header{},
			refuse("image_too_large",
				"A picture may have at most 36 megapixels, and 65,535 pixels on a side.")
	}
	if format == "jpeg" && bytes.Count(content, []byte{0xff, 0xda}) > maxScans {
		return Header{},
			refuse("image_too_large",
				"This JPEG goes over its pixels too often. Save it anew as an ordinary JPEG.")
	}
	var unpacked int64
	unpacked, h.kind = costs[format](content, h)
	h.Cost = unpacked + h.widest()
	if h.Cost > Budget {
		return Header{}, h.tooDear()
	}
	return h, nil
}

func (h Header) pixels() int64 { return int64(h.Width) * int64(h.Height) }

// widest is what the widest size takes while it is drawn, for a picture that stands and for one that lies on
// its side.
func (h Header) widest() int64 {
	most := int64(0)
	for _, of := range [][2]int{{h.Width, h.Height}, {h.Height, h.Width}} {
		w := int64(min(of[0], widths[len(widths)-1]))
		most = max(most, 4*w*(w*int64(of[1])/int64(of[0])+1))
	}
	return most
}

// tooDear says what would do instead.
func (h Header) tooDear() *fault.Error {
	const mega = 1_000_000
	fits := max(1, h.pixels()*Budget/h.Cost/mega)
	return refuse("image_too_large",
		fmt.Sprintf(
			"This picture takes too much memory to open: it is %s of %d megapixels. Save it as an ordinary JPEG, or in this format with at most %d megapixels.",
			h.kind, (h.pixels()+mega-1)/mega, fits))
}

func refuse(code, message string) *fault.Error {
	return fault.New(fault.Invalid, code, message, fault.Field{Name: "content", Message: message})
}

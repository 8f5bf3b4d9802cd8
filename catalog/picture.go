package catalog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // a format of pictures
	"image/jpeg"
	_ "image/png" // a format of pictures

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // a format of pictures

	"github.com/artisan-eats/artisan/fault"
)

const (
	maxPictureBytes = 10 << 20
	// maxPixels bounds what a small file can unpack to: four bytes of memory for each.
	maxPixels   = 40_000_000
	jpegQuality = 82
	// maxSizes is how many ready-made sizes may come with a picture.
	maxSizes = 8
)

// pictureWidths are the sizes that are made of each picture, as far as it is that wide.
var pictureWidths = []int{320, 800, 1280}

var pictureTypes = map[string]string{"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}

// inspect finds out what a picture really is, whatever it is called, before anything
// is unpacked. The fault is Invalid for what is no picture, or too large a one.
func inspect(content []byte) (contentType string, size image.Config, err error) {
	if len(content) > maxPictureBytes {
		return "", size, notAPicture("image_too_large", "A picture may have at most 10 MiB.")
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(content))
	contentType = pictureTypes[format]
	if err != nil || contentType == "" || size.Width < 1 || size.Height < 1 {
		return "", size, notAPicture("not_an_image", "This is not a picture in JPEG, PNG, WebP or GIF.").Because(err)
	}
	if int64(size.Width)*int64(size.Height) > maxPixels {
		return "", size, notAPicture("image_too_large", "A picture may have at most 40 megapixels.")
	}
	return contentType, size, nil
}

func notAPicture(code, message string) *fault.Error {
	return fault.New(fault.Invalid, code, message, fault.Field{Name: "content", Message: message})
}

// unpack decodes a picture that inspect let through, the first of an animation.
func unpack(content []byte) (image.Image, error) {
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, notAPicture("not_an_image", "This picture is damaged.").Because(err)
	}
	return picture, nil
}

// resized is a picture in one width.
type resized struct {
	width   int
	content []byte
}

// inspectSizes finds out whether ready-made sizes are whole pictures of the widths that are said, all in one
// format, which it answers; it is empty without any.
func inspectSizes(sizes []resized) (contentType string, err error) {
	for i, s := range sizes {
		found, size, err := inspect(s.content)
		if err != nil {
			return "", err
		}
		if size.Width != s.width || (i > 0 && (found != contentType || s.width <= sizes[i-1].width)) {
			return "", notAPicture("not_that_size", "The sizes of a picture are as wide as they say, in one format, the narrowest first.")
		}
		contentType = found
		if _, err := unpack(s.content); err != nil {
			return "", err
		}
	}
	return contentType, nil
}

// resize makes the sizes of a picture, upright and without what a camera noted beside
// it, such as the place. One that is narrower than the widest size is also made as wide as it is.
func resize(content []byte) ([]resized, error) {
	source, err := unpack(content)
	if err != nil {
		return nil, err
	}
	turn := orientation(content)
	width := source.Bounds().Dx()
	if turn > 4 {
		width = source.Bounds().Dy()
	}
	var sizes []resized
	for _, w := range widthsOf(width) {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, upright(scale(source, w, turn > 4), turn), &jpeg.Options{Quality: jpegQuality}); err != nil {
			return nil, fmt.Errorf("encode a picture: %w", err)
		}
		sizes = append(sizes, resized{w, out.Bytes()})
	}
	return sizes, nil
}

func widthsOf(width int) []int {
	var widths []int
	for _, w := range pictureWidths {
		if w >= width {
			return append(widths, width)
		}
		widths = append(widths, w)
	}
	return widths
}

// scale draws a picture on white, so that its width, or its height if it lies on its side, is w.
func scale(source image.Image, w int, lying bool) *image.RGBA {
	b := source.Bounds()
	size := image.Rect(0, 0, w, max(1, b.Dy()*w/b.Dx()))
	if lying {
		size = image.Rect(0, 0, max(1, b.Dx()*w/b.Dy()), w)
	}
	out := image.NewRGBA(size)
	draw.Draw(out, size, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(out, size, source, b, draw.Over, nil)
	return out
}

// upright turns and mirrors a picture as its EXIF orientation (1 to 8) asks.
func upright(in *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 {
		return in
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if turn > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, turn)
			out.SetRGBA(tx, ty, in.RGBAAt(x, y))
		}
	}
	return out
}

// turned is where a pixel goes. The numbers are those of TIFF 6.0, tag 274.
func turned(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// orientation reads the EXIF orientation of a JPEG; 1, upright, when there is none.
func orientation(content []byte) int {
	if !bytes.HasPrefix(content, []byte{0xff, 0xd8}) {
		return 1
	}
	for rest := content[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		length := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if rest[1] == 0xda || length > len(rest) || length < 4 {
			return 1
		}
		if exif, ok := bytes.CutPrefix(rest[4:length], []byte("Exif\x00\x00")); ok && rest[1] == 0xe1 {
			return tiffOrientation(exif)
		}
		rest = rest[length:]
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[start+2:]
	for range order.Uint16(tiff[start:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 274 {
			if turn := int(order.Uint16(entries[8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

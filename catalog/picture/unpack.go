package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
)

// Size is a picture in one width.
type Size struct {
	Width   int
	Content []byte
}

const jpegQuality = 82

// widths are the sizes that are made of each picture, as far as it is that wide.
var widths = []int{320, 800, 1280}

// errDamaged is a picture that cannot be unpacked.
var errDamaged = errors.New("the picture is damaged")

// unpack decodes a picture, the first of an animation. It runs in the child only.
func unpack(content []byte) (image.Image, error) {
	if _, err := Inspect(content); err != nil {
		return nil, errDamaged
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, errDamaged
	}
	return picture, nil
}

// makeSizes makes the sizes of a picture, upright and without what a camera noted beside it, such as the
// place. One that is narrower than the widest size is also made as wide as it is. The widest is made of the
// picture, each other one of the next.
func makeSizes(content []byte) ([]Size, error) {
	source, err := unpack(content)
	if err != nil {
		return nil, err
	}
	turn := orientation(content)
	wide, high := source.Bounds().Dx(), source.Bounds().Dy()
	if turn > 4 {
		wide, high = high, wide
	}
	all := widthsOf(wide)
	sizes := make([]Size, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		w, h := all[i], max(1, high*all[i]/wide)
		if turn > 4 {
			w, h = h, w
		}
		scaled := scale(source, w, h, turn)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, scaled, &jpeg.Options{Quality: jpegQuality}); err != nil {
			return nil, fmt.Errorf("encode a picture: %w", err)
		}
		sizes[i] = Size{all[i], out.Bytes()}
		source, turn = scaled, 1
	}
	return sizes, nil
}

func widthsOf(width int) []int {
	var all []int
	for _, w := range widths {
		if w >= width {
			return append(all, width)
		}
		all = append(all, w)
	}
	return all
}

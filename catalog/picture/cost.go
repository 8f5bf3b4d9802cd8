package picture

import (
	"bytes"
	"encoding/binary"
)

// costs are what unpacking takes in bytes of memory, by format, and what such a picture is called. They
// follow the decoders that are used here, and are rather too high than too low.
var costs = map[string]func(content []byte, h Header) (bytes int64, kind string){
	"jpeg": jpegCost,
	"png":  pngCost,
	"webp": webpCost,
	// One byte a pixel, and once more to sort the rows of an interlaced one.
	"gif": func(_ []byte, h Header) (int64, string) { return 2 * h.pixels(), "a GIF" },
}

// jpegCost counts the samples of each component, which are padded to whole blocks. A progressive picture
// keeps all its coefficients until the end: four bytes for each sample. Colours that are not YCbCr are copied
// into pixels of four bytes.
func jpegCost(content []byte, h Header) (int64, string) {
	f, ok := jpegFrameOf(content)
	if !ok {
		return 24 * h.pixels(), "a JPEG of an unusual kind" // the worst there is
	}
	cost := f.samples(h)
	kind := "a JPEG"
	if f.progressive {
		cost *= 5
		kind = "a progressive JPEG"
	}
	if len(f.components) == 4 || f.rgb {
		cost += 4 * h.pixels()
	}
	return cost, kind
}

// jpegFrame is what the header of a JPEG says about how it is written.
type jpegFrame struct {
	progressive, rgb bool
	components       [][2]int64 // how many samples each has across and down, of a block
}

func (f jpegFrame) samples(h Header) (n int64) {
	across, down := int64(1), int64(1)
	for _, c := range f.components {
		across, down = max(across, c[0]), max(down, c[1])
	}
	blocks := blocksOf(h.Width, across) * blocksOf(h.Height, down)
	for _, c := range f.components {
		n += blocks * c[0] * c[1] * 64
	}
	return n
}

func blocksOf(side int, factor int64) int64 { return (int64(side) + 8*factor - 1) / (8 * factor) }

// jpegFrameOf reads the segments up to the first scan.
func jpegFrameOf(content []byte) (f jpegFrame, ok bool) {
	for marker, segment := range segments(content) {
		switch {
		case marker == 0xee && len(segment) >= 12 && bytes.HasPrefix(segment, []byte("Adobe")):
			f.rgb = f.rgb || segment[11] == 0
		case marker >= 0xc0 && marker <= 0xc2:
			if len(segment) < 6 || len(segment) < 6+3*int(segment[5]) {
				return f, false
			}
			f.progressive, ok = marker == 0xc2, true
			for i := range int(segment[5]) {
				c := segment[6+3*i:]
				f.rgb = f.rgb || (i == 0 && c[0] == 'R')
				f.components = append(f.components, [2]int64{int64(c[1] >> 4), int64(c[1] & 15)})
			}
		}
	}
	return f, ok
}

// segments are those of a JPEG before its first scan, each with its marker. What stands between them is
// passed over, as decoders do.
func segments(content []byte) func(yield func(marker byte, segment []byte) bool) {
	return func(yield func(byte, []byte) bool) {
		for rest := content[min(2, len(content)):]; len(rest) >= 4; {
			if rest[0] != 0xff || rest[1] == 0 || rest[1] == 0xff || (rest[1] >= 0xd0 && rest[1] <= 0xd7) {
				rest = rest[1:]
				continue
			}
			length := 2 + int(binary.BigEndian.Uint16(rest[2:]))
			if rest[1] == 0xd9 || rest[1] == 0xda || length < 4 || length > len(rest) ||
				!yield(rest[1], rest[4:length]) {
				return
			}
			rest = rest[length:]
		}
	}
}

// pngCost is by the kind of pixel that a colour type becomes. An interlaced picture is there twice: whole,
// and in its passes.
func pngCost(content []byte, h Header) (int64, string) {
	const header = 8 + 8 // the signature, and the length and name of the first chunk
	if len(content) < header+13 {
		return 16 * h.pixels(), "a PNG"
	}
	depth, colour, interlaced := content[header+8], content[header+9], content[header+12] != 0
	pixel := int64(4)
	if colour == 3 || (colour == 0 && !bytes.Contains(content, []byte("tRNS"))) {
		pixel = 1
	}
	kind := "a PNG"
	if depth == 16 {
		pixel *= 2
		kind = "a PNG with 16 bits a colour"
	}
	if interlaced {
		pixel *= 2
		kind = "an interlaced PNG"
	}
	return pixel * h.pixels(), kind
}

// webpCost is by whether colours are lossy, with transparency, which is packed as a picture of its own, or
// lossless, whose palette is a copy.
func webpCost(content []byte, h Header) (int64, string) {
	const first = 12 // where the first chunk is
	switch {
	case len(content) < first+9, string(content[first:first+4]) == "VP8L":
		return 8 * h.pixels(), "a lossless WebP"
	case string(content[first:first+4]) == "VP8 ":
		return 2 * h.pixels(), "a WebP"
	}
	return 8 * h.pixels(), "a WebP with transparency"
}

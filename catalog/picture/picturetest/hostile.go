// Package picturetest makes pictures that are small and take much: what a header says is true, and what it
// stands for is nothing.
package picturetest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
)

// JPEG is a progressive one of three components that is grey all over, with a comment that tells it from
// others.
func JPEG(width, height int, comment string) []byte {
	out := []byte{0xff, 0xd8}
	segment := func(marker byte, content ...byte) {
		out = append(out, 0xff, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(content)+2))
		out = append(out, content...)
	}
	segment(0xfe, []byte(comment)...)
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	size := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, uint16(height)),
		uint16(width))
	segment(0xc2, append(size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)...)
	segment(0xc4, append([]byte{0, 1}, make([]byte, 15+1)...)...) // one code of one bit: no difference
	segment(0xda, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0)
	blocks := ((width + 7) / 8) * ((height + 7) / 8)
	out = append(out, make([]byte, (3*blocks+7)/8)...)
	return append(out, 0xff, 0xd9)
}

// PNG is one of zeros, of a depth (8 or 16) with four colours, interlaced or not, with a comment that tells
// it from others.
func PNG(width, height, depth int, interlaced bool, comment string) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, content []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(content)))
		from := len(out)
		out = append(append(out, name...), content...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	header = append(header, byte(depth), 6, 0, 0, 0)
	if interlaced {
		header[12] = 1
	}
	chunk("IHDR", header)
	chunk("tEXt", append([]byte("Comment\x00"), comment...))
	chunk("IDAT", zeros(width, height, depth, interlaced))
	chunk("IEND", nil)
	return out
}

// passes are where the seven passes of an interlaced PNG begin, and their steps.
var passes = [7][4]int{
	{0, 0, 8, 8},
	{4, 0, 8, 8},
	{0, 4, 4, 8},
	{2, 0, 4, 4},
	{0, 2, 2, 4},
	{1, 0, 2, 2},
	{0, 1, 1, 2},
}

func zeros(width, height, depth int, interlaced bool) []byte {
	length := 0
	row := func(w int) int { return 1 + w*4*depth/8 }
	if !interlaced {
		length = height * row(width)
	}
	for _, p := range passes {
		w, h := (width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3]
		if interlaced && w > 0 {
			length += h * row(w)
		}
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	block := make([]byte, 1<<20)
	for ; length > 0; length -= len(block) {
		_, _ = z.Write(block[:min(len(block), length)]) // memory takes all
	}
	_ = z.Close()
	return packed.Bytes()
}

// WebP is a lossless one of one colour: a few bytes for any size up to 16,384 pixels a side. It has a chunk
// that tells it from others.
func WebP(width, height int, comment string) []byte {
	bits := bitWriter{}
	bits.write(uint64(width-1), 14)
	bits.write(uint64(height-1), 14)
	bits.write(0, 1+3+1+1+1) // no alpha, version, no transform, no cache of colours, one group of codes
	for range 5 {
		bits.write(1, 1) // a code of one symbol,
		bits.write(0, 3) // which is zero
	}
	bits.write(0, 16)
	body := append([]byte("WEBP"), riff("VP8L", append([]byte{0x2f}, bits.bytes...))...)
	return riff("RIFF", append(body, riff("note", []byte(comment))...))
}

func riff(name string, content []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
	out = append(out, content...)
	if len(content)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// bitWriter writes the lowest bit first.
type bitWriter struct {
	bytes []byte
	n     int
}

func (b *bitWriter) write(value uint64, bits int) {
	for i := range bits {
		if b.n%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.n/8] |= byte(value>>i&1) << (b.n % 8)
		b.n++
	}
}

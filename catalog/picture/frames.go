package picture

import (
	"encoding/binary"
	"errors"
	"io"
)

// What parent and child say to each other is a list of frames: how many, and the length of each before it.

// maxFrames bounds a list: a picture with its ready-made sizes and what is to be done.
const maxFrames = 16

var errFrames = errors.New("what came from the other process is not whole")

func writeFrames(w io.Writer, frames [][]byte) error {
	if _, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(frames)))); err != nil {
		return err
	}
	for _, frame := range frames {
		if _, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(frame)))); err != nil {
			return err
		}
		if _, err := w.Write(frame); err != nil {
			return err
		}
	}
	return nil
}

// readFrames reads a list of at most so many bytes.
func readFrames(r io.Reader, limit int64) ([][]byte, error) {
	n, err := readNumber(r)
	if err != nil || n > maxFrames {
		return nil, errors.Join(errFrames, err)
	}
	frames := make([][]byte, n)
	for i := range frames {
		length, err := readNumber(r)
		if limit -= int64(length); err != nil || limit < 0 {
			return nil, errors.Join(errFrames, err)
		}
		frames[i] = make([]byte, length)
		if _, err := io.ReadFull(r, frames[i]); err != nil {
			return nil, errors.Join(errFrames, err)
		}
	}
	return frames, nil
}

func readNumber(r io.Reader) (uint32, error) {
	var b [4]byte
	_, err := io.ReadFull(r, b[:])
	return binary.BigEndian.Uint32(b[:]), err
}

package server

import (
	"bytes"
	"compress/flate"
	"io"
)

// deflated makes a text smaller, and inflated gives it back; nil where it is more than a body may have.
func deflated(text []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestSpeed)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

func inflated(small []byte) []byte {
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(small)), maxBody+1))
	if err != nil || len(text) > maxBody {
		return nil
	}
	return text
}

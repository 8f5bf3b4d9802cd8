package web

import (
	"bufio"
	"bytes"
	"mime"
	"net/textproto"
	"net/url"
	"path"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
)

// File is what a form brought along.
type File struct {
	Name    string
	Content []byte
}

const (
	// maxParts bounds the fields of a form with a file, and maxPartHeader what stands before each, in bytes.
	maxParts      = 20
	maxPartHeader = 4 << 10
)

// part is a field of a form with a file. Its content is a part of the body, and no copy.
type part struct {
	field, filename string
	isFile          bool
	content         []byte
}

// Parts reads a form with a file in its field "file", which is empty when none was chosen.
func (v *Visit) Parts() (url.Values, File, error) {
	form := url.Values{}
	if v.Oversized != nil {
		return form, File{}, v.Oversized
	}
	kind, params, _ := mime.ParseMediaType(v.Request.Header.Get("Content-Type"))
	if kind != "multipart/form-data" || params["boundary"] == "" {
		return form, File{}, nil
	}
	between := []byte("\r\n--" + params["boundary"])
	rest, ok := bytes.CutPrefix(v.Body, between[2:])
	if !ok {
		_, rest, ok = bytes.Cut(v.Body, between)
	}
	var sent File
	for n := 0; ok && n <= maxParts; n++ {
		if bytes.HasPrefix(rest, []byte("--")) {
			return form, sent, nil
		}
		var p part
		if p, rest, ok = nextPart(rest, between); !ok {
			break
		}
		switch {
		case !p.isFile:
			form.Add(validText(p.field), validText(string(p.content)))
		case p.field == "file":
			sent = File{fileName(p.filename), p.content}
		}
	}
	return form, File{}, ErrTornForm
}

// nextPart reads a part that begins behind a boundary, and says what is behind the next one. Nothing in it is
// unpacked.
func nextPart(in, between []byte) (p part, rest []byte, ok bool) {
	line, in, ok := bytes.Cut(in, []byte("\r\n"))
	head := bytes.Index(in[:min(len(in), maxPartHeader)], []byte("\r\n\r\n"))
	if !ok || len(bytes.TrimSpace(line)) > 0 || head < 0 {
		return p, nil, false
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(in[:head+4]))).ReadMIMEHeader()
	if err != nil || !asItIs(header.Get("Content-Transfer-Encoding")) {
		return p, nil, false
	}
	disposition, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil || disposition != "form-data" {
		return p, nil, false
	}
	p.field = params["name"]
	p.filename, p.isFile = params["filename"], params["filename"] != ""
	p.content, rest, ok = bytes.Cut(in[head+4:], between)
	return p, rest, ok
}

// asItIs reports whether a transfer encoding is none. Browsers use none.
func asItIs(encoding string) bool {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "7bit", "8bit", "binary":
		return true
	}
	return false
}

// fileName is a file's name to show; what cannot be shown is "file".
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if input.BadText(name, MaxValue) != "" {
		return "file"
	}
	return name
}

package edge

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"path"
	"strings"
)

// file is what a form brought along.
type file struct {
	name    string
	content []byte
}

// maxParts bounds the fields of a form with a file.
const maxParts = 20

// parts reads a form with a file in its field "file", which is empty when none was chosen.
func (v *visit) parts() (url.Values, file, error) {
	form := url.Values{}
	if v.oversized != nil {
		return form, file{}, v.oversized
	}
	kind, params, _ := mime.ParseMediaType(v.Header.Get("Content-Type"))
	if kind != "multipart/form-data" || params["boundary"] == "" {
		return form, file{}, nil
	}
	if !bytes.Contains(v.body, []byte("--"+params["boundary"])) {
		return form, file{}, errTornForm
	}
	var sent file
	reader := multipart.NewReader(bytes.NewReader(v.body), params["boundary"])
	for range maxParts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return form, sent, nil
		}
		if err != nil {
			return form, file{}, errTornForm.Because(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return form, file{}, errTornForm.Because(err)
		}
		switch {
		case part.FileName() == "":
			form.Add(validText(part.FormName()), validText(string(content)))
		case part.FormName() == "file":
			sent = file{fileName(part.FileName()), content}
		}
	}
	return form, file{}, errTornForm
}

// fileName is a file's name to show; what cannot be shown is "file".
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if badText(name, maxValue) != "" {
		return "file"
	}
	return name
}

package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
)

func TestAFormWithAFileHasFewPartsWithShortHeaders(t *testing.T) {
	type sent struct {
		form url.Values
		file web.File
	}
	read := func(build func(*multipart.Writer)) (sent, error) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		build(w)
		_ = w.Close()
		r := &http.Request{Header: http.Header{"Content-Type": {w.FormDataContentType()}}}
		form, f, err := (&web.Visit{Request: r, Body: body.Bytes()}).Parts()
		return sent{form, f}, err
	}
	field := func(w *multipart.Writer, header textproto.MIMEHeader, content string) {
		if header.Get("Content-Disposition") == "" {
			header.Set("Content-Disposition", `form-data; name="alt"`)
		}
		part, _ := w.CreatePart(header)
		_, _ = io.WriteString(part, content)
	}
	for what, build := range map[string]func(*multipart.Writer){
		"thousands of parts": func(w *multipart.Writer) {
			for range 5000 {
				_ = w.WriteField("alt", "x")
			}
		},
		"thousands of headers": func(w *multipart.Writer) {
			header := textproto.MIMEHeader{}
			for i := range 5000 {
				header.Set(fmt.Sprint("X-", i), "y")
			}
			field(w, header, "x")
		},
		"a long header": func(w *multipart.Writer) {
			field(w, textproto.MIMEHeader{"X-Long": {strings.Repeat("y", 1<<20)}}, "x")
		},
		"quoted-printable": func(w *multipart.Writer) {
			field(w, textproto.MIMEHeader{"Content-Transfer-Encoding": {"quoted-printable"}}, "=41")
		},
		"base64": func(w *multipart.Writer) {
			field(w, textproto.MIMEHeader{"Content-Transfer-Encoding": {"base64"}}, "QQ==")
		},
		"a form within": func(w *multipart.Writer) {
			field(w, textproto.MIMEHeader{"Content-Disposition": {"attachment"}}, "x")
		},
		"a broken disposition": func(w *multipart.Writer) {
			field(w, textproto.MIMEHeader{"Content-Disposition": {`form-data; name="`}}, "x")
		},
	} {
		if got, err := read(build); !errors.Is(err, web.ErrTornForm) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	got, err := read(func(w *multipart.Writer) {
		_ = w.WriteField("alt", "A wheel")
		part, _ := w.CreateFormFile("file", `C:\my\wheel.jpg`)
		_, _ = io.WriteString(part, "\r\n--\r\n\x00")
		_ = w.WriteField("empty", "")
	})
	if err != nil || got.form.Get("alt") != "A wheel" || got.file.Name != "wheel.jpg" ||
		string(got.file.Content) != "\r\n--\r\n\x00" || !got.form.Has("empty") {
		t.Errorf("a form as browsers send it: %q, %v", got, err)
	}
}

// FuzzAFormWithAFile holds our reading against Go's own.
func FuzzAFormWithAFile(f *testing.F) {
	f.Add("--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\r\n--b--")
	f.Add("--b--")
	f.Fuzz(func(t *testing.T, body string) {
		r := &http.Request{Header: http.Header{"Content-Type": {"multipart/form-data; boundary=b"}}}
		form, _, err := (&web.Visit{Request: r, Body: []byte(body)}).Parts()
		if err != nil {
			return
		}
		theirs, err := multipart.NewReader(strings.NewReader(body), "b").ReadForm(1 << 20)
		if err == nil && len(theirs.File) == 0 && len(theirs.Value) != len(form) {
			t.Errorf("%q is %v to us and %v to Go", body, form, theirs.Value)
		}
	})
}

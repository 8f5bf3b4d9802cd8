package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// TestTornUploadsAreSaidToBe sends files as no browser does, on real services.
func TestTornUploadsAreSaidToBe(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie := "session=" + m.Token(t, "dairy@example.org")
		part := func(head, content string) string {
			return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n--x--\r\n"
		}
		alt := "--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nA <b>wheel</b>\xff\r\n"
		for name, c := range map[string]struct {
			kind, body string
			status     int
			says       string
		}{
			"no file": {"multipart/form-data; boundary=x", alt + "--x--\r\n", 422, "Choose a"},
			"an empty file": {"multipart/form-data; boundary=x", alt +
				part(`name="file"; filename="a.png"`, ""), 422, "Choose a"},
			"a name, and no file": {
				"multipart/form-data; boundary=x", alt + part(`name="file"`, "a.png"),
				422, "Choose a",
			},
			"another field": {"multipart/form-data; boundary=x", alt +
				part(`name="elif"; filename="a.png"`, "x"), 422, "Choose a"},
			"no boundary": {"multipart/form-data", alt + "--x--\r\n", 422, "Choose a"},
			"another boundary": {"multipart/form-data; boundary=y", alt +
				part(`name="file"; filename="a.png"`, "x"), 400, "This form did not arrive whole."},
			"the end is missing": {
				"multipart/form-data; boundary=x", alt +
					"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx", 400,
				"This form did not arrive whole.",
			},
			"too many parts": {"multipart/form-data; boundary=x", strings.Repeat(alt, maxParts+1) +
				"--x--\r\n", 400, "This form did not arrive whole."},
			"no form of files": {edgetest.FormType, "file=a.png", 422, "Choose a"},
		} {
			for _, at := range []string{edgetest.ImportAt, "/producer/products/" + m.Product + "/pictures"} {
				t.Run(name+at[:len("/producer/i")], func(t *testing.T) {
					v := m.Post(t, at, c.kind, c.body, "Cookie", cookie)
					v.Says(t, c.status, c.says)
					if len(v.Find("h1")) != 1 || len(v.Find("input", "type", "file")) != 1 ||
						len(v.Find("b")) != 0 {
						t.Error("the form is not there again")
					}
				})
			}
		}
		v := m.Upload(t, "/producer/products/"+m.Product+"/pictures", cookie, url.Values{"alt": {"A wheel"}},
			"a.png", []byte("this is no picture"))
		if v.Says(t, http.StatusUnprocessableEntity, "picture"); len(v.Find("p", "id", "w-picture")) != 1 ||
			v.Value("alt") == "" {
			t.Error("it is not said that this is no picture")
		}
		m.Upload(t, edgetest.ImportAt, cookie, nil, "goods.csv", edgetest.Dot(t))
		if v = m.Open(t, edgetest.ImportAt, cookie, nil); len(v.Find("p", "id", "w-file")) != 1 {
			t.Errorf("a picture is no file to import: %s", v.Text())
		}
	})
}

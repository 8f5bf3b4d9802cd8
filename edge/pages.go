package edge

import (
	"net/http"

	"github.com/artisan-eats/artisan/fault"
)

func (e *edge) pageRoutes() []route { return nil }

func (e *edge) errorPage(_ *http.Request, f *fault.Error) *reply {
	r := &reply{status: statusOf(f), contentType: "text/plain; charset=utf-8", body: []byte(f.Message + "\n")}
	return r.advising(f)
}

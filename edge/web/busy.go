package web

import (
	"context"
	"maps"
	"net/http"
	"strconv"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/locale"
)

// busyKey is what answers of a busy shop differ in: a page's language, none for programs, and when to come
// back.
type busyKey struct {
	language string
	wait     int
}

// BusyReply tells of ErrOverloaded. Each of the few answers is made once, for to refuse has to cost next to
// nothing.
func (s *Site) BusyReply(r *http.Request) *Reply {
	key := busyKey{wait: retryAfter()}
	if !IsAPI(r) {
		key.language = s.tongue(r, false).Language()
	}
	made, ok := s.busy.Load(key)
	if !ok {
		made, _ = s.busy.LoadOrStore(key, s.makeBusy(key))
	}
	out := *made.(*Reply)
	out.header = maps.Clone(out.header)
	return &out
}

func (s *Site) makeBusy(key busyKey) *Reply {
	out := ProblemReply(ErrOverloaded)
	if key.language != "" {
		says := locale.New(key.language, "")
		heading := headings[http.StatusServiceUnavailable]
		model := page.Problem{
			Frame: s.Frame(says.Text(heading), nil), Heading: heading, Message: ErrOverloaded.Message,
			Again: comeBack(says, key.wait),
		}
		model.Locale = says
		if made, err := Render(context.Background(), http.StatusServiceUnavailable,
			page.ProblemPage(model)); err == nil {
			out = made
		}
	}
	return out.Set("Retry-After", strconv.Itoa(key.wait))
}

// ComeBack says when to come back, and in how many seconds that is.
func ComeBack(says *locale.Locale) (sentence string, wait int) {
	wait = retryAfter()
	return comeBack(says, wait), wait
}

func comeBack(says *locale.Locale, wait int) string {
	return says.Count(int64(wait), "Come back in {n} second: what you had in your basket stays there.",
		"Come back in {n} seconds: what you had in your basket stays there.")
}

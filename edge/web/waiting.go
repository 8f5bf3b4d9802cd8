package web

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/locale"
)

const (
	// TicketHeader is how a program shows its place in the waiting room, and is told it.
	TicketHeader = "Waiting-Ticket"
	// WaitingPath is the page of who waits.
	WaitingPath = "/checkout/waiting"
	// waitingLives is how long a browser keeps a place and what was typed.
	waitingLives = 12 * time.Hour
	// What was typed is kept in so many cookies at the most, of so many characters each.
	typedParts = 3
	typedPart  = 3600
)

// Waiting is what somebody is told who has a place in the waiting room.
type Waiting struct {
	Ticket string
	// Wait is about how long it takes. Again is after how many seconds to ask again.
	Wait  time.Duration
	Again int
}

// TicketOf is the ticket that a request shows; "" without one.
func (s *Site) TicketOf(r *http.Request) string {
	if !IsAPI(r) {
		return s.Cookies.Read(r, ticketCookie)
	}
	if ticket := r.Header.Get(TicketHeader); Visible(ticket, MaxToken) {
		return ticket
	}
	return ""
}

// Ticketed has whoever an answer is for keep a ticket.
func (s *Site) Ticketed(r *http.Request, out *Reply, ticket string) *Reply {
	if IsAPI(r) {
		return out.Set(TicketHeader, ticket)
	}
	return out.With(s.Cookies.Make(ticketCookie, ticket, "/", waitingLives))
}

// Unticketed has a browser forget its place.
func (s *Site) Unticketed(r *http.Request, out *Reply) *Reply {
	if s.Cookies.Read(r, ticketCookie) == "" {
		return out
	}
	return out.With(s.Cookies.Drop(ticketCookie))
}

// waitingProblem is the problem of a program that has to wait.
type waitingProblem struct {
	problem
	Ticket          string `json:"ticket"`
	ExpectedSeconds int    `json:"expected_seconds"`
}

// WaitingProblem tells a program of its place.
func (s *Site) WaitingProblem(w Waiting) *Reply {
	status := http.StatusServiceUnavailable
	body, err := json.Marshal(waitingProblem{
		problem{
			Title: http.StatusText(status), Status: status, Code: ErrOverloaded.Code,
			Detail: "More people are ordering than can be served at once. You have a place in line: send this " +
				"again after Retry-After, with the ticket in the header " + TicketHeader + ".",
		}, w.Ticket, int(math.Ceil(w.Wait.Seconds())),
	})
	if err != nil {
		return ProblemReply(ErrOverloaded)
	}
	out := &Reply{Status: status, ContentType: "application/problem+json", Body: body}
	return out.Set("Retry-After", strconv.Itoa(w.Again)).Set(TicketHeader, w.Ticket)
}

// waitingPage is the page of who waits in a language, cut where it says what is different for each: it is
// asked for often, so it is made once.
type waitingPage struct {
	pieces []string // of the page, with a word of the shop's between each two
	words  []string
	nonce  string
}

// The words of a page where it is cut.
const (
	cutWait  = "cut-wait"
	cutAgain = 7_310_587
)

// WaitingPage tells a person of their place.
func (s *Site) WaitingPage(r *http.Request, w Waiting) (*Reply, error) {
	says := s.tongue(r, false)
	made, ok := s.waiting.Load(says.Language())
	if !ok {
		page, err := s.makeWaiting(locale.New(says.Language(), ""))
		if err != nil {
			return nil, err
		}
		made, _ = s.waiting.LoadOrStore(says.Language(), page)
	}
	again := strconv.Itoa(w.Again)
	out := made.(*waitingPage).with(map[string]string{
		cutWait: html.EscapeString(waitOf(says, w.Wait)), strconv.Itoa(cutAgain): again,
	})
	return out.Set("Retry-After", again), nil
}

func (s *Site) makeWaiting(says *locale.Locale) (*waitingPage, error) {
	model := page.Waiting{Wait: cutWait, Again: cutAgain}
	model.Frame = s.Frame(cutWait, nil)
	model.Locale, model.Frame.Again = says, cutAgain
	out, err := Render(context.Background(), http.StatusOK, page.WaitingPage(model))
	if err != nil {
		return nil, err
	}
	cuts := regexp.MustCompile(cutWait + "|" + strconv.Itoa(cutAgain))
	return &waitingPage{
		cuts.Split(string(out.Body), -1), cuts.FindAllString(string(out.Body), -1), out.Nonce,
	}, nil
}

// with is the page with what it says to one.
func (p *waitingPage) with(said map[string]string) *Reply {
	var body bytes.Buffer
	body.WriteString(p.pieces[0])
	for i, word := range p.words {
		body.WriteString(said[word])
		body.WriteString(p.pieces[i+1])
	}
	return &Reply{Status: http.StatusOK, ContentType: HTMLType, Body: body.Bytes(), Nonce: p.nonce}
}

// soon is what is less than a minute for people, and hours from when on they count in those.
const (
	soon  = 45 * time.Second
	hours = 100 * time.Minute
)

func waitOf(says *locale.Locale, wait time.Duration) string {
	switch {
	case wait <= soon:
		return says.Text("It is your turn in less than a minute")
	case wait >= hours:
		return says.Count(int64(math.Round(wait.Hours())), "It is your turn in about {n} hour",
			"It is your turn in about {n} hours")
	}
	return says.Count(int64(math.Ceil(wait.Minutes())), "It is your turn in about {n} minute",
		"It is your turn in about {n} minutes")
}

// KeepTyped has a browser keep what was typed, sealed; false where that is too much for it.
func (s *Site) KeepTyped(r *http.Request, out *Reply, sealed string) bool {
	if len(sealed) > typedParts*typedPart {
		return false
	}
	s.ForgetTyped(r, out)
	for part := 0; sealed != ""; part++ {
		most := min(len(sealed), typedPart)
		out.With(s.Cookies.Make(typedName(part), sealed[:most], "/", waitingLives))
		sealed = sealed[most:]
	}
	return true
}

// Typed is what a browser has kept of what was typed, sealed; "" where there is nothing.
func (s *Site) Typed(r *http.Request) string {
	var all strings.Builder
	for part := range typedParts {
		next := s.Cookies.readUpTo(r, typedName(part), typedPart)
		if next == "" {
			break
		}
		all.WriteString(next)
	}
	return all.String()
}

// ForgetTyped has a browser forget it.
func (s *Site) ForgetTyped(r *http.Request, out *Reply) {
	for part := range typedParts {
		if s.Cookies.readUpTo(r, typedName(part), typedPart) != "" {
			out.With(s.Cookies.Drop(typedName(part)))
		}
	}
}

func typedName(part int) string { return typedCookie + "-" + strconv.Itoa(part) }

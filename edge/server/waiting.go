package server

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/waiting"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

// invited is how many of those whose turn it is may wait for a place, and for how long. Who gets none asks
// again by the same ticket.
var invited = Cap{Waiting: 4096, Patience: 8 * time.Second}

// lineOfOne is where one client's places in line are.
var lineOfOne = share.Spread{AtOnce: 16, Each: 500 * time.Millisecond, Most: waiting.Furthest}

// line is the waiting room of a server, and what tickets and what is kept are sealed with.
type line struct {
	room  *waiting.Room
	keys  waiting.Keys
	seals []cipher.AEAD
}

func newLine(s *Server, most float64) (*line, error) {
	config := s.site.Host.Config()
	keys, err := config.Keys("waiting room: tickets")
	if err != nil {
		return nil, err
	}
	l := &line{keys: keys, room: waiting.NewRoom(most, func() int {
		_, waits := s.limit.Used(int(web.Checkout))
		return waits
	})}
	sealing, err := config.Keys("waiting room: what was typed")
	if err != nil {
		return nil, err
	}
	for _, key := range sealing {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		seal, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		l.seals = append(l.seals, seal)
	}
	return l, nil
}

// seal seals what was typed for a basket.
func (l *line) seal(typed []byte, of waiting.Basket) string {
	small := deflated(typed)
	seal := l.seals[0]
	sealed := make([]byte, seal.NonceSize(), seal.NonceSize()+len(small)+seal.Overhead())
	_, _ = rand.Read(sealed)
	return base64.RawURLEncoding.EncodeToString(seal.Seal(sealed, sealed, small, of[:]))
}

// open is what was typed for a basket; nil where that was not sealed here.
func (l *line) open(sealed string, of waiting.Basket) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil
	}
	for _, seal := range l.seals {
		if len(raw) < seal.NonceSize() {
			return nil
		}
		nonce, text := raw[:seal.NonceSize()], raw[seal.NonceSize():]
		if small, err := seal.Open(nil, nonce, text, of[:]); err == nil {
			return inflated(small)
		}
	}
	return nil
}

// inTurn is what a request that checks out is in the line.
type inTurn struct {
	came   time.Time
	basket waiting.Basket
	ticket waiting.Ticket
	// in says that it has a ticket and was let in, free that it may have a place that is free at once.
	in, free bool
	place    waiting.Place
	waits    bool
}

// basketOf is the basket that a request checks out: that of the address, of the cookie, or of the session.
func (s *Server) basketOf(r *http.Request) waiting.Basket {
	name := r.PathValue("id")
	if name == "" {
		name = s.site.Cookies.Read(r, web.CartCookie)
	}
	if name == "" {
		name = "session " + s.site.Cookies.Read(r, web.SessionCookie)
	}
	return waiting.BasketOf(name)
}

// turnOf looks a request's ticket up, or gives it a place where others have to wait.
func (s *Server) turnOf(r *http.Request) (t inTurn, err error) {
	t = inTurn{came: s.site.Host.Now(), basket: s.basketOf(r)}
	if signed := s.site.TicketOf(r); signed != "" {
		if ticket, ok := s.line.keys.Read(signed); ok && ticket.For == t.basket {
			place, in, ok := s.line.room.Asks(t.came, ticket)
			if t.ticket, t.place, t.in, t.waits = place.Ticket, place, in, !in; ok {
				return t, nil
			}
		}
	}
	t.in, t.waits = false, false
	full := s.limit.Full(int(web.Checkout))
	may, free := s.line.room.Walks(t.came)
	if t.free = free; !may || full {
		_ = s.shed(web.Checkout, web.ErrOverloaded)
		err = s.join(r, &t)
	}
	return t, err
}

// join gives a request a place.
func (s *Server) join(r *http.Request, t *inTurn) error {
	apart, ok := s.together.Apart(r.Context(), share.OriginOf(r.Context()).Client, lineOfOne)
	if !ok {
		return share.ErrShare
	}
	place := s.line.room.Join(s.site.Host.Now(), t.came, apart, t.basket)
	t.ticket, t.place, t.waits = place.Ticket, place, true
	return nil
}

// receiveInTurn takes in a request that checks out, in its turn.
func (s *Server) receiveInTurn(w http.ResponseWriter, r *http.Request, rt *web.Route) (*web.Reply, error) {
	if err := s.sameOrigin(r, rt); err != nil {
		return nil, err
	}
	var kept []byte
	if r.Method != http.MethodPost {
		if kept = s.line.open(s.site.Typed(r), s.basketOf(r)); len(kept) == 0 {
			return web.Redirect("/checkout"), nil
		}
	}
	t, err := s.turnOf(r)
	if err != nil {
		return nil, err
	}
	c := s.begin(r, rt.Tier)
	defer c.end()
	if t.waits && web.IsAPI(r) {
		s.bodies.swallow(w, r)
		return endUnread(r, s.tellProgram(t.place)), nil
	}
	if err := s.takeIn(w, c, rt, &t, kept); err != nil {
		return nil, err
	}
	switch {
	case t.waits:
		return s.tellPerson(c.visit, t)
	case r.Method != http.MethodPost && onlyLooks(r):
		out := &web.Reply{Status: http.StatusNoContent}
		if t.in {
			s.site.Ticketed(r, out, s.line.keys.Sign(t.ticket))
		}
		return out, nil
	}
	return s.workInTurn(c, rt, &t)
}

// onlyLooks reports whether a page's script asks, or a program that looks ahead: they place no order.
func onlyLooks(r *http.Request) bool {
	return r.Method == http.MethodHead || r.Header.Get("HX-Request") != "" ||
		r.Header.Get("Sec-Purpose") != ""
}

// takeIn has the visit's body, which is what was kept where it has none of its own.
func (s *Server) takeIn(
	w http.ResponseWriter, c *caller, rt *web.Route, t *inTurn, kept []byte,
) error {
	v := c.visit
	if v.Request.Method == http.MethodPost {
		if err := c.pace(rt); err != nil && !t.in {
			return s.site.Refused(v.Context(), rt, err)
		}
		if err := c.read(w, rt); err != nil {
			return err
		}
		v.Request.Body = http.NoBody
		return nil
	}
	v.Body = kept
	asked := v.Request.Clone(v.Context())
	asked.Method = http.MethodPost
	asked.Header.Set("Content-Type", formType)
	v.Request = asked
	return nil
}

const formType = "application/x-www-form-urlencoded"

// workInTurn works on a checkout once there is a place. Who finds none goes back to the line.
func (s *Server) workInTurn(c *caller, rt *web.Route, t *inTurn) (*web.Reply, error) {
	v := c.visit
	if bringsPassword(v, rt) {
		if err := c.enterPasswords(rt); err != nil {
			return nil, s.site.Refused(v.Context(), rt, err)
		}
		defer c.client.Exit(share.Passwords)
	}
	p, err := s.admitInTurn(v.Context(), c.client, t)
	if fault.Is(err, web.ErrOverloaded.Code) || fault.Is(err, share.ErrShare.Code) {
		return s.sendBack(v, t, err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { p.leave(err); s.line.room.Served() }()
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	v.Request = v.Request.WithContext(ctx)
	out, err := v.Answer(rt)
	if err == nil {
		v.Remember(out)
		return s.letGo(v, t, out), nil
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || !web.IsAPI(v.Request) || !t.in && !s.line.room.Stands() {
		return nil, err
	}
	return s.site.Ticketed(v.Request, s.problem(v.Request, f), s.line.keys.Sign(t.pass())), nil
}

// pass is a ticket by which whoever was worked on is let in for a while.
func (t *inTurn) pass() waiting.Ticket {
	if t.in {
		return t.ticket
	}
	return waiting.Ticket{Came: t.came.UnixMilli(), Let: t.came.UnixMilli(), For: t.basket}
}

// admitInTurn takes a client's own place and one of everybody's, as its turn allows.
func (s *Server) admitInTurn(ctx context.Context, client *share.Client, t *inTurn) (*place, error) {
	kind := kindOf(web.Checkout)
	if err := client.Enter(ctx, kind, s.part(web.Checkout)); err != nil {
		return nil, err
	}
	var err error
	switch {
	case t.in:
		err = s.limit.EnterWithin(ctx, int(web.Checkout), invited)
	case t.free && !s.limit.TryEnter(int(web.Checkout)):
		err = web.ErrOverloaded
	case !t.free:
		err = s.limit.Enter(ctx, int(web.Checkout))
	}
	if err != nil {
		client.Exit(kind)
		return nil, s.shed(web.Checkout, err)
	}
	return &place{server: s, tier: web.Checkout, client: client, begun: time.Now()}, nil
}

// sendBack tells who found no place when to come again: by the ticket that they have, or a new one.
func (s *Server) sendBack(v *web.Visit, t *inTurn, why error) (*web.Reply, error) {
	if t.in {
		t.place = s.line.room.Back(t.ticket, fault.Is(why, web.ErrOverloaded.Code))
	} else if err := s.join(v.Request, t); err != nil {
		return nil, why
	}
	if web.IsAPI(v.Request) {
		return s.tellProgram(t.place), nil
	}
	return s.tellPerson(v, *t)
}

// told is what somebody is told of their place.
func (s *Server) told(p waiting.Place) web.Waiting {
	return web.Waiting{Ticket: s.line.keys.Sign(p.Ticket), Wait: p.Wait, Again: p.Again}
}

func (s *Server) tellProgram(p waiting.Place) *web.Reply { return s.site.WaitingProblem(s.told(p)) }

// tellPerson sends a person to the page of who waits, with what was typed, or shows it.
func (s *Server) tellPerson(v *web.Visit, t inTurn) (*web.Reply, error) {
	told := s.told(t.place)
	if v.Request.URL.Path == web.WaitingPath {
		out, err := s.site.WaitingPage(v.Request, told)
		if err != nil {
			return nil, err
		}
		return s.site.Ticketed(v.Request, out, told.Ticket), nil
	}
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	typed.Del("password")
	out := web.Redirect(web.WaitingPath)
	if !s.site.KeepTyped(v.Request, out, s.line.seal([]byte(typed.Encode()), t.basket)) {
		return nil, web.ErrOverloaded
	}
	return s.site.Ticketed(v.Request, out, told.Ticket), nil
}

// letGo ends a place when there is an order, and else keeps it good for a while: who is let in and has
// something to mend is not sent to the end of the line.
func (s *Server) letGo(v *web.Visit, t *inTurn, out *web.Reply) *web.Reply {
	if web.IsAPI(v.Request) {
		return out
	}
	s.site.ForgetTyped(v.Request, out)
	if out.Status == http.StatusSeeOther && strings.HasPrefix(out.Location(), "/orders/") {
		return s.site.Unticketed(v.Request, out)
	}
	if !t.in && !s.line.room.Stands() {
		return s.site.Unticketed(v.Request, out)
	}
	return s.site.Ticketed(v.Request, out, s.line.keys.Sign(t.pass()))
}

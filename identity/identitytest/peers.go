package identitytest

import (
	"context"
	"sync"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
)

// Post is a notify that keeps what it is asked to send.
type Post struct {
	notifyv1connect.UnimplementedNotifyServiceHandler

	mu   sync.Mutex
	down bool
	sent []*notifyv1.SendRequest
	slow func()
}

// Send keeps a letter, or fails while the post is down.
func (p *Post) Send(_ context.Context, r *notifyv1.SendRequest) (*notifyv1.SendResponse, error) {
	p.mu.Lock()
	slow := p.slow
	p.mu.Unlock()
	if slow != nil {
		slow()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	p.sent = append(p.sent, r)
	return &notifyv1.SendResponse{}, nil
}

// SetDown has the post fail from then on, or not any more.
func (p *Post) SetDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// SetSlow has something happen while each letter is handed on.
func (p *Post) SetSlow(meanwhile func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow = meanwhile
}

// Sent are all letters, oldest first.
func (p *Post) Sent() []*notifyv1.SendRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// Last is the newest letter.
func (p *Post) Last() *notifyv1.SendRequest {
	sent := p.Sent()
	return sent[len(sent)-1]
}

// Empty forgets what was sent.
func (p *Post) Empty() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = nil
}

// Makers are the catalogue's producers: all of them are approved, until they are closed.
type Makers struct {
	catalogv1connect.UnimplementedCatalogServiceHandler

	mu           sync.Mutex
	closed, down bool
}

// Set says whether all are closed, and whether the catalogue is down.
func (m *Makers) Set(closed, down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.down = closed, down
}

// GetProducer answers a producer with the ID, or fails while the catalogue is down.
func (m *Makers) GetProducer(
	_ context.Context, r *catalogv1.GetProducerRequest,
) (*catalogv1.GetProducerResponse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return nil, fault.New(fault.Unavailable, "unavailable", "Down.")
	}
	return &catalogv1.GetProducerResponse{Producer: &catalogv1.Producer{Id: r.GetId(), Approved: !m.closed}},
		nil
}

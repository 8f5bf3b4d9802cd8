package browser

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// traffic is what a tab has fetched since it was last opened somewhere.
type traffic struct {
	mu       sync.Mutex
	address  map[network.RequestID]string // of what is under way
	received map[string]int64
}

// hear takes note of the tab's events.
func (t *traffic) hear(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.address[e.RequestID] = e.Request.URL
	case *network.EventLoadingFinished:
		t.received[t.address[e.RequestID]] += int64(e.EncodedDataLength)
		delete(t.address, e.RequestID)
	case *network.EventLoadingFailed:
		delete(t.address, e.RequestID)
	}
}

func (t *traffic) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.address, t.received = map[network.RequestID]string{}, map[string]int64{}
}

// Slow makes the network take so many milliseconds to an answer, and carry so many bytes a second; with none
// it is cut off.
func (t *Tab) Slow(latency, bytes float64) error {
	_, err := chromedp.Call(t.ctx, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{
				Latency: latency, DownloadThroughput: bytes,
				UploadThroughput: bytes, Offline: bytes == 0,
			}},
		})
	return err
}

// Settle waits until the page has nothing more to do and to fetch.
func (t *Tab) Settle() error {
	return t.until(func(context.Context) error {
		if _, err := Ask[bool](t, "new Promise(done => requestIdleCallback(() => done(true)))"); err != nil {
			return err
		}
		t.traffic.mu.Lock()
		defer t.traffic.mu.Unlock()
		for _, address := range t.traffic.address {
			return fmt.Errorf("%s is still under way", address)
		}
		return nil
	})
}

// Received is the bytes that came over the wire since Open, with the headers, by address.
func (t *Tab) Received() map[string]int64 {
	t.traffic.mu.Lock()
	defer t.traffic.mu.Unlock()
	return maps.Clone(t.traffic.received)
}

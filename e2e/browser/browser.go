// Package browser uses a shop as a person does: it finds what is on a page by its words, as
// they are shown and as a screen reader says them, and clicks, types and looks. It drives a
// Chromium, for the tests of e2e and for the pictures of the shop.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Variable names the program, where it is not one of the usual names.
const Variable = "ARTISAN_TEST_CHROMIUM"

var programs = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}

// errNone is the error of Start on a machine without a browser.
var errNone = errors.New(
	"there is no Chromium: install one (./check all does, on Debian: apt-get install chromium), or name its program in " + Variable)

// Browser is a running Chromium.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
}

// Start starts a Chromium of its own, without a window. It ends with Close.
func Start() (*Browser, error) {
	program, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(startsWithin))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeAll := chromedp.NewContext(allocator)
	b := &Browser{ctx, []context.CancelFunc{closeAll, stop}}
	if err := chromedp.Do(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("%s does not start: %w", program, err)
	}
	return b, nil
}

const startsWithin = time.Minute

func find() (string, error) {
	if program := os.Getenv(Variable); program != "" {
		return program, nil
	}
	for _, name := range programs {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", errNone
}

// Close ends the browser and everything in it.
func (b *Browser) Close() {
	for _, cancel := range b.cancel {
		cancel()
	}
}

// Eyes are how somebody sees a page.
type Eyes struct {
	Width, Height int64
	Dark          bool
	NoScript      bool
	// Sharp draws two dots for each, as a good screen does.
	Sharp bool
	// Paper is the page as it is printed.
	Paper bool
}

// Phone and Desk are the two usual ones.
var (
	Phone = Eyes{Width: 390, Height: 844}
	Desk  = Eyes{Width: 1280, Height: 800}
)

// narrow is below which width a screen is a phone's.
const narrow = 600

// Tab opens a page of its own, which shares nothing with another: no cookie, nothing kept.
// It ends with its Close, or the browser's.
func (b *Browser) Tab(eyes Eyes) (*Tab, error) {
	return newTab(b.ctx, eyes, chromedp.WithNewBrowserContext())
}

// Beside opens another page for the same visitor: what one keeps, the other has. It ends with the
// tab that it was opened from.
func (t *Tab) Beside(eyes Eyes) (*Tab, error) { return newTab(t.ctx, eyes) }

func newTab(parent context.Context, eyes Eyes, options ...chromedp.ContextOption) (*Tab, error) {
	heard := &traffic{}
	heard.reset()
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(heard.hear))...)
	t := &Tab{ctx: ctx, cancel: cancel, traffic: heard, taps: new(int), Patience: 10 * time.Second}
	err := chromedp.Do(ctx)
	if err == nil {
		_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled,
			emulation.SetFocusEmulationEnabledParams{Enabled: true})
	}
	if err == nil {
		err = t.Look(eyes)
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("a new tab: %w", err)
	}
	return t, nil
}

// Look sees the page with other eyes from now on.
func (t *Tab) Look(eyes Eyes) error {
	scheme, scale, media := "light", 1.0, ""
	if eyes.Dark {
		scheme = "dark"
	}
	if eyes.Paper {
		media = "print"
	}
	if eyes.Sharp {
		scale = 2
	}
	_, err := chromedp.Call(t.ctx, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{
			Width: eyes.Width, Height: eyes.Height, DeviceScaleFactor: scale, Mobile: eyes.Width < narrow,
		})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(t.ctx, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(t.ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: eyes.NoScript})
	return err
}

package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tab is a page that somebody looks at. It is for one goroutine.
type Tab struct {
	ctx     context.Context
	cancel  context.CancelFunc
	traffic *traffic
	// Patience is how long to wait for what is to come. Whatever is there is found at once.
	Patience time.Duration
	// within is what has to be in the part of the page that is used; empty for all of it.
	within string
	taps   *int
}

// Taps is how often a finger has touched the screen: each press and choice, and each field that was typed
// into without having the focus.
func (t *Tab) Taps() int { return *t.taps }

// Close ends the tab.
func (t *Tab) Close() { t.cancel() }

// Within is the tab, of which only the smallest part is used that has a text in it: a section,
// an entry of a list, a row of a table, a form.
func (t *Tab) Within(text string) *Tab {
	part := *t
	part.within = text
	return &part
}

// Open goes to an address and waits until all of it is there.
func (t *Tab) Open(address string) error {
	ctx, cancel := context.WithTimeout(t.ctx, t.Patience)
	defer cancel()
	t.traffic.reset()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("open %s: %w", address, err)
	}
	return nil
}

// Address is where the tab is.
func (t *Tab) Address() string {
	address, err := Ask[string](t, "location.href")
	if err != nil {
		return ""
	}
	return address
}

// Text is what can be read on the page, with single spaces.
func (t *Tab) Text() (string, error) {
	text, err := Ask[string](t, "document.body ? document.body.innerText : ''")
	return strings.Join(strings.Fields(text), " "), err
}

// Ask evaluates an expression of JavaScript in the page, and waits for what it promises.
func Ask[T any](t *Tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, t.Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Until waits for something of the caller's to be so.
func (t *Tab) Until(so func() error) error {
	return t.until(func(context.Context) error { return so() })
}

// pause is between two looks at what is to come.
const pause = 25 * time.Millisecond

// until tries until it works, or patience ends.
func (t *Tab) until(try func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(t.ctx, t.Patience)
	defer cancel()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	var last error
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return t.explain(last)
		case <-tick.C:
		}
	}
}

// explain adds to an error what the page was.
func (t *Tab) explain(err error) error {
	text, textErr := t.Text()
	if textErr != nil {
		return errors.Join(err, textErr)
	}
	const enough = 1500
	if len(text) > enough {
		text = strings.ToValidUTF8(text[:enough], "") + " ..."
	}
	return fmt.Errorf("%w\n%s says: %s", err, t.Address(), text)
}

// See waits until a text is to be read, in whatever case.
func (t *Tab) See(text string) error {
	return t.until(func(context.Context) error {
		all, err := t.partText()
		if err == nil && !strings.Contains(strings.ToLower(all), strings.ToLower(text)) {
			err = fmt.Errorf("there is no %q", text)
		}
		return err
	})
}

// Miss waits until a text is not to be read any more.
func (t *Tab) Miss(text string) error {
	return t.until(func(context.Context) error {
		all, err := t.partText()
		if err == nil && strings.Contains(strings.ToLower(all), strings.ToLower(text)) {
			err = fmt.Errorf("there still is %q", text)
		}
		return err
	})
}

// Press clicks the button or link of a name, or the option of a search.
func (t *Tab) Press(name string) error { return t.press(name, 1) }

// PressTwice clicks the button or link of a name as those do who are used to it: twice, quickly.
func (t *Tab) PressTwice(name string) error { return t.press(name, 2) }

func (t *Tab) press(name string, times int64) error {
	return t.until(func(ctx context.Context) error {
		found, err := t.find(ctx, name, "button", "link", "DisclosureTriangle", "tab", "menuitem", "option")
		if err != nil {
			return err
		}
		if err = click(ctx, found, false, times); err == nil {
			*t.taps += int(times)
		}
		return err
	})
}

// Back goes back to the page before, as the browser kept it or asks for it again.
func (t *Tab) Back() error {
	from := t.Address()
	history, err := chromedp.Call(t.ctx, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	if history.CurrentIndex == 0 {
		return fmt.Errorf("there is nothing to go back to from %s", from)
	}
	before := history.Entries[history.CurrentIndex-1].ID
	if _, err := chromedp.Call(t.ctx, page.NavigateToHistoryEntry,
		page.NavigateToHistoryEntryParams{EntryID: before}); err != nil {
		return err
	}
	return t.Until(func() error {
		if here := t.Address(); here == "" || here == from {
			return fmt.Errorf("this still is %s", from)
		}
		return nil
	})
}

// Download presses a link of a name, which gives a file, and waits for that.
func (t *Tab) Download(name, directory string) ([]byte, error) {
	_, err := chromedp.CallBrowser(t.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior:         browser.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID, DownloadPath: directory,
	})
	if err != nil {
		return nil, fmt.Errorf("say where files go: %w", err)
	}
	if err := t.Press(name); err != nil {
		return nil, err
	}
	var content []byte
	return content, t.until(func(context.Context) (err error) {
		content, err = onlyFile(directory)
		return err
	})
}

// onlyFile is the one file in a directory, once all of it is there.
func onlyFile(directory string) ([]byte, error) {
	files, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	if len(files) != 1 || strings.HasPrefix(files[0].Name(), ".") ||
		filepath.Ext(files[0].Name()) == ".crdownload" {
		return nil, fmt.Errorf("there is no file: %v", files)
	}
	return os.ReadFile(filepath.Join(directory, files[0].Name())) //nolint:gosec // the caller's directory
}

// Choose ticks the box, or takes the choice, of a name.
func (t *Tab) Choose(name string) error {
	return t.until(func(ctx context.Context) error {
		found, err := t.find(ctx, name, "radio", "checkbox", "switch")
		if err != nil {
			return err
		}
		checked, err := on[bool](ctx, found, isChosen)
		if err != nil || checked {
			return err
		}
		if err := click(ctx, found, true, 1); err != nil {
			return err
		}
		*t.taps++
		if checked, err = on[bool](ctx, found, isChosen); err == nil && !checked {
			err = fmt.Errorf("%q is not chosen after a click on it", name)
		}
		return err
	})
}

const isChosen = `function() { return this.checked ?? this.ariaChecked === "true" }`

// Fill types into the field of a name, in place of what is there. A field of a date or a time
// takes its value as HTML writes it.
func (t *Tab) Fill(name, text string) error {
	return t.until(func(ctx context.Context) error {
		found, err := t.find(ctx, name, "textbox", "searchbox", "spinbutton", "combobox", "Date", "DateTime",
			"InputTime", "ColorWell", "group")
		if err != nil {
			return err
		}
		focused, err := on[bool](ctx, found, `function() { return this === document.activeElement }`)
		if err != nil {
			return err
		}
		typed, err := on[bool](ctx, found, selectAll, text)
		if err != nil || !typed {
			return err
		}
		if !focused {
			*t.taps++
		}
		_, err = chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// selectAll makes a field ready to be typed into, and reports whether it is: a field with
// parts of its own gets its value at once.
const selectAll = `function(text) {
	this.scrollIntoView({block: "center", behavior: "instant"});
	this.focus();
	if (["date", "time", "datetime-local", "month", "week", "color"].includes(this.type)) {
		this.value = text;
		this.dispatchEvent(new Event("input", {bubbles: true}));
		this.dispatchEvent(new Event("change", {bubbles: true}));
		return false;
	}
	this.select();
	return true;
}`

// Pick takes an option of a drop-down list.
func (t *Tab) Pick(name, option string) error {
	return t.until(func(ctx context.Context) error {
		found, err := t.find(ctx, name, "combobox", "listbox")
		if err != nil {
			return err
		}
		picked, err := on[bool](ctx, found, pickOption, option)
		if err == nil && !picked {
			err = fmt.Errorf("%q has no option %q", name, option)
		}
		return err
	})
}

const pickOption = `function(text) {
	const option = [...this.options].find(o => o.text.trim().toLowerCase().startsWith(text.toLowerCase()));
	if (!option) return false;
	option.selected = true;
	this.dispatchEvent(new Event("input", {bubbles: true}));
	this.dispatchEvent(new Event("change", {bubbles: true}));
	return true;
}`

// Attach puts a file into the field of a name.
func (t *Tab) Attach(name, path string) error {
	return t.until(func(ctx context.Context) error {
		found, err := t.find(ctx, name, "button")
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, dom.SetFileInputFiles,
			dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: cdp.BackendNodeID(found)})
		return err
	})
}

// Type presses keys, one after another: text, or what is in chromedp's kb.
func (t *Tab) Type(keys string) error {
	return chromedp.Do(t.ctx, chromedp.KeyEvent(keys))
}

// Drawn waits until the page stands still at its top: its fonts and pictures are there and drawn.
func (t *Tab) Drawn() error {
	_, err := Ask[bool](t, `(async () => {
		scrollTo({top: 0, behavior: "instant"});
		document.activeElement?.blur();
		await document.fonts.ready;
		const near = [...document.images].filter(i => i.getBoundingClientRect().top < innerHeight);
		await Promise.all(near.map(i => i.decode().catch(() => {})));
		await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
		return true;
	})()`)
	return err
}

// Picture is what the screen shows, as WebP.
func (t *Tab) Picture() ([]byte, error) {
	quality := int64(pictureQuality)
	shot, err := chromedp.Call(t.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatWebp, Quality: &quality,
	})
	if err != nil {
		return nil, fmt.Errorf("take a picture: %w", err)
	}
	return shot.Data, nil
}

// Paper is the size that the page is printed on where its reader has no other wish, in points.
func (t *Tab) Paper() (width, height float64, err error) {
	printed, err := chromedp.Call(t.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		return 0, 0, fmt.Errorf("print a page: %w", err)
	}
	sizes := mediaBox.FindSubmatch(printed.Data)
	if sizes == nil {
		return 0, 0, errors.New("what is printed has no size")
	}
	width, widthErr := strconv.ParseFloat(string(sizes[1]), 64)
	height, heightErr := strconv.ParseFloat(string(sizes[2]), 64)
	return width, height, errors.Join(widthErr, heightErr)
}

var mediaBox = regexp.MustCompile(`/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]`)

// pictureQuality is WebP's, of 100: below it, letters get a halo.
const pictureQuality = 82

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// The most that a first view may weigh, with the pictures below it that browsers fetch ahead of who scrolls.
const (
	mostBytes = 100 << 10
	mostSharp = 200 << 10 // on a screen of two pixels to the pixel
	mostStyle = 14 << 10
)

// TestAFirstViewIsLightAndStill opens the pages on which people arrive with nothing kept: over the wire comes
// little, nothing waits for a script, and nothing jumps.
func TestAFirstViewIsLightAndStill(t *testing.T) {
	browses(t)
	s := openDemo(t)
	product := s.must(t, 200, "GET", "/products?market=portland&limit=1",
		nil).body.list("products")[0].str("id")
	for name, path := range map[string]string{"home": "/", "list": "/m/portland/products", "product": "/p/" +
		product} {
		for _, e := range []browser.Eyes{
			browser.Phone, browser.Desk, sharp(browser.Phone),
			sharp(browser.Desk),
		} {
			most := int64(mostBytes)
			if e.Sharp {
				most = mostSharp
			}
			t.Run(fmt.Sprint(name, " at ", e.Width, ", within ", most), func(t *testing.T) {
				p := s.visitor(t, e)
				p.opens(path)
				p.must(p.Settle())
				p.isLight(most)
				if jumps, err := p.Shifts(); err != nil || len(jumps) > 0 {
					t.Errorf("the page jumps: %q, %v", jumps, err)
				}
				if scripts, err := p.Blocking(); err != nil || len(scripts) > 0 {
					t.Errorf("the page waits for %s, %v", scripts, err)
				}
			})
		}
	}
}

// TestALabelIsAsSharpAsTheScreen looks at a picture that is words, where it is largest.
func TestALabelIsAsSharpAsTheScreen(t *testing.T) {
	browses(t)
	s := openDemo(t)
	label := s.must(t, 200, "GET", "/products?market=portland&limit=1&q=Kouign-amann",
		nil).body.list("products")[0].str("id")
	for _, e := range []browser.Eyes{browser.Phone, browser.Desk, sharp(browser.Phone), sharp(browser.Desk)} {
		p := s.visitor(t, e)
		p.opens("/p/" + label)
		p.must(p.Settle())
		p.isLight(map[bool]int64{false: mostBytes, true: mostSharp}[e.Sharp])
		enlarged, err := browser.Ask[float64](p.Tab, `(async () => {
			const shown = document.querySelector("img.picture"), file = await createImageBitmap(await (await fetch(shown.currentSrc)).blob());
			return shown.clientWidth * devicePixelRatio / file.width;
		})()`)
		if p.must(err); enlarged > 1 {
			t.Errorf("at %d, sharp %v, it is enlarged %.2f times", e.Width, e.Sharp, enlarged)
		}
	}
}

// TestAPictureIsAsSharpAsTheScreen looks at the largest picture of pages at a pixel to the pixel: none is
// enlarged, whatever of it is cut away.
func TestAPictureIsAsSharpAsTheScreen(t *testing.T) {
	browses(t)
	s := openDemo(t)
	still := s.must(t, 200, "GET", "/products?market=portland&limit=1&q=Sourdough+loaf",
		nil).body.list("products")[0]
	for _, path := range []string{
		"/", "/m/portland/products", "/p/" + still.str("id"), "/producers/" + still.obj("producer").str("id"),
	} {
		for _, e := range []browser.Eyes{browser.Phone, browser.Desk} {
			p := s.visitor(t, e)
			p.opens(path)
			p.must(p.Settle())
			soft, err := browser.Ask[[]string](p.Tab, `(async () => {
				const soft = [];
				for (const shown of document.querySelectorAll("main img")) {
					if (!shown.currentSrc || !shown.complete || !shown.clientWidth) continue;
					const file = await createImageBitmap(await (await fetch(shown.currentSrc)).blob());
					const by = Math.max(shown.clientWidth / file.width, shown.clientHeight / file.height) * devicePixelRatio;
					if (by > 1.01) soft.push(shown.currentSrc + " " + by.toFixed(2) + " times");
				}
				return soft;
			})()`)
			if p.must(err); len(soft) > 0 {
				t.Errorf("at %d, %s enlarges %q", e.Width, path, soft)
			}
		}
	}
}

func sharp(e browser.Eyes) browser.Eyes {
	e.Sharp = true
	return e
}

func (p *person) isLight(most int64) {
	p.t.Helper()
	var all int64
	for address, n := range p.Received() {
		all += n
		p.t.Logf("%7d %s", n, strings.TrimPrefix(address, p.shop.listen))
	}
	p.t.Logf("%7d in all", all)
	if all > most {
		p.t.Errorf("the first view weighs %d bytes", all)
	}
	style, err := browser.Ask[int64](p.Tab,
		`Promise.all([...document.styleSheets].map(s => s.href ? fetch(s.href).then(r => r.text()) : "")).
		then(all => new Blob(all).size)`)
	if err != nil || style == 0 || style > mostStyle {
		p.t.Errorf("its style sheets have %d bytes, %v", style, err)
	}
}

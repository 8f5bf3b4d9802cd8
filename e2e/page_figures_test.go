package e2e

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// faint are the parts of a page's figures that stand out too little from what is behind them: letters less
// than 4.5 to 1, bars and lines less than 3.
const faint = `(() => {
	const numbers = colour => (colour.match(/[\d.]+/g) ?? []).map(Number);
	const light = colour => {
		const [r, g, b] = colour.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b + .05;
	};
	const behind = e => {
		for (; e; e = e.parentElement) {
			const [r, g, b, a = 1] = numbers(getComputedStyle(e).backgroundColor);
			if (a > 0) return [r, g, b];
		}
		return [255, 255, 255];
	};
	const all = [...document.querySelectorAll(".figure :is(rect:not(.track), text, line)")].map(e => {
		const style = getComputedStyle(e), ink = light(numbers(e.tagName === "line" ? style.stroke : style.fill).slice(0, 3)), paper = light(behind(e));
		const contrast = Math.max(ink, paper) / Math.min(ink, paper);
		return {Words: e.outerHTML.slice(0, 80) + " " + contrast, Faint: contrast < (e.tagName === "text" ? 4.5 : 3)};
	});
	return {Parts: all.length, Faint: all.filter(part => part.Faint).map(part => part.Words)};
})()`

// TestFiguresAreSeenInTheDarkAndOnPaper looks at the desks that begin with drawings, of which a style sheet
// alone has the colours.
func TestFiguresAreSeenInTheDarkAndOnPaper(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	for role, at := range map[string]string{"producer": "/producer", "operator": "/operator/today"} {
		p := s.visitor(t, browser.Desk)
		p.signsInAs(role, at)
		p.opens(at)
		for name, e := range map[string]browser.Eyes{
			"by day": {}, "in the dark": {Dark: true},
			"on paper": {Paper: true}, "on paper, in the dark": {Paper: true, Dark: true},
		} {
			e.Width, e.Height = browser.Desk.Width, browser.Desk.Height
			p.must(p.Look(e))
			got, err := browser.Ask[struct {
				Parts int
				Faint []string
			}](p.Tab, faint)
			if p.must(err); got.Parts < 20 || len(got.Faint) > 0 {
				t.Errorf("%s %s: of %d parts are faint: %s", at, name, got.Parts, fmt.Sprint(got.Faint))
			}
		}
	}
}

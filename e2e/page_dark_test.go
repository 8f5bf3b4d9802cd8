package e2e

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// TestWhatIsFaintInTheDarkIsFound has somebody write in the dark with the ink of the day.
func TestWhatIsFaintInTheDarkIsFound(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	dark := browser.Phone
	dark.Dark = true
	p := s.visitor(t, dark)
	p.opens("/sign-in")
	found, err := p.FaintBarriers()
	if p.must(err); len(found) > 0 {
		t.Errorf("before: %q", found)
	}
	_, err = browser.Ask[bool](p.Tab, `document.body.append(Object.assign(document.createElement("p"),
		{textContent: "Nobody reads this.", style: "color: #2a2018"})) ?? true`)
	p.must(err)
	found, err = p.FaintBarriers()
	if p.must(err); len(found) != 1 || !strings.HasPrefix(found[0], "color-contrast ") {
		t.Errorf("it finds %q", found)
	}
}

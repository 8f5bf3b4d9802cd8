package page

import (
	"strings"
	"testing"
)

// TestThingsWithoutAPictureDoNotLookAlike draws a list of goods whose names begin alike, as those of a maker
// often do.
func TestThingsWithoutAPictureDoNotLookAlike(t *testing.T) {
	draw := func(title string) string {
		var out strings.Builder
		if err := Blank(title).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	titles := []string{
		"Tomme", "Tomme, young", "Tomme, old", "Tomato", "Tomatoes", "Tomato sauce", "Tarragon", "Thyme",
		"Tapenade", "Tea", "Toffee", "Trout", "Truffle", "Turnips", "Turkey", "Tofu",
	}
	seen, colours := map[string]string{}, map[string]bool{}
	for _, title := range titles {
		drawn := draw(title)
		if other := seen[drawn]; other != "" {
			t.Errorf("%s looks like %s: %s", title, other, drawn)
		}
		if drawn != draw(title) || !strings.Contains(drawn, ">T") {
			t.Errorf("%s looks another way the next time, or has no letter: %s", title, drawn)
		}
		seen[drawn], colours[lookOf(title).colour] = title, true
	}
	if len(colours) < 6 {
		t.Errorf("%d things have %d colours", len(titles), len(colours))
	}
	for name, want := range map[string]string{
		"": "", "“éclair”": "Éc", "7-grain": "7", "12 eggs": "12", "梅干し": "梅干", "…": "…", "A": "A",
	} {
		if got := initials(name); got != want {
			t.Errorf("the letters of %q are %q", name, got)
		}
	}
}

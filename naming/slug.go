package naming

import (
	"strings"
)

// NoSlug is what slugify makes of a name without letters that a slug may have.
const NoSlug = "item"

// Slugify makes a slug of a text: its words in ASCII, joined by hyphens; "item" when there are none.
func Slugify(s string) string {
	var parts []string
	length := 0
	for _, w := range Words(s) {
		w = strings.Map(func(r rune) rune {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
				return -1
			}
			return r
		}, w)
		if length += len(w) + 1; w == "" || length > MaxLabel-10 {
			continue
		}
		parts = append(parts, w)
	}
	if len(parts) == 0 {
		return "item"
	}
	return strings.Join(parts, "-")
}

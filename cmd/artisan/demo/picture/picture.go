// Package picture holds the demo's pictures: still lifes of rendered food, made by the command paint
// beside it from plan.json. The objects are Microsoft's Fluent Emoji; see paint/objects/LICENSE.
package picture

import (
	"embed"
	"strconv"
	"strings"
	"unicode"
)

//go:generate go run -tags nodynamic ./paint

//go:embed made
var made embed.FS

// Market is the name of the picture of the whole market.
const Market = "market"

// Widths are those of the pictures of products and producers, in pixels.
var Widths = []int{320, 800}

// Name is how the files of what has a title begin.
func Name(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// File is the name of a picture's file in a width.
func File(name string, width int) string { return name + "-" + strconv.Itoa(width) + ".webp" }

// Read answers the bytes of a picture in a width.
func Read(name string, width int) ([]byte, error) { return made.ReadFile("made/" + File(name, width)) }

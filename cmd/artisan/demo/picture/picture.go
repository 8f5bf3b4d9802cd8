// Package picture holds the demo's pictures: still lifes of rendered food, made by the command paint
// beside it from plan.json. The objects are Microsoft's Fluent Emoji; see paint/objects/LICENSE.
package picture

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
)

//go:generate go run -tags nodynamic ./paint

//go:embed made
var made embed.FS

// Market is the name of the picture of the whole market, and TallMarket that of the same where there is more
// height.
const (
	Market     = "market"
	TallMarket = "market-tall"
)

// Widths are those of the pictures of products and producers, in pixels. A label has the last one too:
// letters are as sharp as they are painted, and the objects' files have no more than the others show.
var Widths = []int{320, 800, 1280}

// Widths are those in which a still is painted.
func (s Still) Widths() []int {
	if s.Layout == Label {
		return Widths
	}
	return Widths[:2]
}

// Name is how the files of what has a title begin.
func Name(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title),
		func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// File is the name of a picture's file in a width.
func File(name string, width int) string { return name + "-" + strconv.Itoa(width) + ".webp" }

// WidthsOf are the widths that a picture is there in.
func WidthsOf(name string) (widths []int) {
	for _, width := range Widths {
		if _, err := fs.Stat(made, "made/"+File(name, width)); err == nil {
			widths = append(widths, width)
		}
	}
	return widths
}

// Read answers the bytes of a picture in a width.
func Read(name string, width int) ([]byte, error) { return made.ReadFile("made/" + File(name, width)) }

package page

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
)

// look is how a thing without a picture looks: letters, a colour, and where a circle is.
type look struct{ letters, colour, x, y, r string }

const (
	// hues is of how many colours a look has one: of more, two beside one another would look the same.
	hues = 12
	// Sizes of the circle, and the squares of the picture that its middle is in one of, in its units.
	smallCircle, circleStep = 90, 35
	across, square          = 4, 100
)

// lookOf is the look of a name: the same each time, and another one than that of nearly every other name.
func lookOf(name string) look {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	n := int(sum.Sum64() >> 1)
	pick := func(of int) int {
		chosen := n % of
		n /= of
		return chosen
	}
	hue, column, row, size := pick(hues), pick(across), pick(across-1), pick(across)
	return look{
		letters: initials(name), colour: fmt.Sprintf("hsl(%d 55%% 45%%)", hue*360/hues),
		x: strconv.Itoa(column*square + square/2), y: strconv.Itoa(row*square + square/2),
		r: strconv.Itoa(smallCircle + size*circleStep),
	}
}

// initials are the first two letters or figures of a name, or whatever it begins with.
func initials(name string) string {
	at := max(0, strings.IndexFunc(name, isWritten))
	first := []rune(name[at:])
	if len(first) > 1 && isWritten(first[1]) {
		return string(unicode.ToUpper(first[0])) + string(first[1])
	}
	if len(first) == 0 {
		return ""
	}
	return string(unicode.ToUpper(first[0]))
}

func isWritten(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

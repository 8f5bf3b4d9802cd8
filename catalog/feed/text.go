package feed

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// line makes a cell one line: no control characters, no doubled or outer spaces.
func line(s string) string {
	if isLine(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(printable, s)), " ")
}

// isLine spares most cells the work: plain ASCII without what line would change.
func isLine(s string) bool {
	space := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && space, c < ' ', c >= 0x7f:
			return false
		default:
			space = c == ' '
		}
	}
	return s == "" || !space
}

// printable turns what separates words into spaces and drops what nobody can see.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), r == '\ufeff', r == '\u200b', r == utf8.RuneError:
		return -1
	}
	return r
}

// clean makes a cell one line as people read it: entities unescaped once, characters composed.
func clean(s string) string {
	s = unguard(line(s))
	if !isCleaned(s) {
		return s
	}
	return norm.NFC.String(line(unescape(s)))
}

// isCleaned reports whether clean may do more to a cell than make it a line.
func isCleaned(s string) bool {
	for i := range len(s) {
		if s[i] == '&' || s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// entity is one of HTML's that is written to its end: names such as "R&D" and "Fish &chips" have none.
var entity = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// unescape takes entities for what they stand for, once.
func unescape(s string) string {
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		if plain := html.UnescapeString(e); plain == ";" || !strings.HasSuffix(plain, ";") {
			return plain
		}
		return e // not an entity, but for its beginning
	})
}

// escape is what unescape makes a text of.
func escape(s string) string {
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		if unescape(e) == e {
			return e
		}
		return "&amp;" + e[1:]
	})
}

// fold makes names comparable: case, spaces and punctuation of headers do not matter.
func fold(s string) string { return strings.ToLower(line(s)) }

// header folds a column's name: "Is featured?" and "is_featured" are one.
func header(s string) string {
	s = strings.ReplaceAll(fold(s), "_", " ")
	return line(strings.TrimRight(s, "?*: "))
}

// list splits a cell at commas or semicolons; a backslash keeps a comma.
func list(s, separators string) []string {
	var items []string
	var item strings.Builder
	add := func() {
		if value := line(item.String()); value != "" {
			items = append(items, value)
		}
		item.Reset()
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte(separators, s[i+1]) >= 0:
			i++
			item.WriteByte(s[i])
		case strings.IndexByte(separators, s[i]) >= 0:
			add()
		default:
			item.WriteByte(s[i])
		}
	}
	add()
	return items
}

// unguard takes off the apostrophe that guard puts before a cell that a spreadsheet would calculate.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && calculated(s) {
		return s[1:]
	}
	return s
}

// guard keeps a spreadsheet from calculating a cell. What unguard gives back is the cell as it was.
func guard(s string) string {
	if calculated(s) {
		return "'" + s
	}
	return s
}

// calculated reports whether a cell, but for apostrophes before it, begins as a formula does; some
// spreadsheets read wide signs too.
func calculated(s string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return strings.ContainsRune(formula, first)
}

// formula is what a spreadsheet's formulas begin with.
const formula = "=+-@＝＋－＠"

package feed

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// errNoAnswer is for a word that is not known: what it means is never guessed.
var errNoAnswer = errors.New("Write yes or no.") //nolint:staticcheck // for people

// answers are the ways that programs, spreadsheets in many languages, and people say yes (true) and no:
// folded, without marks, with _ for a space.
var answers = readAnswers(map[bool]string{
	true: `true yes y t 1 x on visible active aktiv actif activo attivo actief aktywny ativo instock in_stock continue notify
		wahr ja j vrai oui verdadero verdadera si vero waar prawda tak verdadeiro sim истина да sant sand sann tosi kylla pravda ano
		dogru evet igaz igen істина так αληθεσ αληθησ ναι adevarat da istina cert はい 是 真`,
	false: `false no n f 0 off hidden unavailable invisible inactive draft archived unlisted outofstock out_of_stock deny
		falsch nein faux non falso falsa onwaar nee falsz fałsz nie nao ложь нет falskt nej falsk usann nei epatosi ei nepravda ne
		yanlis yanlıs hayir hayır hamis nem хиба ні ψευδεσ ψευδησ οχι fals nu laz いいえ 否 假`,
})

func readAnswers(words map[bool]string) map[string]bool {
	known := map[string]bool{}
	for answer, list := range words {
		for _, word := range strings.Fields(list) {
			known[strings.ReplaceAll(word, "_", " ")] = answer
		}
	}
	return known
}

// answerNumber is a number that spreadsheets make of 1, 0 and WooCommerce's -1, with its decimals.
var answerNumber = regexp.MustCompile(`^([+-]?[01])[.,]0+$`)

// yesOrNo reads an answer; known is false for a word that is none.
func yesOrNo(s string) (yes, known bool) {
	word := unmarked(s)
	if number := answerNumber.FindStringSubmatch(word); number != nil {
		word = number[1]
	}
	if word = strings.TrimPrefix(word, "+"); word == "-1" {
		return false, true
	}
	yes, known = answers[word]
	return yes, known
}

// unmarked is a word folded, without accents and other marks.
func unmarked(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(fold(s)))
	return norm.NFC.String(strings.ReplaceAll(s, "ς", "σ"))
}

// yes reads a column of yes and no; an empty cell is what it is by default.
func (r row) yes(column int, byDefault bool) (bool, error) {
	cell := r.at(column)
	if cell == "" {
		return byDefault, nil
	}
	yes, known := yesOrNo(cell)
	if !known {
		return false, fail(column, errNoAnswer)
	}
	return yes, nil
}

// allYes reports whether none of some columns says no: an empty cell does not.
func (r row) allYes(columns ...int) (bool, error) {
	for _, column := range columns {
		if yes, err := r.yes(column, true); !yes || err != nil {
			return false, err
		}
	}
	return true, nil
}

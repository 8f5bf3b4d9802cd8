package locale

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Piece is a part of a sentence: text, or the place of an argument.
type Piece struct {
	Text string
	// Arg is which argument stands there; -1 for text.
	Arg int
}

// Key marks a sentence that is said elsewhere, so that it is not forgotten in any language.
func Key(sentence string) string { return sentence }

// Text says a sentence. Its key is the sentence in English; "{when}" stands for an argument, the first one
// for the first name, and a language may have them in another order. A sentence that a language lacks is said
// in English.
func (l *Locale) Text(sentence string, args ...string) string {
	if len(args) == 0 {
		if e, ok := l.book[sentence]; ok {
			return e.plain
		}
		return sentence
	}
	return fill(l.Pieces(sentence), args)
}

// Count says a sentence of so many things. {n} is the number; other names are the arguments.
func (l *Locale) Count(n int64, one, many string, args ...string) string {
	forms := [][]Piece{pieces(one, namesOf(many)), pieces(many, namesOf(many))}
	if e, ok := l.book[one]; ok && len(e.forms) > 1 {
		forms = e.forms
	}
	form := forms[1]
	if n == 1 || (n == 0 && l.language == "fr") {
		form = forms[0]
	}
	return fill(form, append([]string{strconv.FormatInt(n, 10)}, args...))
}

// Pieces are a sentence's, for who puts something else than text into its places.
func (l *Locale) Pieces(sentence string) []Piece {
	if e, ok := l.book[sentence]; ok {
		return e.forms[0]
	}
	return pieces(sentence, namesOf(sentence))
}

func fill(of []Piece, args []string) string {
	var out strings.Builder
	for _, p := range of {
		switch {
		case p.Arg < 0:
			out.WriteString(p.Text)
		case p.Arg < len(args):
			out.WriteString(args[p.Arg])
		}
	}
	return out.String()
}

// namesOf are the names in a sentence, in their order; {n} is always the first.
func namesOf(sentence string) []string {
	var names []string
	for rest := sentence; ; {
		_, after, found := strings.Cut(rest, "{")
		name, next, closed := strings.Cut(after, "}")
		if !found || !closed {
			break
		}
		if rest = next; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if at := slices.Index(names, "n"); at > 0 {
		names = slices.Insert(slices.Delete(names, at, at+1), 0, "n")
	}
	return names
}

// pieces parts a sentence at the places of its arguments.
func pieces(sentence string, names []string) []Piece {
	var list []Piece
	for sentence != "" {
		text, after, found := strings.Cut(sentence, "{")
		name, next, closed := strings.Cut(after, "}")
		if at := slices.Index(names, name); found && closed && at >= 0 {
			if text != "" {
				list = append(list, Piece{text, -1})
			}
			list, sentence = append(list, Piece{"", at}), next
			continue
		}
		return append(list, Piece{sentence, -1})
	}
	return list
}

// entry is a sentence in another language: as it is, and in pieces for each number.
type entry struct {
	plain string
	forms [][]Piece
}

// book are a language's sentences by the English ones. English has none.
type book map[string]entry

var books = map[string]func() book{
	"de": sync.OnceValue(func() book { return read("de") }),
	"fr": sync.OnceValue(func() book { return read("fr") }),
	"es": sync.OnceValue(func() book { return read("es") }),
}

func bookOf(lang string) book {
	if of := books[lang]; of != nil {
		return of()
	}
	return nil
}

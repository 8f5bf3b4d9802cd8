package locale

import "strings"

// Sentence says what a service has said in English: a sentence without arguments, or one whose arguments are
// in it already. What the language does not know stays as it is.
func (l *Locale) Sentence(english string) string {
	if l.book == nil || english == "" {
		return english
	}
	if e, ok := l.book[english]; ok {
		return e.plain
	}
	for _, known := range spoken {
		if args, ok := known.match(english); ok {
			return l.Text(known.sentence, args...)
		}
	}
	return english
}

// saying is a sentence that services fill in themselves.
type saying struct {
	sentence string
	pieces   []Piece
}

func sayings(sentences ...string) []saying {
	var list []saying
	for _, s := range sentences {
		list = append(list, saying{s, pieces(s, namesOf(s))})
	}
	return list
}

// match finds the arguments of a sentence that was filled in.
func (s saying) match(text string) (args []string, ok bool) {
	for i, p := range s.pieces {
		if p.Arg >= 0 {
			continue
		}
		before, after, found := strings.Cut(text, p.Text)
		if !found || (i == 0 && before != "") {
			return nil, false
		}
		if i > 0 {
			args = append(args, before)
		}
		text = after
	}
	if last := s.pieces[len(s.pieces)-1]; last.Arg >= 0 {
		return append(args, text), text != ""
	}
	return args, text == ""
}

// Filled finds what a service has filled into a sentence.
func Filled(sentence, text string) (args []string, ok bool) {
	return saying{sentence, pieces(sentence, namesOf(sentence))}.match(text)
}

// spoken are the sentences that services say with something of the moment in them.
var spoken = sayings(
	"{maker} is on holiday from {from} until {until}. Please choose another time, or leave these goods out.",
	"A cart holds {limit} different things at the most.",
	"Only {amount} left.",
	"Orders from {maker} start at {minimum} {currency}; {missing} are missing.",
	"Order {number} is still under way. Please come back when you have it, or cancel it first.",
	"Something went wrong on our side. We keep a note of it as {reference}.",
	"The price of {thing} has changed.",
	"This address takes {methods}.",
	"This is too long: {limit} characters at most.",
	"This window takes orders from {minimum} {currency}; {missing} are missing.",
	"Until you have picked up a first order here, one that is paid on pickup comes to {most} {currency} at the most. Pay for this one by card, or take less.",
	"You are signed in as {name} now, and this form was somebody else's. Nothing is changed: please look again.",
	"You are signed in as {name} now. Nothing is ordered yet: please look this over, and place the order.",
)

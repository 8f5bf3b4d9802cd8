package locale

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed *.po
var files embed.FS

// message is one of a .po file, as https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html has
// it: the English sentence, its plural where it counts, and the translation of each.
type message struct {
	id, plural string
	said       []string
	line       int
}

// read makes a language's book. Files that are in the program are right: a test reads them all.
func read(lang string) book {
	text, err := files.ReadFile(lang + ".po")
	if err != nil {
		return nil
	}
	list, err := parse(string(text))
	if err != nil {
		return nil
	}
	made := make(book, len(list))
	for _, m := range list {
		e := entry{plain: m.said[0]}
		names := namesOf(m.id)
		if m.plural != "" {
			names = namesOf(m.plural)
		}
		for _, said := range m.said {
			e.forms = append(e.forms, pieces(said, names))
		}
		made[m.id] = e
	}
	return made
}

// parse reads the messages of a .po file; its header, comments and what is not translated yet are left out.
func parse(text string) ([]message, error) {
	var list []message
	var m message
	var into *string
	add := func() {
		if m.id != "" && len(m.said) > 0 && m.said[0] != "" {
			list = append(list, m)
		}
	}
	for n, line := range strings.Split(text, "\n") {
		word, quoted, _ := strings.Cut(strings.TrimSpace(line), `"`)
		if word = strings.TrimSpace(word); strings.HasPrefix(word, "#") || (word == "" && quoted == "") {
			continue
		}
		value, err := strconv.Unquote(`"` + quoted)
		if err != nil {
			return nil, fmt.Errorf("line %d: this is no quoted text", n+1)
		}
		switch {
		case word == "msgid":
			add()
			m = message{line: n + 1}
			into = &m.id
		case word == "msgid_plural":
			into = &m.plural
		case strings.HasPrefix(word, "msgstr"):
			m.said = append(m.said, "")
			into = &m.said[len(m.said)-1]
		case word != "" || into == nil:
			return nil, fmt.Errorf("line %d: %q is no word of a .po file", n+1, word)
		}
		*into += value
	}
	add()
	return list, nil
}

// Sentences are all that a language says, by their English, for tests of what is shown. Of what counts it has
// the form for many.
func Sentences(lang string) map[string]string {
	all := map[string]string{}
	text, err := files.ReadFile(lang + ".po")
	if err != nil {
		return all
	}
	list, _ := parse(string(text))
	for _, m := range list {
		all[m.id], all[m.plural] = m.said[0], m.said[len(m.said)-1]
	}
	delete(all, "")
	return all
}

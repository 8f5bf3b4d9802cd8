package feed

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain turns a description, HTML or not, into plain text: a blank line between
// paragraphs, a line each for list items and breaks. Scripts and styles are left out.
func Plain(s string) string {
	s = lineEnds.Replace(s)
	markup, blocks := marks(s)
	if !markup {
		return paragraphs(html.UnescapeString(s))
	}
	p := plainer{breaks: !blocks}
	tokens := html.NewTokenizer(strings.NewReader(s))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return paragraphs(p.out.String())
		case html.TextToken:
			p.text(string(tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			p.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := tokens.TagName()
			p.close(atom.Lookup(name))
		default:
		}
	}
}

var (
	gap      = regexp.MustCompile(`\n[ \t]*\n`)
	lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")
)

// marks reports whether a text has HTML tags, and among them some that break lines.
func marks(s string) (markup, blocks bool) {
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 || at+1 == len(s) {
			return markup, false
		}
		s = s[at+1:]
		name := s[:tagEnd(s)]
		markup = markup || name != "" || s[0] == '/' || s[0] == '!'
		tag := atom.Lookup([]byte(strings.ToLower(name)))
		if paragraphTags[tag] || lineTags[tag] {
			return true, true
		}
	}
}

// tagEnd is where a tag's name ends, which may be at once.
func tagEnd(s string) int {
	const longest = 10
	for i := range min(len(s), longest) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return i
		}
	}
	return min(len(s), longest)
}

// plainer writes text as it walks over tags.
type plainer struct {
	out strings.Builder
	// breaks: line ends of the source are line ends of the text.
	breaks bool
	// hidden counts the open elements that nobody sees, set those whose text stands as it is set.
	hidden, set int
}

// text writes what stands between tags. A blank line parts paragraphs even among
// blocks: WooCommerce leaves paragraphs unmarked.
func (p *plainer) text(s string) {
	if p.hidden > 0 {
		return
	}
	if p.breaks || p.set > 0 || !strings.Contains(s, "\n") {
		p.out.WriteString(s)
		return
	}
	for i, part := range gap.Split(s, -1) {
		if i > 0 {
			p.out.WriteString("\n\n")
		}
		p.out.WriteString(strings.ReplaceAll(part, "\n", " "))
	}
}

func (p *plainer) open(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Noscript, atom.Title, atom.Textarea:
		p.hidden++
	case atom.Li:
		p.out.WriteString("\n• ")
	case atom.Br, atom.Tr, atom.Dd, atom.Option:
		p.out.WriteString("\n")
	case atom.Pre:
		p.set++
		p.paragraph(a)
	case atom.Td, atom.Th:
		p.out.WriteString(" ")
	case atom.Dt:
		p.out.WriteString("\n\n")
	default:
		p.paragraph(a)
	}
}

func (p *plainer) close(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Noscript, atom.Title, atom.Textarea:
		p.hidden = max(0, p.hidden-1)
	case atom.Pre:
		p.set = max(0, p.set-1)
		p.paragraph(a)
	default:
		p.paragraph(a)
	}
}

func (p *plainer) paragraph(a atom.Atom) {
	if paragraphTags[a] {
		p.out.WriteString("\n\n")
	}
}

// paragraphTags part paragraphs, where they open and where they close.
var paragraphTags = tags(
	atom.P, atom.Div, atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Dl, atom.H1, atom.H2, atom.H3, atom.H4,
	atom.H5, atom.H6, atom.Hgroup,
	atom.Table, atom.Caption, atom.Section, atom.Article, atom.Main, atom.Nav, atom.Aside, atom.Header,
	atom.Footer, atom.Blockquote, atom.Hr,
	atom.Figure, atom.Figcaption, atom.Pre, atom.Address, atom.Details, atom.Summary, atom.Form,
	atom.Fieldset, atom.Legend, atom.Center,
)

// lineTags begin a line.
var lineTags = tags(atom.Br, atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Option)

func tags(all ...atom.Atom) map[atom.Atom]bool {
	set := make(map[atom.Atom]bool, len(all))
	for _, a := range all {
		set[a] = true
	}
	return set
}

// paragraphs puts text in order: lines without outer or doubled spaces, at most one
// blank line in a row, none at the ends.
func paragraphs(s string) string {
	var out strings.Builder
	blank := false
	for l := range strings.SplitSeq(s, "\n") {
		l = line(l)
		if l == "" || l == "•" {
			blank = true
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n")
			if blank {
				out.WriteString("\n")
			}
		}
		out.WriteString(l)
		blank = false
	}
	return out.String()
}

// HTML is the inverse of Plain: paragraphs and breaks as marks, everything else escaped.
func HTML(s string) string {
	s = paragraphs(lineEnds.Replace(s))
	if s == "" {
		return ""
	}
	s = html.EscapeString(s)
	s = strings.ReplaceAll(s, "\n\n", "</p><p>")
	return "<p>" + strings.ReplaceAll(s, "\n", "<br>") + "</p>"
}

package locale

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/text/language"
)

// Locale is a language of the shop as it is written in a region. It does not change, and may be shared.
type Locale struct {
	language string
	region   string
	book     book
	calendar
}

// languages are those of the shop's words; the first is for everybody else.
var languages = []language.Tag{language.English, language.German, language.French, language.Spanish}

var matcher = language.NewMatcher(languages)

// New is the locale of a market, by its BCP 47 tag and its country, whose customs count: a market in Bristol
// that was made with the usual en-US has kilograms all the same. Without a country the tag's own counts. A
// language that the shop does not speak is English, with the customs of the country. A tag that is none
// counts as "en".
func New(tag, country string) *Locale {
	parsed, err := language.Parse(tag)
	if err != nil {
		parsed = language.English
	}
	base, _ := parsed.Base()
	if named, sure := parsed.Region(); country == "" && sure == language.Exact {
		country = named.String()
	}
	return of(base.String(), country)
}

// Of is the locale that suits an Accept-Language header best.
func Of(accept string) *Locale {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Default
	}
	_, at, sure := matcher.Match(wanted...)
	if sure == language.No {
		return Default
	}
	base, _ := languages[at].Base()
	for _, tag := range wanted {
		if b, _ := tag.Base(); b == base {
			region, _ := tag.Region()
			return of(base.String(), region.String())
		}
	}
	return of(base.String(), "")
}

// Default is for who says nothing of themselves.
var Default = of("en", "US")

func of(lang, region string) *Locale {
	if _, spoken := calendars[lang]; !spoken {
		lang = "en"
	}
	region = cmp.Or(region, regions[lang])
	return &Locale{language: lang, region: region, book: bookOf(lang), calendar: calendarOf(lang, region)}
}

// regions are where a language is at home, for tags that do not say.
var regions = map[string]string{"en": "US", "de": "DE", "fr": "FR", "es": "ES"}

// English has the region's customs and English words: for desks.
func (l *Locale) English() *Locale {
	if l.language == "en" {
		return l
	}
	return of("en", l.region)
}

// Lang is the language of what is said, for the lang attribute: "en-US".
func (l *Locale) Lang() string { return l.language + "-" + l.region }

// Language is its code: "en".
func (l *Locale) Language() string { return l.language }

type key struct{}

// With is a context in whose parts of pages are said in a locale.
func With(ctx context.Context, l *Locale) context.Context { return context.WithValue(ctx, key{}, l) }

// From is the locale of a context, or Default.
func From(ctx context.Context) *Locale {
	if l, _ := ctx.Value(key{}).(*Locale); l != nil {
		return l
	}
	return Default
}

// Header is the header of a call between services that says how whoever it is for reads.
const Header = "Artisan-Locale"

// Tag is the locale of a context as it travels and is kept; empty where it has none.
func Tag(ctx context.Context) string {
	if l, _ := ctx.Value(key{}).(*Locale); l != nil {
		return l.Lang()
	}
	return ""
}

// WithTag is a context with the locale of a tag that travelled or was kept; the context itself where that is
// empty.
func WithTag(ctx context.Context, tag string) context.Context {
	if tag == "" {
		return ctx
	}
	return With(ctx, New(tag, ""))
}

// letterPaper are the regions that print on Letter, after CLDR's paperSize.
var letterPaper = []string{"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}

// Paper is what is printed on: "letter" or "a4".
func (l *Locale) Paper() string {
	if slices.Contains(letterPaper, l.region) {
		return "letter"
	}
	return "a4"
}

package page

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/artisan-eats/artisan/locale"
)

// Say is a sentence in the language of the page, which Layout sets.
func Say(ctx context.Context, sentence string, args ...string) string {
	return locale.From(ctx).Text(sentence, args...)
}

// Tell is what a service or a form says, in the language of the page; what that does not know stays English.
func Tell(ctx context.Context, english string) string { return locale.From(ctx).Sentence(english) }

// Said is a sentence with something else than text in its places.
func Said(sentence string, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, p := range locale.From(ctx).Pieces(sentence) {
			what := Plain(p.Text)
			if p.Arg >= 0 {
				what = parts[p.Arg]
			}
			if err := what.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// Plain is text as a component.
func Plain(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(text))
		return err
	})
}

package accounts

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/locale"
)

const (
	// MailEvery is how often letters are looked for that no wake-up told of.
	MailEvery = 10 * time.Second
	// MailPause is how long a letter that could not be handed on waits for its next try.
	MailPause = 30 * time.Second
)

// Greeting begins a letter. It has no name in it: a stranger may have chosen that.
func Greeting(l *locale.Locale) string { return l.Text("Hello,") + "\n\n" }

// Farewell ends a letter.
func Farewell(l *locale.Locale) string { return "\n\n" + l.Text("Warm wishes,") + "\nArtisan Eats\n" }

// Each hands on what a replica has claimed for MailPause, one after the other. What it does not come to while
// a letter surely fits into that is claimed anew by whoever looks first: nobody has two letters of one wish.
func Each[T any](
	ctx context.Context, now func() time.Time, claimed []T, hand func(context.Context, T) error,
	failed func(T, error),
) {
	const most = MailPause / 2
	for until, i := now().Add(most), 0; i < len(claimed) && now().Before(until); i++ {
		inTime, cancel := context.WithTimeout(ctx, most)
		err := hand(inTime, claimed[i])
		cancel()
		if err != nil && ctx.Err() == nil {
			failed(claimed[i], err)
		}
	}
}

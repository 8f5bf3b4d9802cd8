package accounts

import (
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

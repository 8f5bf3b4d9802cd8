package notify

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/state"
)

// Status is where a message stands.
type Status string

// The statuses.
const (
	Queued Status = state.MessageQueued
	Sent   Status = state.MessageSent
	Failed Status = state.MessageFailed
)

// Kind is what a message is about.
type Kind string

// The kinds. Direct is what another service wrote itself; the others are made of an order.
const (
	Direct    Kind = "direct"
	Confirmed Kind = "confirmed"
	Cancelled Kind = "cancelled"
	Packed    Kind = "packed"
	Ready     Kind = "ready"
	Moved     Kind = "moved"
	Changed   Kind = "changed"
	Short     Kind = "short"
	Refunded  Kind = "refunded"
	Awaiting  Kind = "awaiting"
	// Found is the link to an order, for who has lost it. Until it is made, its text is the order's number,
	// and nobody knows yet whether there is one.
	Found Kind = "found"
)

// Message is one e-mail to one person. Times are Unix milliseconds.
type Message struct {
	ID      string
	Kind    Kind
	OrderID string
	// ProducerID is whom an order's message is for; empty for the shopper.
	ProducerID string
	// Snapshot is the order that an order's message is made of.
	Snapshot []byte
	Letter
	// Secret says that the text opens something.
	Secret bool
	// Cause is what the letter comes from, in a word: see the contract of Send; of an order's message
	// "order", or "sale" to a producer.
	Cause string
	// Verified: the address is known to be the recipient's.
	Verified bool
	// Sender is a keyed hash of who had it written; empty where that is not known.
	Sender string
	// Locale is how its recipient reads, where another service wrote it; empty for the usual way.
	Locale string
	// Counted: it is within the limits of its recipient and its sender already.
	Counted   bool
	Status    Status
	NextAt    int64
	Attempts  int64
	Error     string
	CreatedAt int64
	SentAt    int64
}

// Letter is what a person gets.
type Letter struct {
	To      string
	Subject string
	Text    string
}

// envelope is a letter that is ready to be sent, beside its message.
type envelope struct {
	Message
	// kept is its text without the links that open something.
	kept string
	// notMe is the address that says that it was not for its reader; empty where the address is verified.
	notMe string
}

// The longest that a letter may be, in bytes.
const (
	maxAddress = 254
	maxSubject = 200
	maxText    = 100_000
)

// validate checks a letter that another service wrote.
func (l Letter) validate() error {
	var check fault.Check
	check.Require(validAddress(l.To), "to", "This is not one plain e-mail address.")
	check.Require(l.Subject != "" && len(l.Subject) <= maxSubject && l.Subject == oneLine(l.Subject),
		"subject", "A subject is one line of at most 200 bytes.")
	plain := utf8.ValidString(l.Text) && !strings.ContainsRune(l.Text, 0)
	check.Require(l.Text != "" && len(l.Text) <= maxText && plain, "text",
		"A text is plain, and of at most 100,000 bytes.")
	return check.Err()
}

// validAddress reports whether a text is one address and nothing else: no name, no
// second address, nothing that could end a header or a command of SMTP.
func validAddress(address string) bool {
	if len(address) > maxAddress ||
		strings.ContainsFunc(address, func(r rune) bool {
			return r <= ' ' || unicode.IsControl(r) ||
				unicode.IsSpace(r)
		}) {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Address == address && parsed.Name == ""
}

// oneLine makes a text of anybody's fit for a header or a line: what is not printable becomes a space.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

const (
	firstPause = 5 * time.Second
	longPause  = time.Hour
	// maxAttempts, at these pauses, are about half a day.
	maxAttempts = 20
)

// mailbox is what becomes of messages that are sent.
type mailbox int

const (
	// noMailbox: they go to a server, and are kept here no longer.
	noMailbox mailbox = iota
	// closedMailbox: they stay here, but for what is secret.
	closedMailbox
	// openMailbox is a demo's, which everybody reads.
	openMailbox
)

// sent records that the message is on its way. Only a demo's mailbox keeps the links of a letter.
func (e envelope) sent(now int64, box mailbox) Message {
	m := e.Message
	m.Status, m.SentAt, m.Error, m.Snapshot = Sent, now, "", nil
	switch {
	case box == noMailbox:
		m.To, m.Text = "", ""
	case box == closedMailbox && m.Secret:
		m.Text = ""
	case box == closedMailbox:
		m.Text = e.kept
	}
	return m
}

// putOff lets a message wait for a while, without counting that as a failure.
func (m Message) putOff(why string, until int64) Message {
	m.Error, m.NextAt = why, until
	return m
}

// retry puts the message off after a failure, each time for longer, and gives up
// after maxAttempts or when trying again soon cannot help. What may help later is kept for it.
func (m Message) retry(why problem, now int64) Message {
	m.Attempts++
	m.Error = why.text
	m.NextAt = now + min(longPause, firstPause<<min(m.Attempts-1, 20)).Milliseconds()
	if !why.final && m.Attempts < maxAttempts {
		return m
	}
	m.Status = Failed
	if why.hopeless {
		m.Snapshot = nil
	}
	if m.Secret {
		m.Text = ""
	}
	return m
}

// kept reports whether there is still what the message is made of.
func (m Message) kept() bool { return len(m.Snapshot) > 0 || m.Text != "" }

// problem is why a message was not sent, in words that name nobody.
type problem struct {
	text string
	// final: to try again by itself is of no use.
	final bool
	// hopeless: nor is it if somebody asks for it.
	hopeless bool
}

func (p problem) Error() string { return p.text }

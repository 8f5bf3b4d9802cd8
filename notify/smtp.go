package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// sendTimeout bounds one connection to the mail server, well within the lease.
const sendTimeout = time.Minute

// server is the mail server that messages go to.
type server struct {
	host    string
	from    string
	options []mail.Option
}

var errSMTPURL = errors.New("ARTISAN_SMTP_URL cannot be read; it should look like smtp://user:password@mail.example.org:587, or smtps:// for TLS from the start")

// newServer reads smtp:// (TLS when the server offers it; always with a password) or smtps://.
func newServer(address, from string) (*server, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errSMTPURL // the parser's own text would repeat the password
	}
	if !validAddress(from) {
		return nil, errors.New("ARTISAN_MAIL_FROM has to be the plain e-mail address that mail comes from, e.g. shop@example.org")
	}
	s := &server{host: u.Hostname(), from: from, options: []mail.Option{mail.WithTimeout(15 * time.Second)}}
	port := map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	if u.Port() != "" {
		port = u.Port()
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, errSMTPURL
	}
	policy := mail.TLSOpportunistic
	if password, ok := u.User.Password(); ok {
		policy = mail.TLSMandatory
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	if u.Scheme == "smtps" {
		s.options = append(s.options, mail.WithSSL())
	} else {
		s.options = append(s.options, mail.WithTLSPolicy(policy))
	}
	s.options = append(s.options, mail.WithPort(number))
	_, err = mail.NewClient(s.host, s.options...)
	if err != nil {
		return nil, errSMTPURL
	}
	return s, nil
}

// send sends messages over one connection and answers with a problem, or nil, for each.
func (s *server) send(ctx context.Context, batch []Message) []error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	out, mails := make([]error, len(batch)), make([]*mail.Msg, len(batch))
	for i, m := range batch {
		mails[i], out[i] = s.compose(m)
	}
	if client, err := mail.NewClient(s.host, s.options...); err == nil {
		_ = client.DialAndSendWithContext(ctx, mails...) // each mail tells for itself
	}
	for i, m := range mails {
		if out[i] == nil && !m.IsDelivered() {
			out[i] = explain(m)
		}
	}
	return out
}

// compose makes the mail. Its Message-ID is made of ours, so that one sent twice can be told.
func (s *server) compose(m Message) (*mail.Msg, error) {
	out := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if !validAddress(m.To) || out.From(s.from) != nil || out.To(m.To) != nil {
		return nil, errNoAddress
	}
	out.Subject(oneLine(m.Subject))
	out.SetDateWithValue(time.UnixMilli(m.CreatedAt).UTC())
	out.SetMessageIDWithValue(m.ID + s.from[strings.LastIndexByte(s.from, '@'):])
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetBodyString(mail.TypeTextPlain, m.Text)
	return out, nil
}

// explain says why a mail was not taken, without the server's words, which may name the recipient.
func explain(m *mail.Msg) problem {
	var refused *mail.SendError
	if !errors.As(m.SendError(), &refused) {
		return problem{text: "the mail server cannot be reached or does not let us in"}
	}
	code := refused.ErrorCode()
	if code == 0 {
		return problem{text: "the connection to the mail server was lost"}
	}
	return problem{text: fmt.Sprintf("the mail server refused it with code %d", code), final: code >= 500 && refused.Reason == mail.ErrSMTPRcptTo}
}

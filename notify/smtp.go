package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
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
	// sealed says that TLS begins with the connection, and not with a command.
	sealed bool
}

var (
	errSMTPURL = errors.New(
		"ARTISAN_SMTP_URL cannot be read; it should look like smtp://user:password@mail.example.org:587, or smtps:// for TLS from the start")
	// errOpenPassword is about settings that would send a password for everybody to read.
	errOpenPassword = errors.New(
		"ARTISAN_SMTP_URL has a password and tls=off: it would be sent for everybody to read; leave one of them out")
)

// newServer reads smtp:// or smtps://. Letters have links in them that open something, so the server has to
// offer TLS and show a certificate for its name that is to be trusted; ?tls=off does without, for a relay in
// one's own network.
func newServer(address, from string) (*server, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errSMTPURL // the parser's own text would repeat the password
	}
	if !validAddress(from) {
		return nil,
			errors.New(
				"ARTISAN_MAIL_FROM has to be the plain e-mail address that mail comes from, e.g. shop@example.org")
	}
	port := cmp.Or(u.Port(), map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme])
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, errSMTPURL
	}
	secure, err := transport(u)
	if err != nil {
		return nil, err
	}
	s := &server{
		host: u.Hostname(), from: from, sealed: u.Scheme == "smtps",
		options: []mail.Option{mail.WithTimeout(15 * time.Second), secure},
	}
	if password, ok := u.User.Password(); ok {
		s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	s.options = append(s.options, mail.WithPort(number))
	if _, err = mail.NewClient(s.host, s.options...); err != nil {
		return nil, errSMTPURL
	}
	return s, nil
}

// transport is how the connection to a server is kept secret.
func transport(u *url.URL) (mail.Option, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errSMTPURL
	}
	off := query.Get("tls") == "off"
	query.Del("tls")
	if len(query) > 0 || (u.Query().Has("tls") && !off) || (off && u.Scheme == "smtps") {
		return nil, errSMTPURL
	}
	_, password := u.User.Password()
	switch {
	case off && password:
		return nil, errOpenPassword
	case off:
		return mail.WithTLSPolicy(mail.NoTLS), nil
	case u.Scheme == "smtps":
		return mail.WithSSL(), nil
	}
	return mail.WithTLSPolicy(mail.TLSMandatory), nil
}

// send sends messages over one connection and answers with a problem, or nil, for each.
func (s *server) send(ctx context.Context, batch []envelope) []error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	out, mails := make([]error, len(batch)), make([]*mail.Msg, len(batch))
	for i, m := range batch {
		mails[i], out[i] = s.compose(m)
	}
	options, hangUp := s.dialled()
	defer hangUp()
	client, err := mail.NewClient(s.host, options...)
	if err == nil {
		err = client.DialAndSendWithContext(ctx, mails...)
	}
	for i, m := range mails {
		if out[i] == nil && !m.IsDelivered() {
			out[i] = explain(m, err)
		}
	}
	return out
}

// dialled are the options of one connection, and what ends it: the library leaves it open where the server's
// certificate or our password is refused. It cannot be handed a connection that is sealed from the start.
func (s *server) dialled() (options []mail.Option, hangUp func()) {
	if s.sealed {
		return s.options, func() {}
	}
	var conn net.Conn
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		conn, err = new(net.Dialer).DialContext(ctx, network, address)
		return conn, err
	}
	return append(slices.Clone(s.options), mail.WithDialContextFunc(dial)), func() {
		if conn != nil {
			_ = conn.Close()
		}
	}
}

// compose makes the mail. Its Message-ID is made of ours, so that one sent twice can be told.
func (s *server) compose(m envelope) (*mail.Msg, error) {
	out := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if !validAddress(m.To) || out.From(s.from) != nil || out.To(m.To) != nil {
		return nil, errNoAddress
	}
	out.Subject(oneLine(m.Subject))
	out.SetDateWithValue(time.UnixMilli(m.CreatedAt).UTC())
	out.SetMessageIDWithValue(m.ID + s.from[strings.LastIndexByte(s.from, '@'):])
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	if strings.HasPrefix(m.notMe, "https://") { // RFC 8058: a mail program's own button
		out.SetGenHeader(mail.HeaderListUnsubscribe, "<"+m.notMe+">")
		out.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	out.SetBodyString(mail.TypeTextPlain, m.Text)
	return out, nil
}

// explain says why a mail was not taken, without the server's words, which may name the recipient. Each mail
// tells for itself; where the server was not spoken to at all, the connection's error does.
func explain(m *mail.Msg, connection error) problem {
	var refused *mail.SendError
	if !errors.As(m.SendError(), &refused) {
		return explainConnection(connection)
	}
	code := refused.ErrorCode()
	if code == 0 {
		return problem{text: "the connection to the mail server was lost"}
	}
	return problem{text: fmt.Sprintf("the mail server refused it with code %d", code), final: code >= 500 &&
		refused.Reason == mail.ErrSMTPRcptTo}
}

func explainConnection(err error) problem {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return problem{text: "the mail server's certificate is not one to trust for its name"}
	// the library has no other name for it
	case err != nil && strings.Contains(err.Error(), "does not support STARTTLS"):
		return problem{text: "the mail server offers no TLS, and ARTISAN_SMTP_URL does not say tls=off"}
	}
	return problem{text: "the mail server cannot be reached or does not let us in"}
}

package notify

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/mail"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// mailServer is a small SMTP server that keeps what it is sent.
type mailServer struct {
	url string
	// certificate is what it shows when it is asked for TLS; without one it offers none.
	certificate *tls.Certificate

	mu sync.Mutex
	// replies override the answer to a command, by its first word or as a whole.
	replies  map[string]string
	received []string
	rcpts    []string
}

func newMailServer(t *testing.T, certificate ...tls.Certificate) *mailServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{url: "smtp://" + listener.Addr().String(), replies: map[string]string{}}
	if len(certificate) > 0 {
		s.certificate = &certificate[0]
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				if err := s.serve(conn); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("a connection is left open")
				}
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); serving.Wait() })
	return s
}

func (s *mailServer) reply(command, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[command] = answer
}

func (s *mailServer) serve(conn net.Conn) error {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = conn.Write([]byte(line + "\r\n")) }
	say("220 test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		line = strings.TrimSpace(line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		if verb == "STARTTLS" && s.certificate != nil {
			say("220 go on")
			conn = tls.Server(conn,
				&tls.Config{Certificates: []tls.Certificate{*s.certificate}, MinVersion: tls.VersionTLS12})
			in = bufio.NewReader(conn)
			continue
		}
		answer := s.answer(line, verb)
		if verb == "DATA" && answer == "354 go on" {
			say(answer)
			answer = s.data(in)
		}
		say(answer)
		if verb == "QUIT" {
			return nil
		}
	}
}

func (s *mailServer) answer(line, verb string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, command := range []string{line, verb} {
		if answer := s.replies[command]; answer != "" {
			return answer
		}
	}
	switch verb {
	case "EHLO":
		if s.certificate != nil {
			return "250-test\r\n250 STARTTLS"
		}
	case "RCPT":
		s.rcpts = append(s.rcpts, line)
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 fine"
}

func (s *mailServer) data(in *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(line)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, b.String())
	return "250 taken"
}

func (s *mailServer) mails(t *testing.T) (out []*mail.Message) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range s.received {
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// sealed are messages as they are sent.
func sealed(messages ...Message) (out []envelope) {
	for _, m := range messages {
		out = append(out, envelope{Message: m})
	}
	return out
}

func TestMailGoesToTheServerWithAStableMessageID(t *testing.T) {
	taker := newMailServer(t)
	s, err := newServer(taker.url+"?tls=off", "shop@example.org")
	if err != nil {
		t.Fatal(err)
	}
	m := Message{
		ID: "msg_x_1", CreatedAt: 1_700_000_000_000,
		Letter: Letter{"ada@example.com", "Zwei Laibe Käse", "Grüße\n.\nzwei Zeilen\n"},
	}
	for range 2 {
		if problems := s.send(t.Context(), sealed(m)); problems[0] != nil {
			t.Fatal(problems[0])
		}
	}
	mails := taker.mails(t)
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	for _, got := range mails {
		if got.Header.Get("Message-Id") != "<msg_x_1@example.org>" ||
			got.Header.Get("To") != "<ada@example.com>" || got.Header.Get("From") != "<shop@example.org>" {
			t.Errorf("headers %v", got.Header)
		}
		if !strings.HasPrefix(got.Header.Get("Subject"), "=?UTF-8?q?Zwei_Laibe_K=C3=A4se") {
			t.Errorf("subject %q", got.Header.Get("Subject"))
		}
	}
}

func TestNobodyCanAddAHeaderOrARecipient(t *testing.T) {
	taker := newMailServer(t)
	s, err := newServer(taker.url+"?tls=off", "shop@example.org")
	if err != nil {
		t.Fatal(err)
	}
	evil := "ok\r\nBcc: victim@example.com\r\n\r\nbody"
	for _, c := range []struct {
		letter Letter
		sent   bool
	}{
		{Letter{"ada@example.com", evil, "text"}, true},
		{Letter{"ada@example.com", "fine", ".\r\nRCPT TO:<victim@example.com>\r\n"}, true},
		{Letter{"ada@example.com\r\nBcc: victim@example.com", "fine", "text"}, false},
		{Letter{"ada@example.com, victim@example.com", "fine", "text"}, false},
		{Letter{"ada@example.com> <victim@example.com", "fine", "text"}, false},
	} {
		problems := s.send(t.Context(), sealed(Message{ID: "msg_x_1", Letter: c.letter}))
		if (problems[0] == nil) != c.sent {
			t.Errorf("%q: %v", c.letter, problems[0])
		}
	}
	for _, got := range taker.mails(t) {
		if got.Header.Get("Bcc") != "" || len(got.Header["To"]) != 1 {
			t.Errorf("headers %v", got.Header)
		}
	}
	for _, rcpt := range taker.rcpts {
		if strings.Contains(rcpt, "victim") {
			t.Errorf("the server was told %q", rcpt)
		}
	}
}

func TestOneRefusedMailHoldsUpNoOther(t *testing.T) {
	taker := newMailServer(t)
	taker.reply("RCPT TO:<gone@example.com>", "550 5.1.1 gone@example.com is unknown")
	taker.reply("RCPT TO:<busy@example.com>", "450 4.2.0 busy@example.com later")
	s, err := newServer(taker.url+"?tls=off", "shop@example.org")
	if err != nil {
		t.Fatal(err)
	}
	letter := func(to string) Message { return Message{ID: "msg_x_" + to[:3], Letter: Letter{to, "s", "t"}} }
	problems := s.send(t.Context(), sealed(letter("gone@example.com"), letter("busy@example.com"),
		letter("ada@example.com")))
	want := []error{
		problem{text: "the mail server refused it with code 550", final: true},
		problem{text: "the mail server refused it with code 450"},
		nil,
	}
	for i := range want {
		if !errors.Is(problems[i], want[i]) {
			t.Errorf("mail %d: %#v, want %#v", i, problems[i], want[i])
		}
	}
}

func TestAServerThatIsNotThereIsSaidSo(t *testing.T) {
	s, err := newServer("smtp://127.0.0.1:1?tls=off", "shop@example.org")
	if err != nil {
		t.Fatal(err)
	}
	problems := s.send(t.Context(),
		sealed(Message{ID: "msg_x_1", Letter: Letter{"ada@example.com", "s", "t"}}))
	if problems[0] == nil || strings.Contains(problems[0].Error(), "ada") {
		t.Errorf("%v", problems[0])
	}
}

func TestBadMailSettingsAreRefusedWithoutRepeatingThePassword(t *testing.T) {
	for _, c := range []struct{ url, from string }{
		{"http://user:hunter2@mail.example.org", "shop@example.org"},
		{"smtp://user:hunter2@", "shop@example.org"},
		{"smtp://user:hunter2@mail.example.org:port", "shop@example.org"},
		{"smtp://user:hunter2@mail.example.org:99999", "shop@example.org"},
		{"smtp://user:hunter2@mail.example.org\x00", "shop@example.org"},
		{"smtp://user:hunter2@mail.example.org", "The Shop <shop@example.org>"},
		{"smtp://user:hunter2@mail.example.org", ""},
		{"smtp://user:hunter2@mail.example.org?tls=off", "shop@example.org"},
		{"smtp://mail.example.org?tls=maybe", "shop@example.org"},
		{"smtp://mail.example.org?tsl=off", "shop@example.org"},
		{"smtps://mail.example.org?tls=off", "shop@example.org"},
	} {
		if _, err := newServer(c.url, c.from); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q, %q: %v", c.url, c.from, err)
		}
	}
	for _, url := range []string{
		"smtp://localhost", "smtp://localhost?tls=off",
		"smtps://user:hunter2@mail.example.org", "smtp://user:hunter2@mail.example.org:2525",
	} {
		if _, err := newServer(url, "shop@example.org"); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// certificateFor is a certificate for an address that signs itself.
func certificateFor(t *testing.T, address string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour),
		NotAfter:    time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestMailGoesOverTLSOrNotAtAll(t *testing.T) {
	right, other := certificateFor(t, "127.0.0.1"), certificateFor(t, "127.0.0.2")
	trusted := x509.NewCertPool()
	for _, each := range []tls.Certificate{right, other} {
		parsed, err := x509.ParseCertificate(each.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		trusted.AddCert(parsed)
	}
	for _, c := range []struct {
		name  string
		taker *mailServer
		query string
		trust *x509.CertPool
		want  string // the problem; empty where it is sent
	}{
		{
			"no TLS", newMailServer(t), "", trusted,
			"the mail server offers no TLS, and ARTISAN_SMTP_URL does not say tls=off",
		},
		{"no TLS, as it was told", newMailServer(t), "?tls=off", trusted, ""},
		{
			"a certificate for another name", newMailServer(t, other), "", trusted,
			"the mail server's certificate is not one to trust for its name",
		},
		{
			"a certificate that nobody vouches for", newMailServer(t, right), "", x509.NewCertPool(),
			"the mail server's certificate is not one to trust for its name",
		},
		{"the right certificate", newMailServer(t, right), "", trusted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := newServer(c.taker.url+c.query, "shop@example.org")
			if err != nil {
				t.Fatal(err)
			}
			s.options = append(s.options,
				gomail.WithTLSConfig(&tls.Config{
					RootCAs: c.trust, ServerName: s.host,
					MinVersion: tls.VersionTLS12,
				}))
			got := ""
			if problem := s.send(t.Context(),
				sealed(Message{
					ID: "msg_x_1",
					Letter: Letter{
						To: "ada@example.com", Subject: "s",
						Text: "a secret link",
					},
				}))[0]; problem != nil {
				got = problem.Error()
			}
			if sent := len(c.taker.mails(t)) == 1; got != c.want || sent != (c.want == "") {
				t.Errorf("the problem is %q, want %q; sent: %v", got, c.want, sent)
			}
		})
	}
}

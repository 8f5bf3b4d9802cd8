package peer_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"

	"github.com/artisan-eats/artisan/host/hosttest"
)

// trust makes the configurations of a server whose certificate is for "localhost", and of who believes it.
func trust(t *testing.T) (serves, trusts *tls.Config) {
	t.Helper()
	cert, key := hosttest.Certificate(t, t.TempDir(), 1)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(content)
	return &tls.Config{Certificates: []tls.Certificate{pair}}, &tls.Config{RootCAs: roots}
}

// refuser is a server that greets, and then refuses every stream before it has looked at it.
type refuser struct {
	net.Listener
	refused atomic.Int64
}

func newRefuser(t *testing.T) *refuser {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &refuser{Listener: listener}
	go r.serve()
	t.Cleanup(func() { _ = listener.Close() })
	return r
}

func (r *refuser) serve() {
	conn, err := r.Accept()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	if _, err := io.CopyN(io.Discard, reader, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, reader)
	_ = framer.WriteSettings()
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		headers, ok := frame.(*http2.HeadersFrame)
		if !ok {
			continue
		}
		if headers.StreamID == 1 { // it asks whether the process is ready
			const status200 = "\x88"
			_ = framer.WriteHeaders(http2.HeadersFrameParam{
				StreamID: 1, BlockFragment: []byte(status200), EndStream: true, EndHeaders: true,
			})
			continue
		}
		r.refused.Add(1)
		_ = framer.WriteRSTStream(headers.StreamID, http2.ErrCodeRefusedStream)
	}
}

// TestAStreamThatIsRefusedGoesElsewhere though its call does something: nobody has looked at it.
func TestAStreamThatIsRefusedGoesElsewhere(t *testing.T) {
	refuser, other := newRefuser(t), open(t, "127.0.0.1:0")
	s := caller(t, "http://"+refuser.Addr().String()+","+at(other))
	s.peer.Settle()
	for refuser.refused.Load() == 0 {
		if err := s.write(); err != nil {
			t.Fatal(err)
		}
		s.peer.Settle()
	}
}

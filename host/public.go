package host

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/artisan-eats/artisan/share"
)

// What a connection from outside may do. Answers that take work have deadlines of their own, which the edge
// sets; answerTimeout is for all others: what comes from memory.
const (
	// maxConnections bounds all, where the machine allows as many files, and maxConnectionsOfOne those of one
	// client.
	maxConnections      = 16384
	maxConnectionsOfOne = 512
	// publicStreams bounds what is asked for at once on an HTTP/2 connection; proxyStreams where a proxy
	// speaks it.
	publicStreams = 32
	proxyStreams  = 128
	answerTimeout = 12 * time.Second
	publicIdle    = time.Minute
	// socketBuffer bounds what the kernel keeps of a connection each way, in bytes (it takes twice as much):
	// a client that does not read fills no memory with what it asked for.
	socketBuffer = 128 << 10
	// What a connection costs of a client's work, see share.Client.Pace: with TLS, a signature.
	connectUnits, handshakeUnits = 2, 16
)

// Clients are those that the public address knows, and their shares.
func (h *Host) Clients() *share.Clients { return h.process.clientele }

// meetClients settles who is believed about where requests come from.
func (p *Process) meetClients() error {
	rules, err := share.ReadRules(p.config.TrustedProxies, p.config.ForwardedHeader)
	if err != nil {
		return err
	}
	rules.Log = p.config.Log
	p.clientele = share.NewClients(rules)
	return nil
}

// listenPublic opens the shop to strangers: over HTTPS, and what sends there, or as a proxy finds it.
func (p *Process) listenPublic(ctx context.Context, handler http.Handler) (err error) {
	secure, err := p.newHTTPS()
	if err != nil {
		return err
	}
	server := p.newPublicServer(handler)
	server.TLSConfig = secure.config
	if p.ListenAddr, err = p.servePublic(ctx, "--listen", p.config.Listen, server); err != nil ||
		p.config.PublicHTTP == "" {
		return err
	}
	redirect := toHTTPS(p.config.BaseURL)
	if secure.challenges != nil {
		redirect = secure.challenges(redirect)
	}
	p.RedirectAddr, err = p.servePublic(ctx, "--public-http-listen", p.config.PublicHTTP,
		p.newPublicServer(inTime(redirect, bodyTime)))
	return err
}

// newPublicServer answers strangers: HTTP/2 only over TLS, unless the configuration says otherwise, and
// little of it at once.
func (p *Process) newPublicServer(handler http.Handler) *http.Server {
	server := newServer(handler, p.config.Log)
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(p.config.PublicH2C)
	streams := publicStreams
	if p.config.PublicH2C {
		streams = proxyStreams
	}
	server.HTTP2 = &http.HTTP2Config{
		MaxConcurrentStreams: streams, MaxReceiveBufferPerConnection: 128 << 10,
		MaxReceiveBufferPerStream: 64 << 10,
		SendPingTimeout:           30 * time.Second, PingTimeout: 15 * time.Second,
		WriteByteTimeout: 10 * time.Second,
	}
	server.WriteTimeout, server.IdleTimeout = answerTimeout, publicIdle
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		if over, ok := conn.(*tls.Conn); ok {
			conn = over.NetConn()
		}
		if known, ok := conn.(*guest); ok {
			ctx = share.With(ctx, known.origin)
		}
		return ctx
	}
	return server
}

// door lets strangers' connections in, each client its share.
type door struct {
	net.Listener
	clients *share.Clients
	places  *share.Pool
	units   int
}

func newDoor(l net.Listener, clients *share.Clients, overTLS bool) *door {
	units := connectUnits
	if overTLS {
		units = handshakeUnits
	}
	return &door{l, clients, share.NewPool(share.Connections, connectionsAllowed(), maxConnectionsOfOne,
		share.ErrShare), units}
}

// connectionsAllowed leaves a quarter of the files that the process may have open to everything else.
func connectionsAllowed() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > maxConnections*4/3 {
		return maxConnections
	}
	return int(limit.Cur) * 3 / 4
}

// Accept waits for a connection of a client that may have one. The others are closed at once, without an
// answer: to say more would cost more than the connection.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		origin := d.clients.Peer(conn.RemoteAddr().(*net.TCPAddr).AddrPort())
		if origin.Client.Allows(d.units) && d.places.Enter(origin.Client) == nil {
			tcp := conn.(*net.TCPConn)
			_ = errors.Join(tcp.SetReadBuffer(socketBuffer), tcp.SetWriteBuffer(socketBuffer))
			leave := sync.OnceFunc(func() { d.places.Leave(origin.Client); origin.Done() })
			return &guest{TCPConn: tcp, origin: &origin, leave: leave}, nil
		}
		origin.Done()
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
}

// guest is a connection that has a place.
type guest struct {
	*net.TCPConn
	origin *share.Origin
	leave  func()
	first  *[serverBuffer]byte
}

// Close gives the place back.
func (g *guest) Close() error {
	g.leave()
	return g.TCPConn.Close()
}

package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// drainTimeout bounds how long a stopping process waits for requests under way.
const drainTimeout = 20 * time.Second

// serve answers HTTP on the address of a setting until Stop.
func (p *Process) serve(ctx context.Context, setting, addr string, server *http.Server) (string, error) {
	return p.serveOn(ctx, setting, addr, server, func(l net.Listener) net.Listener { return l })
}

// servePublic does so for strangers, over TLS where the server has its configuration.
func (p *Process) servePublic(
	ctx context.Context, setting, addr string, server *http.Server,
) (string, error) {
	return p.serveOn(ctx, setting, addr, server,
		func(l net.Listener) net.Listener { return newDoor(l, p.clientele, server.TLSConfig != nil) })
}

func (p *Process) serveOn(
	ctx context.Context, setting, addr string, server *http.Server,
	through func(net.Listener) net.Listener,
) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return "",
			fmt.Errorf(
				"%s is %s, which cannot be used (another process may have it): choose another address or port: %w",
				setting, addr, err)
	}
	server.BaseContext = func(net.Listener) context.Context { return p.serving }
	p.servers = append(p.servers, server)
	door := through(listener)
	go func() {
		serve := server.Serve
		if server.TLSConfig != nil {
			serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
		}
		if err := serve(door); !errors.Is(err, http.ErrServerClosed) {
			p.failed <- fmt.Errorf("serve %s: %w", addr, err)
		}
	}()
	return listener.Addr().String(), nil
}

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler: handler, Protocols: protocols, MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute,
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second,
			WriteByteTimeout: takenWithin,
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

const (
	// bodyTime is how long a body may take where nothing else says so; the edge sets times of its own.
	bodyTime = 30 * time.Second
	// takenWithin is how long each piece of an answer waits for somebody who does not read it.
	takenWithin = 10 * time.Second
)

// inTime ends connections on which a body does not come, also where nobody reads it: the server would wait
// for it before it answers the next request. And it ends those on which nobody takes the answer.
func inTime(next http.Handler, within time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 { // HTTP/2 has WriteByteTimeout
			to := &taken{w, http.NewResponseController(w), min(within, takenWithin)}
			defer to.soon() // what is left of the answer goes out after the handler
			w = to
		}
		if r.ContentLength != 0 {
			control := http.NewResponseController(w)
			_ = control.SetReadDeadline(time.Now().Add(within))
			r.Body = &timely{r.Body, control}
		}
		next.ServeHTTP(w, r)
	})
}

// taken is an answer each piece of which has to be taken in time. The whole of it may take longer: a profile,
// or news.
type taken struct {
	http.ResponseWriter
	control *http.ResponseController
	within  time.Duration
}

// Write has a piece be taken in time.
func (t *taken) Write(piece []byte) (int, error) {
	t.soon()
	return t.ResponseWriter.Write(piece)
}

// FlushError has what was written be taken in time.
func (t *taken) FlushError() error {
	t.soon()
	return t.control.Flush()
}

// Flush is FlushError for whoever asks for it so.
func (t *taken) Flush() { _ = t.FlushError() }

// Unwrap is for http.ResponseController.
func (t *taken) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *taken) soon() { _ = t.control.SetWriteDeadline(time.Now().Add(t.within)) }

// timely is a body that has to come in time. What is asked for may take longer.
type timely struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read lifts the deadline at the body's end.
func (b *timely) Read(to []byte) (int, error) {
	n, err := b.ReadCloser.Read(to)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// drain ends the servers within the time that requests have for it: at first whatever waits for something to
// happen or for a client ends by itself, then the contexts of those who still wait for others, and at last
// the connections.
func (p *Process) drain() error {
	ctx, cancel := context.WithTimeout(context.Background(), p.config.DrainTimeout)
	defer cancel()
	timer := time.AfterFunc(p.config.DrainTimeout*3/5, p.interrupt)
	defer timer.Stop()
	var all sync.WaitGroup
	failures := make([]error, len(p.servers))
	for i, s := range p.servers {
		all.Go(func() {
			if err := s.Shutdown(ctx); err != nil {
				failures[i] = fmt.Errorf("some requests were cut off: %w", errors.Join(err, s.Close()))
			}
		})
	}
	all.Wait()
	p.interrupt()
	return errors.Join(failures...)
}

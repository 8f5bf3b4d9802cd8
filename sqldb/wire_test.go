package sqldb_test

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// verdict is what becomes of a message.
type verdict int

const (
	pass verdict = iota
	lose
	cut // the connection, in both directions
)

// wire is a way to PostgreSQL on which each message is looked at.
type wire struct {
	*testing.T
	server   string
	listener net.Listener

	mu   sync.Mutex
	look func(message any, toClient func(pgproto3.BackendMessage)) verdict
}

// overWire opens a database with a table t through a wire.
func overWire(t *testing.T, options ...func(*sqldb.Config)) (*wire, *sqldb.DB) {
	t.Helper()
	config := sqldbtest.Config(t, sqldb.Postgres, time.Now)
	for _, option := range options {
		option(&config)
	}
	direct, err := pgx.ParseConfig(config.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{T: t}
	network, address := pgNetwork(direct)
	w.server = address
	if w.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.listener.Close() })
	go w.accept(network)
	through := &url.URL{
		Scheme: "postgres", User: url.UserPassword(direct.User, direct.Password),
		Host: w.listener.Addr().String(),
		Path: "/" + direct.Database, RawQuery: "sslmode=disable",
	}
	config.URL = through.String()
	db, err := sqldb.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.watch(nil); _ = db.Close() })
	if err := db.Migrate(t.Context(), "t", schema); err != nil {
		t.Fatal(err)
	}
	return w, db
}

func pgNetwork(config *pgx.ConnConfig) (network, address string) {
	if strings.HasPrefix(config.Host, "/") {
		return "unix", config.Host + "/.s.PGSQL." + strconv.Itoa(int(config.Port))
	}
	return "tcp", net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
}

// watch says what becomes of messages from now on; nil has all pass.
func (w *wire) watch(look func(message any, toClient func(pgproto3.BackendMessage)) verdict) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look = look
}

// once watches for the first message that matches.
func (w *wire) once(matches func(message any) bool, becomes verdict) (met <-chan struct{}) {
	seen := make(chan struct{})
	found := false
	w.watch(func(message any, _ func(pgproto3.BackendMessage)) verdict {
		if found || !matches(message) {
			return pass
		}
		found = true
		close(seen)
		return becomes
	})
	return seen
}

// loseFrom loses every message from the first that matches on, and tells of that one.
func (w *wire) loseFrom(matches func(message any) bool, met func()) {
	silent := false
	w.watch(func(message any, _ func(pgproto3.BackendMessage)) verdict {
		if !silent && matches(message) {
			silent = true
			met()
		}
		if silent {
			return lose
		}
		return pass
	})
}

func (w *wire) judge(message any, toClient func(pgproto3.BackendMessage)) verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.look == nil {
		return pass
	}
	return w.look(message, toClient)
}

func (w *wire) accept(network string) {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := (&net.Dialer{}).DialContext(context.Background(), network, w.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		go w.relay(client, server)
	}
}

// relay passes a connection's messages on, after its beginning.
func (w *wire) relay(client, server net.Conn) {
	backend, frontend := pgproto3.NewBackend(client, client), pgproto3.NewFrontend(server, server)
	end := func() { _, _ = client.Close(), server.Close() }
	if !greet(backend, frontend) {
		end()
		return
	}
	go func() {
		defer end()
		for {
			message, err := backend.Receive()
			if err != nil {
				return
			}
			switch w.judge(message, nil) {
			case pass:
				if frontend.Send(message); frontend.Flush() != nil {
					return
				}
			case lose:
			case cut:
				return
			}
		}
	}()
	defer end()
	for {
		message, err := frontend.Receive()
		if err != nil {
			return
		}
		switch w.judge(message, backend.Send) {
		case pass:
			if backend.Send(message); backend.Flush() != nil {
				return
			}
		case lose:
		case cut:
			return
		}
	}
}

// greet lets a client and the server begin, up to where the client is known.
func greet(backend *pgproto3.Backend, frontend *pgproto3.Frontend) bool {
	startup, err := backend.ReceiveStartupMessage()
	if err != nil {
		return false
	}
	if frontend.Send(startup); frontend.Flush() != nil {
		return false
	}
	for {
		message, err := frontend.Receive()
		if err != nil {
			return false
		}
		if backend.Send(message); backend.Flush() != nil {
			return false
		}
		switch message.(type) {
		case *pgproto3.AuthenticationOk:
			return true
		case *pgproto3.ErrorResponse:
			return false
		case *pgproto3.AuthenticationSASLFinal:
			continue
		}
		if backend.SetAuthType(frontend.GetAuthType()) != nil {
			return false
		}
		answer, err := backend.Receive()
		if err != nil {
			return false
		}
		if frontend.Send(answer); frontend.Flush() != nil {
			return false
		}
	}
}

// asks matches a statement that a client sends.
func asks(prefix string) func(any) bool {
	return func(message any) bool {
		switch m := message.(type) {
		case *pgproto3.Query:
			return strings.HasPrefix(m.String, prefix)
		case *pgproto3.Parse:
			return strings.HasPrefix(m.Query, prefix)
		}
		return false
	}
}

// isDone matches the server's answer that a statement is done.
func isDone(tag string) func(any) bool {
	return func(message any) bool {
		m, ok := message.(*pgproto3.CommandComplete)
		return ok && string(m.CommandTag) == tag
	}
}

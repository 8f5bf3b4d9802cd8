package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// fronted is a shop, and no demo, with deploy/haproxy's HAProxy before its front door, which speaks TLS.
func fronted(t testing.TB) *shop {
	t.Helper()
	program := haproxy(t)
	s := closed(t, one, sqldb.SQLite)
	cert, key := hosttest.Certificate(t, t.TempDir(), 1)
	front := fmt.Sprintf("127.0.0.1:%d", hosttest.FreePorts(t, 1)[0])
	s.listen = "https://" + front
	s.env = append(s.env, "ARTISAN_DEMO=false", "ARTISAN_SECRET="+newMasterKey(),
		"ARTISAN_BASE_URL="+s.listen, "ARTISAN_TRUSTED_PROXIES=127.0.0.1",
		"ARTISAN_EDGE_1="+s.address("edge"), "ARTISAN_EDGE_2="+s.address("edge"),
		"ARTISAN_FRONT="+front+" ssl crt "+joined(t, cert, key)+" alpn h2,http/1.1")
	s.start()
	s.begin("haproxy", program, "-db", "-f", "../deploy/haproxy/haproxy.cfg")
	eventually(t, time.Minute, "HAProxy hands on", func() bool {
		a, err := s.ask("GET", "/markets", nil)
		return err == nil && a.status == http.StatusOK
	})
	return s
}

// joined is a certificate and its key in one file, as HAProxy wants them.
func joined(t testing.TB, paths ...string) string {
	t.Helper()
	var all []byte
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	path := filepath.Join(t.TempDir(), "both.pem")
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hidden is a request that rides in another one. Whoever is answered with it has got somebody else's answer.
const hidden = "GET /api/v1/products/hidden HTTP/1.1\r\nHost: shop\r\nX: "

// headsOfTwoLengths are requests of which two who read them might not see the same end: the hidden one is the
// rest of a body to one of them, and the next request to the other.
func headsOfTwoLengths() map[string]string {
	body := "0\r\n\r\n" + hidden
	long := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	all := map[string]string{
		"TE.CL": fmt.Sprintf("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
			len(hidden), hidden),
		"two lengths":            "Content-Length: 0\r\n" + long + "\r\n" + body,
		"two lengths in one":     fmt.Sprintf("Content-Length: 0, %d\r\n\r\n%s", len(body), body),
		"a length with a sign":   fmt.Sprintf("Content-Length: +%d\r\n\r\n%s", len(body), body),
		"a length in hex":        fmt.Sprintf("Content-Length: 0x%x\r\n\r\n%s", len(body), body),
		"a length with a blank":  fmt.Sprintf("Content-Length: 0 %d\r\n\r\n%s", len(body), body),
		"an endless chunk":       "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + hidden,
		"a chunk's bare LF":      "Transfer-Encoding: chunked\r\n\r\n0\n\n" + hidden,
		"an extension's bare LF": "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n4d\r\n0\r\n\r\n" + hidden,
		"bare LF":                "X: y\nTransfer-Encoding: chunked\n" + long + "\n" + body,
		"bare CR":                "X: y\rTransfer-Encoding: chunked\r\n" + long + "\r\n" + body,
		"no name":                ": y\r\nTransfer-Encoding: chunked\r\n" + long + "\r\n" + body,
		"NUL":                    "X: y\x00\r\nTransfer-Encoding: chunked\r\n" + long + "\r\n" + body,
		"a folded line":          "X: y\r\n Transfer-Encoding: chunked\r\n" + long + "\r\n" + body,
		"h2c":                    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
		"expected":               "Expect: 100-continue\r\nExpect: x\r\n" + long + "\r\n" + body,
	}
	for _, line := range []string{
		"Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
		"Transfer-Encoding:\x0bchunked", "Transfer-Encoding: chunked, identity",
		"Transfer-Encoding\n: chunked", "Transfer-Encoding: \"chunked\"",
		"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "transfer_encoding: chunked",
	} {
		all["CL.TE, "+line] = long + line + "\r\n\r\n" + body
	}
	return all
}

// TestNothingIsSmuggledPastHAProxy sends requests of two lengths through the real HAProxy, over HTTP/1.1 and
// as streams of HTTP/2 that would say something else as HTTP/1.1, and then asks for what everybody asks for:
// each gets the answer to what they asked.
func TestNothingIsSmuggledPastHAProxy(t *testing.T) {
	t.Parallel()
	s := fronted(t)
	for name, rest := range headsOfTwoLengths() {
		t.Run(name, func(t *testing.T) {
			for _, start := range []string{
				"POST /api/v1/carts HTTP/1.1", "GET /api/v1/markets HTTP/1.1", "POST / HTTP/1.0",
			} {
				conn := s.connects(t, "http/1.1")
				_, _ = io.WriteString(conn, start+"\r\nHost: shop\r\n"+rest)
				s.answersOthers(t)
				neverHidden(t, conn)
				_ = conn.Close()
			}
			s.answersOthers(t)
		})
	}
	for name, fields := range streamsOfTwoLengths() {
		t.Run(name, func(t *testing.T) {
			s.sendsStream(t, fields)
			s.answersOthers(t)
		})
	}
}

// connects opens a connection to HAProxy.
func (s *shop) connects(t testing.TB, protocol string) net.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.listen, "https://"),
		&tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// answersOthers asks for what everybody asks for, often enough to come by each connection that HAProxy keeps.
func (s *shop) answersOthers(t *testing.T) {
	t.Helper()
	for range 4 {
		a := s.must(t, http.StatusOK, "GET", "/markets", nil)
		if _, ok := a.body["markets"]; !ok {
			t.Fatalf("somebody else's answer: %s", a.raw)
		}
	}
}

// neverHidden wants no answer of what a connection sent to be of the hidden request, or to go on in another
// protocol.
func neverHidden(t *testing.T, conn net.Conn) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	answers := bufio.NewReader(conn)
	for n := 0; ; n++ {
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			return
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode == http.StatusSwitchingProtocols ||
			n > 0 && bytes.Contains(body, []byte("hidden")) {
			t.Errorf("answer %d: %s %s", n+1, response.Status, body)
		}
	}
}

// stream is what a stream of HTTP/2 says: its fields, and its body.
type stream struct {
	fields [][2]string
	body   string
}

// usual are the fields of a stream that makes a cart, with some changed and others added.
func usual(changed ...[2]string) [][2]string {
	fields := [][2]string{
		{":method", "POST"}, {":scheme", "https"}, {":authority", "shop"}, {":path", "/api/v1/carts"},
	}
	for _, change := range changed {
		if i := slices.IndexFunc(fields, func(f [2]string) bool { return f[0] == change[0] }); i >= 0 {
			fields[i] = change
		} else {
			fields = append(fields, change)
		}
	}
	return fields
}

// streamsOfTwoLengths would be several requests, or of another length, if they were written down as HTTP/1.1.
func streamsOfTwoLengths() map[string]stream {
	all := "\r\n\r\n" + hidden
	return map[string]stream{
		"h2, a length of nothing": {
			usual([2]string{"content-length", "0"}), hidden,
		},
		"h2, a length too short": {
			usual([2]string{"content-length", "3"}), "abc" + hidden,
		},
		"h2, a length too long": {
			usual([2]string{"content-length", "5000"}), hidden,
		},
		"h2, two lengths": {
			usual([2]string{"content-length", "0"}, [2]string{"content-length ", "9"}), hidden,
		},
		"h2, chunks": {
			usual([2]string{"transfer-encoding", "chunked"}), "0\r\n\r\n" + hidden,
		},
		"h2, a value's end": {
			usual([2]string{"x", "y\r\ntransfer-encoding: chunked"}), "0\r\n\r\n" + hidden,
		},
		"h2, a value's LF": {
			usual([2]string{"x", "y\ntransfer-encoding: chunked"}), "0\r\n\r\n" + hidden,
		},
		"h2, a value's end of all": {
			usual([2]string{"x", "y" + all}), "",
		},
		"h2, a name's end": {
			usual([2]string{"x: y\r\ntransfer-encoding", "chunked"}), "0\r\n\r\n" + hidden,
		},
		"h2, a name in capitals": {
			usual([2]string{"Transfer-Encoding", "chunked"}), "0\r\n\r\n" + hidden,
		},
		"h2, a method's end": {
			usual([2]string{":method", "GET / HTTP/1.1" + all}), "",
		},
		"h2, a path's end": {
			usual([2]string{":path", "/ HTTP/1.1" + all}), "",
		},
		"h2, a path's blank": {
			usual([2]string{":path", "/ HTTP/1.1 x"}), hidden,
		},
		"h2, an authority's end": {
			usual([2]string{":authority", "shop" + all}), "",
		},
		"h2, a scheme's end": {
			usual([2]string{":scheme", "https://shop/ HTTP/1.1" + all}), "",
		},
		"h2, an upgrade": {
			usual([2]string{"connection", "upgrade"}, [2]string{"upgrade", "h2c"}), hidden,
		},
	}
}

// sendsStream sends one stream, as it is, on a connection of its own, and waits for what becomes of it: an
// answer, or the end of the stream or of the connection.
func (s *shop) sendsStream(t *testing.T, sent stream) {
	t.Helper()
	conn := s.connects(t, "h2")
	defer func() { _ = conn.Close() }()
	framer := http2.NewFramer(conn, conn)
	_, _ = io.WriteString(conn, http2.ClientPreface)
	_ = framer.WriteSettings()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range sent.fields {
		_ = encoder.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	_ = framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: sent.body == "",
	})
	if sent.body != "" {
		_ = framer.WriteData(1, true, []byte(sent.body))
	}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.RSTStreamFrame, *http2.GoAwayFrame:
			return
		case *http2.DataFrame:
			if bytes.Contains(frame.Data(), []byte("hidden")) {
				t.Errorf("the hidden request is answered: %s", frame.Data())
			}
			if frame.StreamEnded() {
				return
			}
		case *http2.HeadersFrame:
			if frame.StreamEnded() {
				return
			}
		}
	}
}

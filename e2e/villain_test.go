package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// villain is a client who does her worst, in six ways at once, from an address of her own. She is a process
// of her own, and of the lowest priority: what she takes of this machine is not what the shop gives her.
type villain struct {
	Shop    string // its address
	Market  string
	Cart    string
	Session string // of a maker
	Order   string
	Token   string // of the order

	from *net.Dialer
	at   *url.URL
}

// villainVariable tells a copy of the test binary to be her.
const villainVariable = "ARTISAN_E2E_VILLAIN"

func init() {
	if text := os.Getenv(villainVariable); text != "" {
		var v villain
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			panic(err)
		}
		v.run()
	}
}

// unleash lets her begin, and comes back once she is at it in every way. She ends with the test, or when she
// is told.
func (v villain) unleash(t testing.TB) (end func()) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), villainVariable+"="+string(text))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(end)
	var said string
	if _, err := fmt.Fscanln(out, &said); err != nil {
		t.Fatal(err)
	}
	return end
}

// run does all ways at once, for ever. Each tells when it was there once.
func (v villain) run() {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, 19)
	v.from = &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, Timeout: 10 * time.Second}
	v.at, _ = url.Parse(v.Shop)
	var begun sync.WaitGroup
	for _, way := range []struct {
		sockets int
		once    func()
	}{
		{5, v.opensSilentStreams},
		{4, v.uploadsSlowly},
		{100, v.watchesOneOrder},
		{300, v.readsNothing},
		{10, v.stallsAnswers},
		{32, v.floods},
		{200, v.dribbles},
	} {
		for range way.sockets {
			begun.Add(1)
			go func() {
				way.once()
				begun.Done()
				for {
					way.once()
				}
			}()
		}
	}
	begun.Wait()
	fmt.Println("begun")
	select {}
}

// dial connects as she does, over TLS where the shop speaks it.
func (v villain) dial(protocol string) net.Conn {
	conn, err := v.from.Dial("tcp", v.at.Host)
	if err != nil {
		time.Sleep(250 * time.Millisecond) // she is refused, and comes back
		return nil
	}
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	if v.at.Scheme == "https" {
		over := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}})
		if err := over.Handshake(); err != nil {
			_ = conn.Close()
			time.Sleep(250 * time.Millisecond) // she is refused, and comes back
			return nil
		}
		conn = over
	}
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	return conn
}

// holds says something, and more of it drop by drop, until the connection ends or two seconds are over.
func (v villain) holds(text, drop string) {
	conn := v.dial("http/1.1")
	if conn == nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, err := io.WriteString(conn, text)
	for n := 0; err == nil && n < 20; n++ {
		time.Sleep(100 * time.Millisecond)
		_, err = io.WriteString(conn, drop)
	}
}

func (v villain) uploadsSlowly() {
	v.holds("POST /producer/import HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer "+v.Session+"\r\n"+
		"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n--x\r\n", "x")
}

func (v villain) watchesOneOrder() {
	v.holds("GET /orders/"+v.Order+"/events HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer "+v.Token+
		"\r\n\r\n", "")
}

func (v villain) readsNothing() {
	v.holds(strings.Repeat("GET /api/v1/openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n", 50), "")
}

func (v villain) dribbles() {
	v.holds("GET / HTTP/1.1\r\nHost: shop\r\nX-Dribble: ", "x")
}

// streams opens as many HTTP/2 streams as she can, and leaves them.
func (v villain) streams(window uint32, method, path string, ends bool) {
	conn := v.dial("h2")
	if conn == nil {
		return
	}
	defer func() { _ = conn.Close() }()
	framer := http2.NewFramer(conn, conn)
	_, _ = io.WriteString(conn, http2.ClientPreface)
	_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	for id := uint32(1); id < 500; id += 2 {
		var block bytes.Buffer
		fields := hpack.NewEncoder(&block)
		for _, f := range [][2]string{
			{":method", method},
			{":scheme", "https"},
			{":authority", "shop"},
			{":path", path},
			{"content-type", "application/json"},
			{"idempotency-key", "k"},
		} {
			_ = fields.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
		}
		if framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: id, BlockFragment: block.Bytes(),
			EndHeaders: true, EndStream: ends,
		}) != nil {
			return
		}
	}
	time.Sleep(2 * time.Second)
}

func (v villain) opensSilentStreams() {
	v.streams(1<<16-1, "POST", "/api/v1/carts/"+v.Cart+"/checkout", false)
}

func (v villain) stallsAnswers() { v.streams(0, "GET", "/api/v1/openapi.json", true) }

// floods asks for what takes work, as fast as it is answered.
func (v villain) floods() {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return v.from.DialContext(ctx, network, addr)
		},
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
	defer client.CloseIdleConnections()
	for n := range 50 {
		path, body := "/api/v1/carts", fmt.Sprintf(`{"market": %q}`, v.Market)
		if n%10 == 0 {
			path, body = "/api/v1/sessions", `{"email": "maker@example.org", "password": "not the password"}`
		}
		answer, err := client.Post(v.Shop+path, "application/json", strings.NewReader(body))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
}

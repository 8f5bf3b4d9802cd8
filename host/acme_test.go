package host_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
)

// TestACertificateIsFetchedFromAnAuthority has pebble, an authority made for tests, sign for a name whose
// address it asks for here. A process that starts again has the certificate still.
func TestACertificateIsFetchedFromAnAuthority(t *testing.T) {
	ports := hosttest.FreePorts(t, 3)
	cert, key := hosttest.Certificate(t, t.TempDir(), 1)
	directory := runPebble(t, cert, key, ports[0], ports[1], ports[2])
	data := filepath.Join(t.TempDir(), "data")
	open := func(directory string) *host.Process {
		return opened(t, func(c *host.Config) {
			c.Data, c.Listen, c.PublicHTTP = data, addr(ports[1]), addr(ports[2])
			c.ACME, c.ACMEEmail, c.ACMEDirectory, c.ACMECA = true, "op@shop.example", directory, cert
		})
	}
	p := open(directory)
	first := shownTo(t, p.ListenAddr, "shop.example")
	if len(first.DNSNames) != 1 || first.DNSNames[0] != "shop.example" ||
		time.Until(first.NotAfter) < time.Hour {
		t.Errorf("the certificate is of %v, until %v", first.DNSNames, first.NotAfter)
	}
	if conn, err := tls.Dial("tcp", p.ListenAddr,
		&tls.Config{InsecureSkipVerify: true, ServerName: "other.example"}); err == nil {
		_ = conn.Close()
		t.Error("it fetches certificates of names that are not the shop's")
	}
	question, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.RedirectAddr+
		"/.well-known/acme-challenge/nothing", nil)
	if err != nil {
		t.Fatal(err)
	}
	question.Host = "shop.example"
	answer, err := http.DefaultClient.Do(question)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != http.StatusNotFound {
		t.Errorf("the authority's question is answered %d", answer.StatusCode)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if again := shownTo(t, open("https://"+addr(1)).ListenAddr,
		"shop.example"); again.SerialNumber.Cmp(first.SerialNumber) != 0 {
		t.Error("the certificate is not kept")
	}
	keptPrivate(t, filepath.Join(data, "acme"))
}

func addr(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// shownTo is the certificate that a client who asks for a name gets.
func shownTo(t *testing.T, at, name string) *x509.Certificate {
	t.Helper()
	conn, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true, ServerName: name})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0]
}

// keptPrivate checks that nobody else reads a directory.
func keptPrivate(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		files++
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("%d files, %v", files, err)
	}
}

// runPebble runs an authority until the test ends, and answers with its directory.
func runPebble(t *testing.T, cert, key string, own, tlsPort, httpPort int) (directory string) {
	t.Helper()
	program, err := exec.LookPath("pebble")
	if err != nil {
		if program, err = filepath.Abs("../.tools/pebble"); err != nil {
			t.Fatal(err)
		}
	}
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": addr(own), "certificate": cert, "privateKey": key, "tlsPort": tlsPort,
		"httpPort": httpPort,
		"profiles": map[string]any{"default": map[string]any{
			"description":    "for tests",
			"validityPeriod": 7776000,
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pebble.json")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-config", path, "-dnsserver", answerNames(t))
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		quick.Lacks(t, "pebble", fmt.Sprintf("pebble does not run; ./check all installs it: %v", err))
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	directory = "https://" + addr(own) + "/dir"
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for {
		answer, err := client.Get(directory)
		if err == nil {
			_ = answer.Body.Close()
			return directory
		}
		select {
		case err := <-ended:
			t.Fatalf("pebble ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// answerNames is a name server, over TCP as pebble asks, by which every name is this machine's, until the
// test ends.
func answerNames(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				for answerName(conn) == nil { //nolint:revive // until it is closed
				}
			}()
		}
	}()
	return l.Addr().String()
}

func answerName(conn net.Conn) error {
	var size uint16
	if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
		return err
	}
	packet := make([]byte, size)
	if _, err := io.ReadFull(conn, packet); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(packet); err != nil {
		return err
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			})
		}
	}
	text, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(text))), text...))
	return err
}

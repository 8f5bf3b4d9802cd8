package valkey

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

const (
	// dialTime bounds a connection's beginning.
	dialTime = 500 * time.Millisecond
	// quietTime is how long a connection may bring nothing until it is asked whether it lives.
	quietTime = time.Second
	// buffer is of each direction of the connection.
	buffer = 64 << 10
)

// errURL repeats nothing of the URL: there may be a password in it.
var errURL = errors.New("ARTISAN_VALKEY_URL is no address of a Valkey: it is redis://user:password@host:port/0, " +
	"or rediss:// over TLS, where ?ca=FILE names the authorities of its certificate")

// ReadURL reads where a server is. What it says of a wrong one has no secret in it.
func ReadURL(text string) (rueidis.ClientOption, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" {
		return rueidis.ClientOption{}, errURL
	}
	password, _ := u.User.Password()
	option := rueidis.ClientOption{
		Username: u.User.Username(), Password: password, ClientName: "artisan", ForceSingleClient: true,
		DisableRetry: true, PipelineMultiplex: -1, RingScaleEachConn: 10, ConnWriteTimeout: quietTime,
		// who changes a key itself need not be told
		ClientTrackingOptions: []string{"OPTIN", "NOLOOP"},
		ReadBufferEachConn:    buffer, WriteBufferEachConn: buffer,
		Dialer: net.Dialer{Timeout: dialTime, KeepAlive: quietTime},
	}
	port := u.Port()
	if port == "" {
		port = "6379"
	}
	option.InitAddress = []string{net.JoinHostPort(u.Hostname(), port)}
	if at := strings.Trim(u.Path, "/"); at != "" {
		if option.SelectDB, err = strconv.Atoi(at); err != nil || option.SelectDB < 0 {
			return rueidis.ClientOption{}, errURL
		}
	}
	switch u.Scheme {
	case "redis", "valkey":
	case "rediss", "valkeys":
		option.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.Hostname()}
	default:
		return rueidis.ClientOption{}, errURL
	}
	return option, readQuery(u.Query(), &option)
}

// readQuery reads the one thing that stands behind an address.
func readQuery(q url.Values, option *rueidis.ClientOption) error {
	file := q.Get("ca")
	if q.Del("ca"); len(q) > 0 || (file != "" && option.TLSConfig == nil) {
		return errURL
	}
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("the authorities of ARTISAN_VALKEY_URL cannot be read: %w", err)
	}
	option.TLSConfig.RootCAs = x509.NewCertPool()
	if !option.TLSConfig.RootCAs.AppendCertsFromPEM(text) {
		return fmt.Errorf("there is no certificate in %s, which ARTISAN_VALKEY_URL names", file)
	}
	return nil
}

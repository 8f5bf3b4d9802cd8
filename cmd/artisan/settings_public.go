package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/host"
)

// publicSettings are how the shop meets strangers: over HTTPS, or through proxies.
type publicSettings struct {
	TrustedProxies   []string `help:"Networks of the proxies before the shop, whose word about where a request comes from is believed; or none." placeholder:"10.0.0.0/24,..."`
	ForwardedHeader  string   `help:"The header in which they name the client: X-Forwarded-For or Forwarded." default:"X-Forwarded-For" placeholder:"NAME"`
	CheckoutsASecond float64  `name:"checkouts-a-second" help:"The most checkouts that this front door lets in a second, where something behind it takes no more, such as a provider of payments; 0 for as many as can be served. Others wait in line." default:"0" placeholder:"N"`
	PublicH2C        bool     `name:"public-h2c" help:"Speak HTTP/2 without TLS at the public address, for a proxy that does."`
	PublicTLSCert    string   `name:"public-tls-cert" help:"PEM file of the public address's certificate; taken anew when it changes." placeholder:"FILE"`
	PublicTLSKey     string   `name:"public-tls-key" help:"PEM file of its key." placeholder:"FILE"`
	PublicHTTPListen string   `name:"public-http-listen" help:"Address that sends browsers on to HTTPS, e.g. :80." placeholder:"ADDR"`
	ACME             bool     `name:"acme" help:"Fetch a certificate for the base URL's name, and agree to the authority's terms."`
	ACMEEmail        string   `name:"acme-email" help:"Where the authority may write to." placeholder:"EMAIL"`
	ACMEDirectory    string   `name:"acme-directory" help:"Another authority than Let's Encrypt." placeholder:"URL"`
	ACMECA           string   `name:"acme-ca" help:"PEM file of certificates that the authority's own address is known by." placeholder:"FILE"`
}

// checkProxies refuses a shop that others come to through a proxy that it does not know: all of them would be
// one client.
func (s publicSettings) checkProxies(base string) error {
	ownTLS := s.PublicTLSCert != "" || s.ACME
	if ownTLS || len(s.TrustedProxies) > 0 || !strings.HasPrefix(strings.ToLower(base), "https://") {
		return nil
	}
	return usageError{
		errors.New(
			"the shop's address is https, and it has no certificate, so a proxy stands before it: name that in ARTISAN_TRUSTED_PROXIES, " +
				"e.g. 127.0.0.1 or 10.0.0.7, or every visitor counts as one client; or have the shop speak HTTPS itself, with --acme or --public-tls-cert"),
	}
}

// apply adds the settings to the process's. With a certificate the shop's own address is https.
func (s publicSettings) apply(at start, c *host.Config) error {
	if at.public {
		if err := s.checkProxies(c.BaseURL); err != nil {
			return err
		}
	}
	c.TrustedProxies, c.ForwardedHeader, c.PublicH2C = s.TrustedProxies, s.ForwardedHeader, s.PublicH2C
	if s.CheckoutsASecond < 0 {
		return usageError{fmt.Errorf("--checkouts-a-second is %v: it is how many are let in, or 0 for no bound",
			s.CheckoutsASecond)}
	}
	c.CheckoutsASecond = s.CheckoutsASecond
	c.PublicCert, c.PublicKey, c.PublicHTTP = s.PublicTLSCert, s.PublicTLSKey, s.PublicHTTPListen
	c.ACME, c.ACMEEmail, c.ACMEDirectory, c.ACMECA = s.ACME, s.ACMEEmail, s.ACMEDirectory, s.ACMECA
	if own := "http://" + c.Listen; c.PublicTLS() && c.BaseURL == own {
		c.BaseURL = strings.Replace(own, "http:", "https:", 1)
	}
	return nil
}

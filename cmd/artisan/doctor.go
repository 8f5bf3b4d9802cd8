package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/artisan-eats/artisan/doctor"
)

// doctorCmd names what would hurt a shop with these settings.
type doctorCmd struct {
	Format string `help:"text or json." enum:"text,json" default:"text"`
	Listen string `help:"Public address, as 'artisan up' is told." default:"127.0.0.1:8080"`
	Admin  string `help:"Address of health and metrics, as 'artisan up' is told." default:"127.0.0.1:9090"`
	Edges  string `help:"Where the edges are, of which no other process knows: http://10.0.0.2:8080,http://10.0.0.3:8080 or dns:///NAME:PORT." placeholder:"URL,..."`
	settings
	publicSettings
	peerSettings
}

var errHurts = errors.New("what is marked fail hurts now, or at the next start")

// Run looks, and tells a line a finding.
func (c *doctorCmd) Run(ctx context.Context, std streams, app *kong.Kong) error {
	found := doctor.Look(ctx, c.shop(app.Model.Node))
	if err := tellFindings(std.out, c.Format, found); err != nil {
		return err
	}
	if doctor.Worst(found) == doctor.Fail {
		return errHurts
	}
	return nil
}

func tellFindings(to io.Writer, format string, found []doctor.Finding) error {
	if format == "json" {
		return json.NewEncoder(to).Encode(map[string]any{"findings": found, "worst": doctor.Worst(found)})
	}
	for _, f := range found {
		if _, err := fmt.Fprintln(to, f.Level, f.Code, f.Says); err != nil {
			return err
		}
	}
	return nil
}

// shop is what the settings describe: one process, or, where they say where others are, many.
func (c *doctorCmd) shop(app *kong.Node) doctor.Shop {
	up := len(c.Peers) == 0
	at := start{up: up, public: up || c.BaseURL != "", listen: c.Listen}
	s := doctor.Shop{Services: services, Edges: c.Edges, Unread: c.unread(app, os.Environ())}
	s.SecretFiles = c.secretFiles()
	s.Config, s.Refused = c.config(at, c.Admin, "artisan doctor", io.Discard)
	if s.Refused == nil {
		s.Refused = c.apply(at, &s.Config)
	}
	if s.Refused != nil { // what can be told is told all the same
		s.Data, s.DatabaseURL, s.DatabaseURLs = c.Data, c.DatabaseURL, c.Databases.byService()
		s.Peers, s.DatabaseConns, s.BaseURL, s.SMTPURL = c.Peers, c.Connections, c.BaseURL, c.SMTPURL
	}
	s.TLSCert, s.TLSKey, s.TLSCA, s.PeersPlain = c.TLSCert, c.TLSKey, c.TLSCA, c.PeersPlain
	s.Log = nil
	return s
}

// unread are the variables that nothing reads, and settings that count only beside others that are not made.
func (c *doctorCmd) unread(app *kong.Node, environment []string) (all []string) {
	known := map[string]bool{"ARTISAN_CONFIG": true}
	collectVariables(app, known)
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "ARTISAN_") && !known[name] {
			all = append(all, unknown(name, known))
		}
	}
	for says, is := range map[string]bool{
		"ARTISAN_PEER_TOKEN is for plain HTTP on one machine (--peers-plain) only: take it out":                                        c.PeerToken != "" && !c.PeersPlain,
		"--tls-cert, --tls-key and --tls-ca are for processes that call each other, and ARTISAN_PEERS names none: name them":           c.TLSCert != "" && len(c.Peers) == 0,
		"--acme-email, --acme-directory and --acme-ca count with --acme only: set that, or take them out":                              !c.ACME && c.ACMEEmail+c.ACMEDirectory+c.ACMECA != "",
		"ARTISAN_BLOBS_ACCESS_KEY and ARTISAN_BLOBS_SECRET_KEY open a bucket, and ARTISAN_BLOBS names none: name it, or take them out": c.BlobsAccessKey+c.BlobsSecretKey != "" && !strings.HasPrefix(c.Blobs, "s3://"),
		"--public-tls-key is the key of --public-tls-cert, which is not set: set it, or take it out":                                   c.PublicTLSKey != "" && c.PublicTLSCert == "",
	} {
		if is {
			all = append(all, says)
		}
	}
	slices.Sort(all)
	return all
}

func collectVariables(n *kong.Node, known map[string]bool) {
	for _, flag := range n.Flags {
		for _, name := range flag.Envs {
			known[name] = true
		}
	}
	for _, child := range n.Children {
		collectVariables(child, known)
	}
}

// unknown says what a variable was perhaps meant to be.
func unknown(name string, known map[string]bool) string {
	for _, other := range slices.Sorted(maps.Keys(known)) {
		if nearly(bareKey(name), bareKey(other)) {
			return fmt.Sprintf("%s is no setting, so nothing reads it: %s is one", name, other)
		}
	}
	return name + " is no setting, so nothing reads it: take it out, or see `artisan serve --help` for what there is"
}

// nearly reports whether a word is another with one letter more, less, other, or in another place.
func nearly(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// secretFiles are those that secrets are read from.
func (s *settings) secretFiles() []string {
	files := s.DatabaseFiles
	all := []string{
		s.SecretFile, s.OlderSecretsFile, s.PeerTokenFile, s.OlderPeerTokensFile, s.MetricsTokenFile,
		s.BlobsSecretKeyFile, s.DatabaseURLFile, s.SMTPURLFile, s.ValkeyURLFile, files.Identity,
		files.Catalog,
		files.Inventory, files.Delivery, files.Ordering, files.Payments, files.Notify,
	}
	return slices.DeleteFunc(all, func(path string) bool { return path == "" })
}

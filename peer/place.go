package peer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Place says where the replicas of a service are: at base URLs, or at all addresses of one DNS name.
type Place struct {
	bases      []base
	name, port string
}

// base is where one replica answers: a host with its port, and what all its paths begin with.
type base struct{ scheme, host, path string }

var (
	errNowhere = errors.New("no address is given: write the base URLs of its replicas, with commas between them, or dns:///NAME:PORT")
	errNoBase  = errors.New("an address cannot be read: write each as http://HOST:PORT or https://HOST:PORT, with commas between them, or one dns:///NAME:PORT for all")
	errNoName  = errors.New("the DNS name cannot be read: write it alone, with its port, as dns:///NAME:PORT")
	errNoTrust = errors.New("an address is https://, and this process has no certificates to call it with: set them, or write http:// where all is on one machine")
)

// Parse reads what the setting says of one service: "https://10.0.0.2:9103,https://10.0.0.3:9103", or
// "dns:///ordering:9103". Its error says what to write.
func Parse(text string) (Place, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Place{}, errNowhere
	}
	if named, ok := strings.CutPrefix(text, "dns:"); ok {
		return parseName(named)
	}
	var at Place
	for one := range strings.SplitSeq(text, ",") {
		b, err := parseBase(strings.TrimSpace(one))
		if err != nil {
			return Place{}, err
		}
		if !slices.Contains(at.bases, b) {
			at.bases = append(at.bases, b)
		}
	}
	return at, nil
}

func parseName(text string) (Place, error) {
	text, alone := strings.CutPrefix(text, "///")
	name, port, err := net.SplitHostPort(text)
	if err != nil || !alone || name == "" || strings.ContainsAny(name, "/,: ") || !isPort(port) {
		return Place{}, errNoName
	}
	return Place{name: name, port: port}, nil
}

// parseBase does not repeat what it cannot read: there may be a password in it.
func parseBase(text string) (base, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return base{}, errNoBase
	}
	port := u.Port()
	switch {
	case u.Scheme == "http" && port == "":
		port = "80"
	case u.Scheme == "https" && port == "":
		port = "443"
	case u.Scheme != "http" && u.Scheme != "https", !isPort(port):
		return base{}, errNoBase
	}
	return base{
		scheme: u.Scheme, host: net.JoinHostPort(strings.ToLower(u.Hostname()), port),
		path: strings.TrimRight(u.Path, "/"),
	}, nil
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// Named is the DNS name that tells where the replicas are, with its port; empty where they are listed.
func (p Place) Named() string {
	if p.name == "" {
		return ""
	}
	return net.JoinHostPort(p.name, p.port)
}

// Listed are the scheme and the host, with its port, of each replica; none where a DNS name tells.
func (p Place) Listed() iter.Seq2[string, string] {
	return func(yield func(scheme, host string) bool) {
		for _, b := range p.bases {
			if !yield(b.scheme, b.host) {
				return
			}
		}
	}
}

// Replicas are the base URLs of all replicas: those that are listed, or what DNS tells at this moment, with a
// scheme.
func (p Place) Replicas(ctx context.Context, scheme string) ([]string, error) {
	bases := p.bases
	if p.name != "" {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		found, err := net.DefaultResolver.LookupHost(ctx, p.name)
		if err != nil {
			return nil, err
		}
		bases = p.named(scheme, found)
	}
	urls := make([]string, len(bases))
	for i, b := range bases {
		urls[i] = b.scheme + "://" + b.host + b.path
	}
	return urls, nil
}

// secure reports whether an address is to be called over TLS.
func (p Place) secure() bool {
	return slices.ContainsFunc(p.bases, func(b base) bool { return b.scheme == "https" })
}

// named are the bases of what DNS has answered.
func (p Place) named(scheme string, found []string) []base {
	bases := make([]base, 0, len(found))
	for _, ip := range found {
		bases = append(bases, base{scheme: scheme, host: net.JoinHostPort(ip, p.port)})
	}
	slices.SortFunc(bases, func(a, b base) int { return strings.Compare(a.host, b.host) })
	return slices.Compact(bases)
}

// String is for errors and logs.
func (p Place) String() string {
	if p.name != "" {
		return p.name
	}
	return fmt.Sprintf("%d addresses", len(p.bases))
}

package trust

import (
	"crypto/x509"
	"net/url"
	"slices"
	"strings"
)

// Domain is the trust domain of all services. Which shop they are of their authority tells.
const Domain = "artisan"

// ID is the SPIFFE ID of a service.
func ID(service string) *url.URL {
	return &url.URL{Scheme: "spiffe", Host: Domain, Path: "/" + service}
}

// Named are the services that a certificate names.
func Named(c *x509.Certificate) (services []string) {
	for _, u := range c.URIs {
		service, ok := strings.CutPrefix(u.Path, "/")
		if ok && service != "" && *u == *ID(service) {
			services = append(services, service)
		}
	}
	return services
}

// share reports whether two lists have a name in common.
func share(some, others []string) bool {
	return slices.ContainsFunc(some, func(name string) bool { return slices.Contains(others, name) })
}

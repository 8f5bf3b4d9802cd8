package blob

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const form = "it looks like s3://bucket/prefix?endpoint=https://s3.example&region=us-east-1, or is a directory"

var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
)

// newBucket reads where a bucket is. It repeats no key in what it says.
func newBucket(c Config) (*bucket, error) {
	u, err := url.Parse(c.Place)
	switch {
	case err != nil || u.Scheme != "s3" || u.Opaque != "" || u.Fragment != "":
		return nil, errors.New("ARTISAN_BLOBS cannot be read: " + form)
	case u.User != nil:
		return nil, errors.New(
			"ARTISAN_BLOBS has a key in it: set ARTISAN_BLOBS_ACCESS_KEY and ARTISAN_BLOBS_SECRET_KEY, or name files with them")
	case c.AccessKey == "" || c.SecretKey == "":
		return nil, errors.New(
			"ARTISAN_BLOBS is a bucket, and its keys are missing: set ARTISAN_BLOBS_ACCESS_KEY and ARTISAN_BLOBS_SECRET_KEY, or name files with them")
	case !bucketName.MatchString(u.Host):
		return nil, fmt.Errorf("ARTISAN_BLOBS names no bucket, but %q: %s", u.Host, form)
	}
	b := &bucket{
		name: u.Host, prefix: strings.Trim(u.Path, "/"), access: c.AccessKey, secret: c.SecretKey,
		now: time.Now,
		client: &http.Client{Timeout: askTimeout, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // it would be signed for another place
		}},
	}
	if b.prefix != "" {
		b.prefix += "/"
		if err := checkKey(b.prefix); err != nil {
			return nil, fmt.Errorf("the prefix in ARTISAN_BLOBS has small letters, digits, dots and hyphens: %s", form)
		}
	}
	return b, b.readQuery(u.RawQuery)
}

func (b *bucket) readQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return errors.New("ARTISAN_BLOBS cannot be read: " + form)
	}
	for name, values := range query {
		if (name != "endpoint" && name != "region") || len(values) != 1 {
			return fmt.Errorf("ARTISAN_BLOBS has %q, and knows one endpoint and one region: %s", name, form)
		}
	}
	if b.region = cmp.Or(query.Get("region"), "us-east-1"); !regionName.MatchString(b.region) {
		return fmt.Errorf("the region in ARTISAN_BLOBS is none: %s", form)
	}
	endpoint := cmp.Or(query.Get("endpoint"), "https://s3."+b.region+".amazonaws.com")
	if b.endpoint, err = url.Parse(endpoint); err != nil || b.endpoint.Host == "" || b.endpoint.User != nil ||
		strings.Trim(b.endpoint.Path, "/") != "" || b.endpoint.RawQuery != "" {
		return fmt.Errorf("the endpoint in ARTISAN_BLOBS is not the address of a host: %s", form)
	}
	b.endpoint.Path = ""
	if b.endpoint.Scheme != "https" && (b.endpoint.Scheme != "http" || !ownMachine(b.endpoint.Hostname())) {
		return fmt.Errorf("the endpoint in ARTISAN_BLOBS is not https, and beyond this machine: %s", form)
	}
	return nil
}

func ownMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

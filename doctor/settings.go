package doctor

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/artisan-eats/artisan/blob"
	"github.com/artisan-eats/artisan/host"
)

// refused says why no process starts with the settings.
func refused(ctx context.Context, v *visit) ([]Finding, error) {
	if v.Refused != nil {
		return []Finding{fail("%s", oneLine(v.Refused))}, nil //nolint:nilerr // it is what was found
	}
	if v.Decide == nil {
		return nil, nil
	}
	var found host.Found
	for _, d := range v.databases {
		kind, err := host.Fresh, d.err
		if d.db != nil {
			kind, err = host.KindOf(ctx, d.db, d.service)
		}
		if err != nil {
			return nil, errors.New("a database cannot be opened, so it is not known whether it is a demo's")
		}
		found.Kinds = append(found.Kinds, kind)
	}
	found.OwnSecret = v.OwnSecret()
	demo, err := v.Decide(found)
	switch {
	case err != nil:
		return []Finding{fail("%s", oneLine(err))}, nil
	case demo:
		return []Finding{ok("this is a demo: for this machine only, with test payments, and it stays one")}, nil
	case len(v.Secret) == 0:
		return []Finding{fail("ARTISAN_SECRET is not set: it is the master key of personal data, e.g. from `openssl rand -hex 32`")}, nil
	}
	return []Finding{ok("the settings can be read, and go together")}, nil
}

// unread says which settings nothing reads.
func unread(_ context.Context, v *visit) (found []Finding, err error) {
	for _, name := range v.Unread {
		found = append(found, warn("%s", name))
	}
	return orOK(found, "every setting that is made is read"), nil
}

// pictures are refused a directory that each replica of catalog would have for itself.
func pictures(ctx context.Context, v *visit) ([]Finding, error) {
	bucket := strings.HasPrefix(v.Blobs, "s3://")
	switch {
	case v.count(ctx, "catalog") > 1 && v.Blobs == "":
		return []Finding{fail("catalog has several replicas, and each keeps pictures in a directory of its own, where the others do not find them: " +
			"set ARTISAN_BLOBS to a bucket, or to a directory that all of them see")}, nil
	case bucket && v.BlobsSecretKey == "":
		return []Finding{warn("ARTISAN_BLOBS is a bucket, and there is no key to it here: set ARTISAN_BLOBS_ACCESS_KEY and ARTISAN_BLOBS_SECRET_KEY")}, nil
	case bucket:
		return v.asksBucket(ctx)
	case v.Blobs != "":
		if info, err := os.Stat(v.Blobs); err != nil || !info.IsDir() {
			return []Finding{fail("ARTISAN_BLOBS names %s, which is no directory here: make it, or mount it", v.Blobs)}, nil //nolint:nilerr // it is what was found
		}
	}
	return []Finding{ok("pictures are kept in a directory that whoever serves them sees")}, nil
}

// asksBucket lists what is in the bucket under a name that nobody uses.
func (v *visit) asksBucket(ctx context.Context) ([]Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	store, err := blob.Open(ctx, blob.Config{
		Place: v.Blobs, AccessKey: v.BlobsAccessKey,
		SecretKey: v.BlobsSecretKey,
	},
		slog.New(slog.DiscardHandler))
	if err != nil {
		return []Finding{fail("%s", oneLine(err))}, nil
	}
	if _, err := store.List(ctx, "doctor/"); err != nil {
		return nil, err
	}
	return []Finding{ok("the bucket of pictures answers")}, nil
}

// mail says whether there is somebody who takes letters.
func mail(ctx context.Context, v *visit) ([]Finding, error) {
	if v.SMTPURL == "" {
		return []Finding{warn("no mail server is set, so letters stay in the shop, and nobody gets an account: set ARTISAN_SMTP_URL")}, nil
	}
	u, err := url.Parse(v.SMTPURL)
	if err != nil || u.Hostname() == "" {
		return []Finding{fail("ARTISAN_SMTP_URL cannot be read; it should look like smtp://user:password@mail.example.org:587")}, nil //nolint:nilerr // it is what was found
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	at := net.JoinHostPort(u.Hostname(), port)
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", at)
	if err != nil {
		return []Finding{warn("the mail server %s does not answer, so letters wait (%v): look at ARTISAN_SMTP_URL, and at the way there", at, err)}, nil
	}
	return []Finding{ok("the mail server %s answers", at)}, conn.Close()
}

// oneLine is what an error says, or several that were joined.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

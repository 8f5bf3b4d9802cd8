package doctor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// secret is a secret, and the setting that it is of.
type secret struct{ setting, value string }

const (
	// leastKinds is how many of its bytes a random key of 32 bytes has at the least that differ: one in ten
	// billions of them has fewer.
	leastKinds = 20
	// leastPassword is how many characters a password has that is not tried through.
	leastPassword = 8
)

// usual are passwords that everybody tries, and examples.
var usual = []string{
	"password", "postgres", "artisan", "secret", "changeme", "change-me", "example", "admin", "root", "shop",
	"market",
}

// secrets looks for secrets that somebody may guess, has seen, or gets with another one.
func secrets(_ context.Context, v *visit) (found []Finding, err error) {
	if n := len(v.Secret); n > 0 && kinds(v.Secret) < min(leastKinds, n/2) || isCount(v.Secret) {
		found = append(found, fail("ARTISAN_SECRET is no random key, but a pattern that others know too: make one with `openssl rand -hex 32`, "+
			"and turn the key (`artisan keys rotate`)"))
	}
	all := v.secrets()
	for _, s := range all {
		if guessable(s.value) {
			found = append(found, fail("the secret of %s is short, or one that everybody tries: make one with `openssl rand -hex 32`", s.setting))
		}
	}
	for i, s := range all {
		at := slices.IndexFunc(all[:i], func(other secret) bool { return other.value == s.value })
		if at >= 0 && !sameKind(all[at], s) {
			found = append(found, fail("%s and %s are the same secret, so who has one has the other: make another one for either",
				all[at].setting, s.setting))
		}
	}
	for _, path := range append(slices.Clone(v.SecretFiles), v.TLSKey, v.PublicKey) {
		found = append(found, open(path, 0o077, "a secret is in it", "chmod 600")...)
	}
	found = append(found, open(v.Data, 0o077, "keys and orders are in it", "chmod 700")...)
	return orOK(found, "no secret that is set is a usual one, used twice, or open to other users"), nil
}

// secrets are those that are set, as texts.
func (v *visit) secrets() (all []secret) {
	add := func(setting, value string) {
		if value != "" {
			all = append(all, secret{setting, value})
		}
	}
	if len(v.Secret) > 0 {
		add("ARTISAN_SECRET", hex.EncodeToString(v.Secret))
	}
	for _, older := range v.OlderSecrets {
		add("ARTISAN_OLDER_SECRETS", hex.EncodeToString(older))
	}
	add("ARTISAN_PEER_TOKEN", v.PeerToken)
	for _, older := range v.OlderPeerTokens {
		add("ARTISAN_OLDER_PEER_TOKENS", older)
	}
	add("ARTISAN_METRICS_TOKEN", v.MetricsToken)
	add("ARTISAN_BLOBS_SECRET_KEY", v.BlobsSecretKey)
	for _, s := range []secret{{"ARTISAN_SMTP_URL", v.SMTPURL}, {"ARTISAN_VALKEY_URL", v.ValkeyURL}} {
		if u, err := url.Parse(s.value); err == nil {
			password, _ := u.User.Password()
			add(s.setting, password)
		}
	}
	for _, s := range v.Services {
		setting := "ARTISAN_DATABASE_URL"
		if v.DatabaseURLs[s.Name] != "" {
			setting = "ARTISAN_" + strings.ToUpper(s.Name) + "_DATABASE_URL"
		}
		config, err := pgx.ParseConfig(cmp.Or(v.DatabaseURLs[s.Name], v.DatabaseURL))
		if err == nil && !slices.Contains(all, secret{setting, config.Password}) {
			add(setting, config.Password)
		}
	}
	return all
}

// sameKind reports whether two settings may well have one secret: those of databases on one server.
func sameKind(a, b secret) bool {
	return strings.HasSuffix(a.setting, "DATABASE_URL") && strings.HasSuffix(b.setting, "DATABASE_URL")
}

// kinds counts the bytes that differ.
func kinds(key []byte) int {
	sorted := slices.Clone(key)
	slices.Sort(sorted)
	return len(slices.Compact(sorted))
}

// isCount reports whether a key counts up, as examples do.
func isCount(key []byte) bool {
	for i := 1; i < len(key); i++ {
		if key[i]-key[i-1] != key[1]-key[0] {
			return false
		}
	}
	return len(key) > 1 && !bytes.Equal(key[:1], key[1:2])
}

// guessable reports whether a secret is one that is tried.
func guessable(text string) bool {
	return len(text) < leastPassword || slices.ContainsFunc(usual, func(word string) bool {
		rest, has := strings.CutPrefix(strings.ToLower(text), word)
		return has && strings.Trim(rest, "0123456789!-_") == ""
	})
}

// open says that other users of the machine get at a file or directory.
func open(path string, others os.FileMode, why, how string) []Finding {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&others == 0 {
		return nil // whoever needs it says that it is not there
	}
	return []Finding{fail("%s is open to other users of this machine (mode %04o), and %s: close it with `%s %s`",
		path, info.Mode().Perm(), why, how, path)}
}

package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secrets are settings that nobody else may read. Each is a variable or a key of the settings file, or stands
// in a file of its own. None is a flag, for a process's arguments are shown to every user of the machine: the
// hidden flags are for the variables' names, and refuseSecrets turns them away.
type secrets struct {
	Secret              string `hidden:""`
	SecretFile          string `help:"File with the master key of personal data, 64 hexadecimal digits; or ARTISAN_SECRET. A demo makes its own." type:"path" placeholder:"FILE"`
	OlderSecrets        string `hidden:""`
	OlderSecretsFile    string `help:"File with the master keys before this one, newest first, until what they made is wrapped anew or over; or ARTISAN_OLDER_SECRETS." type:"path" placeholder:"FILE"`
	PeerToken           string `hidden:""`
	PeerTokenFile       string `help:"File with the secret that the processes of one machine show each other where they speak plain HTTP; or ARTISAN_PEER_TOKEN." type:"path" placeholder:"FILE"`
	OlderPeerTokens     string `hidden:""`
	OlderPeerTokensFile string `help:"File with the secrets before this one that peers may still show; or ARTISAN_OLDER_PEER_TOKENS." type:"path" placeholder:"FILE"`
	MetricsToken        string `hidden:""`
	MetricsTokenFile    string `help:"File with the secret that opens metrics and profiles; or ARTISAN_METRICS_TOKEN." type:"path" placeholder:"FILE"`
	BlobsAccessKey      string `hidden:""`
	BlobsAccessKeyFile  string `help:"File with the access key of the bucket of pictures; or ARTISAN_BLOBS_ACCESS_KEY." type:"path" placeholder:"FILE"`
	BlobsSecretKey      string `hidden:""`
	BlobsSecretKeyFile  string `help:"File with its secret key; or ARTISAN_BLOBS_SECRET_KEY." type:"path" placeholder:"FILE"`
	DatabaseURLFile     string `name:"database-url-file" help:"File with the database's URL, where it has a password; or ARTISAN_DATABASE_URL." type:"path" placeholder:"FILE"`
	ValkeyURLFile       string `name:"valkey-url-file" help:"File with the URL of Valkey, where it has a password; or ARTISAN_VALKEY_URL." type:"path" placeholder:"FILE"`
	SMTPURLFile         string `name:"smtp-url-file" help:"File with the mail server's URL, where it has a password; or ARTISAN_SMTP_URL." type:"path" placeholder:"FILE"`

	DatabaseFiles databaseURLFiles `embed:""`
}

// databaseURLFiles are files with the URLs of single services' databases.
type databaseURLFiles struct {
	Identity  string `name:"identity-database-url-file" hidden:"" type:"path"`
	Catalog   string `name:"catalog-database-url-file" hidden:"" type:"path"`
	Inventory string `name:"inventory-database-url-file" hidden:"" type:"path"`
	Delivery  string `name:"delivery-database-url-file" hidden:"" type:"path"`
	Ordering  string `name:"ordering-database-url-file" hidden:"" type:"path"`
	Payments  string `name:"payments-database-url-file" hidden:"" type:"path"`
	Notify    string `name:"notify-database-url-file" hidden:"" type:"path"`
}

// noFlags are the settings that have no flag.
var noFlags = []string{
	"secret", "older-secrets", "peer-token", "older-peer-tokens", "metrics-token", "blobs-access-key",
	"blobs-secret-key",
}

// refuseSecrets refuses arguments that carry a secret. What it says repeats none of it.
func refuseSecrets(args []string) error {
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "--") && slices.Contains(noFlags, name) {
			return usageError{
				fmt.Errorf(
					"--%s is no flag, for every user of the machine can read a process's arguments: set ARTISAN_%s, or name a file with --%s-file",
					name, strings.ToUpper(strings.ReplaceAll(name, "-", "_")), name),
			}
		}
		if hasPassword(arg) {
			return usageError{
				errors.New(
					"there is a password in an argument, and every user of the machine can read a process's arguments: " +
						"put it into a variable, like ARTISAN_DATABASE_URL or ARTISAN_SMTP_URL, or into a file, like --database-url-file"),
			}
		}
	}
	return nil
}

var (
	urlWithPassword = regexp.MustCompile(`://[^/?#\s@]*:[^\s]*@`)
	passwordSetting = regexp.MustCompile(`(?i)\b(ssl)?password\s*=\s*[^\s&]`)
)

// hasPassword reports whether an argument is, or has within it, a database's or server's address with a
// password.
func hasPassword(arg string) bool {
	for word := range strings.FieldsFuncSeq(arg, func(r rune) bool { return r == ';' || r == ' ' }) {
		if scheme := strings.Index(word, "://"); scheme >= 0 {
			word = word[strings.LastIndex(word[:scheme], "=")+1:] // of --flag=URL, and of a peer's NAME=URL
		}
		if u, err := url.Parse(word); err == nil && u.Host != "" {
			if password, _ := u.User.Password(); password != "" {
				return true
			}
			continue
		}
		if urlWithPassword.MatchString(word) {
			return true
		}
	}
	return passwordSetting.MatchString(arg)
}

// readSecrets puts what stands in files where the settings are.
func (s *settings) readSecrets() error {
	for _, f := range []struct {
		name, path string
		value      *string
	}{
		{"secret", s.SecretFile, &s.Secret},
		{"older-secrets", s.OlderSecretsFile, &s.OlderSecrets},
		{"peer-token", s.PeerTokenFile, &s.PeerToken},
		{"older-peer-tokens", s.OlderPeerTokensFile, &s.OlderPeerTokens},
		{"metrics-token", s.MetricsTokenFile, &s.MetricsToken},
		{"blobs-access-key", s.BlobsAccessKeyFile, &s.BlobsAccessKey},
		{"blobs-secret-key", s.BlobsSecretKeyFile, &s.BlobsSecretKey},
		{"database-url", s.DatabaseURLFile, &s.DatabaseURL},
		{"valkey-url", s.ValkeyURLFile, &s.ValkeyURL},
		{"smtp-url", s.SMTPURLFile, &s.SMTPURL},
		{"identity-database-url", s.DatabaseFiles.Identity, &s.Databases.Identity},
		{"catalog-database-url", s.DatabaseFiles.Catalog, &s.Databases.Catalog},
		{"inventory-database-url", s.DatabaseFiles.Inventory, &s.Databases.Inventory},
		{"delivery-database-url", s.DatabaseFiles.Delivery, &s.Databases.Delivery},
		{"ordering-database-url", s.DatabaseFiles.Ordering, &s.Databases.Ordering},
		{"payments-database-url", s.DatabaseFiles.Payments, &s.Databases.Payments},
		{"notify-database-url", s.DatabaseFiles.Notify, &s.Databases.Notify},
	} {
		if err := readSecret(f.name, f.path, f.value); err != nil {
			return usageError{err}
		}
	}
	return s.refuseShort()
}

// leastToken is how many characters a token has at least: fewer can be tried.
const leastToken = 16

// refuseShort refuses tokens that somebody may guess. Older ones go on, so that a short one can be turned.
func (s *settings) refuseShort() error {
	for name, token := range map[string]string{"peer-token": s.PeerToken, "metrics-token": s.MetricsToken} {
		if token != "" && len(token) < leastToken {
			return usageError{
				fmt.Errorf(
					"the %s is short: it has at least %d characters; make one with `openssl rand -hex 32`",
					name, leastToken),
			}
		}
	}
	return nil
}

func readSecret(name, path string, value *string) error {
	if path == "" {
		return nil
	}
	if *value != "" {
		return fmt.Errorf("%s is set, and so is a file with it: set one of the two", name)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("--%s-file cannot be read; name a file that this process's user may read: %w", name, err)
	}
	if *value = strings.TrimSpace(string(content)); *value == "" {
		return fmt.Errorf("--%s-file names %s, which is empty: put the secret into it", name, path)
	}
	return nil
}

// words are the secrets of a list: each on a line, or with commas between them.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// masterKeys reads the master key and those before it.
func (s *settings) masterKeys() (current []byte, older [][]byte, err error) {
	if current, err = hex.DecodeString(s.Secret); err != nil {
		return nil, nil,
			usageError{errors.New("the secret is not hexadecimal; make one with `openssl rand -hex 32`")}
	}
	for _, word := range words(s.OlderSecrets) {
		key, err := hex.DecodeString(word)
		if err != nil || len(key) < 32 {
			return nil, nil,
				usageError{
					errors.New(
						"an older secret is not one: each is at least 64 hexadecimal digits, as it once stood in ARTISAN_SECRET"),
				}
		}
		older = append(older, key)
	}
	if len(older) > 0 && len(current) == 0 {
		return nil, nil,
			usageError{errors.New("there are older secrets and no current one: set ARTISAN_SECRET")}
	}
	return current, older, nil
}

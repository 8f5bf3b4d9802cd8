package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// artisan runs the program with arguments.
func artisan(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var both strings.Builder
	code = run(t.Context(), args, &both, &both)
	return both.String(), code
}

const hush = "hunter2"

func TestSecretsInArgumentsAreRefusedAndNotRepeated(t *testing.T) {
	for _, args := range [][]string{
		{"up", "--secret", hush},
		{"up", "--secret=" + hush},
		{"serve", "catalog", "--peer-token", hush},
		{"up", "--metrics-token=" + hush},
		{"serve", "catalog", "--blobs-secret-key", hush},
		{"serve", "catalog", "--blobs=s3://shop:" + hush + "@pictures?region=eu-west-1"},
		{"up", "--database-url", "postgres://shop:" + hush + "@db/shop"},
		{"up", "--database-url=postgres://shop:" + hush + "@db/shop"},
		{"up", "--database-url=postgres://db/shop?user=shop&password=" + hush},
		{"up", "--database-url", "host=db password=" + hush},
		{"up", "--catalog-database-url=postgres://:" + hush + "@db/shop"},
		{"up", "--smtp-url=smtp://shop:" + hush + "@mail:587"},
		{"up", "--smtp-url", "smtp://shop:x/y" + hush + "@mail:587"},
		{"serve", "edge", "--valkey-url=redis://:" + hush + "@cache:6379"},
		{"serve", "edge", "--peers", "catalog=http://10.0.0.1:1;ordering=http://x:" + hush + "@10.0.0.2:1"},
		{"serve", "edge", "--peers=catalog=http://x:" + hush + "@10.0.0.2:1"},
		{"import", "https://x:" + hush + "@files/goods.csv"},
	} {
		out, code := artisan(t, args...)
		if code != exitUsage || strings.Contains(out, hush) || !strings.Contains(out, "ARTISAN_") ||
			strings.Count(out, "\n") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, out)
		}
	}
	for _, args := range [][]string{
		{"version"},
		{"--database-url=postgres://shop@db:5432/shop", "--smtp-url", "smtp://mail:587"},
		{
			"--base-url=https://shop.example/at:this@place",
			"--peers=catalog=http://127.0.0.1:9102;ordering=http://127.0.0.1:9103",
		},
		{"--secret-file=/run/secrets/key", "--peer-token-file", "/run/secrets/token"},
	} {
		if err := refuseSecrets(args); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestHelpSaysNoSecret(t *testing.T) {
	for _, name := range []string{
		"ARTISAN_SECRET", "ARTISAN_PEER_TOKEN", "ARTISAN_METRICS_TOKEN",
		"ARTISAN_DATABASE_URL", "ARTISAN_SMTP_URL", "ARTISAN_BLOBS_ACCESS_KEY", "ARTISAN_BLOBS_SECRET_KEY",
	} {
		t.Setenv(name, hush)
	}
	out, code := artisan(t, "up", "--help")
	if code != exitDone || strings.Contains(out, hush) || strings.Contains(out, "--secret=") ||
		strings.Contains(out, "--peer-token=") || !strings.Contains(out, "--secret-file") {
		t.Errorf("exit code %d, %s", code, out)
	}
}

func TestASecretStandsInAFileOrInAVariable(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := settings{secrets: secrets{
		SecretFile:  file("secret", " "+hush+"\n"),
		SMTPURLFile: file("smtp", "smtp://mail\n"),
	}}
	s.DatabaseFiles.Catalog = file("catalog", "postgres://x\n")
	if err := s.readSecrets(); err != nil || s.Secret != hush || s.SMTPURL != "smtp://mail" ||
		s.Databases.Catalog != "postgres://x" || s.PeerToken != "" {
		t.Errorf("read %+v, %v", s, err)
	}
	for _, wrong := range []settings{
		{secrets: secrets{Secret: hush, SecretFile: file("other", hush)}},
		{secrets: secrets{PeerTokenFile: filepath.Join(dir, "none")}},
		{secrets: secrets{PeerTokenFile: file("empty", "\n")}},
		{secrets: secrets{PeerTokenFile: file("short", "fifteen letters")}},
		{secrets: secrets{MetricsToken: "fifteen letters"}},
	} {
		if err := wrong.readSecrets(); err == nil || strings.Contains(err.Error(), hush) {
			t.Errorf("%+v: %v", wrong.secrets, err)
		}
	}
}

func TestWrongSecretsAreNotRepeated(t *testing.T) {
	t.Setenv("ARTISAN_DATA", filepath.Join(t.TempDir(), "data"))
	t.Setenv("ARTISAN_SECRET", strings.Repeat("ab", 32))
	for name, value := range map[string]string{
		"ARTISAN_SECRET":       hush,
		"ARTISAN_SMTP_URL":     "smtp://shop:" + hush + "@mail:port",
		"ARTISAN_DATABASE_URL": "postgres://shop:" + hush + "@db:port/x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if out, code := artisan(t, "up", "--listen", "127.0.0.1:0", "--admin",
				"127.0.0.1:0"); code == exitDone || strings.Contains(out, hush) || out == "" {
				t.Errorf("exit code %d, %q", code, out)
			}
		})
	}
}
